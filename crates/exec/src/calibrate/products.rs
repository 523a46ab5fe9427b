//! Products of all shapes, with factors shared or not, on one thread or more.
use super::Session;
use super::axes::Axes;
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

const ALL: [Sharing; 4] = [Sharing::Single, Sharing::Stacked, Sharing::Spread, Sharing::Batched];

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

/// All products to be measured, and numbers for them to multiply.
pub(super) struct Products {
    /// By threads, then by sharing, then by shape.
    pub(super) cases: Vec<Case>,
    lefts: Vec<f64>,
    rights: Vec<f64>,
    results: Vec<f64>,
}

/// Points that stand for many.
const POINTS: usize = 64;

/// What a thread's matrices may take, so that they stay near it: what comes from memory is counted apart.
const NEAR_BYTES: usize = 1 << 20;

/// Products of more multiply-adds are not measured; their share is that of smaller ones.
const MOST_WORK: usize = 1 << 27;

/// As many multiply-adds are a run long enough to be timed well.
const ENOUGH_WORK: usize = 1 << 24;

/// A sample lasts so long, in seconds, and there are so many in a pass.
const SAMPLE: f64 = 2e-5;
const SAMPLES: usize = 3;

impl Products {
    pub(super) fn new(axes: &Axes, threads: &[usize]) -> Products {
        let mut cases = Vec::new();
        for &threads in threads {
            for sharing in ALL {
                cases.extend(axes.shapes().map(|shape| Case::new(sharing, shape, threads)));
            }
        }
        let most = |length: fn(&Case) -> usize| {
            vec![0.5; cases.iter().filter(|case| case.is_measured()).map(length).max().unwrap_or(0)]
        };
        let lefts = most(|case| case.sizes[0] * case.sizes[1] * case.lefts());
        let rights = most(|case| case.sizes[1] * case.sizes[2] * case.rights());
        let results = most(|case| case.sizes[0] * case.sizes[2] * case.points);
        Products { cases, lefts, rights, results }
    }

    /// Measures every product once more, in an order in which neighbours are far apart. The first pass is always
    /// finished, later ones end with the session.
    pub(super) fn measure(&mut self, pass: usize, session: &Session) -> Result<(), ExecError> {
        let count = self.cases.len();
        let stride = (count * 5 / 8..).find(|&stride| coprime(stride, count)).unwrap_or(1);
        for i in 0..count {
            let at = (i * stride + pass) % count;
            if !self.cases[at].is_measured() {
                continue;
            }
            session.check()?;
            if pass > 0 && session.is_over() {
                return Ok(());
            }
            let least = self.time(at)?;
            self.cases[at].least = self.cases[at].least.min(least);
        }
        Ok(())
    }

    fn time(&mut self, at: usize) -> Result<f64, ExecError> {
        let case = &self.cases[at];
        let program = case.program()?;
        let [m, k, n] = case.sizes;
        let lefts = &self.lefts[..m * k * case.lefts()];
        let rights = &self.rights[..k * n * case.rights()];
        let results = &mut self.results[..m * n * case.points];
        let inputs = match case.sharing {
            Sharing::Single | Sharing::Batched => [Rows::Each(lefts), Rows::Each(rights)],
            Sharing::Stacked => [Rows::Each(lefts), Rows::Shared(rights)],
            Sharing::Spread => [Rows::Shared(lefts), Rows::Each(rights)],
        };
        let mut run = || {
            let mut outs = [Some(&mut *results)];
            program.run(case.points, &inputs, &mut outs, Reduce::None, &Control::default())
        };
        least_time(&mut run)
    }
}

impl Case {
    fn new(sharing: Sharing, sizes: [u32; 3], threads: usize) -> Case {
        let sizes = sizes.map(|size| size as usize);
        let mut case = Case { sharing, sizes, threads, points: POINTS, least: f64::INFINITY };
        let [m, k, n] = sizes;
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

    fn is_measured(&self) -> bool {
        self.sizes.iter().product::<usize>() <= MOST_WORK
    }

    fn lefts(&self) -> usize {
        if self.sharing == Sharing::Spread { 1 } else { self.points }
    }

    fn rights(&self) -> usize {
        if self.sharing == Sharing::Stacked { 1 } else { self.points }
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

fn coprime(a: usize, b: usize) -> bool {
    if b == 0 { a == 1 } else { coprime(b, a % b) }
}
