//! Problems and cost models from JSON.
use crate::{CostModel, PlanError, ProblemSpec};
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

impl CostModel {
    /// Reads the JSON form; whether its numbers are speeds is for [`CostModel::check`] to say.
    ///
    /// # Errors
    /// `PARSE_ERROR` with the line.
    pub fn from_json(text: &str) -> Result<CostModel, PlanError> {
        read("JSON of a cost model", "a cost model", text)
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
    fn problems_and_models_come_back() {
        let spec = ProblemSpec::new(vec![Stage::given(2, 3), Stage::with_edges(3, 4, 9)]);
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(ProblemSpec::from_json(&text).unwrap(), spec);
        let short = r#"{ "stages": [{ "inputs": 2, "outputs": 3 }] }"#;
        let plain = ProblemSpec::new(vec![Stage::dense(2, 3)]);
        assert_eq!(ProblemSpec::from_json(short).unwrap(), plain);
        let model = CostModel::default();
        let text = serde_json::to_string(&model).unwrap();
        assert_eq!(CostModel::from_json(&text).unwrap(), model);
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
        assert_eq!(CostModel::from_json("{}").unwrap_err().code(), "PARSE_ERROR");
    }
}
