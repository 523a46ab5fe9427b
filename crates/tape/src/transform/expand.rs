//! Small arrays taken apart: every value of few elements becomes nodes of one element each.
//!
//! What a structural op does to elements is read off its [`Form`]; the result is elementwise arithmetic on scalars.
//! An op is taken apart when its value and all its arguments are small; one that only moves elements, when its value is.
//! An element of an array that stays one is read by `slice` to one element and `reshape` to a scalar; an array of
//! scalars, where an op on large arrays or an output wants one, is made by `stack` and `reshape`.
//!
//! **Order of additions**, to which execution of whole arrays keeps too:
//! - A sum of elements `e_0 .. e_R`, row-major, is cut into chunks of 1024. Element `i` of a chunk goes to lane
//!   `i mod 8`, each lane adds in order, and the lanes are combined as `((l0+l4)+(l2+l6))+((l1+l5)+(l3+l7))`, a lane
//!   without elements being left out. The sums of chunks are added in order. The sum of nothing is +0.
//! - The largest and the smallest are folded from left to right.
//! - An element of a product over `k` is cut into chunks of 512. A chunk starts with `a_0 * b_0`, rounded, and goes on
//!   with `chain + a_k * b_k`. The chunks are added in order. The product over nothing is +0.
//! - Running sums go from left to right, and scattered elements are added in the order of their index.
//!
//! Where a product and a sum are rounded once is lowering's choice, which sees the whole program.
mod sums;

use super::replay::picked;
use crate::form::{Combine, Fold, Form};
use crate::{
    Constant, Kind, NodeId, Recorder, Scalar, Segment, Shape, Structural, Tape, TapeError, Var,
};
use rustc_hash::FxHashMap;
use sums::{chain, running_sums, scattered, sum};

/// How far [`expand`] goes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The most elements of a value that is taken apart.
    pub elements: usize,
    /// The most nodes of the result; if it would have more, arrays stay arrays.
    pub nodes: usize,
}

/// `tape` with every value of at most `limit.elements` elements as scalars.
///
/// Ops that abbreviate others are written out, on arrays of any size. Inputs and outputs keep their shapes. Time is
/// linear in the nodes of the result.
///
/// # Errors
/// `TOO_LARGE` if the result has more nodes than a tape may have.
pub fn expand(tape: &Tape, limit: Limit) -> Result<Tape, TapeError> {
    let mut tape = tape.clone();
    while let Some(written_out) = write_out(&tape)? {
        tape = written_out;
    }
    let mut complete = false;
    let arena = Segment::default();
    let mut expanded = Recorder::record(arena, tape.inputs().to_vec(), |recorder, inputs| {
        let mut expansion = Expansion::new(recorder, &tape, inputs, limit.elements);
        for (id, kind, shape) in tape.nodes() {
            let value = expansion.value(id, kind, shape);
            expansion.values.push(value);
            if expansion.made >= limit.nodes {
                return Vec::new();
            }
        }
        complete = true;
        tape.outputs().iter().map(|output| expansion.array(output.node())).collect()
    })?;
    if !complete || expanded.len() > limit.nodes {
        return Ok(tape);
    }
    for (new, old) in expanded.outputs.iter_mut().zip(tape.outputs) {
        (new.path, new.adjoint_of) = (old.path, old.adjoint_of);
    }
    Ok(expanded)
}

/// `tape` with each composed op said in other ops, or `None` where there is none.
fn write_out(tape: &Tape) -> Result<Option<Tape>, TapeError> {
    let is_composed = |rule: &Structural, args: &[NodeId]| {
        let shapes: Vec<&Shape> = args.iter().map(|&arg| tape.shape(arg)).collect();
        rule.form(&shapes) == Form::Composed
    };
    let any = tape.nodes().any(|(_, kind, _)| match kind {
        Kind::Structural(rule, args) => is_composed(rule, &args),
        Kind::Input(_) | Kind::Constant(_) | Kind::Elementwise(..) => false,
    });
    if !any {
        return Ok(None);
    }
    let arena = Segment::default();
    let mut result = Recorder::record(arena, tape.inputs().to_vec(), |recorder, inputs| {
        let mut vars: Vec<Var> = Vec::with_capacity(tape.len());
        for (_, kind, shape) in tape.nodes() {
            let args = picked(&vars, kind.args());
            vars.push(match &kind {
                Kind::Structural(rule, ids) if is_composed(rule, ids) => {
                    rule.compose(recorder, &args)
                }
                _ => recorder.replay(&kind, shape, inputs, &args),
            });
        }
        tape.outputs().iter().map(|output| vars[output.node().index()]).collect()
    })?;
    for (new, old) in result.outputs.iter_mut().zip(tape.outputs()) {
        (new.path, new.adjoint_of) = (old.path.clone(), old.adjoint_of);
    }
    Ok(Some(result))
}

