//! How long steps take on a machine: a value that planning is given, never measures.
//!
//! A product takes a launch and the longer of its arithmetic, at the efficiency a table gives for
//! its shape, and its traffic (the roofline of Williams, Waterman, Patterson 2009). Steps add up, so
//! the interval program stays exact under the model. Times are whole femtoseconds, and logarithms
//! are taken from the bits of integers: the same model gives the same plan on every machine.
use crate::spans::{Spans, passed};
use crate::{Mode, PlanError, Step};
use serde::{Deserialize, Serialize};

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

/// What some number of threads do together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Speed {
    /// How many threads.
    pub threads: u32,
    /// Floating-point operations a second of the best product; a multiply-add is two.
    pub peak: f64,
    /// Bytes a second from memory.
    pub bandwidth: f64,
    /// Seconds that a step takes besides.
    pub launch: f64,
    /// Seconds that each point of a batch of separate products takes besides.
    pub call: f64,
    /// Share of the peak that one product reaches, by rows, inner width and columns.
    pub single: Grid,
    /// Share of the peak that many small products of one shape reach.
    pub batched: Grid,
    /// Multiply-adds a second of products with a sparse or diagonal factor.
    pub sparse: f64,
    /// Multiply-adds a second of tangents, for 1, 4 and 16 swept together.
    pub tangents: [f64; 3],
    /// Multiply-adds a second of adjoints, for 1, 4 and 16 swept together.
    pub adjoints: [f64; 3],
}

