//! Recording a tape's nodes again, in another recording.
use crate::{Kind, NodeId, Recorder, Scalar, Shape, Tape, TapeError, Var};
use smallvec::SmallVec;

/// The arguments of a node as variables.
pub(crate) type ArgVars<'r> = SmallVec<[Var<'r>; 3]>;

/// The variables that stand for `args`.
#[inline]
pub(crate) fn picked<'r>(values: &[Var<'r>], args: &[NodeId]) -> ArgVars<'r> {
    args.iter().map(|id| values[id.index()]).collect()
}

impl Recorder {
    /// Records a node of another tape, given variables for that tape's inputs and for the node's arguments.
    ///
    /// # Panics
    /// When an input of that tape has no variable.
    pub fn replay<'r>(
        &'r self,
        kind: &Kind<'_>,
        shape: &Shape,
        inputs: &[Var<'r>],
        args: &[Var<'r>],
    ) -> Var<'r> {
        match kind {
            Kind::Input(i) => inputs[*i],
            Kind::Constant(constant) => self.constant_of(constant, shape),
            Kind::Elementwise(op, n, _) => Var::apply(*op, *n, args),
            Kind::Structural(rule, _) => self.structural((*rule).clone(), args),
        }
    }

    /// Records what another tape does to `inputs`, one for each input of its shape: a variable for each of its outputs.
    ///
    /// Inputs of other shapes than the tape's fail the recording.
    pub fn inline<'r>(&'r self, tape: &Tape, inputs: &[Var<'r>]) -> Vec<Var<'r>> {
        let wanted = tape.inputs.iter().map(|input| &input.shape);
        if !wanted.eq(inputs.iter().map(|&var| self.shape(var)).collect::<Vec<_>>().iter()) {
            let wanted = format!("have the shapes of the {} inputs of the tape", tape.inputs.len());
            let came = "have others".to_owned();
            let argument = "the inputs of an inlined tape".into();
            return vec![
                self.fail(TapeError::ShapeMismatch { argument, wanted, came });
                tape.outputs.len()
            ];
        }
        let values = self.replay_all(tape, inputs);
        tape.outputs.iter().map(|output| values[output.node().index()]).collect()
    }

    /// Records all nodes of another tape: a variable for each.
    pub(crate) fn replay_all<'r>(&'r self, tape: &Tape, inputs: &[Var<'r>]) -> Vec<Var<'r>> {
        let mut values = Vec::with_capacity(tape.len());
        for (_, kind, shape) in tape.nodes() {
            let args = picked(&values, kind.args());
            values.push(self.replay(&kind, shape, inputs, &args));
        }
        values
    }
}

impl Kind<'_> {
    /// The arguments; an input and a constant have none.
    pub fn args(&self) -> &[NodeId] {
        match self {
            Kind::Input(_) | Kind::Constant(_) => &[],
            Kind::Elementwise(_, _, args) | Kind::Structural(_, args) => args,
        }
    }
}
