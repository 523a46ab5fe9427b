//! How long does straight-line code take for a point? A bundle adjustment residual with its Jacobian,
//! 4040 points on one thread: in block memory alone, with rows in and out, and by lanes.
#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    unreachable_pub,
    reason = "the crate's modules are included whole"
)]

#[path = "../src/math/mod.rs"]
mod math;
#[path = "../src/rows/mod.rs"]
mod rows;
#[path = "../src/simd/mod.rs"]
mod simd;
#[path = "../src/straight/mod.rs"]
mod straight;

use chainrule_tape::transform::grad;
use chainrule_tape::{Input, Kind, Op, Scalar, Tape, record};
use rows::{Rows, RowsMut};
use simd::Level;
use std::collections::HashMap;
use std::time::Instant;
use straight::{Block, Builder, Code, Lanes, Straight, Value, optimize};

const POINTS: usize = 4040;

/// Rotation 3, centre 3, focal length 1, principal point 2, distortion 2, point 3, weight 1, then the
/// feature 2, which is not differentiated.
const INPUTS: usize = 17;
const VARIABLES: usize = 15;

/// The reprojection error of one coordinate, as in the bundle adjustment of ADBench.
fn residual<S: Scalar>(v: &[S], coordinate: usize) -> S {
    let (rotation, centre, focal, principal) = (&v[0..3], &v[3..6], v[6], &v[7..9]);
    let (distortion, point, weight, feature) = (&v[9..11], &v[11..14], v[14], &v[15..17]);
    let one = S::from(1.0);
    let d: [S; 3] = std::array::from_fn(|k| point[k] - centre[k]);
    let square = rotation[0] * rotation[0] + rotation[1] * rotation[1] + rotation[2] * rotation[2];
    let angle = square.sqrt();
    let (cosine, sine, inverse) = (angle.cos(), angle.sin(), one / angle);
    let axis: [S; 3] = std::array::from_fn(|k| rotation[k] * inverse);
    let along = (axis[0] * d[0] + axis[1] * d[1] + axis[2] * d[2]) * (one - cosine);
    let rotated: [S; 3] = std::array::from_fn(|k| {
        let (p, q) = ((k + 1) % 3, (k + 2) % 3);
        let cross = axis[p] * d[q] - axis[q] * d[p];
        d[k] * cosine + cross * sine + axis[k] * along
    });
    let depth = one / rotated[2];
    let (x, y) = (rotated[0] * depth, rotated[1] * depth);
    let radius = x * x + y * y;
    let factor = one + (distortion[0] + distortion[1] * radius) * radius;
    let seen = [x, y][coordinate] * factor * focal + principal[coordinate];
    weight * (seen - feature[coordinate])
}

/// Two residuals and their derivatives by all variables, common parts once.
fn program() -> Straight {
    let mut builder = Builder::new(INPUTS);
    let mut known = HashMap::new();
    let outputs: Vec<Value> = (0..2)
        .flat_map(|coordinate| {
            let input = |i: usize| {
                let input = Input::scalar(&i.to_string());
                if i < VARIABLES { input } else { input.fixed() }
            };
            let inputs = (0..INPUTS).map(input).collect();
            let tape = record(inputs, |v| vec![residual(v, coordinate)]).expect("a sound tape");
            let tape = grad(&tape).expect("one scalar output");
            write_down(&tape, &mut builder, &mut known)
        })
        .collect();
    optimize(&builder.finish(&outputs))
}

type Known = HashMap<(Op, i32, Vec<Value>), Value>;

/// Writes a tape of scalars down and gives its outputs.
fn write_down(tape: &Tape, builder: &mut Builder, known: &mut Known) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::with_capacity(tape.len());
    for (_, kind, _) in tape.nodes() {
        values.push(match kind {
            Kind::Input(i) => builder.input(i),
            Kind::Constant(constant) => builder.constant(constant.element(0)),
            Kind::Elementwise(op, n, args) => {
                let args: Vec<Value> = args.iter().map(|arg| values[arg.index()]).collect();
                let key = (op, n, args.clone());
                *known.entry(key).or_insert_with(|| builder.apply(op, n, &args))
            }
            Kind::Structural(rule, _) => unreachable!("{} of scalars", rule.name()),
        });
    }
    tape.outputs().iter().map(|output| values[output.node().index()]).collect()
}

