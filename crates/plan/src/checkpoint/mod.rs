//! Which states to keep, and what to run again, so that a chain can be reversed in little memory.
//!
//! Reversing needs the states in the opposite order of their making. What is not kept is computed
//! again from a checkpoint. [`checkpointing`] gives the cheapest [`Action`]s under a limit;
//! [`replay`] runs them on a machine that knows none of the recurrences, and judges them.
pub(crate) mod action;
mod heterogeneous;
mod mixed;
pub(crate) mod problem;
pub(crate) mod replay;
mod revolve;
mod rotor;
mod row;
mod script;
#[cfg(test)]
mod tests;
mod two_level;

use crate::{Certificate, PlanError, Proof};
pub use action::{Action, Place};
pub use problem::{CheckpointProblem, CheckpointStage, MOST_STEPS};
pub use replay::{Replay, replay};
pub use revolve::{extra_forward, most_steps};
use serde::{Deserialize, Serialize};

/// What to do, action by action, to reverse a chain, and what that takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Checkpointing {
    /// Forward cost beyond recording each step once.
    #[serde(with = "crate::number")]
    pub extra_forward: u128,
    /// All that counts: steps for uniform and mixed problems, given costs for the others.
    #[serde(with = "crate::number")]
    pub cost: u128,
    /// Most checkpoints, units or sizes in memory at once.
    #[serde(with = "crate::number")]
    pub peak_memory: u128,
    /// Most checkpoints on disk at once.
    pub peak_disk: u32,
    /// How good the cost is known to be.
    pub certificate: Certificate,
    /// The actions in order.
    pub schedule: Vec<Action>,
}

/// Finds the cheapest schedule that reverses a chain. The same problem always gives the same one.
///
/// ```
/// use chainrule_plan::{CheckpointProblem, checkpointing};
///
/// let best = checkpointing(&CheckpointProblem::Uniform { steps: 100, checkpoints: 8 })?;
/// assert_eq!(best.extra_forward, 245);
/// # Ok::<(), chainrule_plan::PlanError>(())
/// ```
///
/// # Errors
/// `ZERO_SIZE` for no steps, checkpoints, units or slots; `EMPTY_CHAIN`; `TOO_LARGE` where the
/// schedule or the search would be; `STRUCTURE_MISMATCH` for a tape smaller than the state it holds;
/// `COST_OVERFLOW`; `INFEASIBLE_MEMORY` with the smallest memory that does.
pub fn checkpointing(problem: &CheckpointProblem) -> Result<Checkpointing, PlanError> {
    problem.check()?;
    let optimal = |by| Certificate::Optimal { by };
    let (schedule, certificate) = match problem {
        CheckpointProblem::Uniform { steps, checkpoints } => {
            (revolve::schedule(*steps, *checkpoints), optimal(Proof::ClosedForm))
        }
        CheckpointProblem::Mixed { steps, storage } => {
            (mixed::schedule(*steps, *storage), optimal(Proof::IntervalProgram))
        }
        CheckpointProblem::TwoLevel { .. } => {
            (two_level::schedule(problem), optimal(Proof::IntervalProgram))
        }
        CheckpointProblem::Heterogeneous { stages, memory, slots } => {
            heterogeneous::schedule(stages, *memory, *slots)?
        }
    };
    let Replay { extra_forward, cost, peak_memory, peak_disk } = replay(problem, &schedule)?;
    Ok(Checkpointing { extra_forward, cost, peak_memory, peak_disk, certificate, schedule })
}
