//! The steps a plan is made of.
use serde::{Deserialize, Serialize};

/// Each step makes the Jacobian of the links `from..to`; `at` is the joint inside, before link `at`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum Step {
    /// Sweeps the identity through `from..to`, as many tangents or adjoints as that needs.
    Accumulate {
        /// The first link.
        from: usize,
        /// The end of the links, itself not among them.
        to: usize,
        /// Which way the sweeps run.
        mode: Mode,
    },
    /// Multiplies the Jacobians on either side of `at`.
    Multiply {
        /// The first link of the earlier factor.
        from: usize,
        /// The first link of the later factor.
        at: usize,
        /// The end of the later factor.
        to: usize,
    },
    /// Sweeps the Jacobian on one side of `at` through the links on the other side: that of
    /// `from..at` as tangents through `at..to`, or that of `at..to` as adjoints through `from..at`.
    Eliminate {
        /// The first link of the result.
        from: usize,
        /// The joint that disappears.
        at: usize,
        /// The end of the result.
        to: usize,
        /// Which way the sweeps run.
        mode: Mode,
    },
    /// Adds up the Jacobians of all points.
    Reduce {
        /// The first link.
        from: usize,
        /// The end of the links.
        to: usize,
    },
    /// Evaluates the links `from..to` again, `times` times at every point, because what a sweep
    /// needs was not kept.
    Evaluate {
        /// The first link.
        from: usize,
        /// The end of the links.
        to: usize,
        /// How often.
        times: u64,
    },
}

impl Step {
    /// The links whose Jacobian the step makes; those it evaluates, when it makes none.
    pub fn span(&self) -> std::ops::Range<usize> {
        match *self {
            Step::Accumulate { from, to, .. }
            | Step::Multiply { from, to, .. }
            | Step::Eliminate { from, to, .. }
            | Step::Reduce { from, to }
            | Step::Evaluate { from, to, .. } => from..to,
        }
    }

    /// Whether its joints are in order and within `length` links.
    pub(crate) fn fits(&self, length: usize) -> bool {
        let span = self.span();
        let inside = match *self {
            Step::Multiply { from, at, to } | Step::Eliminate { from, at, to, .. } => {
                from < at && at < to
            }
            Step::Accumulate { .. } | Step::Reduce { .. } | Step::Evaluate { .. } => true,
        };
        inside && span.start < span.end && span.end <= length
    }

    /// Whether it sweeps tangents or adjoints.
    pub(crate) fn is_sweep(&self) -> bool {
        matches!(self, Step::Accumulate { .. } | Step::Eliminate { .. })
    }
}

/// The two ways a sweep can run.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// Columns, pushed forward.
    Tangent,
    /// Rows, pulled back.
    Adjoint,
}
