//! A plan: the steps, what they cost, and how good that is known to be.
use crate::{Certificate, Fingerprint, PlanError, Problem, Schedule, Step, cost};
use serde::{Deserialize, Serialize};

/// An answer of the planner, plain data with a text form ([`Plan::parse`]) and a JSON form.
///
/// Costs are multiply-adds for the whole batch, memory is in elements of 8 bytes. Neither counts the
/// one evaluation of the chain itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// The problem it belongs to.
    pub fingerprint: Fingerprint,
    /// The name of the objective it was made for, or of the order it is.
    pub objective: String,
    /// What it reaches under that objective: multiply-adds, elements or femtoseconds.
    #[serde(with = "crate::number")]
    pub value: u128,
    /// How good that is.
    pub certificate: Certificate,
    /// Multiply-adds.
    #[serde(with = "crate::number")]
    pub cost: u128,
    /// Most elements alive at once, the result included, what was given not.
    #[serde(with = "crate::number")]
    pub peak_memory: u128,
    /// Multiply-adds one after the other on any number of machines.
    #[serde(with = "crate::number")]
    pub critical_path: u128,
    /// Steps in the order they run; the last leaves the Jacobian.
    pub steps: Vec<Step>,
    /// Why steps were chosen, in the order of the steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// When and where each step runs, for a plan made for several machines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
}

/// The next best way to make what a step makes.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reason {
    /// The index of the step.
    pub step: usize,
    /// The last step that would make the same Jacobian instead.
    pub instead: Step,
    /// How much more it would take under the objective, all that it needs included.
    #[serde(with = "crate::number")]
    pub more: u128,
}

impl Plan {
    /// A plan of steps that run on `problem`.
    ///
    /// # Errors
    /// `INVALID_PLAN` when they do not.
    pub(crate) fn of_steps(
        problem: &Problem,
        steps: Vec<Step>,
        objective: &str,
        certificate: Certificate,
    ) -> Result<Plan, PlanError> {
        let price = cost::price_steps(problem, &steps)?;
        Ok(Plan {
            fingerprint: problem.fingerprint(),
            objective: objective.into(),
            value: price.cost,
            certificate,
            cost: price.cost,
            peak_memory: price.peak_memory,
            critical_path: price.critical_path,
            steps,
            reasons: Vec::new(),
            schedule: None,
        })
    }

    /// Whether the plan is known to be the best under its objective.
    pub fn is_optimal(&self) -> bool {
        matches!(self.certificate, Certificate::Optimal { .. })
    }

    /// The JSON form.
    pub fn to_json(&self) -> String {
        // Neither maps with other keys than text nor failing writers: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the JSON form. Whether the steps can run is for [`crate::price`] to say.
    ///
    /// # Errors
    /// `PARSE_ERROR` with the line.
    pub fn from_json(text: &str) -> Result<Plan, PlanError> {
        serde_json::from_str(text).map_err(|error| PlanError::Parse {
            form: "JSON of a plan",
            line: error.line(),
            reason: format!("must be a plan: {error}"),
        })
    }
}
