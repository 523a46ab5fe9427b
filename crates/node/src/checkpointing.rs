//! Which states to keep, to reverse a chain in little memory.
use crate::error::{Result, thrown};
use chainrule::plan::{self, CheckpointProblem};
use napi_derive::napi;

/// The cheapest schedule for the JSON of a problem, as JSON.
#[napi(catch_unwind)]
pub fn checkpointing(problem: String) -> Result<String> {
    let problem = CheckpointProblem::from_json(&problem).map_err(thrown)?;
    plan::checkpointing(&problem).map(|found| found.to_json()).map_err(thrown)
}
