//! Every way of running agrees: random programs, bit for bit with the naive run of the low-level form, for every level,
//! batch split and number of threads, and (`rounding`) within the rounding error bound with the unfused tape.
mod rounding;

use crate::lower::lower;
use crate::program::{Control, PrepareOptions, Program, Reduce, Rows, prepare};
use crate::simd::Level;
use chainrule_tape::{Input, Op, Recorder, Scalar, Segment, Shape, Tape, Var};

/// A sequence of numbers that a seed fixes (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn number(&mut self) -> f64 {
        (self.next() >> 11) as f64 * 2f64.powi(-53) * 4.0 - 2.0
    }
}

fn shape(dims: &[u32]) -> Shape {
    Shape::new(dims).unwrap()
}

/// A random program over all elementwise ops and structural ones of every form, on arrays of a few shapes.
fn random_tape(seed: u64, size: usize, wide: u32) -> Tape {
    let mut random = Random(seed);
    let inputs = vec![
        Input::scalar("a"),
        Input::new("x", shape(&[wide])),
        Input::new("y", shape(&[3, wide])),
        Input::new("W", shape(&[wide, wide])),
    ];
    Recorder::record(Segment::default(), inputs, |recorder, inputs| {
        let mut values: Vec<Var> = inputs.to_vec();
        let data: Vec<f64> = (0..wide).map(|i| f64::from(i) * 0.37 - 1.0).collect();
        values.push(recorder.constant(&data, &shape(&[wide])));
        for _ in 0..size {
            let value = random_value(&mut random, recorder, &values, wide);
            values.push(value);
        }
        values.split_off(values.len() - 6)
    })
    .unwrap()
}

fn random_value<'r>(
    random: &mut Random,
    recorder: &'r Recorder,
    values: &[Var<'r>],
    wide: u32,
) -> Var<'r> {
    let pick = |random: &mut Random| values[random.below(values.len())];
    let x = pick(random);
    let dims = x.shape().to_vec();
    match random.below(13) {
        0 if dims.len() == 2 => x.sum(&[random.below(2) as u32]),
        0 if dims.len() == 1 => x.sum(&[0]),
        1 if dims.len() == 2 => x.transpose(&[1, 0]),
        2 if dims == [wide, wide] => x.dot(values[3]),
        2 if dims == [3, wide] => x.dot(values[3]),
        2 if dims == [wide] => values[3].dot(x),
        3 if !dims.is_empty() => x.at(random.below(dims[0] as usize) as u32),
        4 if dims.len() == 1 => recorder.stack(&[x, x.sin(), x * 0.5], 0),
        5 if dims.len() == 2 => x.reduce_max(&[1]),
        6 if !dims.is_empty() => x.cumsum(0),
        7 if !dims.is_empty() => x.logsumexp(&[0]),
        8 if dims.len() == 1 => x.scatter_add(0, &[0, 2, 0], recorder.stack(&[values[0]; 3], 0)),
        _ => {
            let op = Op::ALL[random.below(Op::ALL.len())];
            let same = |random: &mut Random| {
                let y = pick(random);
                if y.shape().broadcast(&x.shape()).is_some_and(|both| both == x.shape()) {
                    y
                } else {
                    x
                }
            };
            let args: Vec<Var> =
                std::iter::once(x).chain((1..op.arity()).map(|_| same(random))).collect();
            let n = if op.parameter().is_some() { random.below(4) as i32 } else { 0 };
            Var::apply(op, n, &args)
        }
    }
}

fn rows(tape: &Tape, points: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut random = Random(seed);
    let row =
        |input: &Input| (0..points * input.shape.elements()).map(|_| random.number()).collect();
    tape.inputs().iter().map(row).collect()
}

fn run(program: &Program, points: usize, inputs: &[Vec<f64>], reduce: Reduce) -> Vec<Vec<f64>> {
    let rows: Vec<Rows> = inputs.iter().map(|data| Rows::Each(data)).collect();
    let count = if reduce == Reduce::None { points } else { 1 };
    let mut outputs: Vec<Vec<f64>> = program
        .outputs()
        .iter()
        .map(|output| vec![f64::NAN; count * output.shape.elements()])
        .collect();
    let mut outs: Vec<Option<&mut [f64]>> =
        outputs.iter_mut().map(|out| Some(out.as_mut_slice())).collect();
    program.run(points, &rows, &mut outs, reduce, &Control::default()).unwrap();
    outputs
}

/// The bits of numbers; those of NaN are not part of the contract.
fn bits(rows: &[Vec<f64>]) -> Vec<Vec<u64>> {
    let bits = |x: &f64| if x.is_nan() { u64::MAX } else { x.to_bits() };
    rows.iter().map(|row| row.iter().map(bits).collect()).collect()
}

fn part(inputs: &[Vec<f64>], points: usize, from: usize, to: usize) -> Vec<Vec<f64>> {
    inputs
        .iter()
        .map(|data| data[data.len() / points * from..data.len() / points * to].to_vec())
        .collect()
}

fn options(threads: usize, level: Level) -> PrepareOptions {
    PrepareOptions { threads: Some(threads), level: Some(level), ..PrepareOptions::default() }
}

/// What the naive run of the low-level form gives for every point.
fn naive(tape: &Tape, points: usize, inputs: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let low = lower(tape, &vec![false; inputs.len()]).unwrap();
    let mut outputs = vec![Vec::new(); tape.outputs().len()];
    for p in 0..points {
        let values = low.evaluate(&part(inputs, points, p, p + 1));
        outputs.iter_mut().zip(values).for_each(|(all, one)| all.extend(one));
    }
    outputs
}

#[test]
fn every_level_split_and_number_of_threads_gives_the_bits_of_the_naive_run() {
    crate::set_threads(4).unwrap();
    for (seed, wide) in (0..30).flat_map(|seed| [(seed, 4), (seed + 100, 9), (seed + 200, 70)]) {
        let points = if wide == 70 { 5 } else { 77 };
        let tape = random_tape(seed, 40, wide);
        let inputs = rows(&tape, points, seed + 1);
        let wanted = bits(&naive(&tape, points, &inputs));
        for level in Level::all_available() {
            for threads in [1, 2, 4] {
                let program = prepare(&tape, &options(threads, level)).unwrap();
                assert_eq!(
                    bits(&run(&program, points, &inputs, Reduce::None)),
                    wanted,
                    "seed {seed} {level:?}"
                );
            }
        }
        let program = prepare(&tape, &PrepareOptions::default()).unwrap();
        for split in [1, 7, 64] {
            let mut outputs = vec![Vec::new(); tape.outputs().len()];
            for from in (0..points).step_by(split) {
                let to = points.min(from + split);
                let results =
                    run(&program, to - from, &part(&inputs, points, from, to), Reduce::None);
                outputs.iter_mut().zip(results).for_each(|(all, one)| all.extend(one));
            }
            assert_eq!(bits(&outputs), wanted, "seed {seed}, split {split}");
        }
    }
}
