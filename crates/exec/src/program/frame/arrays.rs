//! Array kernels on a block: maps over the elements of all points, the others point by point.
use super::super::stages::ArrayStage;
use super::Frame;
use crate::array::{Cursor, cumulative, fold, map, scatter, select};
use crate::low::{Array, ValueId};
use crate::straight::Lanes;
use std::slice;

impl Frame<'_> {
    pub(super) fn array(&mut self, stage: &ArrayStage) {
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
}
