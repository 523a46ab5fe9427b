//! What does not depend on the shape of a product: overheads, memory, sparse factors, sweeps.
use super::case::least_time;
use super::far::Far;
use super::grids::rounded;
use crate::simd::Level;
use crate::{Control, ExecError, PrepareOptions, Program, Reduce, Rows, pool, prepare};
use chainrule_plan::Memory;
use chainrule_tape::transform::{jvp, vjp, vmap};
use chainrule_tape::{Input, Scalar, Shape, Tape, Var, record};
use std::hint::black_box;
use std::sync::Mutex;

/// Rates on some number of threads. Times are the least seen so far, rates the most.
pub(super) struct Rates {
    pub(super) threads: usize,
    /// Seconds of a run that computes next to nothing.
    pub(super) overhead: f64,
    /// Seconds that each further step of a tape takes.
    pub(super) launch: f64,
    /// Bytes a second read or written near the arithmetic.
    pub(super) near: f64,
    /// What matrices of many points take more than those of few.
    far: Far,
    pub(super) lanes: u32,
    pub(super) sparse: f64,
    sweeps: Sweeps,
}

/// A function and its sweeps: the seconds of each, and the multiply-adds that the sweeps add to the function's own.
#[derive(Default)]
struct Sweeps {
    function: f64,
    seconds: [[f64; 3]; 2],
    work: [[f64; 3]; 2],
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
            far: Far::new(threads),
            lanes: Level::detect().lanes() as u32,
            sparse: 0.0,
            sweeps: Sweeps {
                function: f64::INFINITY,
                seconds: [[f64::INFINITY; 3]; 2],
                ..Sweeps::default()
            },
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
        self.sweep()?;
        self.copy()?;
        self.far.measure()
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

    fn sweep(&mut self) -> Result<(), ExecError> {
        let function = mixing()?;
        self.sweeps.function = self.sweeps.function.min(self.time(&function, POINTS)?);
        let directions = [jvp(&function)?, vjp(&function)?];
        for (direction, sweep) in directions.into_iter().enumerate() {
            for (i, seeds) in TOGETHER.into_iter().enumerate() {
                let sweep = vmap(&sweep, seeds, Some(&["x.x"]))?;
                let seconds = self.time(&sweep, POINTS)?;
                let least = &mut self.sweeps.seconds[direction][i];
                *least = least.min(seconds);
                let work = crate::cost(&sweep) - crate::cost(&function);
                self.sweeps.work[direction][i] = (work * POINTS as u64) as f64;
            }
        }
        Ok(())
    }

    /// Multiply-adds a second of tangents and of adjoints, by how many are swept together.
    pub(super) fn sweep_rates(&self) -> [[f64; 3]; 2] {
        let Sweeps { function, seconds, work } = &self.sweeps;
        [0, 1].map(|direction| {
            [0, 1, 2].map(|i| {
                // A single sweep may take hardly longer than the function alone.
                let (work, seconds) = (work[direction][i], seconds[direction][i]);
                rounded(work / (seconds - function).max(0.2 * seconds))
            })
        })
    }

    /// Copies on all threads together, of what the first caches hold.
    fn copy(&mut self) -> Result<(), ExecError> {
        const ELEMENTS: usize = 1 << 11;
        const TIMES: usize = 64;
        let threads = self.threads;
        let parts: Vec<Mutex<[Vec<f64>; 2]>> =
            (0..threads).map(|_| Mutex::new([vec![0.5; ELEMENTS], vec![0.25; ELEMENTS]])).collect();
        let seconds = least_time(&mut || {
            pool::for_each(threads, threads, |i| {
                let mut part = parts[i].lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                let [from, to] = &mut *part;
                for _ in 0..TIMES {
                    black_box(&mut *to).copy_from_slice(black_box(&*from));
                }
            })
        })?;
        let bytes = 2 * size_of::<f64>() * ELEMENTS * TIMES * threads;
        self.near = self.near.max(bytes as f64 / seconds);
        Ok(())
    }

    /// The memory behind the caches.
    pub(super) fn memory(&self) -> Memory {
        self.far.memory()
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
