//! Plans for several machines: which steps, when and where.
mod check;
mod jobs;
mod list;
mod search;
mod split;

pub(crate) use check::check;
pub use search::{DEFAULT_BRANCHES, plan_for_machines};
pub use split::{Advice, advise};

use serde::{Deserialize, Serialize};

/// Where and when the steps of a plan run on identical machines, one step at a time on each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Schedule {
    /// How many machines there are.
    pub machines: u32,
    /// Multiply-adds until the last step ends.
    #[serde(with = "crate::number")]
    pub makespan: u128,
    /// One for each step, in their order.
    pub slots: Vec<Slot>,
}

/// When and where one step runs.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Slot {
    /// The machine, counted from 0.
    pub machine: u32,
    /// Multiply-adds before it starts.
    #[serde(with = "crate::number")]
    pub start: u128,
}
