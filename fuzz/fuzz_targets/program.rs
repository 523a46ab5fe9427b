//! Any tape that bytes say runs, and gives the same bits however its points are cut up and whatever instructions run it.
#![no_main]
use chainrule_exec::{
    Control, Level, PrepareOptions, Program, Reduce, Rows, cost, prepare, set_threads,
};
use chainrule_fuzz::{elements, sealed};
use chainrule_tape::transform::vjp;
use chainrule_tape::{Input, Tape};
use std::sync::Once;

/// More work a case would make the fuzzer slow rather than thorough.
const MOST_ELEMENTS: usize = 3_000;
const MOST_WORK: u64 = 200_000;

/// Numbers at which arithmetic is special, and some at which it is not.
const NUMBERS: [f64; 16] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    3.0,
    -2.5,
    1e300,
    5e-324,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    0.1,
    7.25,
    1e-9,
    -40.0,
];

libfuzzer_sys::fuzz_target!(|parts: (u8, u8, &[u8])| {
    let (points, seed, payload) = parts;
    static THREADS: Once = Once::new();
    THREADS.call_once(|| set_threads(4).expect("the machine has four threads"));
    let Ok(tape) = Tape::deserialize(&sealed(payload)) else { return };
    if elements(&tape) > MOST_ELEMENTS {
        return;
    }
    assert_runs(&tape, usize::from(points), seed);
    let adjoints = vjp(&tape).expect("a small tape can be differentiated");
    if elements(&adjoints) <= MOST_ELEMENTS {
        assert_runs(&adjoints, usize::from(points), seed);
    }
});

/// Runs the tape in every way and compares bits.
fn assert_runs(tape: &Tape, points: usize, seed: u8) {
    let work = cost(tape).saturating_add(elements(tape) as u64).saturating_mul(points as u64);
    let points = if work > MOST_WORK { points.min(3) } else { points };
    let inputs: Vec<Vec<f64>> =
        tape.inputs().iter().map(|input| numbers(input, points, seed)).collect();
    let with = |threads, level| {
        let options = PrepareOptions {
            threads: Some(threads),
            level: Some(level),
            ..PrepareOptions::default()
        };
        prepare(tape, &options).expect("a small tape can be prepared")
    };
    let program = with(4, Level::detect());
    let wanted = run(&program, points, &inputs, Reduce::None);
    let sums = run(&program, points, &inputs, Reduce::Sum);
    for level in Level::all_available() {
        let program = with(1, level);
        assert_eq!(run(&program, points, &inputs, Reduce::None), wanted, "{level:?}\n{tape}");
        assert_eq!(run(&program, points, &inputs, Reduce::Sum), sums, "sums, {level:?}\n{tape}");
    }
    let split = usize::from(seed % 13) + 1;
    let mut joined = vec![Vec::new(); wanted.len()];
    for from in (0..points).step_by(split) {
        let to = points.min(from + split);
        let part =
            |data: &Vec<f64>| data[data.len() / points * from..data.len() / points * to].to_vec();
        let part: Vec<Vec<f64>> = inputs.iter().map(part).collect();
        let results = run(&program, to - from, &part, Reduce::None);
        joined.iter_mut().zip(results).for_each(|(all, one)| all.extend(one));
    }
    assert_eq!(joined, wanted, "split {split}\n{tape}");
}

/// The bits of all results; those of NaN are no part of any promise.
fn run(program: &Program, points: usize, inputs: &[Vec<f64>], reduce: Reduce) -> Vec<Vec<u64>> {
    let rows: Vec<Rows> = inputs.iter().map(|data| Rows::Each(data)).collect();
    let count = if reduce == Reduce::None { points } else { 1 };
    let mut outputs: Vec<Vec<f64>> = program
        .outputs()
        .iter()
        .map(|output| vec![0.25; count * output.shape.elements()])
        .collect();
    let mut outs: Vec<Option<&mut [f64]>> =
        outputs.iter_mut().map(|out| Some(out.as_mut_slice())).collect();
    program.run(points, &rows, &mut outs, reduce, &Control::default()).expect("the rows fit");
    let bits = |x: &f64| if x.is_nan() { u64::MAX } else { x.to_bits() };
    outputs.iter().map(|output| output.iter().map(bits).collect()).collect()
}

fn numbers(input: &Input, points: usize, seed: u8) -> Vec<f64> {
    let seed = usize::from(seed);
    (0..points * input.shape.elements())
        .map(|i| NUMBERS[(i * 7 + i / 16 + seed) % NUMBERS.len()])
        .collect()
}
