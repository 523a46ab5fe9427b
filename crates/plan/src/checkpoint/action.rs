//! What a schedule is made of.
use serde::{Deserialize, Serialize};

/// One action of the machine that reverses a chain of steps.
///
/// State `i` is what step `i` starts from. The machine has one **working state**, at first state 0,
/// and the adjoint that belongs to the end of the last step not yet reversed.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum Action {
    /// Runs the steps `from..to` on the working state and keeps nothing in between.
    Advance {
        /// The working state before.
        from: u32,
        /// The working state after.
        to: u32,
    },
    /// Runs a step on the working state and leaves its tape at hand, until the next record.
    Record {
        /// The step.
        step: u32,
    },
    /// Reverses the last step not yet reversed by its tape, and frees the tape.
    Reverse {
        /// The step.
        step: u32,
    },
    /// Keeps the working state.
    StoreState {
        /// The state.
        state: u32,
        /// Where to.
        place: Place,
    },
    /// Makes a kept state the working state; the kept one stays.
    RestoreState {
        /// The state.
        state: u32,
        /// Where from.
        place: Place,
    },
    /// Frees the room of a kept state.
    DiscardState {
        /// The state.
        state: u32,
        /// Where.
        place: Place,
    },
    /// Keeps the tape at hand, in memory.
    StoreTape {
        /// The step.
        step: u32,
    },
}

/// Where a state is kept.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// In memory.
    Memory,
    /// On disk.
    Disk,
}
