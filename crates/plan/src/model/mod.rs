//! How long steps take on a machine: a value that planning is given, never measures.
//!
//! A product takes a launch and the longer of its arithmetic, at the share of the peak that a grid
//! gives for its shape, and its traffic (the roofline of Williams, Waterman, Patterson 2009). A sweep
//! is priced link by link, as it is run: where the link is a matrix at hand it is a product with that
//! matrix, where it is elementwise a scaling. Steps add up, so the interval program stays exact under
//! the model. Times are whole femtoseconds, found by the four basic operations: the same model gives
//! the same plan on every machine.
mod assumed;
mod grid;
mod memory;
mod predict;
mod speed;
#[cfg(test)]
mod tests;
mod times;

pub use grid::Grid;
pub use memory::Memory;
pub use speed::Speed;

use crate::PlanError;
use serde::{Deserialize, Serialize};
pub(crate) use times::Times;

/// The version of [`CostModel`] that this crate reads and writes.
pub const COST_MODEL_VERSION: u32 = 2;

/// What was measured of a machine, or assumed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CostModel {
    /// The version of this form: [`COST_MODEL_VERSION`].
    pub version: u32,
    /// The machine, in words.
    pub machine: String,
    /// Bytes of one element: 8 for f64.
    pub element_bytes: u32,
    /// One entry for each number of threads that was measured, at least one.
    pub speeds: Vec<Speed>,
}

impl CostModel {
    /// A machine that runs every shape at its peak: `launch + max(arithmetic, traffic)`.
    ///
    /// `launch` in seconds, `peak` in floating-point operations and `bandwidth` in bytes a second.
    pub fn roofline(launch: f64, peak: f64, bandwidth: f64) -> CostModel {
        let speed = Speed {
            threads: 1,
            peak,
            bandwidth,
            launch,
            memory: None,
            lanes: 1,
            single: Grid::constant(1.0),
            stacked: Grid::constant(1.0),
            spread: Grid::constant(1.0),
            batched: Grid::constant(1.0),
            sparse: peak / 2.0,
            tangents: [peak / 2.0; 3],
            adjoints: [peak / 2.0; 3],
        };
        let machine = "roofline".into();
        CostModel { version: COST_MODEL_VERSION, machine, element_bytes: 8, speeds: vec![speed] }
    }

    /// The JSON form.
    pub fn to_json(&self) -> String {
        // Neither maps with other keys than text nor failing writers: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the JSON form, and checks every number.
    ///
    /// # Errors
    /// `PARSE_ERROR` with the line, `INVALID_COST_MODEL`.
    pub fn from_json(text: &str) -> Result<CostModel, PlanError> {
        let model: CostModel = serde_json::from_str(text).map_err(|error| PlanError::Parse {
            form: "JSON of a cost model",
            line: error.line(),
            reason: format!("must be a cost model: {error}"),
        })?;
        model.check().map(|()| model)
    }

    /// Checks every number.
    ///
    /// # Errors
    /// `INVALID_COST_MODEL` for another version, and for a rate that is not positive and finite.
    pub fn check(&self) -> Result<(), PlanError> {
        if self.version != COST_MODEL_VERSION {
            return refuse("version", "2", self.version.to_string());
        }
        if self.element_bytes == 0 {
            return refuse("elementBytes", "at least 1", "0".into());
        }
        if self.speeds.is_empty() {
            return refuse("speeds", "one or more", "none".into());
        }
        self.speeds.iter().enumerate().try_for_each(|(index, speed)| speed.check(index))
    }

    /// The speed of the most threads not above `threads`, or of the fewest there are.
    fn speed(&self, threads: u32) -> Option<&Speed> {
        let usable = self.speeds.iter().filter(|speed| speed.threads <= threads);
        let most = usable.max_by_key(|speed| speed.threads);
        most.or_else(|| self.speeds.iter().min_by_key(|speed| speed.threads))
    }
}

fn refuse(field: &str, wanted: &'static str, got: String) -> Result<(), PlanError> {
    Err(PlanError::InvalidCostModel { field: field.into(), wanted, got })
}
