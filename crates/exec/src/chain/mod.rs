//! A function as a chain of stages, so that the order of multiplying their Jacobians can be chosen.
mod compose;
mod cut;
mod local;
mod pattern;
mod problem;
#[cfg(test)]
pub(crate) mod tests;

pub use compose::chain;
pub(crate) use compose::run;
pub use cut::stages;
pub(crate) use local::Local;

use chainrule_tape::Tape;

/// A composition of functions: each stage takes what the one before it gives.
///
/// Made by [`chain`] from tapes, or by [`stages`] from one tape, which is cut at its narrow places. Its inputs are those
/// of the first stage, then the fixed inputs of the later ones, in order.
#[derive(Clone, Debug)]
pub struct Chain {
    tape: Tape,
    stages: Vec<Stage>,
}

/// One function of a chain.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) tape: Tape,
    /// Where each input of the tape comes from.
    pub(crate) sources: Vec<Source>,
    pub(crate) local: Local,
}

/// Where an input of a stage comes from.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// That output of the stage before.
    Carried(usize),
    /// That input of the chain.
    Input(usize),
}

impl Chain {
    /// The composition as one tape.
    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    /// How many stages there are.
    pub fn len(&self) -> usize {
        self.stages.len()
    }

    /// Whether there is no stage; no chain is.
    pub fn is_empty(&self) -> bool {
        self.stages.is_empty()
    }

    /// The tape of a stage: its differentiated inputs are the outputs of the stage before.
    pub fn stage(&self, index: usize) -> Option<&Tape> {
        self.stages.get(index).map(|stage| &stage.tape)
    }

    /// Whether there is more to choose than between forward and reverse mode: joints, or a structure.
    pub(crate) fn is_worth_planning(&self) -> bool {
        self.len() > 1 || !matches!(self.stages[0].local, Local::Dense)
    }

    pub(crate) fn stages(&self) -> &[Stage] {
        &self.stages
    }
}

impl Stage {
    pub(crate) fn new(tape: Tape, sources: Vec<Source>) -> Stage {
        let local = Local::of(&tape);
        Stage { tape, sources, local }
    }

    /// Elements of the inputs that are differentiated.
    pub(crate) fn inputs(&self) -> usize {
        let inputs = self.tape.inputs().iter().filter(|input| !input.fixed);
        inputs.map(|input| input.shape.elements()).sum()
    }

    /// Elements of the outputs.
    pub(crate) fn outputs(&self) -> usize {
        (0..self.tape.outputs().len()).map(|i| self.tape.output_shape(i).elements()).sum()
    }

    /// The inputs of the chain that the stage reads and does not differentiate.
    pub(crate) fn fixed_inputs(&self) -> impl Iterator<Item = usize> + '_ {
        let fixed = self.sources.iter().zip(self.tape.inputs()).filter(|(_, input)| input.fixed);
        fixed.filter_map(|(source, _)| match source {
            Source::Input(input) => Some(*input),
            Source::Carried(_) => None,
        })
    }
}
