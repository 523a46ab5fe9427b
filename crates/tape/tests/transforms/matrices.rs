//! Whole Jacobians and Hessians against one sweep for each unit vector.
use crate::judges::{Numbers, close};
use crate::rows::{shape, tape_of};
use chainrule_tape::transform::{Mode, grad, hessian_tape, hvp, jacobian_tape, jvp};
use chainrule_tape::{Input, Kind, Scalar, Tape, record};

/// Both modes, column by column, against `jvp` at unit vectors.
fn judge_jacobian(name: &str, tape: &Tape) {
    let point = Numbers::new(4).point(tape);
    let forward = jvp(tape).unwrap();
    let outputs = tape.outputs().len();
    let columns = unit_points(tape, &point)
        .map(|point| forward.evaluate(&point).unwrap()[outputs..].concat())
        .collect::<Vec<_>>();
    let rows = transposed(&columns);
    let values = tape.evaluate(&point).unwrap();
    for mode in [Mode::Tangent, Mode::Adjoint] {
        let mut found = jacobian_tape(tape, mode).unwrap().evaluate(&point).unwrap();
        let jacobian = found.pop().unwrap();
        close(name, &[jacobian], &[rows.concat()], 1e-13);
        close(name, &found, &values, 0.0);
    }
}

/// The point followed by each unit vector of the inputs that are differentiated.
fn unit_points(tape: &Tape, point: &[Vec<f64>]) -> impl Iterator<Item = Vec<Vec<f64>>> {
    let free: Vec<usize> = (0..point.len()).filter(|&i| !tape.inputs()[i].fixed).collect();
    let zeros: Vec<Vec<f64>> = free.iter().map(|&i| vec![0.0; point[i].len()]).collect();
    let places =
        free.iter().enumerate().flat_map(|(at, &i)| (0..point[i].len()).map(move |e| (at, e)));
    let unit = |(at, element): (usize, usize)| {
        let mut seeds = zeros.clone();
        seeds[at][element] = 1.0;
        [point.to_vec(), seeds].concat()
    };
    places.map(unit).collect::<Vec<_>>().into_iter()
}

fn transposed(columns: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let rows = columns.first().map_or(0, Vec::len);
    (0..rows).map(|i| columns.iter().map(|column| column[i]).collect()).collect()
}

/// A function with every kind of form, of arrays of `n` elements.
fn mixed(n: u32) -> Tape {
    let inputs = vec![
        Input::new("x", shape(&[n])),
        Input::new("W", shape(&[3, n])).fixed(),
        Input::new("b", shape(&[3])),
    ];
    record(inputs, |v| {
        let (x, w, b) = (v[0], v[1], v[2]);
        let y = (w.dot(x) + b).tanh();
        let largest = x.reduce_max(&[0]) * y.logsumexp(&[0]);
        vec![
            y.cumsum(0) * b,
            largest,
            x.at(0).sin(),
            x.scatter_add(0, &[0, 1, 1], b).slice(&[0], &[3]),
        ]
    })
    .unwrap()
}

#[test]
fn small_and_large_arrays_in_both_modes() {
    judge_jacobian("small", &mixed(4));
    judge_jacobian("large", &mixed(100));
    judge_jacobian(
        "matrices",
        &tape_of(&[&[2, 2], &[2, 2]], |_, v| vec![v[0].dot(v[1]).exp(), v[0]]),
    );
}

#[test]
fn nothing_to_differentiate() {
    for tape in [
        tape_of(&[], |r, _| vec![r.splat(1.0, &shape(&[2]))]),
        tape_of(&[&[2]], |_, _| vec![]),
        tape_of(&[&[0]], |_, v| vec![v[0].sum(&[0]), v[0].exp()]),
        tape_of(&[&[0], &[]], |_, v| vec![v[0] * v[1], v[1].sin()]),
        tape_of(&[&[0], &[100]], |_, v| vec![v[0] * v[1].at(3), v[1].sin()]),
        tape_of(&[&[2]], |r, _| vec![r.splat(1.0, &shape(&[3]))]),
    ] {
        judge_jacobian("without elements", &tape);
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let wide = tape_of(&[&[70_000]], |_, v| vec![v[0].sum(&[0])]);
    assert_eq!(jacobian_tape(&wide, Mode::Tangent).unwrap_err().code(), "TOO_LARGE");
    assert_eq!(hessian_tape(&wide).unwrap_err().code(), "TOO_LARGE");
    let jacobian = jacobian_tape(&wide, Mode::Adjoint).unwrap();
    assert_eq!(jacobian.output_shape(1), &shape(&[1, 70_000]));
    let many = tape_of(&[&[u32::MAX], &[u32::MAX]], |_, v| vec![v[0].at(0)]);
    let error = jacobian_tape(&many, Mode::Adjoint).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the number of rows or columns of a matrix must be at most 4294967295, but is 8589934590"
    );
}

