//! Plans that carry their problem.
use crate::error::{Result, thrown};
use chainrule::plan::{Plan, Planned, Problem};
use napi_derive::napi;

/// A plan with its problem.
#[napi]
pub struct NativePlan {
    planned: Planned,
}

/// Reads the text or the JSON of a plan with its problem.
#[napi(catch_unwind)]
pub fn parse_plan(text: String) -> Result<NativePlan> {
    let is_json = text.trim_start().starts_with('{');
    let planned = if is_json { Planned::from_json(&text) } else { Planned::parse(&text) };
    Ok(NativePlan { planned: planned.map_err(thrown)? })
}

impl From<Planned> for NativePlan {
    fn from(planned: Planned) -> NativePlan {
        NativePlan { planned }
    }
}

impl NativePlan {
    pub(crate) fn new(problem: &Problem, plan: Plan) -> Result<NativePlan> {
        let planned = Planned::new(problem.clone(), plan).map_err(thrown)?;
        Ok(NativePlan { planned })
    }

    pub(crate) fn plan(&self) -> &Plan {
        self.planned.plan()
    }
}

#[napi]
impl NativePlan {
    /// The JSON form.
    #[napi(catch_unwind)]
    pub fn json(&self) -> String {
        self.planned.to_json()
    }

    /// The text form.
    #[napi(catch_unwind)]
    pub fn text(&self) -> String {
        self.planned.to_string()
    }

    /// The bracketing.
    #[napi(catch_unwind)]
    pub fn tree(&self) -> Result<String> {
        self.planned.tree().map(|tree| tree.to_string()).map_err(thrown)
    }

    /// What each step does, and why.
    #[napi(catch_unwind)]
    pub fn explain(&self) -> Result<String> {
        self.plan().explain(self.planned.problem()).map_err(thrown)
    }

    /// A DOT graph.
    #[napi(catch_unwind)]
    pub fn dot(&self) -> Result<String> {
        self.plan().to_dot(self.planned.problem()).map_err(thrown)
    }

    /// A Mermaid flowchart.
    #[napi(catch_unwind)]
    pub fn mermaid(&self) -> Result<String> {
        self.plan().to_mermaid(self.planned.problem()).map_err(thrown)
    }
}
