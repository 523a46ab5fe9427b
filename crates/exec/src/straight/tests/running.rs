//! Every level and every number of lanes gives the bits of the naive run.
use super::*;
use crate::simd::Level;

/// Each lane has a point of its own; some are NaN or infinite, which must not touch the others.
fn check(code: &Straight, seed: u64) {
    let mut random = Random::new(seed);
    let points: Vec<Vec<f64>> = (0..64).map(|_| random.numbers(code.inputs())).collect();
    let wanted: Vec<Vec<u64>> = points.iter().map(|point| bits(&code.evaluate(point))).collect();
    for level in Level::all_available() {
        for lanes in Lanes::ALL {
            let ready = Code::new(code, level, lanes);
            let mut block = ready.block();
            for (points, wanted) in points.chunks(lanes.count()).zip(wanted.chunks(lanes.count())) {
                let came = run(&ready, &mut block, points);
                assert_eq!(came, wanted, "{level:?} {lanes:?}\n{code}");
            }
        }
    }
}

/// The outputs of each point.
fn run(ready: &Code, block: &mut Block, points: &[Vec<f64>]) -> Vec<Vec<u64>> {
    let lanes = ready.lanes();
    for (i, input) in block.inputs_mut().chunks_mut(lanes).enumerate() {
        input.iter_mut().zip(points).for_each(|(lane, point)| *lane = point[i]);
    }
    ready.run(block);
    let point =
        |i: usize| -> Vec<f64> { block.outputs().chunks(lanes).map(|output| output[i]).collect() };
    (0..points.len()).map(|i| bits(&point(i))).collect()
}

#[test]
fn random_programs_run_as_naively() {
    for (seed, code) in programs(400).enumerate() {
        check(&code, seed as u64);
    }
}

#[test]
fn random_programs_run_as_naively_after_all_passes() {
    for (seed, code) in programs(400).enumerate() {
        check(&optimize(&code), seed as u64);
    }
}

#[test]
fn each_primitive_and_each_row_runs_alone() {
    for &primitive in Primitive::ALL {
        let mut builder = Builder::new(primitive.arity());
        let args: Vec<Value> = (0..primitive.arity()).map(|i| builder.input(i)).collect();
        let value = builder.primitive(primitive, &args);
        check(&builder.finish(&[value]), primitive as u64);
    }
    for (&op, n) in Op::ALL.iter().zip(-3..) {
        let mut builder = Builder::new(op.arity());
        let args: Vec<Value> = (0..op.arity()).map(|i| builder.input(i)).collect();
        let outputs = [builder.row(op, n, &args), builder.apply(op, n, &args)];
        check(&builder.finish(&outputs), op as u64);
    }
}

/// All pairs of arithmetic primitives, read in all ways, also as both arguments.
#[test]
fn each_pair_runs_as_its_two_primitives() {
    use Primitive::{Add, Fma, Fms, Fnma, Mul, Sub};
    let arithmetic = [Add, Sub, Mul, Fma, Fms, Fnma];
    for first in arithmetic {
        for second in arithmetic {
            for at in 0..second.arity() {
                let mut builder = Builder::new(6);
                let inputs: Vec<Value> = (0..6).map(|i| builder.input(i)).collect();
                let value = builder.primitive(first, &inputs[..first.arity()]);
                let mut args = inputs[3..3 + second.arity()].to_vec();
                args[at] = value;
                let result = builder.primitive(second, &args);
                check(&builder.finish(&[result]), at as u64);
            }
        }
    }
}

#[test]
fn outputs_may_be_inputs_constants_and_each_other() {
    let mut builder = Builder::new(3);
    let (x, y) = (builder.input(0), builder.input(2));
    let constant = builder.constant(-0.0);
    let sum = builder.apply(Op::Add, 0, &[x, y]);
    check(&builder.finish(&[x, sum, constant, sum, x, constant, y]), 1);
}

#[test]
fn nothing_runs() {
    check(&Builder::new(0).finish(&[]), 1);
    check(&Builder::new(4).finish(&[]), 1);
}

/// A value may take the slot of its own argument, and the slots are few.
#[test]
fn slots_are_used_again() {
    let mut builder = Builder::new(1);
    let x = builder.input(0);
    let mut y = x;
    for _ in 0..100 {
        let root = builder.apply(Op::Sqrt, 0, &[y]);
        let sum = builder.apply(Op::Div, 0, &[root, x]);
        y = builder.apply(Op::Div, 0, &[sum, sum]);
        y = builder.apply(Op::Mul, 0, &[y, root]);
    }
    let code = builder.finish(&[y]);
    check(&code, 3);
    let ready = Code::new(&code, Level::Scalar, Lanes::Eight);
    assert!(ready.block_size() <= 64 * 6, "{} bytes", ready.block_size());
}

/// A product and the sum that alone reads it are one instruction, on every chain and tree of them.
#[test]
fn pairs_halve_the_instructions() {
    let mut builder = Builder::new(2);
    let (x, y) = (builder.input(0), builder.input(1));
    let mut value = x;
    for _ in 0..50 {
        let product = builder.primitive(Primitive::Mul, &[value, y]);
        value = builder.primitive(Primitive::Sub, &[x, product]);
    }
    let code = builder.finish(&[value]);
    for lanes in Lanes::ALL {
        assert_eq!(Code::new(&code, Level::Scalar, lanes).length(), 50);
    }
}

#[test]
#[should_panic(expected = "the block is of other code")]
fn blocks_of_other_code_are_refused() {
    let code = random_code(1, 2, 9, 2);
    let [one, other] = [(); 2].map(|()| Code::new(&code, Level::Scalar, Lanes::Eight));
    one.run(&mut other.block());
}

#[test]
fn a_block_is_aligned_to_cache_lines() {
    let ready = Code::new(&random_code(1, 2, 9, 2), Level::Scalar, Lanes::SixtyFour);
    assert_eq!(ready.block().inputs_mut().as_ptr() as usize % 64, 0);
}
