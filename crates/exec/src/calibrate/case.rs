//! One product, and how long it takes.
use crate::{Control, ExecError, PrepareOptions, Program, Reduce, Rows, prepare};
use chainrule_tape::{Input, Shape, record};
use std::time::Instant;

/// Which factors are one matrix for all points.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) enum Sharing {
    /// There is one point.
    Single,
    /// The right one.
    Stacked,
    /// The left one.
    Spread,
    /// None.
    Batched,
}

/// A product and the least time it took.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) sharing: Sharing,
    pub(super) sizes: [usize; 3],
    pub(super) threads: usize,
    pub(super) points: usize,
    /// Seconds of a run on all points; infinite as long as it was not measured.
    pub(super) least: f64,
}

/// Points that stand for many.
const POINTS: usize = 64;

/// What a thread's matrices may take, so that they stay near it: what comes from memory is counted apart.
const NEAR_BYTES: usize = 1 << 20;

/// Products of more multiply-adds are not measured; their share is that of smaller ones.
const MOST_WORK: usize = 140_000_000;

/// As many multiply-adds are a run long enough to be timed well.
const ENOUGH_WORK: usize = 1 << 24;

/// A sample lasts so long, in seconds, and there are so many in a pass.
const SAMPLE: f64 = 2e-5;
const SAMPLES: usize = 3;

impl Case {
    /// A product at as many points as a thread has near it.
    pub(super) fn near(sharing: Sharing, sizes: [u32; 3], threads: usize) -> Case {
        let mut case = Case::at(sharing, sizes, threads, POINTS);
        let [m, k, n] = case.sizes;
        let bytes = 8
            * (m * n
                + if case.lefts() > 1 { m * k } else { 0 }
                + if case.rights() > 1 { k * n } else { 0 });
        let work = m * k * n;
        let points = (NEAR_BYTES * threads / bytes).min(ENOUGH_WORK * threads / work);
        case.points = match sharing {
            Sharing::Single => 1,
            Sharing::Stacked | Sharing::Spread | Sharing::Batched => {
                points.clamp(2 * threads, POINTS.max(2 * threads))
            }
        };
        case
    }

    /// A product at so many points.
    pub(super) fn at(sharing: Sharing, sizes: [u32; 3], threads: usize, points: usize) -> Case {
        let sizes = sizes.map(|size| size as usize);
        Case { sharing, sizes, threads, points, least: f64::INFINITY }
    }

    pub(super) fn is_measured(&self) -> bool {
        self.sizes.iter().product::<usize>() <= MOST_WORK
    }

    fn lefts(&self) -> usize {
        if self.sharing == Sharing::Spread { 1 } else { self.points }
    }

    fn rights(&self) -> usize {
        if self.sharing == Sharing::Stacked { 1 } else { self.points }
    }

    /// Numbers in all left factors.
    pub(super) fn left_length(&self) -> usize {
        self.sizes[0] * self.sizes[1] * self.lefts()
    }

    /// Numbers in all right factors.
    pub(super) fn right_length(&self) -> usize {
        self.sizes[1] * self.sizes[2] * self.rights()
    }

    /// Numbers in all results.
    pub(super) fn result_length(&self) -> usize {
        self.sizes[0] * self.sizes[2] * self.points
    }

    /// Runs it a few times on the first of these numbers, and keeps the least time.
    pub(super) fn measure(
        &mut self,
        lefts: &[f64],
        rights: &[f64],
        results: &mut [f64],
    ) -> Result<(), ExecError> {
        let program = self.program()?;
        let lefts = &lefts[..self.left_length()];
        let rights = &rights[..self.right_length()];
        let results = &mut results[..self.result_length()];
        let inputs = match self.sharing {
            Sharing::Single | Sharing::Batched => [Rows::Each(lefts), Rows::Each(rights)],
            Sharing::Stacked => [Rows::Each(lefts), Rows::Shared(rights)],
            Sharing::Spread => [Rows::Shared(lefts), Rows::Each(rights)],
        };
        let seconds = least_time(&mut || {
            let outs = &mut [Some(&mut *results)];
            program.run(self.points, &inputs, outs, Reduce::None, &Control::default())
        })?;
        self.least = self.least.min(seconds);
        Ok(())
    }

    fn program(&self) -> Result<Program, ExecError> {
        let [m, k, n] = self.sizes.map(|size| size as u32);
        let inputs =
            vec![Input::new("a", Shape::new(&[m, k])?), Input::new("b", Shape::new(&[k, n])?)];
        let tape = record(inputs, |v| vec![v[0].dot(v[1])])?;
        let shared = match self.sharing {
            Sharing::Single | Sharing::Batched => vec![],
            Sharing::Stacked => vec!["b".to_string()],
            Sharing::Spread => vec!["a".to_string()],
        };
        prepare(
            &tape,
            &PrepareOptions { threads: Some(self.threads), shared, ..Default::default() },
        )
    }
}

/// The least time of a few samples, in seconds of one run; the first run does not count.
pub(super) fn least_time(run: &mut dyn FnMut() -> Result<(), ExecError>) -> Result<f64, ExecError> {
    run()?;
    let start = Instant::now();
    run()?;
    let first = start.elapsed().as_secs_f64();
    let calls = (SAMPLE / first.max(1e-8)).clamp(1.0, 1000.0) as usize;
    let mut least = first;
    for _ in 0..SAMPLES {
        let start = Instant::now();
        for _ in 0..calls {
            run()?;
        }
        least = least.min(start.elapsed().as_secs_f64() / calls as f64);
    }
    Ok(least)
}
