//! Values of structural rows against loops, their kinks, and their errors.
use crate::rows::{shape, tape_of};
use chainrule_tape::transform::{grad, jvp, vjp};
use chainrule_tape::{Recorder, Scalar, TapeError, Var};

fn value(dims: &[u32], x: &[f64], function: impl for<'r> Fn(Var<'r>) -> Var<'r>) -> Vec<f64> {
    tape_of(&[dims], |_, v| vec![function(v[0])]).evaluate(&[x.to_vec()]).unwrap().remove(0)
}

fn counting(n: usize) -> Vec<f64> {
    (1..=n).map(|i| i as f64).collect()
}

#[test]
fn folds_are_loops() {
    let x = counting(12); // [2, 3, 2]
    let at = |i: usize, j: usize, k: usize| x[(i * 3 + j) * 2 + k];
    let mut over_middle = vec![0.0; 4];
    for i in 0..2 {
        for j in 0..3 {
            for k in 0..2 {
                over_middle[i * 2 + k] += at(i, j, k);
            }
        }
    }
    assert_eq!(value(&[2, 3, 2], &x, |x| x.sum(&[1])), over_middle);
    let mean: Vec<f64> = over_middle.iter().map(|sum| sum / 3.0).collect();
    assert_eq!(value(&[2, 3, 2], &x, |x| x.mean(&[1])), mean);
    assert_eq!(value(&[2, 3, 2], &x, |x| x.reduce_max(&[0, 1])), [11.0, 12.0]);
    assert_eq!(value(&[2, 3, 2], &x, |x| x.reduce_min(&[1, 2])), [1.0, 7.0]);
    assert_eq!(value(&[0, 2], &[], |x| x.sum(&[0])), [0.0, 0.0]);
    assert!(value(&[0], &[], |x| x.mean(&[0]))[0].is_nan());
}

#[test]
fn arrangements_are_loops() {
    let x = counting(6); // [2, 3]
    let mut transposed = vec![];
    for j in 0..3 {
        for i in 0..2 {
            transposed.push(x[i * 3 + j]);
        }
    }
    assert_eq!(value(&[2, 3], &x, |x| x.t()), transposed);
    assert_eq!(value(&[2, 3], &x, |x| x.reshape(&[3, 2])), x);
    assert_eq!(value(&[2, 3], &x, |x| x.flip(&[1])), [3.0, 2.0, 1.0, 6.0, 5.0, 4.0]);
    assert_eq!(value(&[2, 3], &x, |x| x.flip(&[0, 1])), [6.0, 5.0, 4.0, 3.0, 2.0, 1.0]);
    assert_eq!(value(&[2, 3], &x, |x| x.slice_by(&[0, 0], &[2, 3], &[1, 2])), [1.0, 3.0, 4.0, 6.0]);
    assert_eq!(value(&[2, 3], &x, |x| x.at(1)), [4.0, 5.0, 6.0]);
    assert_eq!(value(&[2], &[1.0, 2.0], |x| x.pad(&[1], &[2], -1.0)), [-1.0, 1.0, 2.0, -1.0, -1.0]);
    assert_eq!(value(&[2, 1], &[1.0, 2.0], |x| x.broadcast(&shape(&[2, 2]))), [1.0, 1.0, 2.0, 2.0]);
    assert_eq!(value(&[2, 3], &x, |x| x.gather(1, &[2, 2])), [3.0, 3.0, 6.0, 6.0]);
    assert_eq!(value(&[2, 3], &x, |x| x.cumsum(0)), [1.0, 2.0, 3.0, 5.0, 7.0, 9.0]);
    assert_eq!(value(&[2, 3], &x, |x| x.cumsum(1)), [1.0, 3.0, 6.0, 4.0, 9.0, 15.0]);
}

