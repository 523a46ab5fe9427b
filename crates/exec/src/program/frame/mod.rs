//! One block of points going through a program's stages.
mod arrays;
mod products;
mod straight;

use super::memory::Home;
use super::points::Source;
use super::stages::Stage;
use super::worker::Worker;
use super::{OutRows, Prepared};
use crate::low::ValueId;
use crate::straight::Lanes;
use std::slice;

/// Some points of a block: the number of the first one in the call and in the block, and how many there are.
#[derive(Copy, Clone, Debug)]
pub(super) struct Points {
    pub(super) first: usize,
    pub(super) within: usize,
    pub(super) count: usize,
}

/// What a block reads and writes: the program, the caller's rows, and one worker's memory.
pub(super) struct Frame<'a> {
    pub(super) program: &'a Prepared,
    pub(super) sources: &'a [Source<'a>],
    pub(super) outs: &'a [Option<OutRows>],
    /// The values that all points share, made once a call.
    pub(super) shared: *mut f64,
    pub(super) worker: &'a mut Worker,
    pub(super) points: Points,
    pub(super) lanes: Lanes,
    /// How many threads may share its products.
    pub(super) threads: usize,
    /// Whether results are too many for the caches.
    pub(super) stream: bool,
    /// Whether results are read from the worker's memory, to be summed or handed on.
    pub(super) sums: bool,
}

impl Frame<'_> {
    /// Runs stages for all points of the block.
    pub(super) fn run(&mut self, stages: &[Stage]) {
        for stage in stages {
            match stage {
                Stage::Straight(stage) => self.straight(stage),
                Stage::Array(stage) => self.array(stage),
                Stage::Loop { times, carry, body } => {
                    for round in 0..*times {
                        if round > 0 {
                            self.carry(carry);
                        }
                        self.run(body);
                    }
                }
                Stage::Branch { condition, then, otherwise } => {
                    self.branch(*condition, then, otherwise)
                }
                Stage::Call { program, args, results } => self.call(program, args, results),
            }
        }
    }

    /// The row of a value at point number `p` of the block.
    pub(super) fn row(&self, value: ValueId, p: usize) -> &[f64] {
        let elements = self.elements(value);
        // SAFETY: `place` gives the start of that many elements, in the caller's rows (whose lengths were checked), a
        // constant, or the worker's memory, which `plan_memory` gives to no other value that is alive; what is written
        // is written through `row_mut`, and no stage writes a value that it reads.
        unsafe { slice::from_raw_parts(self.place(value, p), elements) }
    }

    /// The same, to be written. Only values that a stage makes are.
    #[expect(
        clippy::mut_from_ref,
        reason = "several values are written at once, each at its own place"
    )]
    fn row_mut(&self, value: ValueId, p: usize) -> &mut [f64] {
        let elements = self.elements(value);
        // SAFETY: as for `row`; each value is written by one stage, which borrows each row of it once at a time; rows
        // of outputs are disjoint between blocks, since blocks are disjoint ranges of points.
        unsafe { slice::from_raw_parts_mut(self.place(value, p).cast_mut(), elements) }
    }

    /// The rows of some points of a value whose rows lie one after the other.
    fn rows(&self, value: ValueId, p: usize, count: usize) -> &[f64] {
        // SAFETY: as for `row`: the rows of a value that a stage makes lie side by side.
        unsafe { slice::from_raw_parts(self.place(value, p), count * self.elements(value)) }
    }

    #[expect(clippy::mut_from_ref, reason = "as for `row_mut`")]
    fn rows_mut(&self, value: ValueId, p: usize, count: usize) -> &mut [f64] {
        // SAFETY: as for `row_mut`.
        unsafe {
            slice::from_raw_parts_mut(self.place(value, p).cast_mut(), count * self.elements(value))
        }
    }

    fn elements(&self, value: ValueId) -> usize {
        self.program.low.values[value.index()].elements
    }

    /// Where the row of a value at point `p` of the block starts.
    fn place(&self, value: ValueId, p: usize) -> *const f64 {
        let elements = self.elements(value);
        let point = self.points.first + p;
        match self.program.memory.homes[value.index()] {
            Home::Input(i) => match self.sources[i] {
                Source::Each(data) => data[point * elements..].as_ptr(),
                Source::Shared(data) => data.as_ptr(),
                Source::Indexed { table, index } => {
                    table[index[point] as usize * elements..].as_ptr()
                }
            },
            Home::Output(k, buffer) => match &self.outs[k] {
                Some(out) => out.row(point, elements),
                None => self.worker.at(buffer, elements, self.points.within + p),
            },
            Home::Constant(i) => self.program.low.constants[i].1.as_ptr(),
            Home::Shared(place) => self.shared.wrapping_add(place),
            Home::Buffer(place) => self.worker.at(place, elements, self.points.within + p),
            Home::Lanes => unreachable!("a value with lanes lies in a block of straight-line code"),
        }
    }

    /// How far the rows of one point and the next lie apart, where that is the same for all; 0 for a shared row.
    fn step(&self, value: ValueId) -> Option<usize> {
        match self.program.memory.homes[value.index()] {
            Home::Input(i) => match self.sources[i] {
                Source::Each(_) => Some(self.elements(value)),
                Source::Shared(_) => Some(0),
                Source::Indexed { .. } => None,
            },
            Home::Output(..) | Home::Buffer(_) => Some(self.elements(value)),
            Home::Constant(_) | Home::Shared(_) => Some(0),
            Home::Lanes => None,
        }
    }

    fn carry(&mut self, carry: &[(ValueId, ValueId)]) {
        for p in 0..self.points.count {
            let rows: Vec<Vec<f64>> =
                carry.iter().map(|&(_, from)| self.row(from, p).to_vec()).collect();
            for (&(to, _), row) in carry.iter().zip(&rows) {
                self.row_mut(to, p).copy_from_slice(row);
            }
        }
    }

    /// Point by point, for each may go another way.
    fn branch(&mut self, condition: ValueId, then: &[Stage], otherwise: &[Stage]) {
        let all = self.points;
        for p in 0..all.count {
            self.points = Points { first: all.first + p, within: all.within + p, count: 1 };
            let chosen = if self.row(condition, 0)[0] != 0.0 { then } else { otherwise };
            self.run(chosen);
        }
        self.points = all;
    }

    fn call(&mut self, program: &Prepared, args: &[ValueId], results: &[ValueId]) {
        for p in 0..self.points.count {
            let inputs: Vec<Vec<f64>> = args.iter().map(|&arg| self.row(arg, p).to_vec()).collect();
            let outputs = program.at_one_point(&inputs);
            for (&result, row) in results.iter().zip(&outputs) {
                self.row_mut(result, p).copy_from_slice(row);
            }
        }
    }
}
