//! How many points fit a memory limit at once.
use crate::{Limits, Plan, PlanError, Problem, ProblemSpec, Request, plan};

/// The largest number of points whose plan keeps the memory limit of a request, and that plan.
///
/// A batch too large for the limit is run in slices of that many points. What points share is made
/// in the first slice and serves the others.
///
/// # Errors
/// `INFEASIBLE_MEMORY` when not even one point fits, and the other errors of [`plan`].
pub fn largest_slice(problem: &Problem, request: &Request) -> Result<(u32, Plan), PlanError> {
    let attempt = |batch: u32| {
        let slice = Problem::new(ProblemSpec { batch, ..problem.spec().clone() })?;
        plan(&slice, request)
    };
    let batch = problem.spec().batch;
    if problem.in_product_order() || request.limits == (Limits { memory: None, ..request.limits }) {
        return Ok((batch, plan(problem, request)?));
    }
    match attempt(batch) {
        Err(PlanError::InfeasibleMemory { .. }) => {}
        found => return Ok((batch, found?)),
    }
    // More points never take less memory: halve between what fits and what does not.
    let (mut fits, mut best, mut fails) = (1, attempt(1)?, batch);
    while fits + 1 < fails {
        let middle = fits + (fails - fits) / 2;
        match attempt(middle) {
            Ok(found) => (fits, best) = (middle, found),
            Err(PlanError::InfeasibleMemory { .. }) => fails = middle,
            Err(error) => return Err(error),
        }
    }
    Ok((fits, best))
}