#[test]
fn joins_are_loops() {
    let both = |function: &dyn for<'r> Fn(&'r Recorder, &[Var<'r>]) -> Var<'r>| {
        let tape = tape_of(&[&[2, 2], &[2, 1]], |r, x| vec![function(r, x)]);
        tape.evaluate(&[counting(4), vec![8.0, 9.0]]).unwrap().remove(0)
    };
    assert_eq!(both(&|r, x| r.concat(&[x[0], x[1]], 1)), [1.0, 2.0, 8.0, 3.0, 4.0, 9.0]);
    assert_eq!(both(&|r, x| r.stack(&[x[1], x[1]], 1)), [8.0, 8.0, 9.0, 9.0]);
    assert_eq!(both(&|r, x| r.stack(&[x[1], 0.5.into()], 0)), [8.0, 9.0, 0.5, 0.5]);
    let scattered = both(&|_, x| x[0].scatter_add(1, &[1], x[1]));
    assert_eq!(scattered, [1.0, 10.0, 3.0, 13.0]);
    assert_eq!(both(&|_, x| x[0].dot(x[1])), [26.0, 60.0]);
    assert_eq!(both(&|_, x| x[0].at(0).dot(x[0])), [7.0, 10.0]);
    assert_eq!(both(&|_, x| x[0].dot(x[0].at(1))), [11.0, 25.0]);
    assert_eq!(both(&|_, x| x[0].at(0).dot(x[0].at(1))), [11.0]);
}

#[test]
fn nan_propagates_and_zero_is_above_minus_zero() {
    assert!(value(&[3], &[1.0, f64::NAN, 2.0], |x| x.reduce_max(&[0]))[0].is_nan());
    assert!(value(&[3], &[1.0, f64::NAN, 2.0], |x| x.reduce_min(&[0]))[0].is_nan());
    assert!(value(&[2], &[-0.0, 0.0], |x| x.reduce_max(&[0]))[0].is_sign_positive());
    assert!(value(&[2], &[0.0, -0.0], |x| x.reduce_min(&[0]))[0].is_sign_negative());
}

#[test]
fn logsumexp_does_not_overflow() {
    let of = |x: &[f64]| value(&[x.len() as u32], x, |x| x.logsumexp(&[0]))[0];
    assert_eq!(of(&[1000.0, 1000.0]), 1000.0 + 2_f64.ln());
    assert_eq!(of(&[-1000.0, -1000.0]), -1000.0 + 2_f64.ln());
    assert_eq!(of(&[f64::NEG_INFINITY, 3.0]), 3.0);
    assert_eq!(of(&[f64::NEG_INFINITY; 2]), f64::NEG_INFINITY);
    assert_eq!(of(&[f64::INFINITY, 1.0]), f64::INFINITY);
    assert_eq!(of(&[f64::INFINITY, f64::NEG_INFINITY]), f64::INFINITY);
    assert_eq!(of(&[]), f64::NEG_INFINITY);
    assert!(of(&[f64::INFINITY, f64::NAN]).is_nan());
}

#[test]
fn the_gradient_of_logsumexp_is_the_softmax() {
    let gradient = grad(&tape_of(&[&[3]], |_, x| vec![x[0].logsumexp(&[0])])).unwrap();
    let found = gradient.evaluate(&[vec![1000.0, f64::NEG_INFINITY, 1000.0]]).unwrap();
    assert_eq!(found[1][1], 0.0);
    assert!((found[1][0] - 0.5).abs() < 1e-13 && (found[1][2] - 0.5).abs() < 1e-13, "{found:?}");
}

#[test]
fn ties_share_the_adjoint() {
    let largest = tape_of(&[&[4]], |_, x| vec![x[0].reduce_max(&[0])]);
    let x = vec![3.0, 1.0, 3.0, f64::NEG_INFINITY];
    assert_eq!(
        grad(&largest).unwrap().evaluate(std::slice::from_ref(&x)).unwrap()[1],
        [0.5, 0.0, 0.5, 0.0]
    );
    let tangent =
        jvp(&largest).unwrap().evaluate(&[x.clone(), vec![1.0, 5.0, 2.0, f64::NAN]]).unwrap();
    assert_eq!(tangent[1], [1.5]);
    let infinite = vjp(&largest).unwrap().evaluate(&[x, vec![f64::INFINITY]]).unwrap();
    assert_eq!(
        infinite[1],
        [f64::INFINITY, 0.0, f64::INFINITY, 0.0],
        "selected, not multiplied by 0"
    );
}

#[test]
fn a_choice_selects_tangents_and_adjoints() {
    let tape = tape_of(&[&[2], &[2]], |_, x| vec![Var::select(x[0].lt(x[1]), x[0], x[1])]);
    let point = [vec![1.0, 4.0], vec![2.0, 3.0]];
    let seeds = [vec![5.0, f64::NAN], vec![f64::INFINITY, 6.0]];
    let tangent = jvp(&tape).unwrap().evaluate(&[&point[..], &seeds].concat()).unwrap();
    assert_eq!(tangent[1], [5.0, 6.0]);
    let seed = vec![f64::INFINITY; 2];
    let adjoint = vjp(&tape).unwrap().evaluate(&[&point[..], &[seed]].concat()).unwrap();
    assert_eq!(adjoint[1..], [[f64::INFINITY, 0.0], [0.0, f64::INFINITY]]);
}

/// The error of recording `function` of inputs of these shapes.
fn refused(shapes: &[&[u32]], function: impl for<'r> Fn(&[Var<'r>]) -> Var<'r>) -> TapeError {
    let inputs = (0..).zip(shapes);
    let inputs = inputs
        .map(|(i, dims): (u32, _)| chainrule_tape::Input::new(&i.to_string(), shape(dims)))
        .collect();
    chainrule_tape::record(inputs, |v| vec![function(v)]).unwrap_err()
}