/// Values at powers of two in three directions, interpolated in between and constant outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Grid {
    /// The exponents at which values stand, increasing, the same in each direction.
    pub exponents: Vec<u32>,
    /// `exponents.len()` cubed values, the last direction changing fastest.
    pub values: Vec<f64>,
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
            call: 0.0,
            single: Grid::constant(1.0),
            batched: Grid::constant(1.0),
            sparse: peak / 2.0,
            tangents: [peak / 2.0; 3],
            adjoints: [peak / 2.0; 3],
        };
        let machine = "roofline".into();
        CostModel { version: COST_MODEL_VERSION, machine, element_bytes: 8, speeds: vec![speed] }
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
                let operand = |from, to| {
                    let summed = reduced && spans.holds_all_unshared(from, to);
                    (elements(spans, from, to, summed), spans.copies(from, to, summed))
                };
                let ((early, early_copies), (late, late_copies)) =
                    (operand(from, at), operand(at, to));
                let traffic = bytes * (early + late + made);
                if spans.is_dense() {
                    let shape = [to, at, from].map(|joint| spans.width(joint));
                    speed.product(shape, early_copies, late_copies, cost, traffic)
                } else {
                    speed.launch + (cost / speed.sparse).max(traffic / speed.bandwidth)
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

impl Default for CostModel {
    /// One core of a common machine, for use until somebody measures.
    fn default() -> CostModel {
        let mut model = CostModel::roofline(2e-7, 4e10, 1.2e10);
        model.machine = "assumed".into();
        let exponents: Vec<u32> = (0..8).map(|step| 2 * step).collect();
        let share = |half: f64| {
            let along =
                |exponent: &u32| f64::from(1 << exponent) / (f64::from(1 << exponent) + half);
            let line: Vec<f64> = exponents.iter().map(along).collect();
            let n = line.len();
            let cube =
                (0..n * n * n).map(|at| line[at / (n * n)] * line[at / n % n] * line[at % n]);
            cube.collect()
        };
        for speed in &mut model.speeds {
            speed.call = 2e-8;
            speed.single = Grid { exponents: exponents.clone(), values: share(3.0) };
            speed.batched = Grid { exponents: exponents.clone(), values: share(2.0) };
            speed.sparse = 1e9;
            speed.tangents = [1e9, 3e9, 6e9];
            speed.adjoints = [1e9, 3e9, 6e9];
        }
        model
    }
}

impl Speed {
    /// Per-point rows over a shared factor stack into one tall product; other batches are separate
    /// products, each started on its own.
    fn product(
        &self,
        [rows, inner, columns]: [u128; 3],
        early: u128,
        late: u128,
        cost: f64,
        traffic: f64,
    ) -> f64 {
        let (grid, rows, calls) = match (early, late) {
            (1, 1) => (&self.single, rows, 0),
            (1, copies) => (&self.single, rows * copies, 0),
            (copies, _) => (&self.batched, rows, copies),
        };
        let share = grid.at([rows, inner, columns]);
        let arithmetic = 2.0 * cost / (self.peak * share);
        self.launch + self.call * calls as f64 + arithmetic.max(traffic / self.bandwidth)
    }

    fn sweep(&self, cost: f64, together: u128, mode: Mode, traffic: f64) -> f64 {
        let rates = match mode {
            Mode::Tangent => self.tangents,
            Mode::Adjoint => self.adjoints,
        };
        let rate = match together {
            0..4 => rates[0],
            4..16 => rates[1],
            16.. => rates[2],
        };
        self.launch + (cost / rate).max(traffic / self.bandwidth)
    }

    fn check(&self, index: usize) -> Result<(), PlanError> {
        let mut rates =
            vec![("peak", self.peak), ("bandwidth", self.bandwidth), ("sparse", self.sparse)];
        rates.extend(self.tangents.map(|rate| ("tangents", rate)));
        rates.extend(self.adjoints.map(|rate| ("adjoints", rate)));
        for (name, grid) in [("single", &self.single), ("batched", &self.batched)] {
            let n = grid.exponents.len();
            let rising = grid.exponents.windows(2).all(|pair| pair[0] < pair[1]);
            let small = grid.exponents.iter().all(|&exponent| exponent < 64);
            if n == 0 || grid.values.len() != n * n * n || !rising || !small {
                let wanted = "a cube of values at rising exponents below 64";
                return refuse(
                    &format!("speeds[{index}].{name}"),
                    wanted,
                    format!("{n} exponents"),
                );
            }
            rates.extend(grid.values.iter().map(|&share| (name, share)));
        }
        for (name, rate) in rates {
            if !(rate.is_finite() && rate > 0.0) {
                let field = format!("speeds[{index}].{name}");
                return refuse(&field, "positive and finite", rate.to_string());
            }
        }
        for (name, seconds) in [("launch", self.launch), ("call", self.call)] {
            if !(seconds.is_finite() && seconds >= 0.0) {
                let field = format!("speeds[{index}].{name}");
                return refuse(&field, "finite and not negative", seconds.to_string());
            }
        }
        Ok(())
    }
}

impl Grid {
    /// The same value everywhere.
    pub fn constant(value: f64) -> Grid {
        Grid { exponents: vec![0], values: vec![value] }
    }

    /// The value at three sizes, each direction interpolated on the logarithm of the size.
    fn at(&self, sizes: [u128; 3]) -> f64 {
        let n = self.exponents.len();
        let [a, b, c] = sizes.map(|size| self.place(size));
        let value = |i: usize, j: usize, k: usize| self.values[(i * n + j) * n + k];
        let along =
            |i: usize, j: usize| mix(c.1, value(i, j, c.0), value(i, j, (c.0 + 1).min(n - 1)));
        let plane = |i: usize| mix(b.1, along(i, b.0), along(i, (b.0 + 1).min(n - 1)));
        mix(a.1, plane(a.0), plane((a.0 + 1).min(n - 1)))
    }

    /// The last exponent not above a size, and how far it is from there to the next, 0 to 1.
    fn place(&self, size: u128) -> (usize, f64) {
        let exponent = logarithm(size);
        let after = self.exponents.partition_point(|&at| f64::from(at) <= exponent);
        match (after.checked_sub(1), self.exponents.get(after)) {
            (None, _) => (0, 0.0),
            (Some(at), None) => (at, 0.0),
            (Some(at), Some(&next)) => {
                let start = f64::from(self.exponents[at]);
                (at, (exponent - start) / (f64::from(next) - start))
            }
        }
    }
}

/// The logarithm to base 2, exact at powers of two and straight in between.
fn logarithm(size: u128) -> f64 {
    let size = size.max(1);
    let exponent = size.ilog2();
    f64::from(exponent) + (size as f64 / (1u128 << exponent) as f64 - 1.0)
}

fn mix(share: f64, from: f64, to: f64) -> f64 {
    from + share * (to - from)
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
    fn a_grid_meets_its_values_and_stays_between_them() {
        let grid = Grid { exponents: vec![0, 2], values: vec![1., 2., 3., 4., 5., 6., 7., 8.] };
        assert_eq!(grid.at([1, 1, 1]), 1.0);
        assert_eq!(grid.at([4, 1, 4]), 6.0);
        assert_eq!(grid.at([1, 1, 2]), 1.5);
        assert_eq!(grid.at([1 << 70, 1 << 70, 1 << 70]), 8.0);
        assert_eq!(grid.at([0, 0, 0]), 1.0);
    }

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
}
