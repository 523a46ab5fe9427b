//! Derivatives of derivatives, and their cost.
use crate::judges::{Numbers, close, judge};
use crate::rows::tape_of;
use chainrule_tape::transform::{grad, hvp, jvp, vjp};
use chainrule_tape::{Kind, Scalar, Tape};

/// `sum(sin(x) * cumsum(x)^2) / sum(x^2)`, which has no derivative that is 0.
fn wavy() -> Tape {
    tape_of(&[&[3]], |_, v| {
        let (x, sums) = (v[0], v[0].cumsum(0));
        vec![(x.sin() * sums * sums).sum(&[0]) / x.dot(x)]
    })
}

#[test]
fn third_derivatives_go_through_any_mixture() {
    judge("wavy", &wavy(), 3);
    judge("its hvp", &hvp(&wavy()).unwrap(), 1);
}

#[test]
fn forward_over_reverse_is_reverse_over_reverse() {
    let tape = wavy();
    let mut numbers = Numbers::new(3);
    let (x, v) = (numbers.array(3), numbers.array(3));
    let forward = hvp(&tape).unwrap().evaluate(&[x.clone(), v.clone()]).unwrap();
    let zero = vec![0.0];
    let reverse =
        vjp(&grad(&tape).unwrap()).unwrap().evaluate(&[x.clone(), zero, v.clone()]).unwrap();
    close("hvp", &forward[2..], &reverse[2..], 1e-13);
    let backward = grad(&jvp(&tape).unwrap());
    assert_eq!(backward.unwrap_err().code(), "NOT_SCALAR");
}

#[test]
fn a_known_hessian() {
    let rosenbrock = tape_of(&[&[], &[]], |_, v| {
        let (x, y) = (v[0], v[1]);
        let (a, b) = (1.0 - x, y - x * x);
        vec![a * a + 100.0 * (b * b)]
    });
    let hvp = hvp(&rosenbrock).unwrap();
    let at = |v: [f64; 2]| {
        let point = [vec![-1.2], vec![1.0], vec![v[0]], vec![v[1]]];
        hvp.evaluate(&point).unwrap()[3..].concat()
    };
    close("first column", &[at([1.0, 0.0])], &[vec![1330.0, 480.0]], 1e-14);
    close("second column", &[at([0.0, 1.0])], &[vec![480.0, 200.0]], 1e-14);
}

fn cost(tape: &Tape) -> u64 {
    let node = |kind: Kind, shape: &chainrule_tape::Shape| match kind {
        Kind::Input(_) | Kind::Constant(_) => 0,
        Kind::Elementwise(op, _, _) => op.cost() * shape.elements() as u64,
        Kind::Structural(rule, args) => {
            rule.cost(&args.iter().map(|&id| tape.shape(id)).collect::<Vec<_>>())
        }
    };
    tape.nodes().map(|(_, kind, shape)| node(kind, shape)).sum()
}

#[test]
fn a_gradient_costs_at_most_five_evaluations() {
    let product =
        tape_of(&[&[50]], |_, v| vec![(1..50).fold(v[0].at(0), |product, i| product * v[0].at(i))]);
    let layers = tape_of(&[&[20], &[30, 20], &[30, 30]], |_, v| {
        let hidden = v[2].dot(v[1].dot(v[0]).sin()).exp();
        vec![hidden.sum(&[0])]
    });
    for tape in [product, layers, wavy()] {
        let (value, gradient) = (cost(&tape), cost(&grad(&tape).unwrap()));
        assert!(gradient <= 5 * value, "{gradient} for {value}");
    }
}

#[test]
fn a_seed_of_one_multiplies_nothing() {
    let tape = tape_of(&[&[], &[]], |_, v| vec![v[0] * v[1] + v[0].sin()]);
    let gradient = grad(&tape).unwrap();
    let ops = gradient.nodes().filter(|(_, kind, _)| matches!(kind, Kind::Elementwise(..))).count();
    assert_eq!(ops, 3 + 2, "mul, sin, add; then cos and its sum with y, the adjoint of x");
}

#[test]
fn long_tapes_are_swept_in_one_go() {
    let tape =
        tape_of(&[&[], &[]], |_, v| vec![(0..200_000).fold(v[0], |x, _| x.sin() + v[1] * x)]);
    for derived in [jvp(&tape).unwrap(), vjp(&tape).unwrap()] {
        assert!(derived.len() > tape.len() && derived.len() < 4 * tape.len());
    }
}