#[test]
fn errors_name_the_argument_what_was_wanted_and_what_came() {
    let says = |error: TapeError, code: &str, text: &str| {
        assert_eq!(error.code(), code);
        assert_eq!(error.to_string(), text);
    };
    says(
        refused(&[&[2, 3]], |x| x[0].sum(&[2])),
        "INVALID_ARGUMENT",
        "`axes` of `sum` must be different, in increasing order and below the rank 2, but are [2]",
    );
    says(
        refused(&[&[2, 0]], |x| x[0].reduce_max(&[1])),
        "SHAPE_MISMATCH",
        "the argument of `reduce_max` must have at least one element along the folded axes, but has shape [2, 0]",
    );
    says(
        refused(&[&[2, 3]], |x| x[0].reshape(&[4])),
        "SHAPE_MISMATCH",
        "the argument of `reshape` must have 4 elements for shape [4], but has shape [2, 3]",
    );
    says(
        refused(&[&[2, 3]], |x| x[0].transpose(&[0, 0])),
        "INVALID_ARGUMENT",
        "`permutation` of `transpose` must name each of the 2 axes once, but is [0, 0]",
    );
    says(
        refused(&[&[3]], |x| x[0].t()),
        "SHAPE_MISMATCH",
        "the argument of `t` must have at least 2 axes, but has shape [3]",
    );
    says(
        refused(&[&[3]], |x| x[0].slice(&[1], &[4])),
        "INVALID_ARGUMENT",
        "the bounds of `slice` must lie within 0 to 3 along axis 0, but go from 1 to 4",
    );
    says(
        refused(&[&[3]], |x| x[0].slice_by(&[1], &[2], &[0])),
        "INVALID_ARGUMENT",
        "`steps` of `slice` must be at least 1, but is 0 along axis 0",
    );
    says(
        refused(&[&[3]], |x| x[0].at(3)),
        "INVALID_ARGUMENT",
        "`i` of `at` must be below the 3 entries of the first axis, but is 3",
    );
    says(
        refused(&[&[3]], |x| x[0].pad(&[1, 1], &[0], 0.0)),
        "INVALID_ARGUMENT",
        "`low` of `pad` must have one number for each of the 1 axes, but has 2",
    );
    says(
        refused(&[&[2, 3], &[3, 2]], |x| Var::concat(x, 0)),
        "SHAPE_MISMATCH",
        "an argument of `concat` must have the sizes of [2, 3] except along axis 0, but has shape [3, 2]",
    );
    says(
        refused(&[&[2], &[3]], |x| Var::stack(x, 0)),
        "SHAPE_MISMATCH",
        "an argument of `stack` must have shape [2] as the first one, but has shape [3]",
    );
    says(
        refused(&[&[2]], |x| x[0].recorder().unwrap().stack(&[], 0)),
        "INVALID_ARGUMENT",
        "the arguments of `stack` must be at least 1 in number, but there are 0",
    );
    says(
        refused(&[&[2]], |x| x[0].gather(0, &[0, 2])),
        "INVALID_ARGUMENT",
        "`indices` of `gather` must be below 2, but number 1 is 2",
    );
    says(
        refused(&[&[2], &[3]], |x| x[0].scatter_add(0, &[0, 1], x[1])),
        "SHAPE_MISMATCH",
        "`updates` of `scatter_add` must have shape [2], but has shape [3]",
    );
    says(
        refused(&[&[2, 3], &[2]], |x| x[0].dot(x[1])),
        "SHAPE_MISMATCH",
        "`b` of `dot` must have 3 rows for `a` of shape [2, 3], but has shape [2]",
    );
    says(
        refused(&[&[], &[2]], |x| x[0].dot(x[1])),
        "SHAPE_MISMATCH",
        "`a` of `dot` must have at least 1 axis (scale by `*`), but has shape []",
    );
    says(
        refused(&[&[2, 3]], |x| x[0].cumsum(2)),
        "INVALID_ARGUMENT",
        "`axis` of `cumsum` must be below 2, but is 2",
    );
    says(
        refused(&[&[2]], |x| x[0].broadcast(&shape(&[3]))),
        "SHAPE_MISMATCH",
        "the argument of `broadcast` must broadcast to [3], but has shape [2]",
    );
}

#[test]
fn a_number_that_met_no_node_stays_one() {
    let tape = tape_of(&[&[2]], |_, x| {
        let number = Var::from(3.0);
        vec![x[0] * number.sum(&[]).reshape(&[1, 1]).broadcast(&shape(&[2])).sin()]
    });
    assert_eq!(tape.evaluate(&[vec![1.0, 2.0]]).unwrap()[0], [3_f64.sin(), 2.0 * 3_f64.sin()]);
}