/// Plausible cameras and points, all different.
fn points() -> Vec<f64> {
    const START: [f64; INPUTS] =
        [0.1, 0.1, 0.1, -0.5, -0.5, -0.5, 500., 0., 0., 0., 0., 0., 0., 4., 0.5, 0., 0.];
    const WIDTH: [f64; INPUTS] =
        [0.8, 0.8, 0.8, 1., 1., 1., 10., 1., 1., 0.01, 0.001, 1., 1., 1., 1., 10., 10.];
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..POINTS * INPUTS).map(|i| START[i % INPUTS] + WIDTH[i % INPUTS] * next()).collect()
}

/// All points, from rows to rows.
fn run(code: &Code, block: &mut Block, level: Level, points: &[f64], results: &mut [f64]) {
    let width = results.len() / POINTS;
    for first in (0..POINTS).step_by(code.lanes()) {
        let last = (first + code.lanes()).min(POINTS);
        Rows::new(points, INPUTS).load(first..last, block.inputs_mut(), level);
        code.run(block);
        let rows = &mut results[first * width..last * width];
        RowsMut::new(rows, width).store(block.outputs(), level);
    }
}

/// Nanoseconds by point of one repetition.
fn time(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e9 / POINTS as f64
}

/// Median and minimum.
fn summary(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    format!("{:.1} (minimum {:.1})", times[times.len() / 2], times[0])
}

/// Code for one set of instructions and one number of lanes, and how long it took so far.
struct Case {
    name: String,
    level: Level,
    code: Code,
    with_rows: Vec<f64>,
    alone: Vec<f64>,
}

/// Repetitions of each case, which take turns: what slows the machine slows all alike.
const ROUNDS: usize = 41;

fn main() {
    let (program, points) = (program(), points());
    println!("{} operations, {POINTS} points, ns per point", program.computed());
    let case = |(level, lanes): (Level, Lanes)| {
        let (name, code) = (format!("{level:?} {lanes:?}"), Code::new(&program, level, lanes));
        Case { name, level, code, with_rows: Vec::new(), alone: Vec::new() }
    };
    let all = Level::all_available().into_iter();
    let mut cases: Vec<Case> =
        all.flat_map(|level| Lanes::ALL.map(|lanes| (level, lanes))).map(case).collect();
    prove(&cases, &points);
    for _ in 0..ROUNDS {
        for Case { level, code, with_rows, alone, .. } in &mut cases {
            let mut block = code.block();
            let mut results = vec![0.0; POINTS * (block.outputs().len() / code.lanes())];
            with_rows.push(time(|| run(code, &mut block, *level, &points, &mut results)));
            let inputs = points[..block.inputs_mut().len()].to_vec();
            alone.push(time(|| {
                for _ in 0..POINTS / code.lanes() {
                    block.inputs_mut().copy_from_slice(&inputs);
                    code.run(&mut block);
                }
            }));
        }
    }
    for Case { name, with_rows, alone, .. } in cases {
        println!("{name}: {} with rows, {} alone", summary(with_rows), summary(alone));
    }
}

/// All give the same bits, and derivatives that agree with difference quotients of the residuals.
fn prove(cases: &[Case], points: &[f64]) {
    let mut first: Option<Vec<f64>> = None;
    for Case { name, level, code, .. } in cases {
        let mut block = code.block();
        let mut results = vec![0.0; POINTS * (block.outputs().len() / code.lanes())];
        run(code, &mut block, *level, points, &mut results);
        let wanted = first.get_or_insert_with(|| results.clone());
        assert!(*wanted == results, "{name} gives other results");
    }
    let results = first.expect("there is plain Rust at least");
    for (x, y) in points.chunks_exact(INPUTS).zip(results.chunks_exact(2 * (1 + VARIABLES))) {
        for (coordinate, y) in y.chunks_exact(1 + VARIABLES).enumerate() {
            assert!(near(y[0], residual(x, coordinate), 1e-12), "a residual");
            for (i, &partial) in y[1..].iter().enumerate() {
                let moved = |by: f64| {
                    let mut x = x.to_vec();
                    x[i] += by;
                    residual(&x, coordinate)
                };
                let step = 1e-6 * (1.0 + x[i].abs());
                assert!(near(partial, (moved(step) - moved(-step)) / (2.0 * step), 1e-4), "{i}");
            }
        }
    }
}

fn near(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * (1.0 + b.abs())
}
