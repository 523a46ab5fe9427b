//! Running a program on points: blocks over threads, each point's results in its own row or summed.
use super::cut::Cut;
use super::frame::{Frame, Points};
use super::points::{Rows, Source};
use super::reduce::{CHUNK, ChunkSum, Reduce};
use super::worker::Worker;
use super::{OutRows, OutputInfo, Prepared, Program};
use crate::ExecError;
use crate::pool;
use crate::simd::stream_fence;
use crate::straight::Lanes;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// How a caller watches and stops a run.
#[derive(Copy, Clone, Default)]
pub struct Control<'a> {
    /// Set it, and the run ends soon with `CANCELLED`.
    pub cancelled: Option<&'a AtomicBool>,
    /// Called now and then, from any thread, with the number of points that are done.
    pub progress: Option<&'a (dyn Fn(usize) + Sync)>,
}

impl Program {
    /// Runs on `points` points. Each output is `points` rows, or with a reduction one row (for a gradient with respect
    /// to an input given by index, a row for each row of its table); outputs that are `None` are left out.
    ///
    /// # Errors
    /// `SHAPE_MISMATCH` for lengths that do not fit, `INVALID_ARGUMENT` for an index outside its table,
    /// `INFEASIBLE_MEMORY`, `CANCELLED`. What stands in the outputs after an error is not specified.
    pub fn run(
        &self,
        points: usize,
        inputs: &[Rows],
        outputs: &mut [Option<&mut [f64]>],
        reduce: Reduce,
        control: &Control,
    ) -> Result<(), ExecError> {
        let sources = self.sources(points, inputs)?;
        self.check_outputs(points, &sources, outputs, reduce)?;
        let given = |output: usize| reduce == Reduce::None && outputs[output].is_some();
        let by_point = self.prepared.memory.by_point(given);
        let cut = self.cut(points, reduce, by_point)?;
        let mut shared = vec![0.0; self.prepared.memory.shared];
        self.prepared.make_shared(&sources, &mut shared);
        let call = Call {
            prepared: &self.prepared,
            sources: &sources,
            shared: shared.as_mut_ptr(),
            points,
            cut,
            control,
            done: AtomicUsize::new(0),
            sums: reduce != Reduce::None,
        };
        match reduce {
            Reduce::None => call.rows(outputs),
            Reduce::Sum | Reduce::Mean => {
                call.sums(&self.outputs, outputs)?;
                if reduce == Reduce::Mean {
                    let count = points as f64;
                    outputs
                        .iter_mut()
                        .flatten()
                        .flat_map(|out| out.iter_mut())
                        .for_each(|x| *x /= count);
                }
                Ok(())
            }
        }
    }

    fn sources<'a>(
        &self,
        points: usize,
        inputs: &[Rows<'a>],
    ) -> Result<Vec<Source<'a>>, ExecError> {
        if inputs.len() != self.inputs.len() {
            let wanted = format!("be {} in number", self.inputs.len());
            return Err(ExecError::invalid(
                "inputs",
                wanted,
                format!("there are {}", inputs.len()),
            ));
        }
        let source = |i: usize| Source::new(i, &self.inputs[i], self.shared[i], points, inputs[i]);
        (0..inputs.len()).map(source).collect()
    }

    fn check_outputs(
        &self,
        points: usize,
        sources: &[Source],
        outputs: &[Option<&mut [f64]>],
        reduce: Reduce,
    ) -> Result<(), ExecError> {
        if outputs.len() != self.outputs.len() {
            let wanted = format!("be {} in number", self.outputs.len());
            return Err(ExecError::invalid("out", wanted, format!("there are {}", outputs.len())));
        }
        for (i, (info, out)) in self.outputs.iter().zip(outputs).enumerate() {
            let rows = match reduce {
                Reduce::None => points,
                _ => table_rows(info, sources).unwrap_or(1),
            };
            let wanted = rows.checked_mul(info.shape.elements());
            if let Some(out) = out
                && Some(out.len()) != wanted
            {
                let wanted = format!("have {rows} rows of {} numbers", info.shape.elements());
                let came = format!("has {} numbers", out.len());
                return Err(ExecError::shape(format!("out[{i}] ({:?})", info.path), wanted, came));
            }
        }
        Ok(())
    }
}

/// The rows of the table that an output's adjoint is summed into, where its input is given by index.
fn table_rows(info: &OutputInfo, sources: &[Source]) -> Option<usize> {
    match sources[info.adjoint_of?] {
        Source::Indexed { table, .. } => Some(table.len() / info.shape.elements().max(1)),
        Source::Each(_) | Source::Shared(_) => None,
    }
}

/// One call under way.
struct Call<'a> {
    prepared: &'a Prepared,
    sources: &'a [Source<'a>],
    shared: *mut f64,
    points: usize,
    cut: Cut,
    control: &'a Control<'a>,
    done: AtomicUsize,
    sums: bool,
}

// SAFETY: `shared` is only read once the call's jobs run.
unsafe impl Sync for Call<'_> {}

