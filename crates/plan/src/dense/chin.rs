//! A heuristic in linear time: one pass with a stack.
//!
//! Chin 1978, bounded by Hu and Shing 1981: never more than 2/sqrt(3) = 1.1547 times the optimum.
use super::fan::bracketing;
use crate::{Certificate, Plan, PlanError, Problem, Proof, bracketing as bracket};

/// A bracketing at most 15.47 % above the optimum, in time linear in the number of factors.
pub(crate) fn chin(problem: &Problem) -> Result<Plan, PlanError> {
    let dims = dims(problem);
    let tree = bracketing(&dims, &cuts(&dims));
    let steps = bracket::products(problem, &tree)?;
    let certificate = Certificate::Optimal { by: Proof::OnlyOne };
    let mut plan = Plan::of_steps(problem, steps, "flops", certificate)?;
    if problem.length() > 2 {
        plan.certificate = Certificate::Gap { lower_bound: bound(plan.cost) };
    }
    Ok(plan)
}

/// The dims of a chain of matrices.
pub(crate) fn dims(problem: &Problem) -> Vec<u32> {
    let links = problem.links();
    links
        .iter()
        .take(1)
        .map(|link| link.inputs)
        .chain(links.iter().map(|link| link.outputs))
        .collect()
}

/// Corners are cut off while that is cheaper than two triangles from the smallest dim.
fn cuts(dims: &[u32]) -> Vec<(usize, usize)> {
    let n = dims.len();
    let smallest = (0..n).min_by_key(|&at| (dims[at], at)).unwrap_or(0);
    let size = |at: usize| u128::from(dims[at]);
    let w = size(smallest);
    let mut diagonals = Vec::new();
    let mut stack = vec![smallest];
    for next in (1..n).map(|step| (smallest + step) % n) {
        while let [.., under, top] = stack[..] {
            let [u, t, x] = [under, top, next].map(size);
            // Below the smallest dim there is nothing to cut from.
            if u * t * x + w * u * x >= w * u * t + w * t * x || stack.len() < 3 {
                break;
            }
            diagonals.push((under, next));
            stack.pop();
        }
        stack.push(next);
    }
    diagonals
}

/// The least that any order costs, when the heuristic's costs `cost`: `cost * sqrt(3) / 2`, up.
fn bound(cost: u128) -> u128 {
    // 866025403784438646 / 10^18 is just below sqrt(3) / 2.
    let (share, whole) = (866_025_403_784_438_646, 1_000_000_000_000_000_000);
    let (thousands, rest) = (cost / whole, cost % whole);
    thousands * share + (rest * share).div_ceil(whole)
}
