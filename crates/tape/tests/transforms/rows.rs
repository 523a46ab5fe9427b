//! Derivatives and batching of every structural row, also on arrays without elements.
use crate::judges::judge;
use chainrule_tape::transform::vmap;
use chainrule_tape::{Form, Input, Kind, Recorder, Scalar, Segment, Shape, Tape, Var, record};

pub(crate) fn shape(dims: &[u32]) -> Shape {
    Shape::new(dims).unwrap()
}

/// A tape of inputs of these shapes.
pub(crate) fn tape_of(
    shapes: &[&[u32]],
    function: impl for<'r> FnOnce(&'r Recorder, &[Var<'r>]) -> Vec<Var<'r>>,
) -> Tape {
    let inputs = (0..).zip(shapes);
    let inputs =
        inputs.map(|(i, dims): (u32, _)| Input::new(&i.to_string(), shape(dims))).collect();
    Recorder::record(Segment::default(), inputs, function).unwrap()
}

/// Judges a function of one array, made non-linear before and after so that second derivatives are not 0.
fn judge_unary(name: &str, dims: &[u32], function: impl for<'r> Fn(Var<'r>) -> Var<'r>) {
    let tape = tape_of(&[dims], |_, x| {
        let y = function(x[0] * x[0] + x[0]);
        vec![y * y, function(x[0])]
    });
    judge(&format!("{name} of {dims:?}"), &tape, 2);
}

#[test]
fn sum_and_mean() {
    for (dims, axes) in [
        (&[2_u32, 3, 2][..], &[][..]),
        (&[2, 3, 2], &[1_u32][..]),
        (&[2, 3, 2], &[0, 2]),
        (&[3], &[0]),
        (&[2, 0, 3], &[0]),
        (&[2, 0, 3], &[1]),
    ] {
        judge_unary("sum", dims, |x| x.sum(axes));
        let mean_of_something = axes.iter().all(|&axis| dims[axis as usize] > 0);
        if mean_of_something {
            judge_unary("mean", dims, |x| x.mean(axes));
        }
    }
}

#[test]
fn largest_and_smallest() {
    for (dims, axes) in [
        (&[4_u32, 3][..], &[0_u32][..]),
        (&[4, 3], &[1]),
        (&[4, 3], &[0, 1]),
        (&[4, 3], &[]),
        (&[0, 3], &[1]),
    ] {
        judge_unary("reduce_max", dims, |x| x.reduce_max(axes));
        judge_unary("reduce_min", dims, |x| x.reduce_min(axes));
    }
}

#[test]
fn broadcast() {
    for (from, to) in [
        (&[3_u32][..], &[2_u32, 3][..]),
        (&[3, 1], &[3, 2]),
        (&[1, 3], &[4, 2, 3]),
        (&[], &[2, 2]),
        (&[1], &[0]),
        (&[2, 1, 1], &[2, 3, 0]),
    ] {
        judge_unary("broadcast", from, |x| x.broadcast(&shape(to)));
    }
}

#[test]
fn arrangements() {
    judge_unary("reshape", &[2, 3, 2], |x| x.reshape(&[4, 3]));
    judge_unary("reshape", &[1], |x| x.reshape(&[]));
    judge_unary("reshape", &[0, 3], |x| x.reshape(&[5, 0]));
    judge_unary("flat", &[2, 2], |x| x.flat());
    judge_unary("transpose", &[2, 3, 4], |x| x.transpose(&[2, 0, 1]));
    judge_unary("transpose", &[], |x| x.transpose(&[]));
    judge_unary("t", &[2, 0, 3], |x| x.t());
    judge_unary("flip", &[2, 3, 2], |x| x.flip(&[0, 2]));
    judge_unary("flip", &[0, 3], |x| x.flip(&[0]));
}

#[test]
fn slices_and_pads() {
    judge_unary("slice", &[4, 3], |x| x.slice(&[1, 0], &[3, 3]));
    judge_unary("slice", &[7], |x| x.slice_by(&[1], &[6], &[2]));
    judge_unary("slice", &[7], |x| x.slice_by(&[1], &[7], &[4]));
    judge_unary("slice", &[3, 2], |x| x.slice(&[2, 1], &[2, 2]));
    judge_unary("at", &[3, 2], |x| x.at(1));
    judge_unary("pad", &[2, 3], |x| x.pad(&[1, 0], &[0, 2], 0.5));
    judge_unary("pad", &[0], |x| x.pad(&[1], &[1], 2.0));
    judge_unary("pad", &[3], |x| {
        let pad = chainrule_tape::structural::Pad {
            low: vec![1],
            high: vec![2],
            between: vec![2],
            fill: 3.0,
        };
        x.recorder().unwrap().structural(pad, &[x])
    });
}

#[test]
fn joins() {
    for axis in 0..2 {
        let tape = tape_of(&[&[2, 2], &[2, 2], &[2, 2]], |r, x| {
            let y = r.concat(&[x[0] * x[1], x[0], x[2].sin()], axis);
            let z = r.stack(&[x[0] * x[1], x[0], x[2].sin()], axis);
            vec![y * y, z * z, y]
        });
        judge(&format!("concat and stack along {axis}"), &tape, 2);
    }
    let tape = tape_of(&[&[2, 0], &[2, 1]], |r, x| {
        let y = r.concat(&[x[0], x[1], x[0]], 1);
        vec![y * y, r.stack(&[x[0], x[0]], 2)]
    });
    judge("parts without elements", &tape, 2);
    let tape = tape_of(&[&[], &[]], |r, x| {
        let y = r.stack(&[x[0], 2.0.into(), x[1]], 0);
        vec![y * y]
    });
    judge("a number among the parts", &tape, 2);
}

