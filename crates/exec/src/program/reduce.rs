//! Sums over points, with the same bits for any number of threads: point `i` of a chunk of 1024 belongs to lane `i mod 8`,
//! lanes are added in a fixed tree, chunks in order.
use crate::array::{NOTHING, tree};

/// Points that are summed before lanes are added up.
pub(super) const CHUNK: usize = 1024;

/// What becomes of the results of all points.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Reduce {
    /// A row for each point.
    #[default]
    None,
    /// Their sum. A gradient with respect to an input given by index is added into that input's rows.
    Sum,
    /// Their sum divided by the number of points.
    Mean,
}

/// The sum of the rows of up to [`CHUNK`] points.
pub(super) struct ChunkSum {
    lanes: [Vec<f64>; 8],
    count: usize,
}

impl ChunkSum {
    pub(super) fn new(elements: usize) -> ChunkSum {
        ChunkSum { lanes: std::array::from_fn(|_| vec![NOTHING; elements]), count: 0 }
    }

    /// Adds the row of the next point.
    pub(super) fn add(&mut self, row: &[f64]) {
        let lane = &mut self.lanes[self.count % 8];
        lane.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        self.count += 1;
    }

    /// The sum; of no points 0.
    pub(super) fn total(&self) -> Vec<f64> {
        let sum = |i: usize| tree(std::array::from_fn(|l| self.lanes[l][i]));
        let element = |i: usize| if self.count == 0 { 0.0 } else { sum(i) };
        (0..self.lanes[0].len()).map(element).collect()
    }
}
