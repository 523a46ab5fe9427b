//! Prices a plan by walking it.
//!
//! The judge of every planner: it keeps the matrices that are alive, lets each step use them up,
//! and adds. It knows no recurrence, no table and no prefix sum.
mod states;
mod walk;

use crate::{Plan, PlanError, Problem, Reason, Step, schedule};
use walk::Walk;

/// What running some steps takes, over the whole batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Multiply-adds.
    pub cost: u128,
    /// Multiply-adds of each step.
    pub costs: Vec<u128>,
    /// Most elements alive at once; what was given does not count.
    pub peak_memory: u128,
    /// Multiply-adds in the longest run of steps that need each other.
    pub critical_path: u128,
    /// Elements of all matrices made.
    pub written: u128,
    /// Elements of the largest matrix made before the last.
    pub largest: u128,
    /// Most tape entries that one adjoint sweep runs through at one point.
    pub tape: u128,
    /// Tangents and adjoints swept, counted once for each point or once for all.
    pub sweeps: u128,
}

/// Prices a plan.
///
/// # Errors
/// `PLAN_MISMATCH` for a plan of another problem, `INVALID_PLAN` for steps that cannot run.
pub fn price(problem: &Problem, plan: &Plan) -> Result<Price, PlanError> {
    if plan.fingerprint != problem.fingerprint() {
        let (expected, found) = (problem.fingerprint(), plan.fingerprint);
        return Err(PlanError::PlanMismatch { expected, found });
    }
    let price = price_steps(problem, &plan.steps)?;
    let fits =
        |reason: &Reason| reason.step < plan.steps.len() && reason.instead.fits(problem.length());
    if let Some(Reason { step, instead, .. }) = plan.reasons.iter().find(|reason| !fits(reason)) {
        let reason = format!("`{instead}` could not stand in its place");
        return Err(PlanError::InvalidPlan { step: *step, reason });
    }
    if let Some(schedule) = &plan.schedule {
        schedule::check(schedule, &plan.steps, &price.costs)
            .map_err(|reason| PlanError::InvalidPlan { step: plan.steps.len(), reason })?;
    }
    Ok(price)
}

/// Prices steps in the order they stand.
///
/// # Errors
/// `INVALID_PLAN` when a step uses a matrix that is not there, sweeps where no sweep can go, or the
/// last step does not leave exactly what the problem asks for.
pub fn price_steps(problem: &Problem, steps: &[Step]) -> Result<Price, PlanError> {
    let mut walk = Walk::new(problem, steps);
    for (index, step) in steps.iter().enumerate() {
        walk.take(step).map_err(|reason| PlanError::InvalidPlan { step: index, reason })?;
    }
    walk.finish().map_err(|reason| PlanError::InvalidPlan { step: steps.len(), reason })
}
