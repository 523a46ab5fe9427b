//! What does not depend on the shape of a product: overheads, memory, sparse factors, sweeps.
use super::products::least_time;
use crate::simd::Level;
use crate::{Control, ExecError, PrepareOptions, Program, Reduce, Rows, pool, prepare};
use chainrule_tape::transform::{jvp, vjp, vmap};
use chainrule_tape::{Input, Scalar, Shape, Tape, Var, record};
use std::sync::Mutex;

/// Rates on some number of threads. Times are the least seen so far, rates the most.
pub(super) struct Rates {
    pub(super) threads: usize,
    /// Seconds of a run that computes next to nothing.
    pub(super) overhead: f64,
    /// Seconds that each further step of a tape takes.
    pub(super) launch: f64,
    /// Bytes a second read or written near the arithmetic, and far from it.
    pub(super) near: f64,
    pub(super) far: f64,
    /// Bytes that are near.
    pub(super) cache: f64,
    pub(super) lanes: u32,
    pub(super) sparse: f64,
    pub(super) tangents: [f64; 3],
    pub(super) adjoints: [f64; 3],
    /// Copies of growing size: bytes read and written, and the most a second.
    copies: Vec<(usize, f64)>,
}

/// Points that sweeps and scalings are measured on.
const POINTS: usize = 64;

/// Tangents or adjoints swept together.
const TOGETHER: [u32; 3] = [1, 4, 16];

/// The width of the function whose sweeps are measured, and how often it mixes what it has.
const WIDTH: u32 = 8;
const ROUNDS: usize = 12;

/// Products in a row, to see what one more takes.
const STEPS: usize = 17;

impl Rates {
    pub(super) fn new(threads: usize) -> Rates {
        Rates {
            threads,
            overhead: f64::INFINITY,
            launch: f64::INFINITY,
            near: 0.0,
            far: 0.0,
            cache: 0.0,
            lanes: Level::detect().lanes() as u32,
            sparse: 0.0,
            tangents: [0.0; 3],
            adjoints: [0.0; 3],
            copies: (17..=26).map(|exponent| (1 << exponent, 0.0)).collect(),
        }
    }

    /// Measures everything once more.
    pub(super) fn measure(&mut self) -> Result<(), ExecError> {
        let short = self.time(&chain(1)?, 1)?;
        let long = self.time(&chain(STEPS)?, 1)?;
        self.overhead = self.overhead.min(self.time(&scalar()?, 1)?);
        self.launch = self.launch.min(((long - short) / (STEPS - 1) as f64).max(0.0));
        let scaling = scaling()?;
        self.sparse = self.sparse.max(self.rate(&scaling, POINTS)?);
        let mixing = mixing()?;
        for (i, seeds) in TOGETHER.into_iter().enumerate() {
            let (forward, back) = (jvp(&mixing)?, vjp(&mixing)?);
            let x = ["x.x"];
            let tangents = self.sweep(&vmap(&forward, seeds, Some(&x))?, &mixing)?;
            let adjoints = self.sweep(&vmap(&back, seeds, Some(&x))?, &mixing)?;
            self.tangents[i] = self.tangents[i].max(tangents);
            self.adjoints[i] = self.adjoints[i].max(adjoints);
        }
        self.copy()
    }
}

impl Rates {
    /// Seconds of a run of a tape whose inputs differ from point to point.
    fn time(&self, tape: &Tape, points: usize) -> Result<f64, ExecError> {
        let options = PrepareOptions { threads: Some(self.threads), ..Default::default() };
        let program: Program = prepare(tape, &options)?;
        let elements = |shape: &Shape| vec![0.5; shape.elements() * points];
        let inputs: Vec<_> = tape.inputs().iter().map(|input| elements(&input.shape)).collect();
        let rows: Vec<Rows> = inputs.iter().map(|data| Rows::Each(data)).collect();
        let mut results: Vec<_> =
            program.outputs().iter().map(|output| elements(&output.shape)).collect();
        least_time(&mut || {
            let mut outs: Vec<Option<&mut [f64]>> =
                results.iter_mut().map(|out| Some(&mut out[..])).collect();
            program.run(points, &rows, &mut outs, Reduce::None, &Control::default())
        })
    }

