//! Problems from JSON.
use crate::{PlanError, ProblemSpec};

impl ProblemSpec {
    /// Reads the JSON form; whether the stages fit is for [`crate::Problem::new`] to say.
    ///
    /// # Errors
    /// `PARSE_ERROR` with the line.
    pub fn from_json(text: &str) -> Result<ProblemSpec, PlanError> {
        serde_json::from_str(text).map_err(|error| PlanError::Parse {
            form: "JSON of a problem",
            line: error.line(),
            reason: format!("must be a problem: {error}"),
        })
    }
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
