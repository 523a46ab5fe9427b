//! What some number of threads do together, and how long that makes each kind of step.
use super::{Grid, Memory, refuse};
use crate::{Mode, PlanError};
use serde::{Deserialize, Serialize};

/// What some number of threads do together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Speed {
    /// How many threads.
    pub threads: u32,
    /// Floating-point operations a second of the best product; a multiply-add is two.
    pub peak: f64,
    /// Bytes a second between arithmetic and the matrices of a step.
    pub bandwidth: f64,
    /// Seconds that a step takes besides.
    pub launch: f64,
    /// What it takes to bring matrices of many points from memory, if that is to be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Memory>,
    /// Columns that are computed together: so many take as long as one, unless there are one or two.
    pub lanes: u32,
    /// Share of the peak that one product reaches.
    pub single: Grid,
    /// Share that products of each point's matrix with one shared matrix on its right reach, over many points.
    pub stacked: Grid,
    /// Share that products of one shared matrix with each point's matrix on its right reach, over many points.
    pub spread: Grid,
    /// Share that products of two matrices of each point reach, over many points.
    pub batched: Grid,
    /// Multiply-adds a second of products with a sparse or diagonal factor.
    pub sparse: f64,
    /// Multiply-adds a second of tangents, for 1, 4 and 16 swept together.
    pub tangents: [f64; 3],
    /// Multiply-adds a second of adjoints, for 1, 4 and 16 swept together.
    pub adjoints: [f64; 3],
}

/// A dense product over a batch.
pub(super) struct Product {
    /// Rows, inner width and columns.
    pub(super) sizes: [u128; 3],
    /// How many matrices the left factor is, and the right one.
    pub(super) copies: [u128; 2],
    /// Bytes of all matrices that are read and made.
    pub(super) traffic: f64,
    /// Bytes of the left factor and of the right one, if they are given, and of the result, if it is wanted.
    pub(super) streamed: [f64; 3],
    /// Bytes of both factors and the result at one point.
    pub(super) near: f64,
    /// Bytes of all that is given, and of all that is wanted.
    pub(super) far: f64,
}

impl Speed {
    /// The first of many products is worth a single one, for stacking begins with the second.
    pub(super) fn product(&self, product: &Product) -> f64 {
        let [rows, inner, columns] = product.sizes;
        let sizes = [rows as f64, inner as f64, self.padded(columns)];
        let [left, right] = product.copies;
        let rest = match (left, right) {
            (1, 1) => &self.single,
            (_, 1) => &self.stacked,
            (1, _) => &self.spread,
            (_, _) => &self.batched,
        };
        let more = left.max(right).saturating_sub(1) as f64;
        let mut work = self.single.work(sizes);
        if more > 0.0 {
            work += more * rest.work(sizes);
        }
        let arithmetic = 2.0 * work / self.peak;
        let streaming = self.memory.as_ref().map_or(0.0, |memory| memory.seconds(product));
        self.launch + arithmetic.max(product.traffic / self.bandwidth) + streaming
    }

    fn padded(&self, columns: u128) -> f64 {
        let few = columns <= 2 || self.lanes <= 1;
        (if few { columns } else { columns.next_multiple_of(self.lanes.into()) }) as f64
    }

    /// A product that is no dense one.
    pub(super) fn sparse(&self, cost: f64, traffic: f64) -> f64 {
        self.launch + (cost / self.sparse).max(traffic / self.bandwidth)
    }

    pub(super) fn sweep(&self, cost: f64, together: u128, mode: Mode, traffic: f64) -> f64 {
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

    pub(super) fn check(&self, index: usize) -> Result<(), PlanError> {
        let field = |name: &str| format!("speeds[{index}].{name}");
        let mut rates =
            vec![("peak", self.peak), ("bandwidth", self.bandwidth), ("sparse", self.sparse)];
        rates.extend(self.tangents.map(|rate| ("tangents", rate)));
        rates.extend(self.adjoints.map(|rate| ("adjoints", rate)));
        for (name, rate) in rates {
            if !(rate.is_finite() && rate > 0.0) {
                return refuse(&field(name), "positive and finite", rate.to_string());
            }
        }
        if !(self.launch.is_finite() && self.launch >= 0.0) {
            return refuse(&field("launch"), "finite and not negative", self.launch.to_string());
        }
        if let Some(memory) = &self.memory {
            memory.check(&field("memory"))?;
        }
        let grids = [("single", &self.single), ("stacked", &self.stacked)];
        let more = [("spread", &self.spread), ("batched", &self.batched)];
        grids.into_iter().chain(more).try_for_each(|(name, grid)| grid.check(&field(name)))
    }
}
