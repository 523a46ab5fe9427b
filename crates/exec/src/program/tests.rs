//! Forms of rows, sums over points, limits, and regions that lowering does not make yet.
use super::*;
use crate::low::{Array, Layout, Region, Value, ValueId, View};
use crate::straight::Builder;
use chainrule_tape::transform::grad;
use chainrule_tape::{Op, Scalar, Var, record};
use std::sync::atomic::AtomicBool;

fn shape(dims: &[u32]) -> Shape {
    Shape::new(dims).unwrap()
}

/// `sum((a x - b)^2)` with a table `a` of two numbers a row, a row `x`, and a fixed `b`.
fn residual() -> Tape {
    let inputs = vec![
        Input::new("a", shape(&[2])),
        Input::new("x", shape(&[2])),
        Input::scalar("b").fixed(),
    ];
    record(inputs, |v| {
        let r = (v[0] * v[1]).sum(&[0]) - v[2];
        vec![r * r + r.sin()]
    })
    .unwrap()
}

fn numbers(count: usize, seed: usize) -> Vec<f64> {
    (0..count).map(|i| ((i * 7919 + seed * 104_729) % 1000) as f64 / 250.0 - 2.0).collect()
}

fn run(
    program: &Program,
    points: usize,
    rows: &[Rows],
    reduce: Reduce,
    lengths: &[usize],
) -> Vec<Vec<f64>> {
    let mut outputs: Vec<Vec<f64>> = lengths.iter().map(|&length| vec![f64::NAN; length]).collect();
    let mut outs: Vec<Option<&mut [f64]>> =
        outputs.iter_mut().map(|out| Some(out.as_mut_slice())).collect();
    program.run(points, rows, &mut outs, reduce, &Control::default()).unwrap();
    outputs
}

#[test]
fn rows_picked_by_an_index_and_shared_rows_are_the_same_rows() {
    let program = prepare(&grad(&residual()).unwrap(), &PrepareOptions::default()).unwrap();
    for points in [1, 5, 64, 200] {
        let (table, x, b) = (numbers(20, 1), numbers(2, 2), numbers(points, 3));
        let index: Vec<i32> = (0..points as i32).map(|i| i * 7 % 10).collect();
        let picked: Vec<f64> =
            index.iter().flat_map(|&i| table[2 * i as usize..][..2].to_vec()).collect();
        let lengths = [points, 2 * points, 2 * points];
        let forms =
            [Rows::Indexed { table: &table, index: &index }, Rows::Shared(&x), Rows::Each(&b)];
        let repeated = x.repeat(points);
        let plain = [Rows::Each(&picked), Rows::Each(&repeated), Rows::Each(&b)];
        assert_eq!(
            run(&program, points, &forms, Reduce::None, &lengths),
            run(&program, points, &plain, Reduce::None, &lengths)
        );
    }
}

#[test]
fn an_input_prepared_as_shared_gives_the_same_and_takes_one_row_only() {
    let options = PrepareOptions { shared: vec!["x".into()], ..PrepareOptions::default() };
    let tape = grad(&residual()).unwrap();
    let (program, plain) =
        (prepare(&tape, &options).unwrap(), prepare(&tape, &PrepareOptions::default()).unwrap());
    let (a, x, b) = (numbers(200, 1), numbers(2, 2), numbers(100, 3));
    let rows = [Rows::Each(&a), Rows::Shared(&x), Rows::Each(&b)];
    let lengths = [100, 200, 200];
    assert_eq!(
        run(&program, 100, &rows, Reduce::None, &lengths),
        run(&plain, 100, &rows, Reduce::None, &lengths)
    );
    let each = numbers(200, 2);
    let conflict = [Rows::Each(&a), Rows::Each(&each), Rows::Each(&b)];
    let error =
        program.run(100, &conflict, &mut [None, None, None], Reduce::None, &Control::default());
    assert_eq!(error.unwrap_err().code(), "SHAPE_MISMATCH");
}

