//! What is to be reversed, and within which limits.
use crate::PlanError;
use serde::{Deserialize, Serialize};

/// Most steps of a problem: a schedule names every one of them.
pub const MOST_STEPS: u32 = 1 << 24;

/// Most stages of a heterogeneous chain: the tables look at every span of them.
const MOST_STAGES: usize = 2048;

/// Most splits that a search by table may look at.
const MOST_SPLITS: u64 = 1 << 33;

/// Costs and sizes of a heterogeneous chain must add up to less than this.
const MOST_IN_ALL: u128 = 1 << 53;

/// A chain to be reversed under a limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum CheckpointProblem {
    /// Equal steps and room for some states (Griewank and Walther, Revolve). Cost counts forward
    /// steps.
    Uniform {
        /// How many steps.
        steps: u32,
        /// How many states may be kept at once, the initial one included.
        checkpoints: u32,
    },
    /// Equal steps and units that each hold a state or the tape of one step (Maddison 2024). Cost
    /// counts forward steps; the tape of the step that is reversed next needs no unit.
    Mixed {
        /// How many steps.
        steps: u32,
        /// How many units.
        storage: u32,
    },
    /// Equal steps, and states kept in memory or on disk (Herrmann and Pallez, H-Revolve).
    TwoLevel {
        /// How many steps.
        steps: u32,
        /// How many states memory holds; reading and writing them is free.
        memory_checkpoints: u32,
        /// How many states the disk holds.
        disk_checkpoints: u32,
        /// Cost of advancing one step.
        forward_cost: u64,
        /// Cost of recording and reversing one step.
        adjoint_cost: u64,
        /// Cost of writing a state to disk.
        write_cost: u64,
        /// Cost of reading a state from disk.
        read_cost: u64,
    },
    /// Stages that differ (Beaumont, Eyraud-Dubois, Herrmann, Joly and Shilova, rotor).
    Heterogeneous {
        /// The stages in the order they are applied.
        stages: Vec<CheckpointStage>,
        /// All that may be held while something runs, in the unit of the sizes: states, tapes and
        /// the adjoint. The input of the chain does not count.
        memory: u64,
        /// Into how many equal parts memory is cut for the search, sizes being rounded up to parts.
        /// Enough to be exact unless the chain is too long for that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slots: Option<u32>,
    },
}

/// One stage of a heterogeneous chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckpointStage {
    /// Cost of running it, recording or not.
    pub forward_cost: u64,
    /// Cost of reversing it.
    pub adjoint_cost: u64,
    /// Size of the state it gives.
    pub state_size: u64,
    /// Size of its tape, the state it gives included.
    pub tape_size: u64,
    /// Size of the adjoint of the state it gives; that of the state unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjoint_size: Option<u64>,
    /// Room it takes while it runs, beyond what it reads and leaves.
    #[serde(default)]
    pub forward_workspace: u64,
    /// Room it takes while it is reversed.
    #[serde(default)]
    pub adjoint_workspace: u64,
}

impl CheckpointStage {
    /// Size of the adjoint of the state it gives.
    pub(crate) fn adjoint_room(&self) -> u64 {
        self.adjoint_size.unwrap_or(self.state_size)
    }
}

impl CheckpointProblem {
    /// The number of steps or stages.
    pub fn steps(&self) -> usize {
        match self {
            CheckpointProblem::Uniform { steps, .. }
            | CheckpointProblem::Mixed { steps, .. }
            | CheckpointProblem::TwoLevel { steps, .. } => *steps as usize,
            CheckpointProblem::Heterogeneous { stages, .. } => stages.len(),
        }
    }

    pub(super) fn check(&self) -> Result<(), PlanError> {
        let zero = |field: &str| Err(PlanError::ZeroSize { field: field.into() });
        match self {
            CheckpointProblem::Heterogeneous { stages, .. } if stages.is_empty() => {
                return Err(PlanError::EmptyChain);
            }
            _ if self.steps() == 0 => return zero("steps"),
            _ => at_most("steps", MOST_STEPS as usize, self.steps())?,
        }
        match self {
            CheckpointProblem::Uniform { checkpoints: 0, .. } => zero("checkpoints"),
            CheckpointProblem::Uniform { .. } => Ok(()),
            CheckpointProblem::Mixed { storage: 0, .. } => zero("storage"),
            CheckpointProblem::Mixed { steps, storage } => check_splits(*steps, *storage),
            CheckpointProblem::TwoLevel { memory_checkpoints: 0, disk_checkpoints: 0, .. } => {
                zero("memoryCheckpoints + diskCheckpoints")
            }
            CheckpointProblem::TwoLevel { steps, disk_checkpoints, .. } => {
                check_splits(*steps, *disk_checkpoints)
            }
            CheckpointProblem::Heterogeneous { slots: Some(0), .. } => zero("slots"),
            CheckpointProblem::Heterogeneous { stages, .. } => check_stages(stages),
        }
    }
}

fn at_most(field: &'static str, limit: usize, got: usize) -> Result<(), PlanError> {
    if got <= limit { Ok(()) } else { Err(PlanError::TooLarge { field, limit, got }) }
}

/// A table of `units` rows looks at half the square of `steps` for each.
fn check_splits(steps: u32, units: u32) -> Result<(), PlanError> {
    let rows = u64::from(units.min(steps)).max(1);
    at_most("steps", (2 * MOST_SPLITS / rows).isqrt() as usize, steps as usize)
}

fn check_stages(stages: &[CheckpointStage]) -> Result<(), PlanError> {
    at_most("stages", MOST_STAGES, stages.len())?;
    // Every stage runs forward at most once for every stage after it, and once for itself.
    let often = stages.len() as u128;
    let sum = |of: fn(&CheckpointStage) -> u128| stages.iter().map(of).sum::<u128>();
    let costs = sum(|stage| stage.forward_cost.into()).saturating_mul(often)
        + sum(|stage| stage.adjoint_cost.into());
    let sizes = sum(|stage| {
        [stage.state_size, stage.tape_size, stage.adjoint_room()]
            .into_iter()
            .chain([stage.forward_workspace, stage.adjoint_workspace])
            .map(u128::from)
            .sum()
    });
    for (field, bound) in [("stages[].forwardCost", costs), ("stages[].tapeSize", sizes)] {
        if bound >= MOST_IN_ALL {
            return Err(PlanError::CheckpointOverflow { field, bound });
        }
    }
    for (index, stage) in stages.iter().enumerate() {
        if stage.tape_size < stage.state_size {
            return Err(PlanError::StructureMismatch {
                field: format!("stages[{index}].tapeSize"),
                wanted: format!("be at least {}, for the tape holds the state", stage.state_size),
                got: format!("is {}", stage.tape_size),
            });
        }
    }
    Ok(())
}
