//! The elementwise table against what does not know it: difference quotients, and correctly rounded reference values.
use chainrule_tape::{Op, Partial};
use serde_json::Value;

/// A number of the reference file; those JSON cannot write are strings.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Null => None,
        Value::String(text) if text == "-0" => Some(-0.0),
        Value::String(text) => Some(text.parse().unwrap()),
        number => number.as_f64(),
    }
}

fn numbers(value: &Value) -> Option<Vec<Option<f64>>> {
    value.as_array().map(|list| list.iter().map(number).collect())
}

/// How many representable numbers lie between two.
fn ulps(a: f64, b: f64) -> u64 {
    if a.is_nan() && b.is_nan() {
        return 0;
    }
    if a.is_nan() || b.is_nan() {
        return u64::MAX;
    }
    let order = |x: f64| if x.is_sign_negative() { -(x.abs().to_bits() as i64) } else { x.to_bits() as i64 };
    order(a).abs_diff(order(b))
}

/// The op of the table that a name of the file means, with its parameter at a point.
fn named(name: &str, point: &Value) -> Option<(Op, i32)> {
    match name {
        "digamma" => Some((Op::named("polygamma")?, 0)),
        _ => Some((Op::named(name)?, point["n"].as_i64().unwrap_or(0) as i32)),
    }
}

/// lgamma and polygamma near their roots are right to 2^-53 absolute.
fn near_root(name: &str, wanted: f64, came: f64) -> bool {
    matches!(name, "lgamma" | "digamma") && (wanted - came).abs() <= 2f64.powi(-53)
}

/// The exceptions that stand in the rows: partials made of a value that is no normal number have no more digits than it.
fn has_few_digits(name: &str, point: &Value) -> bool {
    let value = number(&point["v"]).unwrap_or(f64::NAN);
    matches!(name, "exp2" | "pow" | "powi") && !value.is_normal()
}

fn file() -> Value {
    serde_json::from_str(include_str!("data/elementwise.json")).unwrap()
}

#[test]
fn every_value_is_within_one_unit_in_the_last_place() {
    let mut checked = 0;
    let mut wrong = Vec::new();
    for (name, op) in file()["ops"].as_object().unwrap() {
        for point in op["points"].as_array().unwrap() {
            let (op, n) = named(name, point).unwrap_or_else(|| panic!("`{name}` is not in the table"));
            let x: Vec<f64> = numbers(&point["x"]).unwrap().into_iter().flatten().collect();
            let even = if name == "round" { number(&point["v_even"]) } else { None };
            let Some(wanted) = even.or(number(&point["v"])) else { continue };
            let came = op.value(n, &x);
            checked += 1;
            let signs = wanted != 0.0 || wanted.is_sign_negative() == came.is_sign_negative();
            if (ulps(wanted, came) > 1 || !signs) && !near_root(name, wanted, came) {
                wrong.push(format!("{name}{x:?} n={n} is {came:e}, but should be {wanted:e}"));
            }
        }
    }
    println!("{checked} values checked");
    assert!(checked > 2500 && wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_partial_is_within_eight_units_in_the_last_place() {
    let mut checked = 0;
    let mut wrong = Vec::new();
    for (name, op) in file()["ops"].as_object().unwrap() {
        for point in op["points"].as_array().unwrap() {
            let Some((op, n)) = named(name, point) else { continue };
            let x: Vec<f64> = numbers(&point["x"]).unwrap().into_iter().flatten().collect();
            let came: Vec<f64> =
                op.partials(n, &x, op.value(n, &x)).into_iter().map(Partial::value).take(x.len()).collect();
            if let Some(wanted) = numbers(&point["d"])
                && !has_few_digits(name, point)
            {
                for (i, (wanted, came)) in wanted.iter().zip(&came).enumerate() {
                    let Some(wanted) = *wanted else { continue };
                    checked += 1;
                    let pole = point["pole"] == true && wanted.is_infinite() && came.is_infinite();
                    let zero = wanted == 0.0 && *came == 0.0;
                    if ulps(wanted, *came) > 8 && !zero && !pole && !near_root(name, wanted, *came) {
                        wrong.push(format!("partial {i} of {name}{x:?} n={n} is {came:e}, but should be {wanted:e}"));
                    }
                }
            }
            if point["kink"] == true
                && let (Some(left), Some(right)) = (numbers(&point["d_left"]), numbers(&point["d_right"]))
            {
                for (i, came) in came.iter().enumerate() {
                    let (Some(l), Some(r)) = (left[i], right[i]) else { continue };
                    let (l, r) = (if l.is_nan() { r } else { l }, if r.is_nan() { l } else { r });
                    checked += 1;
                    if !(l.min(r) <= *came && *came <= l.max(r)) && !l.is_nan() {
                        wrong.push(format!("partial {i} of {name}{x:?} at a kink is {came:e}, but the sides are {l:e} and {r:e}"));
                    }
                }
            }
        }
    }
    println!("{checked} partials checked");
    assert!(checked > 2000 && wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_row_but_the_partial_of_erf_is_in_the_file() {
    let file = file();
    let known = |op: &Op| file["ops"].get(op.name()).is_some() || ["polygamma", "gauss"].contains(&op.name());
    let missing: Vec<&str> = Op::ALL.iter().filter(|op| !known(op)).map(|op| op.name()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// No rule is judged by its own derivation: a difference quotient sees only the value.
#[test]
fn every_partial_agrees_with_a_difference_quotient() {
    for &op in Op::ALL {
        let on = op.smooth_on();
        for k in 1..20 {
            let place = |i: usize| on.start + (on.end - on.start) * ((k * (2 * i + 3) % 21) as f64 + 0.37) / 21.4;
            let x: Vec<f64> = (0..op.arity()).map(place).collect();
            let n = if op.parameter().is_some() { k as i32 % 4 } else { 0 };
            let partials = op.partials(n, &x, op.value(n, &x));
            for (i, partial) in partials.into_iter().map(Partial::value).take(x.len()).enumerate() {
                let quotient = quotient(op, n, &x, i);
                let close = (partial - quotient).abs() < 1e-7 * (1.0 + quotient.abs());
                assert!(close, "{op:?}, n = {n}, argument {i} of {x:?}: {partial} or {quotient}");
            }
        }
    }
}

/// The central difference quotient, extrapolated once (Richardson), so that its error is of fourth order.
fn quotient(op: Op, n: i32, x: &[f64], i: usize) -> f64 {
    let moved = |by: f64| {
        let mut x = x.to_vec();
        x[i] += by;
        op.value(n, &x)
    };
    let central = |h: f64| (moved(h) - moved(-h)) / (2.0 * h);
    let h = 1e-3 * x[i].abs().clamp(0.05, 1.0);
    (4.0 * central(h / 2.0) - central(h)) / 3.0
}