#[test]
fn gathers_and_scatters() {
    judge_unary("gather", &[3, 2], |x| x.gather(0, &[2, 0, 2, 2]));
    judge_unary("gather", &[3, 2], |x| x.gather(1, &[1, 1, 0]));
    judge_unary("gather", &[3, 2], |x| x.gather(0, &[]));
    for (base, axis, updates) in [(&[3_u32, 2][..], 0, &[4_u32, 2][..]), (&[2, 3], 1, &[2, 4])] {
        let tape = tape_of(&[base, updates], |_, x| {
            let y = (x[0] * x[0]).scatter_add(axis, &[1, 1, 2, 1], x[1] * x[1]);
            vec![y * y, x[0].scatter_add(axis, &[0, 1, 2, 0], x[1])]
        });
        judge("scatter_add", &tape, 2);
    }
    for fixed in 0..2 {
        let mut inputs = vec![Input::new("base", shape(&[3])), Input::new("updates", shape(&[2]))];
        inputs[fixed].fixed = true;
        let tape = record(inputs, |v| vec![v[0].scatter_add(0, &[2, 2], v[1]).sin()]).unwrap();
        judge(&format!("scatter_add with input {fixed} fixed"), &tape, 2);
    }
}

#[test]
fn products() {
    for (a, b) in [
        (&[3_u32][..], &[3_u32][..]),
        (&[2, 3], &[3]),
        (&[3], &[3, 2]),
        (&[2, 3], &[3, 4]),
        (&[2, 2, 3], &[2, 3, 2]),
        (&[2, 2, 3], &[3, 2]),
        (&[2, 3], &[2, 3, 2]),
        (&[2, 1, 2, 3], &[3, 3, 2]),
        (&[2, 2, 3], &[3]),
        (&[3], &[2, 3, 2]),
        (&[2, 0], &[0, 3]),
        (&[0, 2], &[2, 3]),
    ] {
        let tape = tape_of(&[a, b], |_, x| {
            let y = (x[0] * x[0]).dot(x[1]);
            vec![y * y, x[0].dot(x[1])]
        });
        judge(&format!("dot of {a:?} and {b:?}"), &tape, 2);
    }
}

#[test]
fn entries_by_one_matrix_are_one_product() {
    let layer = tape_of(&[&[4, 3], &[3]], |_, v| vec![v[0].dot(v[1])]);
    let rows = tape_of(&[&[4, 3], &[2, 4]], |_, v| vec![v[1].dot(v[0])]);
    for tape in [layer, rows] {
        let batched = vmap(&tape, 50, Some(&["0"])).unwrap();
        let products: Vec<Form> = batched
            .nodes()
            .filter_map(|(_, kind, _)| match kind {
                Kind::Structural(rule, args) => {
                    Some(rule.form(&args.iter().map(|&id| batched.shape(id)).collect::<Vec<_>>()))
                }
                _ => None,
            })
            .filter(|form| matches!(form, Form::Dot { .. }))
            .collect();
        assert!(matches!(products[..], [Form::Dot { batch: 1, m: 50.., .. }]), "{products:?}");
    }
}

#[test]
fn running_sums() {
    judge_unary("cumsum", &[2, 3, 2], |x| x.cumsum(1));
    judge_unary("cumsum", &[4], |x| x.cumsum(0));
    judge_unary("cumsum", &[2, 0], |x| x.cumsum(1));
}

#[test]
fn logarithms_of_sums() {
    judge_unary("logsumexp", &[2, 3], |x| x.logsumexp(&[1]));
    judge_unary("logsumexp", &[2, 3], |x| x.logsumexp(&[0, 1]));
    judge_unary("logsumexp", &[2, 3], |x| x.logsumexp(&[]));
    judge_unary("logsumexp", &[0, 3], |x| x.logsumexp(&[1]));
}

#[test]
fn repeated_constant_unused_and_fixed() {
    let tape = tape_of(&[&[2]], |r, x| {
        let unused = x[0].exp();
        let _ = unused;
        vec![x[0] * x[0], r.splat(2.0, &shape(&[3])), x[0], x[0]]
    });
    judge("repeated arguments, constant and repeated outputs", &tape, 3);
    let inputs = vec![Input::scalar("x"), Input::new("W", shape(&[2, 2])).fixed()];
    let tape = record(inputs, |v| vec![(v[0] * v[1]).sin().sum(&[0])]).unwrap();
    judge("a fixed input", &tape, 3);
    judge("nothing at all", &tape_of(&[], |_, _| vec![]), 2);
    judge("no inputs", &tape_of(&[], |r, _| vec![r.splat(1.0, &shape(&[2]))]), 2);
    judge("no outputs", &tape_of(&[&[2]], |_, _| vec![]), 2);
}

#[test]
fn arrays_read_piece_by_piece() {
    let tape = tape_of(&[&[20]], |_, x| {
        let product = (0..20).fold(x[0].at(19), |product, i| product * x[0].at(i));
        vec![product + x[0].at(3) * x[0].dot(x[0])]
    });
    judge("all entries, one of them twice", &tape, 2);
    let tape = tape_of(&[&[4, 10]], |_, x| {
        let (row, column) = (x[0].slice(&[1, 2], &[2, 5]), x[0].slice(&[0, 3], &[4, 4]));
        vec![row * row, column * column, x[0].gather(1, &[3, 3]).at(1)]
    });
    judge("pieces that overlap", &tape, 2);
    let tape = tape_of(&[&[30]], |_, x| vec![x[0].slice(&[4], &[6]).sin()]);
    judge("one piece", &tape, 2);
}
