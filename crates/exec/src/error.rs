//! Why something could not be prepared or run: the causes of the crates below, and those of running.
use chainrule_plan::PlanError;
use chainrule_tape::TapeError;

/// An error of preparing or running; its text names the argument, what was wanted and what came.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExecError {
    /// About a tape.
    #[error(transparent)]
    Tape(#[from] TapeError),
    /// About a plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Data that have not the length their shape and the number of points ask for.
    #[error("{argument} must {wanted}, but {came}")]
    ShapeMismatch {
        /// The argument at fault.
        argument: String,
        /// What would have been right.
        wanted: String,
        /// What was given.
        came: String,
    },
    /// An option or an index out of its range.
    #[error("{argument} must {wanted}, but {came}")]
    InvalidArgument {
        /// The argument at fault.
        argument: String,
        /// What would have been right.
        wanted: String,
        /// What was given.
        came: String,
    },
    /// The call would need more memory than it may use.
    #[error("`memory` must be at least {smallest} bytes for this call, but is {came}")]
    InfeasibleMemory {
        /// The smallest limit that can be kept.
        smallest: u64,
        /// The limit that was given.
        came: u64,
    },
    /// The caller asked for the run to stop.
    #[error("the run was cancelled after {done} of {points} points")]
    Cancelled {
        /// Points that were finished.
        done: usize,
        /// Points that were asked for.
        points: usize,
    },
    /// A file that could not be written.
    #[error("{path} could not be saved: {reason}")]
    NotSaved {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
}

impl ExecError {
    /// A name that callers in any language may rely on.
    pub fn code(&self) -> &'static str {
        match self {
            ExecError::Tape(error) => error.code(),
            ExecError::Plan(error) => error.code(),
            ExecError::ShapeMismatch { .. } => "SHAPE_MISMATCH",
            ExecError::InvalidArgument { .. } => "INVALID_ARGUMENT",
            ExecError::InfeasibleMemory { .. } => "INFEASIBLE_MEMORY",
            ExecError::Cancelled { .. } => "CANCELLED",
            ExecError::NotSaved { .. } => "NOT_SAVED",
        }
    }

    /// The argument at fault, where one can be named.
    pub fn argument(&self) -> Option<&str> {
        match self {
            ExecError::Tape(error) => error.argument(),
            ExecError::Plan(error) => error.argument(),
            ExecError::Cancelled { .. } | ExecError::NotSaved { .. } => None,
            ExecError::ShapeMismatch { argument, .. }
            | ExecError::InvalidArgument { argument, .. } => Some(argument),
            ExecError::InfeasibleMemory { .. } => Some("memory"),
        }
    }

    pub(crate) fn shape(argument: String, wanted: String, came: String) -> ExecError {
        ExecError::ShapeMismatch { argument, wanted, came }
    }

    pub(crate) fn invalid(
        argument: &str,
        wanted: impl Into<String>,
        came: impl Into<String>,
    ) -> ExecError {
        ExecError::InvalidArgument {
            argument: argument.into(),
            wanted: wanted.into(),
            came: came.into(),
        }
    }
}
