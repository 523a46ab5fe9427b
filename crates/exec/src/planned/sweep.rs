//! The Jacobian of one stage, and tangents and adjoints through it.
use super::factor::{Factor, first_extent, product};
use crate::ExecError;
use crate::chain::{Local as Structure, Stage};
use chainrule_plan::Mode;
use chainrule_tape::transform::{self, jacobian_tape, jvp, vjp, vmap};
use chainrule_tape::{Input, Recorder, Shape, Tape, Var};

/// A stage at the point of the recording.
pub(super) struct Local<'a, 'r> {
    pub(super) recorder: &'r Recorder,
    pub(super) stage: &'a Stage,
    /// What the stage takes.
    pub(super) x: Vec<Var<'r>>,
}

impl<'r> Local<'_, 'r> {
    /// The Jacobian of a stage that has it without any sweep.
    pub(super) fn at_hand(&self) -> Result<Factor<'r>, ExecError> {
        self.formed(Mode::Tangent)
    }

    /// The Jacobian of the stage alone, by sweeps in that mode where it must be made.
    pub(super) fn formed(&self, mode: Mode) -> Result<Factor<'r>, ExecError> {
        let columns = self.stage.inputs() as u32;
        Ok(match &self.stage.local {
            Structure::Identity => Factor::Identity(columns),
            Structure::Selection(indices) => {
                Factor::Selection { columns, indices: indices.clone() }
            }
            Structure::Diagonal => {
                let shape =
                    self.seeds().next().map(|input| input.shape.clone()).unwrap_or_default();
                let ones = self.recorder.splat(1.0, &shape);
                let tangent = self.images(&jvp(&self.stage.tape)?, &[ones])[0];
                Factor::Diagonal(tangent.flat())
            }
            Structure::Given(matrix) => {
                let inputs = self.x.iter().zip(self.stage.tape.inputs());
                let fixed: Vec<Var> =
                    inputs.filter(|(_, input)| input.fixed).map(|(&x, _)| x).collect();
                Factor::Dense(self.recorder.inline(matrix, &fixed)[0])
            }
            Structure::Dense => self.swept(mode)?,
        })
    }

    /// The Jacobian of the stage by sweeping the identity through it, whatever is known of it.
    pub(super) fn swept(&self, mode: Mode) -> Result<Factor<'r>, ExecError> {
        let mode = match mode {
            Mode::Tangent => transform::Mode::Tangent,
            Mode::Adjoint => transform::Mode::Adjoint,
        };
        if !matches!(self.stage.local, Structure::Dense | Structure::Given(_)) {
            return self.formed(Mode::Tangent);
        }
        let outputs = self.recorder.inline(&jacobian_tape(&self.stage.tape, mode)?, &self.x);
        Ok(Factor::Dense(outputs[outputs.len() - 1]))
    }

    /// The stage's Jacobian times the columns of `earlier`, as tangents.
    pub(super) fn pushed(&self, earlier: Factor<'r>) -> Result<Factor<'r>, ExecError> {
        if !matches!(self.stage.local, Structure::Dense) {
            return Ok(product(self.recorder, &self.at_hand()?, &earlier));
        }
        let seeds = earlier.dense(self.recorder).t();
        let shapes = self.seeds().map(|input| input.shape.clone()).collect();
        let images = self.mapped(&jvp(&self.stage.tape)?, seeds, shapes)?;
        Ok(Factor::Dense(images.t()))
    }

    /// The rows of `later` times the stage's Jacobian, as adjoints.
    pub(super) fn pulled(&self, later: Factor<'r>) -> Result<Factor<'r>, ExecError> {
        if !matches!(self.stage.local, Structure::Dense) {
            return Ok(product(self.recorder, &later, &self.at_hand()?));
        }
        let tape = &self.stage.tape;
        let shapes = (0..tape.outputs().len()).map(|i| tape.output_shape(i).clone()).collect();
        let images = self.mapped(&vjp(tape)?, later.dense(self.recorder), shapes)?;
        Ok(Factor::Dense(images))
    }

    /// A sweep of many seeds together: the images of the rows of `seeds`, each as a row.
    fn mapped(
        &self,
        sweep: &Tape,
        seeds: Var<'r>,
        shapes: Vec<Shape>,
    ) -> Result<Var<'r>, ExecError> {
        let count = first_extent(seeds);
        let x: Vec<&str> =
            sweep.inputs()[..self.x.len()].iter().map(|input| input.path.as_str()).collect();
        let sweep = vmap(sweep, count, Some(&x))?;
        let mut parts = Vec::with_capacity(shapes.len());
        let mut first = 0;
        for shape in shapes {
            let end = first + shape.elements() as u32;
            let dims: Vec<u32> = [count].into_iter().chain(shape.iter().copied()).collect();
            parts.push(seeds.slice(&[0, first], &[count, end]).reshape(&dims));
            first = end;
        }
        let images = self.images(&sweep, &parts);
        let row = |image: &Var<'r>| {
            let width = image.shape().elements() as u32 / count.max(1);
            image.reshape(&[count, width])
        };
        Ok(self.recorder.concat(&images.iter().map(row).collect::<Vec<_>>(), 1))
    }

    /// What a sweep makes of seeds: its outputs behind the values.
    fn images(&self, sweep: &Tape, seeds: &[Var<'r>]) -> Vec<Var<'r>> {
        let inputs: Vec<Var> = self.x.iter().chain(seeds).copied().collect();
        self.recorder.inline(sweep, &inputs).split_off(self.stage.tape.outputs().len())
    }

    /// The inputs of the stage that tangents are given for.
    fn seeds(&self) -> impl Iterator<Item = &Input> {
        self.stage.tape.inputs().iter().filter(|input| !input.fixed)
    }
}
