//! How a run is cut up: into blocks that stay in cache, and jobs that are worth a thread.
use super::reduce::{CHUNK, Reduce};
use super::stages::Codes;
use super::{Prepared, Program};
use crate::straight::Lanes;
use crate::{ExecError, pool};

/// How a run is cut up: points in a block, in a job, and the most jobs at a time.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) struct Cut {
    pub(super) lanes: Lanes,
    pub(super) block: usize,
    /// Elements of a worker's buffer for each point of a block.
    pub(super) by_point: usize,
    pub(super) job: usize,
    pub(super) threads: usize,
    /// Whether results are too many for the caches, and so are written past them.
    pub(super) stream: bool,
}

impl Program {
    /// Cuts a run so that blocks stay in cache, jobs are worth a thread, and a limit of memory is kept.
    pub(super) fn cut(
        &self,
        points: usize,
        reduce: Reduce,
        by_point: usize,
    ) -> Result<Cut, ExecError> {
        let mut cut = self.widest_cut(points, reduce, by_point);
        let Some(limit) = self.memory else { return Ok(cut) };
        loop {
            let need = self.prepared.bytes(cut, reduce);
            if need <= limit {
                return Ok(cut);
            }
            if cut.threads > 1 {
                cut.threads /= 2;
            } else if cut.block > 1 {
                cut.lanes = if cut.block > 8 { Lanes::Eight } else { Lanes::One };
                cut.block = cut.lanes.count();
            } else {
                return Err(ExecError::InfeasibleMemory { smallest: need, came: limit });
            }
        }
    }

    fn widest_cut(&self, points: usize, reduce: Reduce, by_point: usize) -> Cut {
        let lanes = self.prepared.lanes(points);
        let bytes = by_point * size_of::<f64>();
        // What all points share is read once a block; if that is most, blocks may outgrow the cache.
        let shared = self.prepared.shared_factors * size_of::<f64>();
        let outgrow = shared / Lanes::Eight.count() > 2 * bytes;
        let room = if outgrow { OUTGROWN_BLOCK_BYTES } else { BLOCK_BYTES };
        let fitting = room.checked_div(bytes).unwrap_or(usize::MAX);
        let lanes = match fitting {
            0..8 => Lanes::One,
            8..64 if lanes != Lanes::One => Lanes::Eight,
            _ => lanes,
        };
        let point_ns = self.cost as f64 * MULTIPLY_ADD_NS + self.moved() as f64 * ELEMENT_NS;
        let threads = self.threads.unwrap_or_else(pool::threads).min(pool::threads());
        let worth_it = point_ns * points as f64 > PARALLEL_NS;
        let threads = if worth_it { threads } else { 1 };
        // A block is one thread's: few points are shared out in smaller ones, evenly where that is worth a thread.
        let few = reduce == Reduce::None && points < threads * lanes.count();
        let (lanes, block) = match lanes {
            Lanes::Eight | Lanes::SixtyFour if few && point_ns > JOB_NS => {
                (Lanes::Eight, even_block(points.div_ceil(threads), fitting))
            }
            Lanes::SixtyFour if few => (Lanes::Eight, Lanes::Eight.count()),
            lanes => (lanes, lanes.count()),
        };
        let job = match reduce {
            Reduce::None => {
                let enough = ((JOB_NS / point_ns.max(0.01)) as usize).clamp(1, 1 << 16);
                enough.min(points.div_ceil(4 * threads)).next_multiple_of(block).max(block)
            }
            Reduce::Sum | Reduce::Mean => CHUNK,
        };
        let results: usize = self.outputs.iter().map(|output| output.shape.elements()).sum();
        let stream = results * points * size_of::<f64>() > STREAM_BYTES;
        Cut { lanes, block, by_point, job, threads, stream }
    }

    /// Elements of a point's inputs and outputs.
    fn moved(&self) -> usize {
        let inputs = self.inputs.iter().map(|input| input.shape.elements());
        inputs.chain(self.outputs.iter().map(|output| output.shape.elements())).sum()
    }
}

/// A thread's share of points in as few blocks as fit, of one length.
fn even_block(share: usize, fitting: usize) -> usize {
    share.div_ceil(share.div_ceil(fitting))
}

/// Values of a block stay below this, a share of the second cache.
const BLOCK_BYTES: usize = 1 << 20;
/// Values of a block stay below this where it outgrows the second cache.
const OUTGROWN_BLOCK_BYTES: usize = 8 << 20;
/// Results of more bytes do not stay in the caches until the caller reads them.
const STREAM_BYTES: usize = 4 << 20;
/// What a multiply-add takes in a vector, in nanoseconds, seen from far.
const MULTIPLY_ADD_NS: f64 = 0.2;
/// What an element takes on its way between rows and lanes.
const ELEMENT_NS: f64 = 0.4;
/// Below this much work waking threads costs more than it saves.
const PARALLEL_NS: f64 = 20_000.0;
/// What a job should last at least.
const JOB_NS: f64 = 20_000.0;

impl Prepared {
    /// How many points run together: as many as keep the longest code's block in the second cache.
    fn lanes(&self, points: usize) -> Lanes {
        if points <= 1 {
            return Lanes::One;
        }
        let slots = self.codes.iter().map(Codes::slots).max().unwrap_or(0);
        if points < 32 || slots * size_of::<f64>() * 64 > BLOCK_BYTES {
            Lanes::Eight
        } else {
            Lanes::SixtyFour
        }
    }

    /// Bytes that a run so cut allocates.
    fn bytes(&self, cut: Cut, reduce: Reduce) -> u64 {
        let outputs: usize =
            self.low.outputs.iter().map(|output| self.low.values[output.index()].elements).sum();
        let sums = if reduce == Reduce::None { 0 } else { outputs * (CHUNK + 4) };
        let slots: usize = self.codes.iter().map(Codes::slots).sum();
        let worker = cut.by_point * cut.block + slots * cut.lanes.count() + sums;
        ((worker * cut.threads + self.memory.shared) * size_of::<f64>()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PrepareOptions, prepare};
    use chainrule_tape::{Input, Shape, record};

    #[test]
    fn few_heavy_points_are_shared_out_evenly() {
        let square = |n: u32| Input::new("x", Shape::new(&[n, n]).unwrap());
        let blocks = |n: u32, points: usize| {
            let tape = record(vec![square(n)], |v| vec![v[0].dot(v[0])]).unwrap();
            let options = PrepareOptions { threads: Some(4), ..PrepareOptions::default() };
            let program = prepare(&tape, &options).unwrap();
            let cut = program.cut(points, Reduce::None, 0).unwrap();
            (cut.threads, cut.block, points.div_ceil(cut.job))
        };
        crate::set_threads(4).unwrap();
        assert_eq!(blocks(200, 2), (4, 1, 2));
        assert_eq!(blocks(200, 8), (4, 2, 4));
        assert_eq!(blocks(200, 13), (4, 4, 4));
        assert_eq!(blocks(200, 64), (4, 16, 4));
        // Of light ones a block is a cache line, or as long as the points reach.
        assert_eq!(blocks(16, 64).1, 8);
        assert_eq!(blocks(16, 1000).1, 64);
        assert_eq!(even_block(16, 10), 8);
    }
}
