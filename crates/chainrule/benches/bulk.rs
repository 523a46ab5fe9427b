//! What does an op cost to record, do recording threads help, and how fast is a bulk Jacobian?
//!
//! Each group first proves its answer right. Times per element are per recorded op, or per point.
use chainrule::exec::Arenas;
use chainrule::tape::Segment;
use chainrule::{
    Input, JacobianOptions, PrepareOptions, Recorder, Reduce, Rows, Scalar, Tape, Var, jacobian,
    record,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::ops::{Mul, Sub};

const OPS: usize = 300_000;
const SEGMENTS: usize = 64;
const SEGMENT_OPS: usize = 20_000;
const POINTS: usize = 100_000;

/// Where tapes are proved right.
const X: f64 = 0.3;
const Y: f64 = 0.7;

criterion_group!(benches, recording, segments, spherical_jacobian);
criterion_main!(benches);

/// `ops` ops in steps of four; its value is found by floating-point numbers as well as by variables.
fn steps<S: Scalar>(x: S, y: S, ops: usize) -> S {
    (0..ops / 4).fold(x, |s, _| (s * y + x).sin() - y)
}

/// As many ops, of which every other one has a number as operand.
fn numbers<S: Scalar + Mul<f64, Output = S> + Sub<f64, Output = S>>(x: S, ops: usize) -> S {
    (0..ops / 4).fold(x, |s, _| (s * Y + x).sin() - Y)
}

fn recording(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("record");
    group.throughput(Throughput::Elements(OPS as u64));
    let mut arena = Segment::default();
    let mut bench = |name: &str, nodes: usize, wanted: f64, function: Function| {
        let record_into = |arena: Segment| {
            Recorder::record(arena, inputs(), |_, v| vec![function(v)]).expect("it records")
        };
        prove(&record_into(Segment::default()), nodes, wanted);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let tape = record_into(std::mem::take(&mut arena));
                arena = tape.into_segments().pop().unwrap_or_default();
            });
        });
    };
    bench("one thread, warm arena", OPS, steps(X, Y, OPS), |v| steps(v[0], v[1], OPS));
    let nodes = OPS + OPS / 2;
    bench("the same with numbers", nodes, numbers(X, OPS), |v| numbers(v[0], OPS));
    group.finish();
}

type Function = for<'r> fn(&[Var<'r>]) -> Var<'r>;

fn segments(criterion: &mut Criterion) {
    let arenas = Arenas::default();
    fn segment<'r>(_: &'r Recorder, v: &[Var<'r>], k: usize) -> Vec<Var<'r>> {
        vec![steps(v[k % 2], v[1 - k % 2], SEGMENT_OPS)]
    }
    fn sum<'r>(_: &'r Recorder, outputs: &[Vec<Var<'r>>], _: &[Var<'r>]) -> Vec<Var<'r>> {
        outputs.iter().flatten().copied().reduce(|a, b| a + b).into_iter().collect()
    }
    let on = |threads: usize| {
        arenas.record_segments(inputs(), SEGMENTS, Some(threads), segment, Some(&sum))
    };
    let (even, odd) = (steps(X, Y, SEGMENT_OPS), steps(Y, X, SEGMENT_OPS));
    let total = (1..SEGMENTS).fold(even, |sum, k| sum + if k % 2 == 0 { even } else { odd });
    let tape = on(4).expect("it records");
    prove(&tape, SEGMENTS * SEGMENT_OPS + SEGMENTS - 1, total);
    assert_eq!(tape, on(1).expect("it records"));

    let mut group = criterion.benchmark_group("record 64 segments");
    group.throughput(Throughput::Elements((SEGMENTS * SEGMENT_OPS) as u64));
    for threads in [1, 4] {
        arenas.recycle(on(threads).expect("it records"));
        group.bench_function(format!("{threads} thread(s), warm arenas"), |bencher| {
            bencher.iter(|| arenas.recycle(on(threads).expect("it records")));
        });
    }
    group.finish();
}

fn spherical_jacobian(criterion: &mut Criterion) {
    let names = ["r", "t", "p"].map(Input::scalar).to_vec();
    let tape = record(names, |v| {
        let (rho, p) = (v[0] * v[1].sin(), v[2]);
        vec![rho * p.cos(), rho * p.sin(), v[0] * v[1].cos()]
    });
    let prepare = PrepareOptions { threads: Some(1), ..PrepareOptions::default() };
    let options = JacobianOptions { prepare, ..JacobianOptions::default() };
    let prepared = jacobian(&tape.expect("it records"), &options).expect("it is prepared");
    let rows = [0.3, 0.5, 0.7]
        .map(|from| (0..POINTS).map(|i| from + i as f64 / POINTS as f64).collect::<Vec<f64>>());
    let inputs = rows.each_ref().map(|row| Rows::Each(row));
    let mut out = vec![0.0; 9 * POINTS];
    let run = |out: &mut [f64]| {
        let done = prepared.at(
            POINTS,
            &inputs,
            vec![None, None, None],
            Some(out),
            Reduce::None,
            &Default::default(),
        );
        done.expect("it runs");
    };
    run(&mut out);
    for (i, found) in out.chunks(9).enumerate() {
        let wanted = by_hand(rows[0][i], rows[1][i], rows[2][i]);
        assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-14), "point {i}");
    }

    let mut group = criterion.benchmark_group("spherical Jacobian");
    group.throughput(Throughput::Elements(POINTS as u64));
    group.bench_function("100,000 points, one thread", |bencher| {
        bencher.iter(|| run(black_box(&mut out)));
    });
    group.finish();
}

/// The Jacobian of spherical coordinates as one derives it by hand.
fn by_hand(r: f64, t: f64, p: f64) -> [f64; 9] {
    let ((st, ct), (sp, cp)) = (t.sin_cos(), p.sin_cos());
    [st * cp, r * ct * cp, -r * st * sp, st * sp, r * ct * sp, r * st * cp, ct, -r * st, 0.0]
}

fn inputs() -> Vec<Input> {
    vec![Input::scalar("x"), Input::scalar("y")]
}

/// The tape has the nodes that were meant behind its inputs, and gives what the same function of floating-point numbers gives.
fn prove(tape: &Tape, nodes: usize, wanted: f64) {
    assert_eq!(tape.len(), nodes + tape.inputs().len());
    assert_eq!(tape.evaluate(&[vec![X], vec![Y]]).expect("it evaluates"), [[wanted]]);
}
