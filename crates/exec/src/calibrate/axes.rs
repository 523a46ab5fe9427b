//! The sizes of products that are measured.
use std::time::Duration;

/// Sizes on each axis of a grid. Between neighbours the time of a product is about affine, so where it jumps, as between
/// eight rows and nine, both sides are there. Large sizes are no powers of two: these are cases of their own, for all rows
/// of such a matrix compete for the same places of a cache.
pub(super) struct Axes {
    pub(super) rows: &'static [u32],
    pub(super) inner: &'static [u32],
    pub(super) columns: &'static [u32],
}

const FULL: Axes = Axes {
    rows: &[1, 2, 4, 8, 9, 16, 17, 32, 64, 120, 264, 1000],
    inner: &[1, 4, 16, 64, 264, 504, 1000],
    columns: &[1, 2, 8, 16, 24, 32, 64, 136, 264, 1000],
};

const QUICK: Axes = Axes {
    rows: &[1, 4, 8, 9, 16, 64, 264, 1000],
    inner: &[1, 16, 64, 504],
    columns: &[1, 2, 8, 16, 32, 136, 504],
};

const COARSE: Axes = Axes { rows: &[1, 8, 128], inner: &[1, 64], columns: &[1, 8, 128] };

impl Axes {
    /// As many sizes as can be measured several times within that time.
    pub(super) fn within(budget: Duration) -> Axes {
        match budget.as_secs() {
            0 => COARSE,
            1..10 => QUICK,
            10.. => FULL,
        }
    }

    /// All triples of sizes, the last axis changing fastest.
    pub(super) fn shapes(&self) -> impl Iterator<Item = [u32; 3]> {
        let rows = self.rows.iter();
        rows.flat_map(move |&m| {
            let inner = self.inner.iter();
            inner.flat_map(move |&k| self.columns.iter().map(move |&n| [m, k, n]))
        })
    }
}
