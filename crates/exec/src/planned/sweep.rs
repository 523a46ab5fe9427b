//! The Jacobian of one stage, and tangents and adjoints through it.
use super::factor::{Dense, Factor, first_extent, product};
use super::sparse::Groups;
use crate::ExecError;
use crate::chain::{Local as Structure, Stage};
use chainrule_plan::{Mode, Pattern};
use chainrule_tape::transform::{self, jacobian_tape, jvp, vjp, vmap};
use chainrule_tape::{Input, Recorder, Shape, Tape, Var};

/// A stage at the point of the recording.
pub(super) struct Local<'a, 'r> {
    pub(super) recorder: &'r Recorder,
    pub(super) stage: &'a Stage,
    /// Whether the stage's Jacobian is the same for all points.
    pub(super) is_shared: bool,
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
            Structure::Selection(indices) => Factor::selection(columns, indices)?,
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
                let matrix = Dense::new(self.recorder.inline(matrix, &fixed)[0]);
                Factor::Dense(matrix.shared(self.is_shared))
            }
            Structure::Pattern(_) | Structure::Dense => self.swept(mode)?,
        })
    }

    /// The Jacobian of the stage by sweeping the identity through it, where there is something to sweep.
    pub(super) fn swept(&self, mode: Mode) -> Result<Factor<'r>, ExecError> {
        let direction = match mode {
            Mode::Tangent => transform::Mode::Tangent,
            Mode::Adjoint => transform::Mode::Adjoint,
        };
        match (&self.stage.local, mode) {
            (Structure::Identity | Structure::Selection(_) | Structure::Diagonal, _) => {
                self.formed(mode)
            }
            (Structure::Pattern(_), Mode::Tangent) => {
                self.pushed(Factor::Identity(self.stage.inputs() as u32))
            }
            (Structure::Pattern(_), Mode::Adjoint) => {
                self.pulled(Factor::Identity(self.stage.outputs() as u32))
            }
            (Structure::Given(_) | Structure::Dense, _) => {
                let tape = jacobian_tape(&self.stage.tape, direction)?;
                let outputs = self.recorder.inline(&tape, &self.x);
                Ok(Factor::Dense(Dense::new(outputs[outputs.len() - 1])))
            }
        }
    }

    /// The stage's Jacobian times the columns of `earlier`, as tangents.
    pub(super) fn pushed(&self, earlier: Factor<'r>) -> Result<Factor<'r>, ExecError> {
        if !self.is_swept() {
            return Ok(product(self.recorder, &self.at_hand()?, &earlier));
        }
        let sweep = jvp(&self.stage.tape)?;
        let shapes = self.seeds().map(|input| input.shape.clone()).collect();
        if let (Some(own), Some(earlier)) = (self.pattern(), earlier.sparse()) {
            let pattern = own.times(&earlier.pattern);
            let groups = Groups::of_columns(&pattern);
            let seeds = earlier.grouped_columns(self.recorder, &groups);
            let images = self.mapped(&sweep, seeds, shapes)?;
            return Ok(Factor::of(self.recorder, groups.columns_of(images, pattern)));
        }
        let seeds = match earlier {
            Factor::Dense(earlier) => earlier.transpose(),
            earlier => earlier.dense(self.recorder).t(),
        };
        Ok(Factor::Dense(Dense::of_transpose(self.mapped(&sweep, seeds, shapes)?)))
    }

    /// The rows of `later` times the stage's Jacobian, as adjoints.
    pub(super) fn pulled(&self, later: Factor<'r>) -> Result<Factor<'r>, ExecError> {
        if !self.is_swept() {
            return Ok(product(self.recorder, &later, &self.at_hand()?));
        }
        let tape = &self.stage.tape;
        let sweep = vjp(tape)?;
        let shapes = (0..tape.outputs().len()).map(|i| tape.output_shape(i).clone()).collect();
        if let (Some(own), Some(later)) = (self.pattern(), later.sparse()) {
            let pattern = later.pattern.times(own);
            let groups = Groups::of_columns(&pattern.transpose());
            let seeds = later.grouped_rows(self.recorder, &groups);
            let images = self.mapped(&sweep, seeds, shapes)?;
            return Ok(Factor::of(self.recorder, groups.rows_of(images, pattern)));
        }
        let images = self.mapped(&sweep, later.dense(self.recorder), shapes)?;
        Ok(Factor::Dense(Dense::new(images)))
    }

    /// Whether the Jacobian is known by sweeps alone.
    fn is_swept(&self) -> bool {
        matches!(self.stage.local, Structure::Pattern(_) | Structure::Dense)
    }

    fn pattern(&self) -> Option<&Pattern> {
        match &self.stage.local {
            Structure::Pattern(pattern) => Some(pattern),
            _ => None,
        }
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