    /// Multiply-adds a second of a tape.
    fn rate(&self, tape: &Tape, points: usize) -> Result<f64, ExecError> {
        let seconds = self.time(tape, points)?;
        Ok(points as f64 * crate::cost(tape) as f64 / seconds)
    }

    /// Multiply-adds a second of what a sweep has besides the function itself.
    fn sweep(&self, sweep: &Tape, function: &Tape) -> Result<f64, ExecError> {
        let seconds = self.time(sweep, POINTS)? - self.time(function, POINTS)?;
        let work = crate::cost(sweep) - crate::cost(function);
        Ok(POINTS as f64 * work as f64 / seconds.max(1e-9))
    }

    /// Copies of growing size, on all threads together.
    fn copy(&mut self) -> Result<(), ExecError> {
        let threads = self.threads;
        let most = self.copies.iter().map(|&(bytes, _)| bytes).max().unwrap_or(0) / 16;
        let parts: Vec<Mutex<(Vec<f64>, Vec<f64>)>> =
            (0..threads).map(|_| Mutex::new((vec![0.5; most], vec![0.25; most]))).collect();
        for (bytes, best) in &mut self.copies {
            let elements = *bytes / 16;
            let seconds = least_time(&mut || {
                pool::for_each(threads, threads, |i| {
                    let mut part = parts[i].lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    let (from, to) = &mut *part;
                    to[..elements].copy_from_slice(&from[..elements]);
                })
            })?;
            *best = best.max((*bytes * threads) as f64 / seconds);
        }
        let rate = |copy: Option<&(usize, f64)>| copy.map_or(0.0, |&(_, rate)| rate);
        self.near = rate(self.copies.first());
        self.far = rate(self.copies.last());
        let between = (self.near * self.far).sqrt();
        let near = self.copies.iter().filter(|(_, rate)| *rate > between);
        self.cache = near.map(|&(bytes, _)| (bytes * threads) as f64).fold(0.0, f64::max);
        Ok(())
    }
}

/// One operation on one number.
fn scalar() -> Result<Tape, ExecError> {
    Ok(record(vec![Input::scalar("x")], |v| vec![v[0] * v[0]])?)
}

/// So many products in a row of matrices just large enough to be products of their own.
fn chain(steps: usize) -> Result<Tape, ExecError> {
    let square = Shape::new(&[9, 9])?;
    let inputs = vec![Input::new("a", square.clone()), Input::new("b", square)];
    Ok(record(inputs, |v| vec![(0..steps).fold(v[0], |product, _| product.dot(v[1]))])?)
}

/// A matrix whose rows are scaled.
fn scaling() -> Result<Tape, ExecError> {
    let inputs =
        vec![Input::new("a", Shape::new(&[128, 128])?), Input::new("d", Shape::new(&[128, 1])?)];
    Ok(record(inputs, |v| vec![v[0] * v[1]])?)
}

/// A function of a few numbers, each of which comes to depend on all: sums, products and now and then a sine.
fn mixing() -> Result<Tape, ExecError> {
    let input = Input::new("x", Shape::vector(WIDTH));
    let tape = record(vec![input], |v| {
        let mut x: Vec<Var<'_>> = (0..WIDTH).map(|i| v[0].at(i)).collect();
        for round in 0..ROUNDS {
            for i in 0..x.len() {
                let mixed = x[i] * x[(i + 1 + round) % x.len()] + x[(i + 3) % x.len()];
                x[i] = if i % 4 == 0 { mixed.sin() } else { mixed };
            }
        }
        x
    });
    Ok(tape?)
}
