//! How long steps take on a machine: a value that planning is given, never measures.
//!
//! A product takes a launch and the longer of its arithmetic, at the share of the peak that a grid
//! gives for its shape, and its traffic (the roofline of Williams, Waterman, Patterson 2009). Steps
//! add up, so the interval program stays exact under the model. Times are whole femtoseconds, found
//! by the four basic operations: the same model gives the same plan on every machine.
mod assumed;
mod grid;
mod predict;
mod speed;

pub use grid::Grid;
pub use speed::{Memory, Speed};

use crate::spans::{Spans, passed};
use crate::{PlanError, Step};
use serde::{Deserialize, Serialize};
use speed::Product;

/// The version of [`CostModel`] that this crate reads and writes.
pub const COST_MODEL_VERSION: u32 = 1;

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
            return refuse("version", "1", self.version.to_string());
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

    /// Femtoseconds of a step over the whole batch.
    pub(crate) fn time(&self, spans: &Spans, step: &Step, reduced: bool, threads: u32) -> u128 {
        let Some(speed) = self.speed(threads) else { return 0 };
        let bytes = f64::from(self.element_bytes);
        let cost = spans.cost(step, reduced) as f64;
        let span = step.span();
        let made = elements(spans, span.start, span.end, reduced);
        let seconds = match *step {
            Step::Multiply { from, at, to } => {
                let [early, late] = [(from, at), (at, to)].map(|(from, to)| Operand {
                    from,
                    to,
                    summed: reduced && spans.holds_all_unshared(from, to),
                });
                let traffic = bytes * (early.elements(spans) + late.elements(spans) + made);
                if early.is_dense(spans) && late.is_dense(spans) {
                    let whole = from == 0 && to == spans.length();
                    speed.product(&Product {
                        sizes: [to, at, from].map(|joint| spans.width(joint)),
                        early: early.copies(spans),
                        late: late.copies(spans),
                        traffic,
                        streamed: [
                            bytes * late.given(spans),
                            bytes * early.given(spans),
                            if whole { bytes * made } else { 0.0 },
                        ],
                        given: bytes * spans.given_elements(),
                    })
                } else {
                    speed.sparse(cost, traffic)
                }
            }
            Step::Accumulate { from, to, mode } => {
                speed.sweep(cost, spans.sweeps(from, to, mode), mode, bytes * made)
            }
            Step::Eliminate { from, at, to, mode } => {
                let (start, end) = passed(from, at, to, mode);
                let (start, end) = if start == from { (end, to) } else { (from, start) };
                let summed = reduced && spans.holds_all_unshared(start, end);
                let read = elements(spans, start, end, summed);
                speed.sweep(cost, spans.sweeps(from, to, mode), mode, bytes * (read + made))
            }
            Step::Reduce { from, to } => {
                let traffic = bytes * (elements(spans, from, to, false) + made);
                speed.launch + traffic / speed.bandwidth
            }
            Step::Evaluate { .. } => speed.launch + cost / speed.tangents[0],
        };
        femtoseconds(seconds)
    }
}

/// A factor of a product.
struct Operand {
    from: usize,
    to: usize,
    summed: bool,
}

impl Operand {
    fn elements(&self, spans: &Spans) -> f64 {
        elements(spans, self.from, self.to, self.summed)
    }

    fn copies(&self, spans: &Spans) -> u128 {
        spans.copies(self.from, self.to, self.summed)
    }

    /// Whether it has a number in every place.
    fn is_dense(&self, spans: &Spans) -> bool {
        spans.entries(self.from, self.to) == spans.width(self.from) * spans.width(self.to)
    }

    /// Its elements, if they come from outside.
    fn given(&self, spans: &Spans) -> f64 {
        if spans.is_given(self.from, self.to) { self.elements(spans) } else { 0.0 }
    }
}

fn elements(spans: &Spans, from: usize, to: usize, reduced: bool) -> f64 {
    (spans.entries(from, to) * spans.copies(from, to, reduced)) as f64
}

/// Rounded, and at most 2^100, so that sums of many still fit.
fn femtoseconds(seconds: f64) -> u128 {
    ((seconds * 1e15).round() as u128).min(1 << 100)
}

fn refuse(field: &str, wanted: &'static str, got: String) -> Result<(), PlanError> {
    Err(PlanError::InvalidCostModel { field: field.into(), wanted, got })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_no_rates_are_named() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = CostModel::roofline(0.0, bad, 1.0).check().unwrap_err();
            assert_eq!(error.code(), "INVALID_COST_MODEL");
            assert!(error.to_string().contains("speeds[0].peak"), "{error}");
        }
        assert!(CostModel::default().check().is_ok());
        let old = CostModel { version: 0, ..CostModel::default() };
        assert!(old.check().is_err());
        let mut torn = CostModel::default();
        torn.speeds[0].single.values.pop();
        assert!(torn.check().is_err());
    }

    #[test]
    fn models_come_back_from_json() {
        for model in [CostModel::default(), CostModel::roofline(2e-7, 4e10, 1.2e10)] {
            assert_eq!(CostModel::from_json(&model.to_json()), Ok(model));
        }
        let old = CostModel { version: 0, ..CostModel::default() };
        assert_eq!(CostModel::from_json(&old.to_json()).unwrap_err().code(), "INVALID_COST_MODEL");
        assert_eq!(CostModel::from_json("{}").unwrap_err().code(), "PARSE_ERROR");
    }
}