/// A value of the tape in the new recording: as an array, as its elements, as both, or not made yet.
#[derive(Default)]
struct Value<'r> {
    array: Option<Var<'r>>,
    elements: Option<Box<[Var<'r>]>>,
}

struct Expansion<'t, 'r> {
    recorder: &'r Recorder,
    tape: &'t Tape,
    inputs: &'t [Var<'r>],
    /// The most elements of a small value.
    small: usize,
    values: Vec<Value<'r>>,
    /// Elements read from values that are not taken apart.
    read: FxHashMap<(NodeId, usize), Var<'r>>,
    /// A lower bound of the number of nodes made, off by what one op makes.
    made: usize,
}

impl<'t, 'r> Expansion<'t, 'r> {
    fn new(recorder: &'r Recorder, tape: &'t Tape, inputs: &'t [Var<'r>], small: usize) -> Self {
        let (values, read) = (Vec::with_capacity(tape.len()), FxHashMap::default());
        Expansion { recorder, tape, inputs, small, values, read, made: 0 }
    }

    fn value(&mut self, id: NodeId, kind: Kind<'t>, shape: &Shape) -> Value<'r> {
        let is_whole = shape.is_scalar() || !self.is_small(id);
        let elements = match &kind {
            Kind::Input(i) => {
                return self.noted(Value { array: Some(self.inputs[*i]), elements: None });
            }
            Kind::Constant(_) => return Value::default(), // made where it is read
            Kind::Elementwise(..) if is_whole => None,
            Kind::Elementwise(op, n, args) => {
                let element = |i| {
                    let args: Vec<Var> = args.iter().map(|&arg| self.element(arg, i)).collect();
                    Var::apply(*op, *n, &args)
                };
                Some((0..shape.elements()).map(element).collect())
            }
            Kind::Structural(rule, args) => self.elements_of(id, rule, args),
        };
        let value = match elements {
            Some(elements) => Value { array: None, elements: Some(elements) },
            None => Value { array: Some(self.whole(kind)), elements: None },
        };
        self.noted(value)
    }

    fn is_small(&self, id: NodeId) -> bool {
        self.tape.shape(id).elements() <= self.small
    }

    fn noted(&mut self, value: Value<'r>) -> Value<'r> {
        for var in value.elements.iter().flatten().chain(&value.array) {
            if let Some(name) = var.name() {
                self.made = self.made.max(name as usize + 1);
            }
        }
        value
    }

    /// The op on arrays.
    fn whole(&mut self, kind: Kind<'t>) -> Var<'r> {
        match kind {
            Kind::Elementwise(op, n, args) => Var::apply(op, n, &self.arrays(&args)),
            Kind::Structural(rule, args) => {
                let args = self.arrays(&args);
                self.recorder.structural(rule.clone(), &args)
            }
            Kind::Input(_) | Kind::Constant(_) => unreachable!("only ops are applied"),
        }
    }

    fn arrays(&mut self, ids: &[NodeId]) -> Vec<Var<'r>> {
        ids.iter().map(|&id| self.array(id)).collect()
    }

    /// A value as one array, put together where it was taken apart.
    fn array(&mut self, id: NodeId) -> Var<'r> {
        if let Some(array) = self.values[id.index()].array {
            return array;
        }
        let shape = self.tape.shape(id);
        let array = match (self.tape.kind(id), &self.values[id.index()].elements) {
            (Kind::Constant(constant), _) => self.recorder.constant_of(constant, shape),
            (Kind::Structural(rule, args), _) if !args.iter().all(|&arg| self.is_small(arg)) => {
                let args = self.arrays(&args);
                self.recorder.structural(rule.clone(), &args)
            }
            (_, elements) => together(self.recorder, elements.as_deref().unwrap_or(&[]), shape),
        };
        self.values[id.index()].array = Some(array);
        array
    }

    /// Element `i` of a value, as a scalar.
    fn element(&mut self, id: NodeId, i: usize) -> Var<'r> {
        let shape = self.tape.shape(id);
        let kind = self.tape.kind(id);
        if let Some(elements) = &self.values[id.index()].elements {
            return elements[i];
        }
        // The elements of a splat are one, and so are those of a scalar.
        let i = if matches!(kind, Kind::Constant(Constant::Splat(_))) { 0 } else { i };
        if let Some(&var) = self.read.get(&(id, i)) {
            return var;
        }
        let var = match kind {
            Kind::Constant(constant) => self.number(constant.element(i)),
            Kind::Input(_) | Kind::Elementwise(..) | Kind::Structural(..) => {
                let array = self.array(id);
                element_of(array, shape, i)
            }
        };
        self.read.insert((id, i), var);
        var
    }

    fn number(&self, number: f64) -> Var<'r> {
        self.recorder.splat(number, &Shape::scalar())
    }

    /// The elements of a structural op, or `None` where it stays an op on arrays.
    fn elements_of(
        &mut self,
        id: NodeId,
        rule: &Structural,
        args: &[NodeId],
    ) -> Option<Box<[Var<'r>]>> {
        let elements = self.tape.shape(id).elements();
        match elements {
            0 => return Some([].into()), // the forms of nothing may still have long axes
            _ if elements > self.small => return None,
            _ => {}
        }
        let shapes: Vec<&Shape> = args.iter().map(|&arg| self.tape.shape(arg)).collect();
        let form = rule.form(&shapes);
        if let Form::Selection(selection) = &form {
            let element = |source| match source {
                Some((arg, i)) => self.element(args[arg], i),
                None => self.number(selection.fill),
            };
            return Some(selection.sources(elements).into_iter().map(element).collect());
        }
        if !args.iter().all(|&arg| self.is_small(arg)) {
            return None;
        }
        let args: Vec<Vec<Var>> = args
            .iter()
            .zip(&shapes)
            .map(|(&arg, shape)| (0..shape.elements()).map(|i| self.element(arg, i)).collect())
            .collect();
        let elements = match form {
            Form::Fold(fold) => self.folded(&fold, &args[0]),
            Form::Scatter(scatter) => scattered(&scatter, &args[0], &args[1]),
            Form::Dot { batch, m, k, n } => self.product([batch, m, k, n], &args[0], &args[1]),
            Form::Cumulative { outer, length, inner } => {
                running_sums([outer, length, inner], &args[0])
            }
            Form::Selection(_) | Form::Composed => return None,
        };
        Some(elements.into())
    }

    fn folded(&self, fold: &Fold, x: &[Var<'r>]) -> Vec<Var<'r>> {
        let group = |group: Vec<usize>| {
            let terms: Vec<Var> = group.into_iter().map(|i| x[i]).collect();
            let folded = match fold.combine {
                Combine::Add => sum(&terms),
                Combine::Max => terms.into_iter().reduce(Scalar::max),
                Combine::Min => terms.into_iter().reduce(Scalar::min),
            };
            let folded = folded.unwrap_or_else(|| self.number(0.0));
            match fold.divide_by {
                1 => folded,
                count => folded / self.number(count as f64),
            }
        };
        fold.groups().into_iter().map(group).collect()
    }

    fn product(&self, [batch, m, k, n]: [usize; 4], a: &[Var<'r>], b: &[Var<'r>]) -> Vec<Var<'r>> {
        let mut y = Vec::with_capacity(batch * m * n);
        for place in 0..batch * m * n {
            let (row, column) = (place / n, place % n);
            let (a, b) = (&a[row * k..][..k], &b[row / m * k * n..]);
            let factors = a.iter().enumerate().map(|(l, &a)| (a, b[l * n + column]));
            y.push(chain(factors).unwrap_or_else(|| self.number(0.0)));
        }
        y
    }
}

/// Scalars as an array.
fn together<'r>(recorder: &'r Recorder, elements: &[Var<'r>], shape: &Shape) -> Var<'r> {
    match elements {
        [] => recorder.splat(0.0, shape),
        [element] => element.reshape(shape),
        _ => recorder.stack(elements, 0).reshape(shape),
    }
}

/// Element `i` of an array, as a scalar.
fn element_of<'r>(array: Var<'r>, shape: &Shape, i: usize) -> Var<'r> {
    let place = |(stride, &size): (usize, &u32)| (i / stride) as u32 % size;
    let starts: Vec<u32> = shape.strides().into_iter().zip(shape.iter()).map(place).collect();
    let stops: Vec<u32> = starts.iter().map(|start| start + 1).collect();
    let one = if shape.elements() == 1 { array } else { array.slice(&starts, &stops) };
    one.reshape(&[])
}