#[test]
fn sums_have_the_same_bits_for_any_number_of_threads_and_agree_with_adding_rows() {
    crate::set_threads(4).unwrap();
    let tape = grad(&residual()).unwrap();
    for points in [1, 7, 1024, 5000] {
        let (table, x, b) = (numbers(20, 1), numbers(2 * points, 2), numbers(points, 3));
        let index: Vec<i32> = (0..points as i32).map(|i| i * 3 % 10).collect();
        let rows = [Rows::Indexed { table: &table, index: &index }, Rows::Each(&x), Rows::Each(&b)];
        let with = |threads| {
            prepare(&tape, &PrepareOptions { threads: Some(threads), ..Default::default() })
                .unwrap()
        };
        let each = run(&with(1), points, &rows, Reduce::None, &[points, 2 * points, 2 * points]);
        let sums = run(&with(1), points, &rows, Reduce::Sum, &[1, 20, 2]);
        for threads in [2, 4] {
            assert_eq!(sums, run(&with(threads), points, &rows, Reduce::Sum, &[1, 20, 2]));
        }
        let mean = run(&with(4), points, &rows, Reduce::Mean, &[1, 20, 2]);
        assert_eq!(mean[0][0], sums[0][0] / points as f64);
        let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-9 * (1.0 + a.abs()), "{a} {b}");
        close(sums[0][0], each[0].iter().sum());
        let mut by_row = [0.0; 20];
        for (i, &row) in index.iter().enumerate() {
            by_row[2 * row as usize] += each[1][2 * i];
            by_row[2 * row as usize + 1] += each[1][2 * i + 1];
        }
        by_row.iter().zip(&sums[1]).for_each(|(&a, &b)| close(a, b));
        close(sums[2][1], each[2].iter().skip(1).step_by(2).sum());
    }
}

#[test]
fn no_points_give_no_rows_and_sum_to_nothing() {
    let program = prepare(&residual(), &PrepareOptions::default()).unwrap();
    let none = [Rows::Each(&[]), Rows::Each(&[]), Rows::Each(&[])];
    assert!(run(&program, 0, &none, Reduce::None, &[0])[0].is_empty());
    assert_eq!(run(&program, 0, &none, Reduce::Sum, &[1]), [[0.0]]);
}

#[test]
fn what_does_not_fit_is_named() {
    let program = prepare(&residual(), &PrepareOptions::default()).unwrap();
    let (a, x, b) = ([1.0; 4], [1.0; 4], [1.0; 2]);
    let code = |rows: &[Rows], out: &mut [f64]| {
        let error =
            program.run(2, rows, &mut [Some(out)], Reduce::None, &Control::default()).unwrap_err();
        (error.code(), error.to_string())
    };
    let good = [Rows::Each(&a), Rows::Each(&x), Rows::Each(&b)];
    let short = [Rows::Each(&a[..3]), good[1], good[2]];
    let message = "inputs[0] (\"a\") must have 4 numbers, 2 for each of 2 points, but has 3";
    assert_eq!(code(&short, &mut [0.0; 2]), ("SHAPE_MISMATCH", message.into()));
    assert_eq!(code(&good, &mut [0.0; 3]).0, "SHAPE_MISMATCH");
    assert_eq!(code(&good[..2], &mut [0.0; 2]).0, "INVALID_ARGUMENT");
    for index in [[0, 2], [0, -1]] {
        let wild = [Rows::Indexed { table: &a, index: &index }, good[1], good[2]];
        assert_eq!(code(&wild, &mut [0.0; 2]).0, "INVALID_ARGUMENT");
    }
    let options = PrepareOptions { shared: vec!["z".into()], ..PrepareOptions::default() };
    assert_eq!(prepare(&residual(), &options).unwrap_err().code(), "UNKNOWN_NAME");
    let options = PrepareOptions { threads: Some(0), ..PrepareOptions::default() };
    assert_eq!(prepare(&residual(), &options).unwrap_err().code(), "INVALID_ARGUMENT");
}

#[test]
fn a_limit_of_memory_is_kept_or_refused_with_the_smallest_that_can_be() {
    let tape = residual();
    let limited = |memory| {
        prepare(&tape, &PrepareOptions { memory: Some(memory), ..Default::default() }).unwrap()
    };
    let (a, x, b) = (numbers(200, 1), numbers(200, 2), numbers(100, 3));
    let rows = [Rows::Each(&a), Rows::Each(&x), Rows::Each(&b)];
    let error =
        limited(8).run(100, &rows, &mut [None], Reduce::None, &Control::default()).unwrap_err();
    let ExecError::InfeasibleMemory { smallest, came: 8 } = error else { panic!("{error}") };
    let small = run(&limited(smallest), 100, &rows, Reduce::None, &[100]);
    assert_eq!(small, run(&limited(1 << 30), 100, &rows, Reduce::None, &[100]));
}

