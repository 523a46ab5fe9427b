//! Second partials of the reference file, by the rows' partials taken again: forward over them, and
//! as tapes in reverse.
use crate::dual::Dual;
use crate::reference::{Point, points};
use chainrule_tape::transform::{grad, vjp};
use chainrule_tape::{Input, Scalar, TapeError, record};

#[test]
fn forward_over_the_partials_gives_the_second_partials() {
    agree("forward", forward);
}

#[test]
fn reverse_over_reverse_gives_the_second_partials() {
    agree("reverse", |point| reverse(point).unwrap());
}

/// The upper triangle of second partials, by rows: tangents of partials.
fn forward(Point { op, n, x, .. }: &Point) -> Vec<f64> {
    let entry = |i: usize, j: usize| {
        let duals: Vec<Dual<f64>> =
            (0..x.len()).map(|k| Dual { value: x[k], tangent: f64::from(k == j) }).collect();
        let y = Dual::apply(*op, *n, &duals);
        op.partials(*n, &duals, y)[i].value().tangent
    };
    (0..x.len()).flat_map(|i| (i..x.len()).map(move |j| (i, j))).map(|(i, j)| entry(i, j)).collect()
}

/// The same: adjoints of the gradient's tape.
fn reverse(Point { op, n, x, .. }: &Point) -> Result<Vec<f64>, TapeError> {
    let arity = x.len();
    let inputs = (0..arity).map(|i| Input::scalar(&i.to_string())).collect();
    let tape = record(inputs, |vars| vec![Scalar::apply(*op, *n, vars)])?;
    let twice = vjp(&grad(&tape)?)?;
    let mut second = Vec::new();
    for i in 0..arity {
        let seeds = std::iter::once(0.0).chain((0..arity).map(|j| f64::from(i == j)));
        let arguments: Vec<Vec<f64>> =
            x.iter().copied().chain(seeds).map(|number| vec![number]).collect();
        let outputs = twice.evaluate(&arguments)?;
        second.extend(outputs[1 + arity + i..].iter().map(|adjoint| adjoint[0]));
    }
    Ok(second)
}

fn agree(way: &str, second: impl Fn(&Point) -> Vec<f64>) {
    let (mut checked, mut worst, mut wrong) = (0, (0.0, String::new()), Vec::new());
    for point in points().into_iter().filter(is_ordinary) {
        for (k, (wanted, came)) in point.second.iter().zip(second(&point)).enumerate() {
            let Some(wanted) = wanted.filter(|wanted| wanted.is_finite()) else { continue };
            // Near a zero of the second partial the formulas cancel: only the absolute error is
            // small there.
            let error = (came - wanted).abs() / (wanted.abs() + 1e-6);
            let place = format!(
                "{k} of {}{:?}, n = {}: {came:e}, but should be {wanted:e}",
                point.name, point.x, point.n
            );
            checked += 1;
            if error > worst.0 {
                worst = (error, place.clone());
            }
            if error > 1e-9 || error.is_nan() {
                wrong.push(place);
            }
        }
    }
    println!(
        "{checked} second partials checked, {way}; the worst error is {:e}: {}",
        worst.0, worst.1
    );
    assert!(checked > 2000 && wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Neither arguments nor what was made of them are so large or so small that a product of two of
/// them leaves the floats.
fn is_ordinary(point: &Point) -> bool {
    let made = point.partials.iter().flatten();
    point.x.iter().all(|&x| x == 0.0 || (1e-150..1e150).contains(&x.abs()))
        && std::iter::once(&point.value)
            .chain(made)
            .all(|y| y.abs() < 1e300 && (*y == 0.0 || y.abs() > 1e-300))
}
