//! The low-level straight-line form: values in order, each made once from earlier ones.
//!
//! This is the numerical contract. A step is a primitive, defined once for all widths, or a row of
//! the tape's op table, evaluated lane by lane. Passes keep its meaning bit for bit, except
//! `fuse`, which chooses where a multiply-add is rounded once.
use super::primitive::Primitive;
use chainrule_tape::Op;

/// A value by the step that makes it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Value(pub(super) u32);

impl Value {
    /// The number of its step.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Straight-line code. Whatever exists satisfies [`Straight::verify`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Straight {
    pub(super) inputs: usize,
    pub(super) constants: Vec<f64>,
    pub(super) steps: Vec<Step>,
    pub(super) outputs: Vec<Value>,
}

/// One step: 16 bytes, for there may be millions.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Step {
    pub(super) kind: Kind,
    /// The steps it reads. For an input or a constant its number comes first; for a row with a
    /// parameter that comes last.
    pub(super) args: [u32; 3],
}

/// What a step makes.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// An input.
    Input,
    /// A constant.
    Constant,
    /// A primitive of its arguments.
    Primitive(Primitive),
    /// The sine of its argument; the cosine is made as well, for the next step.
    SinCos,
    /// The cosine made by the step just before, its argument.
    Second,
    /// A row of the tape's op table that has no primitive, lane by lane.
    Row(Op),
}

impl Kind {
    /// How many values it reads.
    pub(crate) fn arity(self) -> usize {
        match self {
            Kind::Input | Kind::Constant => 0,
            Kind::SinCos | Kind::Second => 1,
            Kind::Primitive(primitive) => primitive.arity(),
            Kind::Row(op) => op.arity(),
        }
    }

    /// Whether it has a value before anything runs.
    pub(crate) fn is_given(self) -> bool {
        matches!(self, Kind::Input | Kind::Constant)
    }
}

impl Step {
    /// A step that reads these values.
    pub(super) fn new(kind: Kind, operands: &[u32]) -> Step {
        let mut args = [0; 3];
        args[..operands.len()].copy_from_slice(operands);
        Step { kind, args }
    }

    /// The steps it reads.
    pub(super) fn operands(&self) -> &[u32] {
        &self.args[..self.kind.arity()]
    }

    /// The steps it reads, each once.
    pub(super) fn distinct_operands(&self) -> impl Iterator<Item = u32> + '_ {
        let operands = self.operands();
        (0..operands.len()).filter(|&k| !operands[..k].contains(&operands[k])).map(|k| operands[k])
    }

    /// The same step reading other values.
    pub(super) fn renamed(mut self, name: impl Fn(u32) -> u32) -> Step {
        for arg in &mut self.args[..self.kind.arity()] {
            *arg = name(*arg);
        }
        self
    }

    /// The parameter of a row.
    pub(super) fn parameter(&self) -> i32 {
        self.args[2].cast_signed()
    }
}

impl Straight {
    /// How many inputs it takes, also those it does not read.
    #[cfg(test)]
    pub(crate) fn inputs(&self) -> usize {
        self.inputs
    }

    /// The constant that a value is.
    pub(crate) fn constant(&self, value: Value) -> Option<f64> {
        let step = self.steps[value.index()];
        (step.kind == Kind::Constant).then(|| self.constants[step.args[0] as usize])
    }

    /// How many steps compute something.
    pub(crate) fn computed(&self) -> usize {
        let computes = |step: &&Step| !step.kind.is_given() && step.kind != Kind::Second;
        self.steps.iter().filter(computes).count()
    }

    /// Nothing yet, for a pass that copies steps of `self`.
    pub(super) fn emptied(&self) -> Straight {
        Straight {
            inputs: self.inputs,
            constants: self.constants.clone(),
            steps: Vec::with_capacity(self.steps.len()),
            outputs: Vec::new(),
        }
    }

    /// Appends a step.
    pub(super) fn push(&mut self, step: Step) -> u32 {
        let number = u32::try_from(self.steps.len()).expect("fewer than 2^32 steps");
        self.steps.push(step);
        number
    }

    /// How often each value is read, being an output counted.
    pub(super) fn uses(&self) -> Vec<u32> {
        let mut uses = vec![0; self.steps.len()];
        for step in &self.steps {
            step.operands().iter().for_each(|&arg| uses[arg as usize] += 1);
        }
        self.outputs.iter().for_each(|output| uses[output.index()] += 1);
        uses
    }

    /// What every straight-line code satisfies: numbers in range, arguments earlier, pairs together.
    ///
    /// # Errors
    /// A sentence naming the first step that is wrong.
    pub(crate) fn verify(&self) -> Result<(), String> {
        for (i, step) in self.steps.iter().enumerate() {
            let follows = |kind| i > 0 && self.steps[i - 1].kind == kind;
            let right = match step.kind {
                Kind::Input => (step.args[0] as usize) < self.inputs,
                Kind::Constant => (step.args[0] as usize) < self.constants.len(),
                Kind::Second => follows(Kind::SinCos) && step.args[0] as usize + 1 == i,
                Kind::SinCos => self.steps.get(i + 1).is_some_and(|s| s.kind == Kind::Second),
                Kind::Primitive(_) | Kind::Row(_) => true,
            };
            if !right || step.operands().iter().any(|&arg| arg as usize >= i) {
                return Err(format!("step {i} is {step:?}"));
            }
        }
        match self.outputs.iter().find(|output| output.index() >= self.steps.len()) {
            Some(output) => Err(format!("there is no {output:?} to be an output")),
            None => Ok(()),
        }
    }
}
