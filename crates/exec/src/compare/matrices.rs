//! Tapes that multiply dense matrices at hand in the order of a plan.
use super::comparison::Link;
use crate::ExecError;
use chainrule_plan::{Jacobian, Mode, Plan, PlanError, Problem, Step, Structure};
use chainrule_tape::{Input, Recorder, Segment, Shape, Tape, Var};
use std::collections::BTreeMap;

/// Whether every link is a dense matrix at hand, so that the problem can be run as it is.
pub(super) fn are_matrices(problem: &Problem) -> bool {
    let spec = problem.spec();
    let dense =
        |structure: &Structure| matches!(structure, Structure::Dense | Structure::LowRank { .. });
    spec.reduce.is_none()
        && spec.stages.iter().all(|s| s.jacobian == Jacobian::Given && dense(&s.structure))
}

/// The matrices as inputs; in product order those of the factors.
pub(super) fn inputs(links: &[Link], in_product_order: bool) -> Result<Vec<Input>, ExecError> {
    let input = |(i, link): (usize, &Link)| {
        let dims = match in_product_order {
            true => [link.inputs, link.outputs],
            false => [link.outputs, link.inputs],
        };
        let shape = Shape::new(&dims)?;
        Ok(Input::new(&format!("W{i}"), shape).fixed())
    };
    links.iter().enumerate().map(input).collect()
}

/// The tape of the product alone. Sweeps of the identity multiply by it, as those through a function would have to.
pub(super) fn product_tape(
    links: &[Link],
    in_product_order: bool,
    plan: &Plan,
) -> Result<Tape, ExecError> {
    let mut failure = None;
    let inputs = inputs(links, in_product_order)?;
    let tape = Recorder::record(Segment::default(), inputs, |recorder, matrices| {
        let mut walk = Walk { recorder, matrices, in_product_order, alive: BTreeMap::new() };
        for (at, step) in plan.steps.iter().enumerate() {
            if walk.take(step).is_none() {
                let reason = "points are added up when it runs, not by the plan".into();
                failure = Some(PlanError::InvalidPlan { step: at, reason });
            }
        }
        vec![walk.used_up(0, links.len())]
    })?;
    failure.map_or(Ok(tape), |error| Err(error.into()))
}

/// The tape of the function whose stages multiply by the matrices.
pub(super) fn function_tape(links: &[Link]) -> Result<Tape, ExecError> {
    let n = links.first().map_or(0, |link| link.inputs);
    let x = Input::new("x", Shape::vector(n));
    let all: Vec<Input> = std::iter::once(x).chain(inputs(links, false)?).collect();
    Ok(Recorder::record(Segment::default(), all, |_, vars| {
        vec![vars[1..].iter().fold(vars[0], |x, w| w.dot(x))]
    })?)
}

struct Walk<'a, 'r> {
    recorder: &'r Recorder,
    matrices: &'a [Var<'r>],
    /// Whether what comes earlier stands on the left.
    in_product_order: bool,
    /// The products that are there, by their first link, with their end.
    alive: BTreeMap<usize, (usize, Var<'r>)>,
}

impl<'r> Walk<'_, 'r> {
    /// Records a step; none for one that a tape has no words for.
    fn take(&mut self, step: &Step) -> Option<()> {
        let (from, to) = (step.span().start, step.span().end);
        let made = match *step {
            Step::Accumulate { mode: Mode::Tangent, .. } => {
                let first = self.matrices[from];
                let columns = first.shape()[1];
                self.pushed(self.identity(columns), from..to)
            }
            Step::Accumulate { mode: Mode::Adjoint, .. } => {
                let rows = self.matrices[to - 1].shape()[0];
                self.pulled(self.identity(rows), from..to)
            }
            Step::Multiply { at, .. } => {
                let earlier = self.used_up(from, at);
                let later = self.used_up(at, to);
                if self.in_product_order { earlier.dot(later) } else { later.dot(earlier) }
            }
            Step::Eliminate { at, mode: Mode::Tangent, .. } => {
                let earlier = self.used_up(from, at);
                self.pushed(earlier, at..to)
            }
            Step::Eliminate { at, mode: Mode::Adjoint, .. } => {
                let later = self.used_up(at, to);
                self.pulled(later, from..at)
            }
            // There is nothing to evaluate in a product; who recomputes is run otherwise.
            Step::Evaluate { .. } => return Some(()),
            Step::Reduce { .. } => return None,
        };
        self.alive.insert(from, (to, made));
        Some(())
    }

    fn pushed(&self, columns: Var<'r>, links: std::ops::Range<usize>) -> Var<'r> {
        links.fold(columns, |columns, link| self.matrices[link].dot(columns))
    }

    fn pulled(&self, rows: Var<'r>, links: std::ops::Range<usize>) -> Var<'r> {
        links.rev().fold(rows, |rows, link| rows.dot(self.matrices[link]))
    }

    fn identity(&self, n: u32) -> Var<'r> {
        self.recorder.splat(1.0, &Shape::vector(n)).diagonal()
    }

    fn used_up(&mut self, from: usize, to: usize) -> Var<'r> {
        match self.alive.get(&from) {
            Some(&(end, made)) if end == to => {
                self.alive.remove(&from);
                made
            }
            _ => self.matrices[from],
        }
    }
}
