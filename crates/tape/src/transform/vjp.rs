//! Reverse mode: adjoints carried back from the outputs.
use super::pieces::{Pieces, is_piece};
use super::replay::picked;
use super::sweep::{add, add_product};
use super::{Named, finish};
use crate::structural::At;
use crate::{Input, Kind, NodeId, Op, Recorder, Segment, Structural, Tape, TapeError, Var};

/// The tape of `(x, y_bar) -> (value, adjoint)`, where the adjoint is the transposed Jacobian times `y_bar`.
///
/// Fixed inputs have no adjoint. Each adjoint sums the uses of a value from the last to the first.
///
/// ```
/// # use chainrule_tape::{Input, record, transform::vjp};
/// let f = record(vec![Input::scalar("0"), Input::scalar("1")], |v| vec![v[0] * v[1]])?;
/// let outputs = vjp(&f)?.evaluate(&[vec![3.0], vec![5.0], vec![2.0]])?;
/// assert_eq!(outputs, [[15.0], [10.0], [6.0]]); // the value, then an adjoint for each input
/// # Ok::<(), chainrule_tape::TapeError>(())
/// ```
///
/// # Errors
/// `TOO_LARGE` above 2^32 - 1 nodes.
pub fn vjp(tape: &Tape) -> Result<Tape, TapeError> {
    let wrt = tape.differentiated();
    let all: Vec<usize> = (0..tape.inputs.len()).collect();
    let y_bar = tape.output_paths_as("y_bar").into_iter().enumerate();
    let y_bar = y_bar.map(|(i, path)| Input::new(&path, tape.output_shape(i).clone()));
    let inputs = [tape.inputs_as("x", &all), y_bar.collect()].concat();
    let recorded = Recorder::record(Segment::default(), inputs, |recorder, vars| {
        let (x, y_bar) = vars.split_at(all.len());
        let (values, adjoints) = adjoints(recorder, tape, x, y_bar);
        [values, wrt.iter().map(|&i| adjoints[i]).collect()].concat()
    })?;
    let values = tape.output_paths_as("value").into_iter();
    let values = values.zip(tape.outputs.iter().map(|output| output.adjoint_of));
    let adjoints = tape.input_paths_as("adjoint", &wrt).into_iter();
    let adjoints = adjoints.zip(wrt.iter().map(|&i| Some(i as u32)));
    Ok(finish(recorded, values.chain(adjoints).map(Named::from)))
}

/// The values of the outputs at `x`, and the adjoint of each input (0 for a fixed one), given those of the outputs.
pub(crate) fn adjoints<'r>(
    recorder: &'r Recorder,
    tape: &Tape,
    x: &[Var<'r>],
    y_bar: &[Var<'r>],
) -> (Vec<Var<'r>>, Vec<Var<'r>>) {
    let values = recorder.replay_all(tape, x);
    let outputs = tape.outputs.iter().map(|output| values[output.node().index()]).collect();
    let active = tape.active();
    let adjoints = vec![None; tape.len()];
    let mut sweep = Sweep { recorder, tape, values, active, adjoints, pieces: Pieces::default() };
    for (output, &seed) in tape.outputs.iter().zip(y_bar) {
        sweep.add(output.node(), seed);
    }
    let mut x_bar = vec![Var::from(0.0); x.len()];
    for (id, kind, _) in tape.nodes().rev() {
        let Some(adjoint) = sweep.take(id) else { continue };
        match &kind {
            Kind::Input(i) => x_bar[*i] = adjoint,
            Kind::Constant(_) => {}
            Kind::Elementwise(op, n, args) => sweep.elementwise(id, *op, *n, args, adjoint),
            Kind::Structural(rule, args) => sweep.structural(id, rule, args, adjoint),
        }
    }
    let whole = |(&adjoint, &x): (&Var<'r>, &Var<'r>)| recorder.whole(adjoint, x);
    (outputs, x_bar.iter().zip(x).map(whole).collect())
}

/// Adjoints on their way from the last node to the first.
struct Sweep<'t, 'r> {
    recorder: &'r Recorder,
    tape: &'t Tape,
    values: Vec<Var<'r>>,
    active: Vec<bool>,
    adjoints: Vec<Option<Var<'r>>>,
    pieces: Pieces<'r>,
}

impl<'r> Sweep<'_, 'r> {
    fn add(&mut self, id: NodeId, adjoint: Var<'r>) {
        if self.active[id.index()] {
            self.adjoints[id.index()] = add(self.adjoints[id.index()], adjoint);
        }
    }

    /// The whole adjoint of a node, all of whose uses have been met.
    fn take(&mut self, id: NodeId) -> Option<Var<'r>> {
        let adjoint = self.adjoints[id.index()].take();
        match self.pieces.joined(self.recorder, self.tape, &self.values, id) {
            Some(pieces) => add(adjoint, pieces),
            None => adjoint,
        }
    }

    /// Adds to the adjoints of an elementwise node's arguments, the first argument first.
    fn elementwise(&mut self, id: NodeId, op: Op, n: i32, args: &[NodeId], adjoint: Var<'r>) {
        let partials = op.partials(n, &picked(&self.values, args), self.values[id.index()]);
        for (arg, partial) in args.iter().zip(partials) {
            if self.active[arg.index()] {
                let sum = self.adjoints[arg.index()];
                self.adjoints[arg.index()] = add_product(sum, partial, adjoint);
            }
        }
    }

    /// Adds to the adjoints of a structural node's arguments, the first argument first.
    fn structural(&mut self, id: NodeId, rule: &Structural, args: &[NodeId], adjoint: Var<'r>) {
        let y = self.values[id.index()];
        let adjoint = self.recorder.whole(adjoint, y);
        if let [arg] = *args
            && is_piece(self.tape.shape(id), self.tape.shape(arg), rule)
        {
            return self.pieces.put(arg, id, adjoint);
        }
        let at = At { recorder: self.recorder, args: &picked(&self.values, args), y };
        let active: Vec<bool> = args.iter().map(|arg| self.active[arg.index()]).collect();
        for (&arg, adjoint) in args.iter().zip(rule.adjoints(at, &active, adjoint)) {
            if let Some(adjoint) = adjoint {
                self.add(arg, adjoint);
            }
        }
    }
}
