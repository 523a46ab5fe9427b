//! What share of the peak products reach, by their sizes.
//!
//! The time of a product is nearly affine in each of its sizes: a start, a part for each row, each column, each entry.
//! So it is times that are interpolated, linearly in the sizes; between two sizes that stand in a grid such a time comes
//! out exactly, where an interpolated share would not.
use super::refuse;
use crate::PlanError;
use serde::{Deserialize, Serialize};

/// Shares of the peak at some sizes of a product, in between by interpolating times, outside constant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Grid {
    /// Rows of the result at which values stand, increasing.
    pub rows: Vec<u32>,
    /// Columns of the left factor, increasing.
    pub inner: Vec<u32>,
    /// Columns of the result, increasing.
    pub columns: Vec<u32>,
    /// A value for each of `rows`, each of `inner`, each of `columns`, the last changing fastest.
    pub values: Vec<f64>,
}

/// Where a size lies on an axis: the indices of its neighbours, how far it is from the first to the second, and by how
/// much it exceeds the last.
struct Place {
    neighbours: [usize; 2],
    weights: [f64; 2],
    beyond: f64,
}

impl Grid {
    /// The same share everywhere.
    pub fn constant(share: f64) -> Grid {
        Grid { rows: vec![1], inner: vec![1], columns: vec![1], values: vec![share] }
    }

    /// Multiply-adds at the peak that take as long as a product of `rows` by `inner` by `columns`.
    pub fn work(&self, sizes: [f64; 3]) -> f64 {
        let axes = [&self.rows, &self.inner, &self.columns];
        let places = [0, 1, 2].map(|axis| place(axes[axis], sizes[axis]));
        let mut work = 0.0;
        for corner in 0..8 {
            let bits = [corner >> 2 & 1, corner >> 1 & 1, corner & 1];
            let weight: f64 =
                [0, 1, 2].map(|axis| places[axis].weights[bits[axis]]).iter().product();
            if weight > 0.0 {
                let at = [0, 1, 2].map(|axis| places[axis].neighbours[bits[axis]]);
                let size: f64 =
                    [0, 1, 2].map(|axis| f64::from(axes[axis][at[axis]])).iter().product();
                work += weight * size / self.values[self.index(at)];
            }
        }
        work * places.iter().map(|place| place.beyond).product::<f64>()
    }

    /// Where the value at these places on the axes stands.
    pub fn index(&self, [row, inner, column]: [usize; 3]) -> usize {
        (row * self.inner.len() + inner) * self.columns.len() + column
    }

    pub(super) fn check(&self, field: &str) -> Result<(), PlanError> {
        for axis in [&self.rows, &self.inner, &self.columns] {
            let rising = axis.windows(2).all(|pair| pair[0] < pair[1]);
            if !rising || axis.first().is_none_or(|&first| first == 0) {
                return refuse(
                    field,
                    "one or more increasing sizes from 1 on each axis",
                    format!("{axis:?}"),
                );
            }
        }
        let wanted = self.rows.len() * self.inner.len() * self.columns.len();
        if self.values.len() != wanted {
            return refuse(
                field,
                "a value for each triple of sizes",
                self.values.len().to_string(),
            );
        }
        match self.values.iter().find(|share| !(share.is_finite() && **share > 0.0)) {
            Some(share) => refuse(field, "positive and finite", share.to_string()),
            None => Ok(()),
        }
    }
}

fn place(axis: &[u32], size: f64) -> Place {
    let after = axis.partition_point(|&at| f64::from(at) <= size);
    let known = |at: usize| f64::from(axis[at]);
    match (after.checked_sub(1), after < axis.len()) {
        (Some(at), true) => {
            let share = (size - known(at)) / (known(after) - known(at));
            Place { neighbours: [at, after], weights: [1.0 - share, share], beyond: 1.0 }
        }
        (at, _) => {
            let at = at.unwrap_or(0);
            Place { neighbours: [at, at], weights: [1.0, 0.0], beyond: size / known(at) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(values: impl Fn(f64, f64, f64) -> f64) -> Grid {
        let axes = [vec![1, 8, 9, 64], vec![1, 512], vec![1, 2, 8, 100]];
        let mut all = Vec::new();
        for &m in &axes[0] {
            for &k in &axes[1] {
                all.extend(axes[2].iter().map(|&n| values(m.into(), k.into(), n.into())));
            }
        }
        let [rows, inner, columns] = axes;
        Grid { rows, inner, columns, values: all }
    }

    #[test]
    fn times_affine_in_each_size_come_out_exactly() {
        let time = |m: f64, k: f64, n: f64| 40.0 + m * k * n + 3.0 * m * k + 2.0 * m * n + 7.0 * k;
        let grid = grid(|m, k, n| m * k * n / time(m, k, n));
        for sizes in [[1.0, 1.0, 1.0], [8.0, 512.0, 100.0], [8.5, 100.0, 3.0], [63.0, 2.0, 99.0]] {
            let wanted = time(sizes[0], sizes[1], sizes[2]);
            assert!((grid.work(sizes) / wanted - 1.0).abs() < 1e-12, "{sizes:?}");
        }
    }

    #[test]
    fn beyond_the_last_size_the_share_stays() {
        let grid = grid(|m, _, n| 1.0 / (m + n));
        assert_eq!(grid.work([128.0, 512.0, 100.0]), 2.0 * grid.work([64.0, 512.0, 100.0]));
        assert_eq!(grid.work([64.0, 5120.0, 1000.0]), 100.0 * grid.work([64.0, 512.0, 100.0]));
        assert_eq!(Grid::constant(0.5).work([3.0, 4.0, 5.0]), 120.0);
        assert_eq!(Grid::constant(0.5).work([0.0, 4.0, 5.0]), 0.0);
    }
}
