//! Running a program on points: blocks over threads, each point's results in its own row or summed.
use super::call::Call;
use super::frame::{Frame, Points};
use super::points::{Rows, Source};
use super::reduce::Reduce;
use super::sums::table_rows;
use super::{OutRows, Prepared, Program};
use crate::ExecError;
use crate::straight::Lanes;
use std::sync::atomic::{AtomicBool, AtomicUsize};

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
        let mut shared = self.prepared.make_shared(&sources, cut.threads);
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
        let result = match reduce {
            Reduce::None => call.rows(outputs),
            Reduce::Sum | Reduce::Mean => call.sums(&self.outputs, outputs),
        };
        self.prepared.rooms.give(shared);
        if reduce == Reduce::Mean {
            let numbers = outputs.iter_mut().flatten().flat_map(|out| out.iter_mut());
            numbers.for_each(|x| *x /= points as f64);
        }
        result
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

impl Prepared {
    /// The values that all points share, to be given back to the rooms; made on at most `threads` threads.
    fn make_shared(&self, sources: &[Source], threads: usize) -> Vec<f64> {
        let mut room = self.rooms.take();
        room.resize(self.memory.shared, 0.0);
        if self.shared.is_empty() {
            return room;
        }
        let outs: Vec<Option<OutRows>> = self.low.outputs.iter().map(|_| None).collect();
        let mut worker = self.workers.take();
        let points = Points { first: 0, within: 0, count: 1 };
        let mut frame = Frame {
            program: self,
            sources,
            outs: &outs,
            shared: room.as_mut_ptr(),
            worker: &mut worker,
            points,
            lanes: Lanes::One,
            threads,
            stream: false,
            sums: true,
        };
        frame.run(&self.shared);
        self.workers.give(worker);
        room
    }

    /// The outputs at one point, for a call from another program.
    pub(super) fn at_one_point(&self, inputs: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let sources: Vec<Source> = inputs.iter().map(|row| Source::Each(row)).collect();
        let mut shared = self.make_shared(&sources, 1);
        let outs: Vec<Option<OutRows>> = self.low.outputs.iter().map(|_| None).collect();
        let mut worker = self.workers.take();
        worker.reserve(self.memory.by_point(|_| false), 1);
        let points = Points { first: 0, within: 0, count: 1 };
        let mut frame = Frame {
            program: self,
            sources: &sources,
            outs: &outs,
            shared: shared.as_mut_ptr(),
            worker: &mut worker,
            points,
            lanes: Lanes::One,
            threads: 1,
            stream: false,
            sums: true,
        };
        frame.run(&self.body);
        let rows = self.low.outputs.iter().map(|&output| frame.row(output, 0).to_vec()).collect();
        self.workers.give(worker);
        self.rooms.give(shared);
        rows
    }
}
