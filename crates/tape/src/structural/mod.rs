//! Structural ops: those that move, fold or multiply elements. One row each, a type with its rules, in the file of its family.
//!
//! A row says its parameters, shape rule, form (what it does to elements, which is also its value), how a tangent and an
//! adjoint go through it, and how it reads over one more leading axis. Everything else derives.
mod arrange;
mod broadcast;
mod concat;
mod cumsum;
mod dot;
mod field;
mod fold;
mod gather;
mod logsumexp;
mod reduce;
mod slice;

pub use arrange::*;
pub use broadcast::*;
pub use concat::*;
pub use cumsum::*;
pub use dot::*;
pub use field::Field;
pub use fold::*;
pub use gather::*;
pub use logsumexp::*;
pub use reduce::*;
pub use slice::*;

use crate::{Form, Recorder, Shape, TapeError, Var};
pub(crate) use arrange::{reshape_to, swapped};
pub(crate) use broadcast::{broadcast_to, repeated};
use field::{Parameter, find_field, unexpected_field};
pub(crate) use fold::sum_to;

structural_ops! {
    "broadcast" = Broadcast { shape },
    "sum" = Sum { axes },
    "mean" = Mean { axes },
    "reduce_max" = ReduceMax { axes },
    "reduce_min" = ReduceMin { axes },
    "logsumexp" = Logsumexp { axes },
    "reshape" = Reshape { shape },
    "transpose" = Transpose { permutation },
    "flip" = Flip { axes },
    "slice" = Slice { starts, stops, steps },
    "pad" = Pad { low, high, between, fill },
    "concat" = Concat { axis },
    "stack" = Stack { axis },
    "gather" = Gather { axis, indices },
    "scatter_add" = ScatterAdd { axis, indices },
    "dot" = Dot {},
    "cumsum" = Cumsum { axis },
}

/// The rules of one structural op.
pub(crate) trait Rule: Clone + Into<Structural> {
    /// The names of its arguments; one name followed by `...` where it takes any number.
    const ARGUMENTS: &'static [&'static str];

    /// The shape of the value, or why these arguments cannot be taken.
    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError>;

    /// What it does to the elements of arguments of these shapes.
    fn form(&self, args: &[&Shape]) -> Form;

    /// The tangent of `y`, given those of the arguments (`None` is a structural zero; not all are).
    ///
    /// By default the op is linear: it acts on tangents as on values.
    fn tangent<'r>(&self, at: At<'_, 'r>, tangents: &[Option<Var<'r>>]) -> Var<'r> {
        let zero = |i: usize| at.recorder.splat(0.0, &at.args[i].shape());
        let tangents: Vec<Var> =
            tangents.iter().enumerate().map(|(i, t)| t.unwrap_or_else(|| zero(i))).collect();
        at.recorder.structural(self.clone(), &tangents)
    }

    /// The adjoint of argument `i`, given that of `y`; each has the shape of its own.
    fn adjoint<'r>(&self, at: At<'_, 'r>, i: usize, adjoint: Var<'r>) -> Var<'r>;

    /// The adjoints of the `active` arguments, given that of `y`; by default one after the other.
    fn adjoints<'r>(
        &self,
        at: At<'_, 'r>,
        active: &[bool],
        adjoint: Var<'r>,
    ) -> Vec<Option<Var<'r>>> {
        let one = |(i, &active): (usize, &bool)| active.then(|| self.adjoint(at, i, adjoint));
        active.iter().enumerate().map(one).collect()
    }

    /// The same op on arguments that all have one more axis in front, each of that many entries.
    fn lifted(&self, entries: u32) -> Result<Structural, TapeError>;

    /// The op on arguments of which the `mapped` ones have one more axis in front, as the value then has.
    ///
    /// By default the others are repeated along it.
    fn vmap<'r>(
        &self,
        recorder: &'r Recorder,
        args: &[Var<'r>],
        mapped: &[bool],
        entries: u32,
    ) -> Var<'r> {
        let repeat = |(&arg, &mapped): (&Var<'r>, &bool)| match mapped {
            true => arg,
            false => repeated(recorder, arg, entries),
        };
        let args: Vec<Var> = args.iter().zip(mapped).map(repeat).collect();
        lift(recorder, self.lifted(entries), &args)
    }

    /// The op said in other ops, where its form is [`Form::Composed`].
    fn compose<'r>(&self, recorder: &'r Recorder, args: &[Var<'r>]) -> Var<'r> {
        let _ = (recorder, args);
        unreachable!("only an op whose form is composed is ever composed")
    }

    /// The cost of one evaluation, in multiply-adds; by default none, for elements only move.
    fn cost(&self, args: &[&Shape]) -> u64 {
        let _ = args;
        0
    }
}

