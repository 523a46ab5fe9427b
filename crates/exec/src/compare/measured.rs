//! Running orders, holding their results against each other, and timing them in turns.
use super::orders::{Candidate, RECOMPUTING};
use super::run::Run;
use super::subject::Case;
use super::{COMPARISON_STEPS, CompareOptions, Comparison, Measure, Measured};
use crate::{Control, ExecError, Timing, Verdict, fastest, noise, time_interleaved, verdict};
use chainrule_tape::TapeError;
use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering;
use std::time::Instant;

/// A measurement to be made.
pub(super) struct Measuring<'a> {
    pub(super) case: &'a Case,
    pub(super) options: &'a CompareOptions,
    pub(super) threads: usize,
    pub(super) control: &'a Control<'a>,
}

/// An order with what is known of it before it is timed.
pub(super) struct Prepared {
    pub(super) row: usize,
    pub(super) name: String,
    pub(super) run: Run,
    pub(super) points: usize,
    pub(super) difference: f64,
}

/// Forward mode that recomputes is not run at more points than last so long: it grows with the points and shares
/// nothing among them.
const LONGEST_CALL: f64 = 0.5;

/// Before anything is timed, this share of the work is taken as done.
pub(super) const PREPARED: f64 = 0.2;

impl Measuring<'_> {
    /// Measures the rows that are wanted.
    pub(super) fn fill(
        &self,
        comparison: &mut Comparison,
        candidates: &[Candidate],
    ) -> Result<(), ExecError> {
        // The one that is expected to be best first: it is the reference, and keeps its place where others are no faster.
        let mut wanted: Vec<usize> = (0..candidates.len())
            .filter(|&row| self.options.measure == Measure::Everything || candidates[row].named)
            .collect();
        let recomputes = |row: usize| candidates[row].names[0] == RECOMPUTING;
        wanted.sort_by_key(|&row| (recomputes(row), comparison.rows[row].cost));
        let data = self.case.data(self.options)?;
        let batch = self.case.problem.spec().batch as usize;
        let (rows, columns) = self.case.size();
        let mut reference = zeros(batch, rows, columns)?;
        let mut out = zeros(batch, rows, columns)?;
        let mut prepared: Vec<Prepared> = Vec::new();
        let mut expected = 0.0;
        for (at, &row) in wanted.iter().enumerate() {
            self.report(PREPARED * at as f64 / wanted.len() as f64)?;
            let candidate = &candidates[row];
            let Some((run, points)) = self.prepare(candidate, &data, &mut out)? else { continue };
            let length = points * rows * columns;
            let start = Instant::now();
            run.run(&data, points, &mut out[..length], self.control)?;
            expected += start.elapsed().as_secs_f64();
            if prepared.is_empty() {
                reference.copy_from_slice(&out);
            }
            let difference = run.difference(&out[..length], &reference[..length], points);
            let name = candidate.names[0].clone();
            prepared.push(Prepared { row, name, run, points, difference });
        }
        let rounds = crate::FEWEST_ROUNDS as f64 + 2.0;
        let expected = (rounds * expected).max(self.options.timing.budget.as_secs_f64());
        let timings = self.time(&prepared, &data, out, expected)?;
        // A limit of memory leaves out what does not keep it, as long as anything that was run does.
        let keeps = |order: &Prepared| {
            let memory = comparison.rows[order.row].peak_memory;
            self.options.memory.is_none_or(|limit| memory <= limit.into())
        };
        let kept: Vec<usize> = (0..prepared.len()).filter(|&at| keeps(&prepared[at])).collect();
        let rivals: Vec<Timing> = kept.iter().map(|&at| timings[at].clone()).collect();
        let fastest = fastest(&rivals).map_or(0, |place| kept[place]);
        let noise = noise(&timings);
        comparison.noise = Some(noise);
        for (at, (order, timing)) in prepared.iter().zip(&timings).enumerate() {
            let slower = match verdict(timing, &timings[fastest], noise) {
                Verdict::Slower(times) => Some(times),
                Verdict::Faster(_) | Verdict::Same => None,
            };
            comparison.rows[order.row].measured = Some(Measured {
                median: timing.median,
                min: timing.min,
                spread: timing.spread,
                samples: timing.samples.len(),
                points: order.points as u32,
                slower: slower.filter(|_| at != fastest),
                difference: order.difference,
                reference: at == 0,
            });
            if at == fastest {
                comparison.winner = order.row;
            }
        }
        self.report(1.0)
    }

    /// An order ready to run, and at how many points.
    fn prepare(
        &self,
        candidate: &Candidate,
        data: &super::data::Data,
        out: &mut [f64],
    ) -> Result<Option<(Run, usize)>, ExecError> {
        let batch = self.case.problem.spec().batch as usize;
        if candidate.names[0] != RECOMPUTING {
            let run = Run::planned(self.case, &candidate.plan, self.options, self.threads)?;
            return Ok(Some((run, batch)));
        }
        let Some(run) = Run::recomputing(self.case, self.options, self.threads)? else {
            return Ok(None);
        };
        let (rows, columns) = self.case.size();
        let start = Instant::now();
        run.run(data, 1, &mut out[..rows * columns], self.control)?;
        let most = LONGEST_CALL / start.elapsed().as_secs_f64().max(1e-9);
        // As many as there are threads keep them all at work.
        let points = (most as usize).max(self.threads).clamp(1, batch);
        Ok(Some((run, points)))
    }

    /// Times orders in turns; seconds are for the whole batch.
    pub(super) fn time(
        &self,
        prepared: &[Prepared],
        data: &super::data::Data,
        out: Vec<f64>,
        expected: f64,
    ) -> Result<Vec<Timing>, ExecError> {
        let batch = self.case.problem.spec().batch as usize;
        let size = out.len() / batch;
        let out = RefCell::new(out);
        let failure = Cell::new(None);
        let start = Instant::now();
        let call = |order: &Prepared| {
            let share = (start.elapsed().as_secs_f64() / expected).min(0.99);
            let mut out = out.borrow_mut();
            let out = &mut out[..order.points * size];
            let result = self
                .report(PREPARED + (1.0 - PREPARED) * share)
                .and_then(|()| order.run.run(data, order.points, out, self.control));
            if let Err(error) = result {
                failure.set(Some(error));
            }
        };
        let mut calls: Vec<Box<dyn FnMut()>> = Vec::new();
        for order in prepared {
            calls.push(Box::new(|| call(order)));
        }
        let names = prepared.iter().map(|order| order.name.as_str());
        let mut closures: Vec<(&str, &mut dyn FnMut())> =
            names.zip(&mut calls).map(|(name, call)| (name, &mut **call as _)).collect();
        let timings = time_interleaved(&mut closures, &self.options.timing);
        drop(calls);
        if let Some(error) = failure.take() {
            return Err(error);
        }
        let scaled = |(timing, order): (Timing, &Prepared)| {
            let times = batch as f64 / order.points as f64;
            let samples = timing.samples.iter().map(|sample| sample * times).collect();
            Timing::of(&timing.name, timing.calls, samples)
        };
        Ok(timings.into_iter().zip(prepared).map(scaled).collect())
    }

    /// Says which share of the work is done, unless the caller has had enough.
    pub(super) fn report(&self, share: f64) -> Result<(), ExecError> {
        if self.control.cancelled.is_some_and(|cancelled| cancelled.load(Ordering::Relaxed)) {
            let done = (COMPARISON_STEPS as f64 * share) as usize;
            return Err(ExecError::Cancelled { done, points: COMPARISON_STEPS });
        }
        if let Some(progress) = self.control.progress {
            progress((COMPARISON_STEPS as f64 * share) as usize);
        }
        Ok(())
    }
}

pub(super) fn zeros(batch: usize, rows: usize, columns: usize) -> Result<Vec<f64>, ExecError> {
    let length = batch.saturating_mul(rows).saturating_mul(columns);
    if length > 1 << 31 {
        let argument = "the Jacobians to measure".into();
        return Err(TapeError::TooLarge { argument, limit: 1 << 31, came: length as u64 }.into());
    }
    Ok(vec![0.0; length])
}
