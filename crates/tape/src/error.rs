//! Why a tape could not be made, read or used: one enum, one stable code for each cause.
use crate::Shape;

/// An error about a tape; its text names the argument, what was wanted and what came.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TapeError {
    /// Shapes that do not go together, or a shape that an op cannot take.
    #[error("{argument} must {wanted}, but {came}")]
    ShapeMismatch {
        /// The argument at fault, as its caller knows it.
        argument: String,
        /// What would have been right.
        wanted: String,
        /// What was given.
        came: String,
    },
    /// A parameter (an axis, an index, a length) out of its range.
    #[error("{argument} must {wanted}, but {came}")]
    InvalidArgument {
        /// The argument at fault.
        argument: String,
        /// What would have been right.
        wanted: String,
        /// What was given.
        came: String,
    },
    /// A variable of one recording used in another.
    #[error("{argument} must be a variable of this recording, but it belongs to another one")]
    ForeignVariable {
        /// The argument at fault.
        argument: String,
    },
    /// Derivatives of one number were asked of something that is not one number.
    #[error(
        "the output of a tape given to `{transform}` must be one scalar, but the tape has {came}: \
         weight or sum the outputs, or use `vjp` with a seed"
    )]
    NotScalar {
        /// The transform that was called.
        transform: &'static str,
        /// The outputs there are.
        came: String,
    },
    /// An input, output or op that does not exist.
    #[error("{argument} must be {wanted}, but is {came:?}")]
    UnknownName {
        /// Which name it is.
        argument: String,
        /// The names there are.
        wanted: String,
        /// The name that was given.
        came: String,
    },
    /// More nodes, elements or bytes than a tape may have.
    #[error("{argument} must be at most {limit}, but is {came}")]
    TooLarge {
        /// What is too large.
        argument: String,
        /// The largest that is allowed.
        limit: u64,
        /// What was given.
        came: u64,
    },
    /// Text that is not a tape.
    #[error("line {line} of the text must {wanted}, but {came}")]
    InvalidText {
        /// Counted from 1.
        line: usize,
        /// What would have been right.
        wanted: String,
        /// What stands there.
        came: String,
    },
    /// Bytes that are not a tape: corrupt, truncated, of another version, or hostile.
    #[error("the bytes must {wanted}, but {came}")]
    InvalidBytes {
        /// What would have been right.
        wanted: String,
        /// What was found.
        came: String,
    },
    /// Nodes that break a rule every tape keeps.
    #[error("node %{node} must {wanted}, but {came}")]
    InvalidTape {
        /// The first node that breaks it.
        node: u32,
        /// The rule.
        wanted: String,
        /// What was found.
        came: String,
    },
}

impl TapeError {
    /// A name that callers in any language may rely on.
    pub fn code(&self) -> &'static str {
        match self {
            TapeError::ShapeMismatch { .. } => "SHAPE_MISMATCH",
            TapeError::InvalidArgument { .. } => "INVALID_ARGUMENT",
            TapeError::ForeignVariable { .. } => "FOREIGN_VARIABLE",
            TapeError::NotScalar { .. } => "NOT_SCALAR",
            TapeError::UnknownName { .. } => "UNKNOWN_NAME",
            TapeError::TooLarge { .. } => "TOO_LARGE",
            TapeError::InvalidText { .. } => "INVALID_TEXT",
            TapeError::InvalidBytes { .. } => "INVALID_BYTES",
            TapeError::InvalidTape { .. } => "INVALID_TAPE",
        }
    }

    /// The argument at fault, where one can be named.
    pub fn argument(&self) -> Option<&str> {
        match self {
            TapeError::ShapeMismatch { argument, .. }
            | TapeError::InvalidArgument { argument, .. }
            | TapeError::ForeignVariable { argument }
            | TapeError::UnknownName { argument, .. }
            | TapeError::TooLarge { argument, .. } => Some(argument),
            TapeError::NotScalar { .. } => Some("tape"),
            TapeError::InvalidText { .. } => Some("text"),
            TapeError::InvalidBytes { .. } => Some("bytes"),
            TapeError::InvalidTape { .. } => None,
        }
    }

    /// Says that the shape of `argument` does not fit.
    pub fn shape(argument: &str, wanted: impl Into<String>, came: &Shape) -> TapeError {
        TapeError::ShapeMismatch {
            argument: argument.into(),
            wanted: wanted.into(),
            came: format!("has shape {came}"),
        }
    }

    /// Says that a parameter is out of its range.
    pub fn invalid(
        argument: &str,
        wanted: impl Into<String>,
        came: impl Into<String>,
    ) -> TapeError {
        TapeError::InvalidArgument {
            argument: argument.into(),
            wanted: wanted.into(),
            came: came.into(),
        }
    }
}