impl Call<'_> {
    /// A row for each point.
    fn rows(&self, outputs: &mut [Option<&mut [f64]>]) -> Result<(), ExecError> {
        let outs: Vec<Option<OutRows>> = out_rows(outputs);
        let jobs = self.points.div_ceil(self.cut.job);
        pool::for_each(self.cut.threads, jobs, |job| {
            let from = job * self.cut.job;
            self.job(from, self.points.min(from + self.cut.job), &outs, |frame| {
                frame.copy_outputs()
            });
        })?;
        self.finished()
    }

    /// The sum of all points' rows.
    fn sums(
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
                self.job(from, self.points.min(from + CHUNK), &nothing, |frame| {
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

    /// Runs the points of one job, block by block, and hands each block's frame to `then`.
    fn job(
        &self,
        from: usize,
        to: usize,
        outs: &[Option<OutRows>],
        mut then: impl FnMut(&mut Frame),
    ) {
        if self.is_cancelled() {
            return;
        }
        let mut worker = self.prepared.take_worker();
        worker.reserve(self.cut.by_point, self.cut.block);
        for first in (from..to).step_by(self.cut.block) {
            let points = Points { first, within: 0, count: self.cut.block.min(to - first) };
            let mut frame = Frame {
                program: self.prepared,
                sources: self.sources,
                outs,
                shared: self.shared,
                worker: &mut worker,
                points,
                lanes: self.cut.lanes,
                stream: self.cut.stream,
                sums: self.sums,
            };
            frame.run(&self.prepared.body);
            then(&mut frame);
        }
        self.prepared.give_worker(worker);
        stream_fence();
        let done = self.done.fetch_add(to - from, Ordering::Relaxed) + to - from;
        if let Some(progress) = self.control.progress {
            progress(done);
        }
    }

    fn is_cancelled(&self) -> bool {
        self.control.cancelled.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    fn finished(&self) -> Result<(), ExecError> {
        let done = self.done.load(Ordering::Relaxed);
        if done < self.points {
            Err(ExecError::Cancelled { done, points: self.points })
        } else {
            Ok(())
        }
    }
}

/// One chunk's part of an output: a sum, or for a gradient by index the rows themselves.
pub(super) enum Part {
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
    pub(super) fn add(&mut self, row: &[f64]) {
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

fn out_rows(outputs: &mut [Option<&mut [f64]>]) -> Vec<Option<OutRows>> {
    outputs
        .iter_mut()
        .map(|out| out.as_mut().map(|out| OutRows { first: out.as_mut_ptr() }))
        .collect()
}

impl Prepared {
    /// Makes the values that all points share.
    fn make_shared(&self, sources: &[Source], shared: &mut [f64]) {
        if self.shared.is_empty() {
            return;
        }
        let outs: Vec<Option<OutRows>> = self.low.outputs.iter().map(|_| None).collect();
        let mut worker = self.take_worker();
        let points = Points { first: 0, within: 0, count: 1 };
        let shared = shared.as_mut_ptr();
        let mut frame = Frame {
            program: self,
            sources,
            outs: &outs,
            shared,
            worker: &mut worker,
            points,
            lanes: Lanes::One,
            stream: false,
            sums: true,
        };
        frame.run(&self.shared);
        self.give_worker(worker);
    }

    /// The outputs at one point, for a call from another program.
    pub(super) fn at_one_point(&self, inputs: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let sources: Vec<Source> = inputs.iter().map(|row| Source::Each(row)).collect();
        let mut shared = vec![0.0; self.memory.shared];
        self.make_shared(&sources, &mut shared);
        let outs: Vec<Option<OutRows>> = self.low.outputs.iter().map(|_| None).collect();
        let mut worker = self.take_worker();
        worker.reserve(self.memory.by_point(|_| false), 1);
        let points = Points { first: 0, within: 0, count: 1 };
        let shared = shared.as_mut_ptr();
        let mut frame = Frame {
            program: self,
            sources: &sources,
            outs: &outs,
            shared,
            worker: &mut worker,
            points,
            lanes: Lanes::One,
            stream: false,
            sums: true,
        };
        frame.run(&self.body);
        let rows = self.low.outputs.iter().map(|&output| frame.row(output, 0).to_vec()).collect();
        self.give_worker(worker);
        rows
    }

    fn take_worker(&self) -> Worker {
        let mut workers = self.workers.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        workers.pop().unwrap_or_default()
    }

    fn give_worker(&self, worker: Worker) {
        self.workers.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(worker);
    }
}

impl Frame<'_> {
    /// Copies outputs that no stage writes into the caller's rows: inputs, shared values, and values given twice.
    fn copy_outputs(&mut self) {
        for (k, &value) in self.program.low.outputs.iter().enumerate() {
            let Some(out) = &self.outs[k] else { continue };
            if matches!(self.program.memory.homes[value.index()], super::memory::Home::Output(own, _) if own == k)
            {
                continue;
            }
            for p in 0..self.points.count {
                let row = self.row(value, p);
                // SAFETY: the caller's rows were checked to be long enough, and other points are other rows.
                unsafe {
                    let to = out.row(self.points.first + p, row.len()).cast_mut();
                    to.copy_from_nonoverlapping(row.as_ptr(), row.len());
                }
            }
        }
    }

    fn sum_outputs(&mut self, wanted: &[bool], parts: &mut [Part]) {
        for ((&value, part), _) in
            self.program.low.outputs.iter().zip(parts).zip(wanted).filter(|(_, wanted)| **wanted)
        {
            (0..self.points.count).for_each(|p| part.add(self.row(value, p)));
        }
    }
}
