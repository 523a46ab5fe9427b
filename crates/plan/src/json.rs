//! Problems and graphs from JSON, and what is found for them.
use crate::{
    CheckpointProblem, Checkpointing, EliminateOptions, Elimination, GraphSpec, PlanError,
    ProblemSpec,
};
use serde::de::DeserializeOwned;

impl ProblemSpec {
    /// Reads the JSON form; whether the stages fit is for [`crate::Problem::new`] to say.
    ///
    /// # Errors
    /// `PARSE_ERROR` with the line.
    pub fn from_json(text: &str) -> Result<ProblemSpec, PlanError> {
        read("JSON of a problem", "a problem", text)
    }
}

impl GraphSpec {
    /// Reads the JSON form; whether it is a graph to eliminate is for [`crate::Graph::new`] to say.
    ///
    /// # Errors
    /// `PARSE_ERROR` with the line.
    pub fn from_json(text: &str) -> Result<GraphSpec, PlanError> {
        read("JSON of a graph", "a graph", text)
    }
}

impl EliminateOptions {
    /// Reads the JSON form.
    ///
    /// # Errors
    /// `PARSE_ERROR` with the line.
    pub fn from_json(text: &str) -> Result<EliminateOptions, PlanError> {
        read("JSON of the options", "options of elimination", text)
    }
}

impl Elimination {
    /// The JSON form.
    pub fn to_json(&self) -> String {
        // Neither maps with other keys than text nor failing writers: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl CheckpointProblem {
    /// Reads the JSON form.
    ///
    /// # Errors
    /// `PARSE_ERROR` with the line.
    pub fn from_json(text: &str) -> Result<CheckpointProblem, PlanError> {
        read("JSON of a problem", "a problem of checkpointing", text)
    }
}

impl Checkpointing {
    /// The JSON form.
    pub fn to_json(&self) -> String {
        // As above, this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn read<T: DeserializeOwned>(form: &'static str, wanted: &str, text: &str) -> Result<T, PlanError> {
    serde_json::from_str(text).map_err(|error| PlanError::Parse {
        form,
        line: error.line(),
        reason: format!("must be {wanted}: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stage;

    #[test]
    fn problems_come_back() {
        let spec = ProblemSpec::new(vec![Stage::given(2, 3), Stage::with_edges(3, 4, 9)]);
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(ProblemSpec::from_json(&text).unwrap(), spec);
        let short = r#"{ "stages": [{ "inputs": 2, "outputs": 3 }] }"#;
        let plain = ProblemSpec::new(vec![Stage::dense(2, 3)]);
        assert_eq!(ProblemSpec::from_json(short).unwrap(), plain);
    }

    #[test]
    fn what_is_none_is_refused() {
        let stages = [
            "",
            "[]",
            "{}",
            r#"{ "stages": [{ "inputs": 1.5, "outputs": 3 }] }"#,
            r#"{ "stages": [{ "inputs": -1, "outputs": 3 }] }"#,
            r#"{ "stages": [{ "inputs": 4294967296, "outputs": 3 }] }"#,
            r#"{ "stages": [{ "inputs": 1, "outputs": 3, "cost": 3 }] }"#,
        ];
        for text in stages {
            assert_eq!(ProblemSpec::from_json(text).unwrap_err().code(), "PARSE_ERROR", "{text}");
        }
    }
}
