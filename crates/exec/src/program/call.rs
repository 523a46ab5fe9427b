//! One call under way: its jobs, block by block.
use super::cut::Cut;
use super::frame::{Frame, Points};
use super::memory::Home;
use super::points::Source;
use super::run::Control;
use super::{OutRows, Prepared};
use crate::ExecError;
use crate::pool;
use crate::simd::stream_fence;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One call under way.
pub(super) struct Call<'a> {
    pub(super) prepared: &'a Prepared,
    pub(super) sources: &'a [Source<'a>],
    pub(super) shared: *mut f64,
    pub(super) points: usize,
    pub(super) cut: Cut,
    pub(super) control: &'a Control<'a>,
    pub(super) done: AtomicUsize,
    pub(super) sums: bool,
}

// SAFETY: `shared` is only read once the call's jobs run.
unsafe impl Sync for Call<'_> {}

impl Call<'_> {
    /// A row for each point.
    pub(super) fn rows(&self, outputs: &mut [Option<&mut [f64]>]) -> Result<(), ExecError> {
        let outs: Vec<Option<OutRows>> = out_rows(outputs);
        let jobs = self.points.div_ceil(self.cut.job);
        pool::for_each(self.cut.threads, jobs, |job| {
            let from = job * self.cut.job;
            self.job(jobs, (from, self.points.min(from + self.cut.job)), &outs, |frame| {
                frame.copy_outputs()
            });
        })?;
        self.finished()
    }

    /// Runs the points of one of so many jobs, block by block, and hands each block's frame to `then`.
    pub(super) fn job(
        &self,
        jobs: usize,
        (from, to): (usize, usize),
        outs: &[Option<OutRows>],
        mut then: impl FnMut(&mut Frame),
    ) {
        if self.is_cancelled() {
            return;
        }
        // Where jobs are fewer than threads, those left over help with their products.
        let threads = (self.cut.threads / jobs).max(1);
        let mut worker = self.prepared.workers.take();
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
                threads,
                stream: self.cut.stream,
                sums: self.sums,
            };
            frame.run(&self.prepared.body);
            then(&mut frame);
        }
        self.prepared.workers.give(worker);
        stream_fence();
        let done = self.done.fetch_add(to - from, Ordering::Relaxed) + to - from;
        if let Some(progress) = self.control.progress {
            progress(done);
        }
    }

    fn is_cancelled(&self) -> bool {
        self.control.cancelled.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    pub(super) fn finished(&self) -> Result<(), ExecError> {
        let done = self.done.load(Ordering::Relaxed);
        if done < self.points {
            Err(ExecError::Cancelled { done, points: self.points })
        } else {
            Ok(())
        }
    }
}

fn out_rows(outputs: &mut [Option<&mut [f64]>]) -> Vec<Option<OutRows>> {
    outputs
        .iter_mut()
        .map(|out| out.as_mut().map(|out| OutRows { first: out.as_mut_ptr() }))
        .collect()
}

impl Frame<'_> {
    /// Copies outputs that no stage writes into the caller's rows: inputs, shared values, and values given twice.
    fn copy_outputs(&mut self) {
        for (k, &value) in self.program.low.outputs.iter().enumerate() {
            let Some(out) = &self.outs[k] else { continue };
            if matches!(self.program.memory.homes[value.index()], Home::Output(own, _) if own == k)
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
}
