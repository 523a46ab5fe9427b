//! One block of points going through a program's stages.
use super::memory::Home;
use super::points::Source;
use super::stages::{ArrayStage, Stage, StraightStage, Transfer};
use super::worker::Worker;
use super::{OutRows, Prepared};
use crate::array::{Cursor, cumulative, fold, map, scatter, select};
use crate::dot::{self, Matrix, MatrixMut, Scratch};
use crate::low::{Array, Factor, ValueId};
use crate::rows::{RowBuffer, Rows, RowsMut, splat};
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

    fn straight(&mut self, stage: &StraightStage) {
        let code = self.program.codes[stage.code].of(self.lanes);
        let lanes = code.lanes();
        let mut block = self.worker.take_block(stage.code, self.lanes, code);
        let mut rows = self.worker.take_rows();
        for p in (0..self.points.count).step_by(lanes) {
            let count = lanes.min(self.points.count - p);
            for load in &stage.loads {
                let to = &mut block.inputs_mut()[load.place * lanes..][..load.elements * lanes];
                self.load(load, p, count, to);
            }
            code.run(&mut block);
            for store in stage.stores.iter().filter(|store| self.is_wanted(store.value)) {
                let from = &block.outputs()[store.place * lanes..][..store.elements * lanes];
                self.store(store, p, count, &mut rows, from);
            }
        }
        self.worker.give_block(stage.code, self.lanes, block);
        self.worker.give_rows(rows);
    }

    /// Rows into lanes; lanes without a point repeat the last one, so that no slow path is hit by what no one reads.
    fn load(&self, load: &Transfer, p: usize, count: usize, to: &mut [f64]) {
        let elements = self.elements(load.value);
        let columns = load.first..load.first + load.elements;
        let points = |first: usize| first..first + count;
        let in_call = points(self.points.first + p);
        let level = self.program.level;
        match self.program.memory.homes[load.value.index()] {
            Home::Input(i) => match self.sources[i] {
                Source::Each(data) => {
                    Rows::new(data, elements).columns(columns).load(in_call, to, level)
                }
                Source::Shared(row) => splat(&row[columns], to),
                Source::Indexed { table, index } => {
                    Rows::new(table, elements)
                        .columns(columns)
                        .picked(index)
                        .load(in_call, to, level);
                }
            },
            Home::Constant(_) | Home::Shared(_) => splat(&self.row(load.value, 0)[columns], to),
            Home::Output(..) | Home::Buffer(_) | Home::Lanes => {
                let rows = self.rows(load.value, p, count);
                Rows::new(rows, elements).columns(columns).load(0..count, to, level);
            }
        }
    }

    /// Whether somebody reads a value: the caller, or a later stage.
    fn is_wanted(&self, value: ValueId) -> bool {
        match self.program.memory.homes[value.index()] {
            Home::Output(k, _) => {
                self.outs[k].is_some() || self.sums || !self.program.last_touched[k]
            }
            _ => true,
        }
    }

    fn store(
        &self,
        store: &Transfer,
        p: usize,
        count: usize,
        buffer: &mut RowBuffer,
        from: &[f64],
    ) {
        let (elements, level) = (self.elements(store.value), self.program.level);
        let rows = self.rows_mut(store.value, p, count);
        let streamed = match self.program.memory.homes[store.value.index()] {
            Home::Output(k, _) => {
                self.stream && self.outs[k].is_some() && self.program.last_touched[k]
            }
            _ => false,
        };
        if streamed && store.elements == elements {
            buffer.stream(from, rows, elements, level);
        } else {
            RowsMut::new(rows, elements)
                .columns(store.first..store.first + store.elements)
                .store(from, level);
        }
    }

    fn array(&mut self, stage: &ArrayStage) {
        match &stage.array {
            Array::Map { .. } => self.map(stage),
            Array::Dot { batch, m, k, n, a, b, write } => {
                self.dot([*batch, *m, *k, *n], a, b, *write)
            }
            other => (0..self.points.count).for_each(|p| self.array_at(other, p)),
        }
    }

    fn array_at(&self, array: &Array, p: usize) {
        match array {
            Array::Select { selection, reads, write } => {
                let reads: Vec<&[f64]> = reads.iter().map(|&read| self.row(read, p)).collect();
                select(selection, &reads, self.row_mut(*write, p));
            }
            Array::Fold { fold: what, read, write } => {
                fold(what, self.row(*read, p), self.row_mut(*write, p))
            }
            Array::Scatter { scatter: what, base, update, write } => {
                scatter(what, self.row(*base, p), self.row(*update, p), self.row_mut(*write, p));
            }
            Array::Cumulative { length, inner, read, write, .. } => {
                cumulative(*length, *inner, self.row(*read, p), self.row_mut(*write, p));
            }
            Array::Map { .. } | Array::Dot { .. } => unreachable!("these take all points at once"),
        }
    }

    fn map(&mut self, stage: &ArrayStage) {
        let (Array::Map { reads, writes, .. }, Some((code, extents))) = (&stage.array, &stage.map)
        else {
            return;
        };
        let (number, lanes) = (*code, Lanes::SixtyFour);
        let steps: Option<Vec<usize>> = reads.iter().map(|view| self.step(view.value)).collect();
        let code = self.program.codes[number].of(lanes);
        let mut block = self.worker.take_block(number, lanes, code);
        // With rows picked by an index each point is a map of its own.
        let groups = if steps.is_some() { 1 } else { self.points.count };
        let points = self.points.count / groups;
        let steps = steps.unwrap_or_else(|| vec![0; reads.len()]);
        let walks = stage.walks(extents, points, &steps);
        let elements: usize = extents.iter().product();
        for group in 0..groups {
            let mut cursors: Vec<Cursor> = reads
                .iter()
                .zip(&steps)
                .zip(&walks)
                .map(|((view, step), walk)| {
                    let reach = if elements == 0 {
                        0
                    } else {
                        (points - 1) * step + self.elements(view.value)
                    };
                    // SAFETY: the rows of one point lie `step` after those of the point before, as in `row`.
                    let data =
                        unsafe { slice::from_raw_parts(self.place(view.value, group), reach) };
                    Cursor::new(walk, data, view.first)
                })
                .collect();
            map(code, &mut block, points * elements, &mut cursors, |k, first, lanes| {
                self.spread(writes[k], group, elements, first, lanes);
            });
        }
        self.worker.give_block(number, lanes, block);
    }

    /// Writes a stretch of a map's results, which may run over several points.
    fn spread(&self, write: ValueId, group: usize, elements: usize, first: usize, lanes: &[f64]) {
        let (mut done, mut flat) = (0, first);
        while done < lanes.len() {
            let (p, from) = (group + flat / elements, flat % elements);
            let run = (elements - from).min(lanes.len() - done);
            self.row_mut(write, p)[from..from + run].copy_from_slice(&lanes[done..done + run]);
            (done, flat) = (done + run, flat + run);
        }
    }

    /// All points' products in one call where their rows are evenly apart, else a call for each point.
    fn dot(&mut self, [batch, m, k, n]: [usize; 4], a: &Factor, b: &Factor, write: ValueId) {
        let points = self.points.count;
        let joined = |value: ValueId, step: isize| match self.step(value)? as isize {
            _ if points == 1 => Some(step),
            apart if batch == 1 || apart == step * batch as isize => {
                Some(if batch == 1 { apart } else { step })
            }
            _ => None,
        };
        let steps =
            (joined(a.value, a.step), joined(b.value, b.step), joined(write, (m * n) as isize));
        let mut scratch = self.worker.take_scratch();
        if let (Some(a_step), Some(b_step), Some(_)) = steps {
            let (a, b) =
                (Factor { step: a_step, ..a.clone() }, Factor { step: b_step, ..b.clone() });
            self.products(0, [points * batch, m, k, n], &a, &b, write, &mut scratch);
        } else {
            for p in 0..points {
                self.products(p, [batch, m, k, n], a, b, write, &mut scratch);
            }
        }
        self.worker.give_scratch(scratch);
    }

    /// `count` products from the rows of point `p` on, written one after the other.
    fn products(
        &self,
        p: usize,
        [count, m, k, n]: [usize; 4],
        a: &Factor,
        b: &Factor,
        write: ValueId,
        scratch: &mut Scratch,
    ) {
        let layout = |factor: &Factor, rows, cols| dot::Layout {
            rows,
            cols,
            row_stride: factor.row,
            col_stride: factor.column,
            step: factor.step,
        };
        let (a_layout, b_layout) = (layout(a, m, k), layout(b, k, n));
        // One matrix times many vectors is one product of the vectors, as rows, with the transposed matrix.
        let (first, second, count, c_layout) = if n == 1 && a.step == 0 && count > 1 {
            let vectors = dot::Layout {
                rows: count,
                cols: k,
                row_stride: b.step,
                col_stride: b.row,
                step: 0,
            };
            ((b, vectors), (a, a_layout.transposed()), 1, dot::Layout::row_major(count, m))
        } else {
            ((a, a_layout), (b, b_layout), count, dot::Layout::row_major(m, n))
        };
        // SAFETY: a factor's places lie inside its value's row, as lowering made them from the shape, and rows of several
        // points lie `step` apart. The products fill rows that nothing else reads or writes now.
        let (first, second, c) = unsafe {
            let from = |factor: &Factor| self.place(factor.value, p).wrapping_add(factor.first);
            (
                Matrix::from_raw(from(first.0), count, first.1),
                Matrix::from_raw(from(second.0), count, second.1),
                MatrixMut::from_raw(self.place(write, p).cast_mut(), count, c_layout),
            )
        };
        dot::dot(c, first, second, false, self.program.level, scratch);
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