#[test]
fn shapes_and_names() {
    let jacobian = jacobian_tape(&mixed(4), Mode::Adjoint).unwrap();
    let paths: Vec<&str> = jacobian.outputs().iter().map(|output| output.path.as_str()).collect();
    assert_eq!(paths, ["value.0", "value.1", "value.2", "value.3", "jacobian"]);
    assert_eq!(jacobian.output_shape(4), &shape(&[8, 7]));
    assert_eq!(jacobian.inputs(), mixed(4).inputs());
    let hessian = hessian_tape(&wavy(3)).unwrap();
    let paths: Vec<&str> = hessian.outputs().iter().map(|output| output.path.as_str()).collect();
    assert_eq!(paths, ["value", "gradient.0", "gradient.1", "hessian"]);
    assert_eq!(hessian.outputs()[2].adjoint_of, Some(1));
    assert_eq!(hessian_tape(&mixed(4)).unwrap_err().code(), "NOT_SCALAR");
}

fn wavy(n: u32) -> Tape {
    tape_of(&[&[n], &[]], |_, v| {
        let (x, s) = (v[0], v[1]);
        vec![(x.sin() * x.cumsum(0) * s).sum(&[0]) / (x.dot(x) + s.exp()) + x.logsumexp(&[0])]
    })
}

#[test]
fn a_hessian_is_its_products_with_unit_vectors_and_symmetric() {
    for n in [1, 3, 90] {
        let tape = wavy(n);
        let point = Numbers::new(5).point(&tape);
        let products = hvp(&tape).unwrap();
        let wanted: Vec<Vec<f64>> = unit_points(&tape, &point)
            .map(|point| products.evaluate(&point).unwrap()[3..].concat())
            .collect();
        let found = hessian_tape(&tape).unwrap().evaluate(&point).unwrap();
        let gradient = grad(&tape).unwrap().evaluate(&point).unwrap();
        close("value and gradient", &found[..3], &gradient, 1e-14);
        close("hessian", &found[3..], &[wanted.concat()], 1e-13);
    }
}

#[test]
fn third_derivatives_are_the_jacobian_of_a_hessian() {
    let cubic =
        tape_of(&[&[2]], |_, v| vec![v[0].at(0).powi(3) + v[0].at(0) * v[0].at(1) * v[0].at(1)]);
    let third = jacobian_tape(&hessian_tape(&cubic).unwrap(), Mode::Tangent).unwrap();
    let found = third.evaluate(&[vec![0.3, -0.7]]).unwrap().pop().unwrap();
    // The Jacobian's rows are the value, the gradient's two elements, then the Hessian's four.
    close("third", &[found[6..].to_vec()], &[vec![6.0, 0.0, 0.0, 2.0, 0.0, 2.0, 2.0, 0.0]], 1e-14);
}

#[test]
fn unit_seeds_cost_nothing_and_zeros_are_absent() {
    // A diagonal Jacobian of 10 entries: one cosine each, and no product.
    let tape = tape_of(&[&[10]], |_, v| vec![v[0].sin()]);
    for mode in [Mode::Tangent, Mode::Adjoint] {
        let jacobian = jacobian_tape(&tape, mode).unwrap();
        let ops = jacobian.nodes().filter(|(_, kind, _)| matches!(kind, Kind::Elementwise(..)));
        assert_eq!(ops.count(), 20, "ten sines and ten cosines");
    }
    // An infinite partial elsewhere does not reach the zeros.
    let tape = tape_of(&[&[2]], |_, v| vec![v[0].sqrt()]);
    let jacobian = jacobian_tape(&tape, Mode::Tangent).unwrap();
    assert_eq!(jacobian.evaluate(&[vec![0.0, 4.0]]).unwrap()[1], [f64::INFINITY, 0.0, 0.0, 0.25]);
}

#[test]
fn ties_are_shared_in_whole_jacobians_too() {
    let tape = tape_of(&[&[3]], |_, v| vec![v[0].reduce_max(&[0])]);
    for mode in [Mode::Tangent, Mode::Adjoint] {
        let jacobian = jacobian_tape(&tape, mode).unwrap();
        let third = 1.0 / 3.0;
        assert_eq!(jacobian.evaluate(&[vec![2.0; 3]]).unwrap()[1], [third; 3]);
    }
}
