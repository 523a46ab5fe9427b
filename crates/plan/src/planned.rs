//! A plan together with its problem: what can explain itself, and come back from text alone.
use crate::{Plan, PlanError, Problem, ProblemSpec, Tree, price};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A plan, and the problem it was made for.
///
/// Its text form is that of the plan and one more line, which holds the problem as JSON; its JSON
/// form is `{ "problem", "plan" }`, with `"inProductOrder": true` for a product of matrices.
#[derive(Clone, Debug)]
pub struct Planned {
    problem: Problem,
    plan: Plan,
}

/// What the line of the problem begins with; in product order or as stages are applied.
const FACTORS: &str = "factors ";
const STAGES: &str = "stages ";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Form {
    problem: ProblemSpec,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    in_product_order: bool,
    plan: Plan,
}

impl Planned {
    /// Joins a plan with the problem it was made for.
    ///
    /// # Errors
    /// `PLAN_MISMATCH` for a plan of another problem, `INVALID_PLAN` for steps that cannot run, and
    /// for totals that are not what running them takes.
    pub fn new(problem: Problem, plan: Plan) -> Result<Planned, PlanError> {
        let price = price(&problem, &plan)?;
        let totals = [
            ("cost", plan.cost, price.cost),
            ("peak memory", plan.peak_memory, price.peak_memory),
            ("critical path", plan.critical_path, price.critical_path),
        ];
        match totals.into_iter().find(|(_, said, found)| said != found) {
            None => Ok(Planned { problem, plan }),
            Some((name, said, found)) => {
                let reason = format!("its {name} is said to be {said}, but is {found}");
                Err(PlanError::InvalidPlan { step: plan.steps.len(), reason })
            }
        }
    }

    /// The problem.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The bracketing in which the plan joins links.
    ///
    /// # Errors
    /// As [`Plan::tree`]; none for what [`Planned::new`] has accepted.
    pub fn tree(&self) -> Result<Tree, PlanError> {
        self.plan.tree(&self.problem)
    }

    /// The JSON form.
    pub fn to_json(&self) -> String {
        let form = Form {
            problem: self.problem.spec().clone(),
            in_product_order: self.problem.in_product_order(),
            plan: self.plan.clone(),
        };
        // Neither maps with other keys than text nor failing writers: this cannot fail.
        serde_json::to_string(&form).unwrap_or_default()
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    /// `PARSE_ERROR`, those of [`Problem::new`], and those of [`Planned::new`].
    pub fn from_json(text: &str) -> Result<Planned, PlanError> {
        let form: Form = serde_json::from_str(text).map_err(|error| PlanError::Parse {
            form: "JSON of a plan",
            line: error.line(),
            reason: format!("must be a plan with its problem: {error}"),
        })?;
        Planned::new(Problem::build(form.problem, form.in_product_order)?, form.plan)
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// `PARSE_ERROR`, those of [`Problem::new`], and those of [`Planned::new`].
    pub fn parse(text: &str) -> Result<Planned, PlanError> {
        let trimmed = text.trim_end();
        let (steps, last) = trimmed.rsplit_once('\n').unwrap_or(("", trimmed));
        let of = |begin: &str| last.strip_prefix(begin);
        let (json, in_product_order) = match (of(STAGES), of(FACTORS)) {
            (Some(json), _) => (json, false),
            (None, Some(json)) => (json, true),
            (None, None) => {
                let line = trimmed.lines().count().max(1);
                let reason = "must be `stages` or `factors` and the problem as JSON".into();
                return Err(PlanError::Parse { form: "plan", line, reason });
            }
        };
        let problem = Problem::build(ProblemSpec::from_json(json)?, in_product_order)?;
        Planned::new(problem, Plan::parse(steps)?)
    }
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let begin = if self.problem.in_product_order() { FACTORS } else { STAGES };
        // As for the JSON form, this cannot fail.
        let json = serde_json::to_string(self.problem.spec()).unwrap_or_default();
        writeln!(f, "{}{begin}{json}", self.plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Request, Stage, plan};

    fn planned(problem: Problem) -> Planned {
        let plan = plan(&problem, &Request::default()).unwrap();
        Planned::new(problem, plan).unwrap()
    }

    fn both() -> [Planned; 2] {
        let stages = vec![Stage::dense(3, 9), Stage::given(9, 2), Stage::with_edges(2, 7, 40)];
        let spec = ProblemSpec { batch: 5, ..ProblemSpec::new(stages) };
        let factors = Problem::factors(&[30, 4, 50, 6], 8, |factor| factor == 1).unwrap();
        [planned(Problem::new(spec).unwrap()), planned(factors)]
    }

    #[test]
    fn text_and_json_come_back_with_the_problem() {
        for planned in both() {
            for read in
                [Planned::parse(&planned.to_string()), Planned::from_json(&planned.to_json())]
            {
                let read = read.unwrap();
                assert_eq!(read.plan, planned.plan);
                assert_eq!(read.problem.fingerprint(), planned.problem.fingerprint());
                assert_eq!(read.tree().unwrap(), planned.tree().unwrap());
            }
        }
    }

    #[test]
    fn what_was_changed_is_refused() {
        let [one, other] = both();
        let mixed = Planned::new(one.problem.clone(), other.plan.clone()).unwrap_err();
        assert_eq!(mixed.code(), "PLAN_MISMATCH");
        let mut cheap = one.plan.clone();
        cheap.cost -= 1;
        assert_eq!(Planned::new(one.problem.clone(), cheap).unwrap_err().code(), "INVALID_PLAN");
        let text = one.to_string();
        assert_eq!(Planned::parse(&one.plan.to_string()).unwrap_err().code(), "PARSE_ERROR");
        assert_eq!(Planned::parse("").unwrap_err().code(), "PARSE_ERROR");
        let other_batch = text.replace("\"batch\":5", "\"batch\":6");
        assert_eq!(Planned::parse(&other_batch).unwrap_err().code(), "PLAN_MISMATCH");
        for end in 0..text.trim_end().len() {
            if text.is_char_boundary(end) {
                assert!(Planned::parse(&text[..end]).is_err(), "{end}");
            }
        }
        let json = one.to_json();
        for end in 0..json.len() {
            assert_eq!(Planned::from_json(&json[..end]).unwrap_err().code(), "PARSE_ERROR");
        }
    }
}
