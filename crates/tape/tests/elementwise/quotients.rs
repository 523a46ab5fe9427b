//! Partials where the table says that an op is smooth, against difference quotients.
use crate::dual::Dual;
use chainrule_tape::{Op, Partial, Scalar};

/// No rule is judged by its own derivation: a difference quotient sees only the value.
#[test]
fn every_partial_agrees_with_a_difference_quotient() {
    for (op, n, x) in samples() {
        let partials = op.partials(n, &x, op.value(n, &x));
        for (i, partial) in partials.into_iter().map(Partial::value).take(x.len()).enumerate() {
            let quotient = quotient(&|x| op.value(n, x), &x, i);
            assert!(
                close(partial, quotient),
                "{op:?}, n = {n}, argument {i} of {x:?}: {partial} or {quotient}"
            );
        }
    }
}

/// The partials' formulas are made of rows, so the derivatives of those follow from the table too.
#[test]
fn every_second_partial_agrees_with_a_difference_quotient() {
    for (op, n, x) in samples() {
        for j in 0..x.len() {
            let duals: Vec<Dual<f64>> =
                (0..x.len()).map(|i| Dual { value: x[i], tangent: f64::from(i == j) }).collect();
            let y = Dual::apply(op, n, &duals);
            for (i, partial) in op.partials(n, &duals, y).into_iter().take(x.len()).enumerate() {
                let quotient = quotient(&|x| op.partials(n, x, op.value(n, x))[i].value(), &x, j);
                let tangent = partial.value().tangent;
                assert!(
                    close(tangent, quotient),
                    "{op:?}, n = {n}, {i} and {j} of {x:?}: {tangent} or {quotient}"
                );
            }
        }
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

/// Arguments in the smooth domain of every op, none at its ends and no two equal; parameters from
/// -3 to 5.
fn samples() -> impl Iterator<Item = (Op, i32, Vec<f64>)> {
    Op::ALL
        .iter()
        .flat_map(|&op| {
            let on = op.smooth_on();
            let place = move |k: usize, i: usize| {
                on.start
                    + (on.end - on.start) * ((k * (2 * i + 3) % 23) as f64 + 0.3 + 0.2 * i as f64)
                        / 23.0
            };
            (1..40).map(move |k| {
                let n = if op.parameter().is_some() { k as i32 % 9 - 3 } else { 0 };
                (op, n, (0..op.arity()).map(|i| place(k, i)).collect())
            })
        })
        .filter(|(op, n, _)| op.name() != "polygamma" || *n >= 0)
}

/// The central difference quotient in argument `i`, refined by halving the step until rounding
/// outweighs the gain (Ridders' method: Richardson's extrapolation in a triangle, keeping the entry
/// that agrees best with its parents).
fn quotient(f: &dyn Fn(&[f64]) -> f64, x: &[f64], i: usize) -> f64 {
    let moved = |by: f64| {
        let mut x = x.to_vec();
        x[i] += by;
        f(&x)
    };
    let first_step = 0.01 * x[i].abs().clamp(0.1, 1.0);
    let (mut above, mut best) = (Vec::<f64>::new(), (f64::INFINITY, f64::NAN));
    for halvings in 0..8 {
        let step = first_step / f64::from(1 << halvings);
        let mut row = vec![(moved(step) - moved(-step)) / (2.0 * step)];
        for (k, &parent) in above.iter().enumerate() {
            let factor = 4f64.powi(k as i32 + 1);
            let entry = (factor * row[k] - parent) / (factor - 1.0);
            let error = (entry - row[k]).abs().max((entry - parent).abs());
            if error < best.0 {
                best = (error, entry);
            }
            row.push(entry);
        }
        above = row;
    }
    best.1
}
