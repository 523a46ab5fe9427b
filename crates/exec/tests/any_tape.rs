//! Any tape runs, also a strange one on strange numbers, and gives the same bits however its points are cut up and
//! whatever instructions run it. The twin of the fuzz target `program`.
#[path = "../../tape/tests/random/mod.rs"]
mod random;

use chainrule_exec::{Control, Level, PrepareOptions, Program, Reduce, Rows, prepare, set_threads};
use chainrule_tape::Tape;
use chainrule_tape::transform::vjp;
use proptest::prelude::*;
use random::{Choices, EVERYTHING, bits};

proptest! {
    #[test]
    fn gives_the_same_bits_in_every_way(
        choices in prop::collection::vec(any::<u32>(), 0..120),
        points in 1..200_usize,
        split in 1..70_usize,
    ) {
        set_threads(4).unwrap();
        let tape = random::tape(&choices, EVERYTHING);
        assert_runs(&tape, points, split, &choices);
        assert_runs(&vjp(&tape).unwrap(), points, split, &choices);
    }
}

fn assert_runs(tape: &Tape, points: usize, split: usize, choices: &[u32]) {
    let inputs = rows(tape, points, choices);
    let with = |threads, level| {
        let threads = Some(threads);
        prepare(tape, &PrepareOptions { threads, level: Some(level), ..Default::default() })
            .unwrap()
    };
    let program = with(4, Level::detect());
    let wanted = bits(&run(&program, points, &inputs, Reduce::None));
    let sums = bits(&run(&program, points, &inputs, Reduce::Sum));
    for level in Level::all_available() {
        let program = with(1, level);
        assert_eq!(
            bits(&run(&program, points, &inputs, Reduce::None)),
            wanted,
            "{level:?}\n{tape}"
        );
        assert_eq!(bits(&run(&program, points, &inputs, Reduce::Sum)), sums, "{level:?}\n{tape}");
    }
    let mut joined = vec![Vec::new(); wanted.len()];
    for from in (0..points).step_by(split) {
        let to = points.min(from + split);
        let part = |data: &Vec<f64>| {
            let elements = data.len() / points;
            data[elements * from..elements * to].to_vec()
        };
        let part: Vec<Vec<f64>> = inputs.iter().map(part).collect();
        let results = run(&program, to - from, &part, Reduce::None);
        joined.iter_mut().zip(results).for_each(|(all, one)| all.extend(one));
    }
    assert_eq!(bits(&joined), wanted, "split {split}\n{tape}");
}

/// Strange numbers, a row for each point.
fn rows(tape: &Tape, points: usize, choices: &[u32]) -> Vec<Vec<f64>> {
    let mut rows = vec![Vec::new(); tape.inputs().len()];
    for point in 0..points as u32 {
        let choices: Vec<u32> = (0..64).map(|i| scattered(point, i, choices)).collect();
        let one = random::point(tape, &mut Choices::new(&choices));
        rows.iter_mut().zip(one).for_each(|(all, one)| all.extend(one));
    }
    rows
}

/// A choice for number `i` of a point; Knuth's multiplier spreads it.
fn scattered(point: u32, i: u32, choices: &[u32]) -> u32 {
    let first = choices.first().copied().unwrap_or(0);
    (first ^ (point * 64 + i)).wrapping_mul(2_654_435_769) >> 8
}

fn run(program: &Program, points: usize, inputs: &[Vec<f64>], reduce: Reduce) -> Vec<Vec<f64>> {
    let rows: Vec<Rows> = inputs.iter().map(|data| Rows::Each(data)).collect();
    let count = if reduce == Reduce::None { points } else { 1 };
    let outputs = program.outputs().iter();
    let mut outputs: Vec<Vec<f64>> =
        outputs.map(|output| vec![0.25; count * output.shape.elements()]).collect();
    let mut outs: Vec<Option<&mut [f64]>> =
        outputs.iter_mut().map(|out| Some(out.as_mut_slice())).collect();
    program.run(points, &rows, &mut outs, reduce, &Control::default()).unwrap();
    outputs
}