/// Where a structural op stands when it is differentiated.
#[derive(Copy, Clone)]
pub(crate) struct At<'a, 'r> {
    /// The recording of the derivative.
    pub(crate) recorder: &'r Recorder,
    /// The arguments there.
    pub(crate) args: &'a [Var<'r>],
    /// The value there.
    pub(crate) y: Var<'r>,
}

/// Applies what [`Rule::lifted`] gave.
fn lift<'r>(
    recorder: &'r Recorder,
    rule: Result<Structural, TapeError>,
    args: &[Var<'r>],
) -> Var<'r> {
    match rule {
        Ok(rule) => recorder.structural(rule, args),
        Err(error) => recorder.fail(error),
    }
}

impl<'r> Var<'r> {
    /// A structural op on this one argument.
    ///
    /// A number that has met no node stays a number, for it takes any shape it meets; NaN where a scalar cannot be taken.
    fn structural(self, rule: impl Into<Structural>) -> Var<'r> {
        let rule = rule.into();
        match self.recorder() {
            Some(recorder) => recorder.structural(rule, &[self]),
            None if rule.shape(&[&Shape::scalar()]).is_ok() => self,
            None => Var::from(f64::NAN),
        }
    }
}

/// The shapes of one argument, or an error that counts them.
pub(crate) fn one<'a>(name: &str, args: &[&'a Shape]) -> Result<&'a Shape, TapeError> {
    match args {
        [x] => Ok(x),
        _ => Err(wrong_count(name, "1", args.len())),
    }
}

/// The shapes of two arguments, or an error that counts them.
pub(crate) fn two<'a>(name: &str, args: &[&'a Shape]) -> Result<[&'a Shape; 2], TapeError> {
    match args {
        [a, b] => Ok([a, b]),
        _ => Err(wrong_count(name, "2", args.len())),
    }
}

pub(crate) fn wrong_count(name: &str, wanted: &str, came: usize) -> TapeError {
    TapeError::invalid(
        &format!("the arguments of `{name}`"),
        format!("be {wanted} in number"),
        format!("there are {came}"),
    )
}

/// The position of `axis`, which must be below `rank`.
pub(crate) fn check_axis(name: &str, axis: u32, rank: usize) -> Result<usize, TapeError> {
    if (axis as usize) < rank {
        return Ok(axis as usize);
    }
    let wanted = format!("be below {rank}");
    Err(TapeError::invalid(&format!("`axis` of `{name}`"), wanted, format!("is {axis}")))
}

/// Checks a parameter that has one number for each axis.
pub(crate) fn check_count(
    name: &str,
    field: &str,
    count: usize,
    x: &Shape,
) -> Result<(), TapeError> {
    if count == x.len() {
        return Ok(());
    }
    let wanted = format!("have one number for each of the {} axes", x.len());
    Err(TapeError::invalid(&format!("`{field}` of `{name}`"), wanted, format!("has {count}")))
}

/// Checks axes: each below the rank, in increasing order, so that there is one way to write each op.
pub(crate) fn check_axes(name: &str, axes: &[u32], shape: &Shape) -> Result<(), TapeError> {
    let increasing = axes.windows(2).all(|pair| pair[0] < pair[1]);
    if increasing && axes.iter().all(|&axis| (axis as usize) < shape.len()) {
        return Ok(());
    }
    let wanted = format!("be different, in increasing order and below the rank {}", shape.len());
    Err(TapeError::invalid(&format!("`axes` of `{name}`"), wanted, format!("are {axes:?}")))
}
