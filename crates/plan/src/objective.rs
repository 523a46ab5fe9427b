//! What a plan is to keep small.
use crate::CostModel;
use serde::{Deserialize, Serialize};

/// The quantity that planning minimises. Ties go to fewer multiply-adds, then to fewer sweeps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum Objective {
    /// Multiply-adds.
    #[default]
    Flops,
    /// Elements written: the sizes of all matrices made.
    Writes,
    /// Multiply-adds and `factor` times the elements written.
    Combo {
        /// What writing an element is worth.
        factor: u64,
    },
    /// Per step the larger of multiply-adds and `factor` times the elements written.
    Limit {
        /// What writing an element is worth.
        factor: u64,
    },
    /// The largest matrix made on the way, the result not counted.
    Largest,
    /// Elements alive at once.
    Memory,
    /// Multiply-adds one after the other when every independent step has its own machine.
    CriticalPath,
    /// Multiply-adds one after the other when each step is split among machines: its columns or rows
    /// at every point are dealt out whole.
    Split {
        /// How many machines.
        machines: u32,
    },
    /// Femtoseconds by a model of the machine.
    Time {
        /// The model.
        model: Box<CostModel>,
        /// How many threads a step may use.
        threads: u32,
    },
}

impl Objective {
    /// The name that plans carry.
    pub fn name(&self) -> &'static str {
        match self {
            Objective::Flops => "flops",
            Objective::Writes => "writes",
            Objective::Combo { .. } => "combo",
            Objective::Limit { .. } => "limit",
            Objective::Largest => "largest",
            Objective::Memory => "memory",
            Objective::CriticalPath => "criticalPath",
            Objective::Split { .. } => "split",
            Objective::Time { .. } => "time",
        }
    }
}