#[test]
fn numbers_that_only_go_into_another_array_are_not_written() {
    let tape = record(vec![Input::new("x", shape(&[2]))], |v| {
        let pair = Var::stack(&[v[0].at(0).sin(), v[0].at(1).cos()], 0);
        vec![Var::concat(&[pair, pair, v[0]], 0)]
    });
    let program = prepare(&tape.unwrap(), &PrepareOptions::default()).unwrap();
    let text = program.to_string();
    let to_rows = |line: &&str| line.contains("rows of");
    assert_eq!(text.lines().filter(to_rows).count(), 2, "the input and the output:\n{text}");
    let found = run(&program, 1, &[Rows::Each(&[0.5, 1.0])], Reduce::None, &[6]);
    let (sine, cosine) = (libm::sin(0.5), libm::cos(1.0));
    assert_eq!(found, [[sine, cosine, sine, cosine, 0.5, 1.0]]);
}

#[test]
fn a_run_that_is_cancelled_says_so() {
    let program = prepare(&residual(), &PrepareOptions::default()).unwrap();
    let (a, x, b) = (numbers(200, 1), numbers(200, 2), numbers(100, 3));
    let rows = [Rows::Each(&a), Rows::Each(&x), Rows::Each(&b)];
    let flag = AtomicBool::new(true);
    let control = Control { cancelled: Some(&flag), progress: None };
    let error = program.run(100, &rows, &mut [None], Reduce::None, &control).unwrap_err();
    assert_eq!(error.code(), "CANCELLED");
}

/// A program of one op on values `from` and `other`, both single numbers, as a map.
fn step(op: Op, from: ValueId, other: ValueId, to: ValueId) -> Region {
    let mut builder = Builder::new(2);
    let args = [builder.input(0), builder.input(1)];
    let value = builder.apply(op, 0, &args);
    let view = |value| View { value, first: 0, strides: vec![] };
    Region::Array(Array::Map {
        code: Arc::new(builder.finish(&[value])),
        extents: vec![],
        reads: vec![view(from), view(other)],
        writes: vec![to],
    })
}

/// Loops, branches and calls run as the naive run says, for points that go different ways.
#[test]
fn control_runs_as_the_naive_run_says() {
    let id = ValueId;
    let values = vec![Value { elements: 1, layout: Layout::Rows }; 6];
    let empty = Low {
        values,
        inputs: vec![id(0), id(1)],
        constants: vec![],
        shared: vec![],
        body: vec![],
        outputs: vec![],
    };
    let called = Low {
        body: vec![step(Op::Sub, id(0), id(1), id(2))],
        outputs: vec![id(2)],
        ..empty.clone()
    };
    let looped = Region::Loop {
        times: 5,
        carry: vec![(id(2), id(3))],
        body: vec![step(Op::Mul, id(2), id(0), id(3))],
    };
    let branch = Region::Branch {
        condition: id(4),
        then: vec![step(Op::Add, id(3), id(1), id(5))],
        otherwise: vec![Region::Call {
            program: Arc::new(called),
            args: vec![id(3), id(1)],
            results: vec![id(5)],
        }],
    };
    let body =
        vec![step(Op::Add, id(0), id(1), id(2)), looped, step(Op::Lt, id(0), id(1), id(4)), branch];
    let low = Low { body, outputs: vec![id(5)], ..empty };
    let (x, y) = (numbers(30, 1), numbers(30, 2));
    for level in Level::all_available() {
        let program = Program {
            inputs: [Input::scalar("x"), Input::scalar("y")].into(),
            outputs: [OutputInfo { path: String::new(), shape: Shape::scalar(), adjoint_of: None }]
                .into(),
            shared: [false, false].into(),
            prepared: Arc::new(Prepared::new(&low, level)),
            threads: None,
            memory: None,
            cost: 1,
        };
        let found = run(&program, 30, &[Rows::Each(&x), Rows::Each(&y)], Reduce::None, &[30]);
        let wanted: Vec<f64> =
            (0..30).map(|i| low.evaluate(&[vec![x[i]], vec![y[i]]])[0][0]).collect();
        assert_eq!(found, [wanted]);
    }
}
