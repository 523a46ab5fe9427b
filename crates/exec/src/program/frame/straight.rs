//! Straight-line code on a block: rows into lanes, the code, lanes into rows.
use super::super::memory::Home;
use super::super::points::Source;
use super::super::stages::{StraightStage, Transfer};
use super::Frame;
use crate::low::ValueId;
use crate::rows::{RowBuffer, Rows, RowsMut, splat};

impl Frame<'_> {
    pub(super) fn straight(&mut self, stage: &StraightStage) {
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
}
