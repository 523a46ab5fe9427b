//! Results summed over points: chunk by chunk, so that the bits do not depend on the threads.
use super::call::Call;
use super::frame::Frame;
use super::points::Source;
use super::reduce::{CHUNK, ChunkSum};
use super::{OutRows, OutputInfo};
use crate::{ExecError, pool};
use std::sync::Mutex;

impl Call<'_> {
    /// The sum of all points' rows.
    pub(super) fn sums(
        &self,
        infos: &[OutputInfo],
        outputs: &mut [Option<&mut [f64]>],
    ) -> Result<(), ExecError> {
        let nothing: Vec<Option<OutRows>> = outputs.iter().map(|_| None).collect();
        outputs.iter_mut().flatten().for_each(|out| out.fill(0.0));
        let wanted: Vec<bool> = outputs.iter().map(Option::is_some).collect();
        let by_row: Vec<bool> =
            infos.iter().map(|info| table_rows(info, self.sources).is_some()).collect();
        let chunks = self.points.div_ceil(CHUNK);
        let wave = 4 * self.cut.threads;
        for start in (0..chunks).step_by(wave) {
            let count = wave.min(chunks - start);
            let results: Vec<Mutex<Vec<Vec<f64>>>> = (0..count).map(|_| Mutex::default()).collect();
            pool::for_each(self.cut.threads, count, |i| {
                let from = (start + i) * CHUNK;
                let mut parts: Vec<Part> = infos
                    .iter()
                    .zip(&by_row)
                    .map(|(info, &by_row)| Part::new(info, by_row))
                    .collect();
                self.job(count, (from, self.points.min(from + CHUNK)), &nothing, |frame| {
                    frame.sum_outputs(&wanted, &mut parts)
                });
                let totals = parts.into_iter().map(Part::total).collect();
                *results[i].lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = totals;
            })?;
            for (i, result) in results.into_iter().enumerate() {
                let totals = result.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
                self.add(infos, (start + i) * CHUNK, totals, outputs, start + i == 0);
            }
        }
        self.finished()
    }

    /// Adds the results of one chunk, in the order of chunks.
    fn add(
        &self,
        infos: &[OutputInfo],
        first: usize,
        totals: Vec<Vec<f64>>,
        outputs: &mut [Option<&mut [f64]>],
        fresh: bool,
    ) {
        for ((info, total), out) in infos.iter().zip(totals).zip(outputs) {
            let Some(out) = out else { continue };
            match info.adjoint_of.map(|input| self.sources[input]) {
                Some(Source::Indexed { index, .. }) => {
                    let elements = info.shape.elements().max(1);
                    for (row, &to) in total.chunks_exact(elements).zip(&index[first..]) {
                        let to = &mut out[to as usize * elements..][..elements];
                        to.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
                    }
                }
                _ if fresh => out.copy_from_slice(&total),
                _ => out.iter_mut().zip(&total).for_each(|(sum, x)| *sum += x),
            }
        }
    }
}

/// The rows of the table that an output's adjoint is summed into, where its input is given by index.
pub(super) fn table_rows(info: &OutputInfo, sources: &[Source]) -> Option<usize> {
    match sources[info.adjoint_of?] {
        Source::Indexed { table, .. } => Some(table.len() / info.shape.elements().max(1)),
        Source::Each(_) | Source::Shared(_) => None,
    }
}

/// One chunk's part of an output: a sum, or for a gradient by index the rows themselves.
enum Part {
    Sum(ChunkSum),
    Rows(Vec<f64>),
}

impl Part {
    fn new(info: &OutputInfo, by_row: bool) -> Part {
        if by_row {
            Part::Rows(Vec::new())
        } else {
            Part::Sum(ChunkSum::new(info.shape.elements()))
        }
    }

    /// Adds the row of the next point.
    fn add(&mut self, row: &[f64]) {
        match self {
            Part::Sum(sum) => sum.add(row),
            Part::Rows(rows) => rows.extend_from_slice(row),
        }
    }

    fn total(self) -> Vec<f64> {
        match self {
            Part::Sum(sum) => sum.total(),
            Part::Rows(rows) => rows,
        }
    }
}

impl Frame<'_> {
    fn sum_outputs(&mut self, wanted: &[bool], parts: &mut [Part]) {
        for ((&value, part), _) in
            self.program.low.outputs.iter().zip(parts).zip(wanted).filter(|(_, wanted)| **wanted)
        {
            (0..self.points.count).for_each(|p| part.add(self.row(value, p)));
        }
    }
}
