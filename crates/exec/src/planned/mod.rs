//! From a plan to a tape: the steps of a plan recorded one after the other.
mod factor;
mod sparse;
mod sweep;
#[cfg(test)]
mod tests;

use crate::ExecError;
use crate::chain::{Chain, run};
use chainrule_plan::{Mode, Plan, PlanError, Problem, Step, price};
use chainrule_tape::transform::jacobian_tape_by;
use chainrule_tape::{Recorder, Tape, Var};
use factor::{Factor, product};
use std::collections::BTreeMap;
use sweep::Local;

/// The tape of `x -> (value, jacobian)` of a chain whose Jacobians are multiplied as `plan` says.
///
/// The inputs are those of the chain; the Jacobian has a row for each element of the outputs and a column for each element
/// of the inputs that are differentiated. The values are those of the chain, bit for bit.
///
/// # Errors
/// `PLAN_MISMATCH` for a plan of another problem than `problem`, `INVALID_PLAN` for one whose steps cannot run or that adds
/// up points, which is asked for when running; `TOO_LARGE`.
pub fn planned_tape(chain: &Chain, problem: &Problem, plan: &Plan) -> Result<Tape, ExecError> {
    price(problem, plan)?;
    if let Some(step) = plan.steps.iter().position(|step| matches!(step, Step::Reduce { .. })) {
        let reason = "points are added up when it runs, not by the plan".into();
        return Err(PlanError::InvalidPlan { step, reason }.into());
    }
    let mut failure = None;
    let tape = jacobian_tape_by(chain.tape(), |recorder, inputs| {
        let outputs = run(recorder, chain.stages(), inputs);
        let mut walk =
            Walk { recorder, chain, problem, inputs, outputs: &outputs, alive: BTreeMap::new() };
        let values = outputs.last().cloned().unwrap_or_default();
        match plan.steps.iter().try_for_each(|step| walk.take(step)).and_then(|()| walk.whole()) {
            Ok(matrix) => values.into_iter().chain([matrix]).collect(),
            Err(error) => {
                failure = Some(error);
                Vec::new()
            }
        }
    });
    match failure {
        Some(error) => Err(error),
        None => Ok(tape?),
    }
}

/// A plan being recorded.
struct Walk<'a, 'r> {
    recorder: &'r Recorder,
    chain: &'a Chain,
    problem: &'a Problem,
    inputs: &'a [Var<'r>],
    /// What each stage gives.
    outputs: &'a [Vec<Var<'r>>],
    /// The Jacobians that are there: by their first stage, with their end.
    alive: BTreeMap<usize, (usize, Factor<'r>)>,
}

impl<'r> Walk<'_, 'r> {
    fn take(&mut self, step: &Step) -> Result<(), ExecError> {
        let (from, to) = (step.span().start, step.span().end);
        let made = match *step {
            Step::Accumulate { mode, .. } => self.accumulated(from, to, mode)?,
            Step::Multiply { at, .. } => {
                let earlier = self.used_up(from, at)?;
                let later = self.used_up(at, to)?;
                product(self.recorder, &later, &earlier)
            }
            Step::Eliminate { at, mode: Mode::Tangent, .. } => {
                let mut made = self.used_up(from, at)?;
                for stage in at..to {
                    made = self.local(stage).pushed(made)?;
                }
                made
            }
            Step::Eliminate { at, mode: Mode::Adjoint, .. } => {
                let mut made = self.used_up(at, to)?;
                for stage in (from..at).rev() {
                    made = self.local(stage).pulled(made)?;
                }
                made
            }
            // Every value is kept, so there is nothing to evaluate again; sums over points are refused above.
            Step::Evaluate { .. } | Step::Reduce { .. } => return Ok(()),
        };
        self.alive.insert(from, (to, made));
        Ok(())
    }

    /// The Jacobian of some stages by sweeps alone.
    fn accumulated(&self, from: usize, to: usize, mode: Mode) -> Result<Factor<'r>, ExecError> {
        let (first, rest) = match mode {
            Mode::Tangent => (from, from + 1..to),
            Mode::Adjoint => (to - 1, from..to - 1),
        };
        let mut made = match rest.is_empty() {
            true => self.local(first).formed(mode)?,
            false => self.local(first).swept(mode)?,
        };
        match mode {
            Mode::Tangent => {
                for stage in rest {
                    made = self.local(stage).pushed(made)?;
                }
            }
            Mode::Adjoint => {
                for stage in rest.rev() {
                    made = self.local(stage).pulled(made)?;
                }
            }
        }
        Ok(made)
    }

    /// Takes a Jacobian out of those that are there; a given one is always at hand.
    fn used_up(&mut self, from: usize, to: usize) -> Result<Factor<'r>, ExecError> {
        match self.alive.get(&from) {
            Some((end, _)) if *end == to => {
                Ok(self.alive.remove(&from).map_or(Factor::Identity(0), |(_, factor)| factor))
            }
            _ => self.local(from).at_hand(),
        }
    }

    /// The whole Jacobian as a matrix.
    fn whole(&mut self) -> Result<Var<'r>, ExecError> {
        Ok(self.used_up(0, self.chain.len())?.dense(self.recorder))
    }

    fn local(&self, stage: usize) -> Local<'_, 'r> {
        let carried = stage.checked_sub(1).map_or(&[][..], |before| &self.outputs[before]);
        let is_shared = self.problem.spec().stages[stage].shared;
        let stage = &self.chain.stages()[stage];
        Local { recorder: self.recorder, stage, is_shared, x: stage.args(self.inputs, carried) }
    }
}
