//! How good a plan is known to be.
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is known about the value of a plan under the objective it was made for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Certificate {
    /// No plan is better.
    Optimal {
        /// Why.
        by: Proof,
    },
    /// No plan is better than the bound; the plan may be worse than the best.
    Gap {
        /// A value that no plan goes below.
        #[serde(with = "crate::number")]
        lower_bound: u128,
    },
}

/// Why no plan is better.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// An exact dynamic program over spans.
    IntervalProgram,
    /// Hu and Shing's triangulation.
    HuShing,
    /// A set of all undominated values of every span. Where memory counts, of plans that make one
    /// operand of a step wholly before the other.
    ParetoProgram,
    /// Every plan that could have been better was tried.
    Enumeration,
    /// It meets a lower bound.
    BoundMet,
    /// It is the only plan of the kind asked for.
    OnlyOne,
    /// A formula for the optimum.
    ClosedForm,
    /// An exact dynamic program over schedules that keep a checkpoint until it is used and start
    /// again from the last one kept; others may be cheaper.
    PersistentProgram,
}

impl Proof {
    /// All proofs, and the words texts use for them.
    pub(crate) const WORDS: [(Proof, &'static str); 8] = [
        (Proof::IntervalProgram, "interval-program"),
        (Proof::HuShing, "hu-shing"),
        (Proof::ParetoProgram, "pareto-program"),
        (Proof::Enumeration, "enumeration"),
        (Proof::BoundMet, "bound-met"),
        (Proof::OnlyOne, "only-one"),
        (Proof::ClosedForm, "closed-form"),
        (Proof::PersistentProgram, "persistent-program"),
    ];
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word =
            Proof::WORDS.iter().find(|(proof, _)| proof == self).map_or("", |(_, word)| word);
        f.write_str(word)
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Certificate::Optimal { by } => write!(f, "optimal by {by}"),
            Certificate::Gap { lower_bound } => write!(f, "at least {lower_bound}"),
        }
    }
}
