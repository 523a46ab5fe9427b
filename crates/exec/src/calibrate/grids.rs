//! From measured times to what the planner is given.
use super::axes::Axes;
use super::case::{Case, Sharing};
use super::products::Products;
use super::rates::Rates;
use chainrule_plan::{Grid, Speed};

/// All that was measured on some number of threads.
pub(super) fn speed(products: &Products, axes: &Axes, rates: &Rates) -> Speed {
    // The overhead was disturbed if some run took less in all.
    let runs = products.cases.iter().filter(|case| case.threads == rates.threads);
    let overhead = runs.map(|case| case.least).fold(rates.overhead, f64::min);
    let times = |sharing: Sharing| -> Times {
        let cases = products.cases.iter();
        let cases = cases.filter(|case| case.threads == rates.threads && case.sharing == sharing);
        Times::new(axes, cases, overhead)
    };
    let single = times(Sharing::Single);
    let [stacked, spread, batched] =
        [Sharing::Stacked, Sharing::Spread, Sharing::Batched].map(times);
    let peak =
        [&single, &stacked, &spread, &batched].map(Times::peak).into_iter().fold(0.0, f64::max);
    let [tangents, adjoints] = rates.sweep_rates();
    Speed {
        threads: rates.threads as u32,
        peak: rounded(peak),
        bandwidth: rounded(rates.near),
        launch: rounded(rates.launch),
        memory: Some(rates.memory()),
        lanes: rates.lanes,
        single: single.shares(peak),
        stacked: stacked.shares(peak),
        spread: spread.shares(peak),
        batched: batched.shares(peak),
        sparse: rounded(rates.sparse),
        tangents,
        adjoints,
    }
}

/// Multiply-adds of a product next to which overheads are small.
const LARGE: u32 = 1 << 20;

/// Seconds that the products of one grid take at one point.
struct Times<'a> {
    axes: &'a Axes,
    /// In the order of a grid's values.
    seconds: Vec<f64>,
}

impl Times<'_> {
    /// The times of cases in the order of a grid's values.
    fn new<'a>(axes: &'a Axes, cases: impl Iterator<Item = &'a Case>, overhead: f64) -> Times<'a> {
        // Of the tiniest products hardly anything is left, and what is, is noise.
        let net = |case: &Case| (case.least - overhead).max(0.2 * case.least) / case.points as f64;
        let mut times = Times { axes, seconds: cases.map(net).collect() };
        times.bound();
        times
    }

    /// No product takes longer than a larger one: where it seems so, it was disturbed.
    fn bound(&mut self) {
        for at in (0..self.seconds.len()).rev() {
            for axis in 0..3 {
                if let Some(larger) = self.neighbour(at, axis, 1) {
                    self.seconds[at] = self.seconds[at].min(self.seconds[larger]);
                }
            }
        }
    }

    /// The best rate of a product large enough to know it, in floating-point operations a second.
    fn peak(&self) -> f64 {
        let large = self.axes.shapes().map(|shape| shape.iter().product::<u32>() >= LARGE);
        let rates = self.rates().zip(large);
        rates.filter(|&(_, large)| large).map(|(rate, _)| rate).fold(0.0, f64::max)
    }

    /// The rate of each product, 0 for those that were not measured.
    fn rates(&self) -> impl Iterator<Item = f64> {
        let work = |[m, k, n]: [u32; 3]| 2.0 * f64::from(m) * f64::from(k) * f64::from(n);
        self.axes.shapes().zip(&self.seconds).map(move |(shape, seconds)| work(shape) / seconds)
    }

    /// Shares of a peak. A product that was not measured has the share of the one with a smaller largest size.
    fn shares(&self, peak: f64) -> Grid {
        let Axes { rows, inner, columns } = self.axes;
        let mut values: Vec<f64> =
            self.rates().map(|rate| rounded((rate / peak).min(1.0))).collect();
        for (at, shape) in self.axes.shapes().enumerate() {
            let largest = (0..3).max_by_key(|&axis| shape[axis]).unwrap_or(0);
            if values[at] == 0.0
                && let Some(smaller) = self.neighbour(at, largest, -1)
            {
                values[at] = values[smaller];
            }
        }
        Grid { rows: rows.to_vec(), inner: inner.to_vec(), columns: columns.to_vec(), values }
    }

    /// The place of the product whose size on an axis is so many steps from that at `at`.
    fn neighbour(&self, at: usize, axis: usize, steps: isize) -> Option<usize> {
        let Axes { rows, inner, columns } = self.axes;
        let length = [rows.len(), inner.len(), columns.len()][axis];
        let stride = [inner.len() * columns.len(), columns.len(), 1][axis];
        let place = (at / stride % length).checked_add_signed(steps)?;
        (place < length).then(|| at.checked_add_signed(steps * stride as isize))?
    }
}

/// To four digits, which is more than can be measured, so that what is kept is short.
pub(super) fn rounded(measured: f64) -> f64 {
    format!("{measured:.3e}").parse().unwrap_or(measured)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXES: Axes = Axes { rows: &[1, 64], inner: &[1, 2048], columns: &[1, 2, 8] };

    fn times(seconds: impl Fn([u32; 3]) -> f64) -> Times<'static> {
        let mut times = Times { axes: &AXES, seconds: AXES.shapes().map(seconds).collect() };
        times.bound();
        times
    }

    fn affine([m, k, n]: [u32; 3]) -> f64 {
        1e-6 + 1e-9 * f64::from(m * k * n)
    }

    #[test]
    fn the_model_gives_back_what_was_measured() {
        let times = times(affine);
        let grid = times.shares(times.peak());
        for shape in AXES.shapes() {
            let seconds = 2.0 * grid.work(shape.map(f64::from)) / times.peak();
            assert!((seconds / affine(shape) - 1.0).abs() < 1e-3, "{shape:?}");
        }
    }

    #[test]
    fn a_product_that_was_disturbed_counts_as_a_larger_one() {
        let grid = times(|shape| if shape == [64, 1, 2] { 1.0 } else { affine(shape) });
        let wanted = affine([64, 1, 8]);
        assert_eq!(grid.seconds[grid.axes.shapes().position(|s| s == [64, 1, 2]).unwrap()], wanted);
    }

    #[test]
    fn what_was_not_measured_has_the_share_of_what_is_smaller() {
        let unknown = |[m, k, n]: [u32; 3]| {
            if m * k * n > 500_000 { f64::INFINITY } else { affine([m, k, n]) }
        };
        let grid = times(unknown).shares(1e10);
        assert_eq!(grid.values[grid.index([1, 1, 2])], grid.values[grid.index([1, 0, 2])]);
        assert!(grid.values.iter().all(|share| share.is_finite() && *share > 0.0));
    }
}
