//! What the rows say of kinks, ties, poles and NaN, as values, partials and tangents.
use crate::dual::Dual;
use chainrule_tape::{Op, Partial, Scalar};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

fn partials(name: &str, x: &[f64]) -> Vec<f64> {
    let op = Op::named(name).unwrap();
    op.partials(0, x, op.value(0, x)).into_iter().map(Partial::value).take(x.len()).collect()
}

#[test]
fn partials_at_kinks_are_those_the_rows_state() {
    for zero in [0.0, -0.0] {
        assert_eq!(partials("abs", &[zero]), [0.0]);
        assert_eq!(partials("relu", &[zero]), [0.0]);
        assert_eq!(partials("sqrt", &[zero]), [INF]);
        assert_eq!(partials("cbrt", &[zero]), [INF]);
        assert_eq!(partials("hypot", &[zero, -zero]), [0.0, 0.0]);
        assert_eq!(partials("atan2", &[zero, -zero]), [0.0, 0.0]);
        assert_eq!(partials("min", &[zero, -zero]), [1.0, 0.0]);
        assert_eq!(partials("max", &[zero, -zero]), [1.0, 0.0]);
        assert_eq!(partials("pow", &[zero, 2.0]), [0.0, 0.0]);
        assert_eq!(partials("pow", &[zero, 1.0]), [1.0, 0.0]);
        assert_eq!(partials("pow", &[zero, 0.0]), [0.0, 0.0]);
        assert_eq!(partials("pow", &[zero, 0.25])[0], INF);
    }
    assert_eq!(partials("asin", &[1.0]), [INF]);
    assert_eq!(partials("acos", &[-1.0]), [-INF]);
    assert_eq!(partials("acosh", &[1.0]), [INF]);
    assert_eq!(partials("round", &[2.5]), [0.0]);
    assert_eq!(partials("pow", &[-2.0, 3.0]), [12.0, 0.0]);
    assert_eq!(partials("pow", &[NAN, 0.0])[0], 0.0);
    assert_eq!(partials("atan", &[1e200]), [0.0]);
}

#[test]
fn a_choice_lets_no_nan_through_from_the_side_not_chosen() {
    let bad = Dual { value: NAN, tangent: NAN };
    let good = Dual { value: 3.0, tangent: 2.0 };
    let (yes, no) = (Dual::from(1.0), Dual::from(0.0));
    for chosen in [Scalar::select(yes, good, bad), Scalar::select(no, bad, good)] {
        assert_eq!((chosen.value, chosen.tangent), (3.0, 2.0));
    }
    // Infinite tangents meet the zero of a mask nowhere.
    let far = Dual { value: 1.0, tangent: INF };
    let (smaller, larger) = (Scalar::min(far, good), Scalar::max(far, good));
    assert_eq!((smaller.tangent, larger.tangent), (INF, 2.0));
    assert_eq!(Scalar::relu(Dual { value: -1.0, tangent: INF }).tangent, 0.0);
}

#[test]
fn nan_propagates_unless_the_row_says_otherwise() {
    let deaf = ["lt", "le", "gt", "ge", "eq", "ne", "select"];
    for &op in Op::ALL.iter().filter(|op| !deaf.contains(&op.name())) {
        let on = op.smooth_on();
        for i in 0..op.arity() {
            let mut x = vec![0.5 * (on.start + on.end); op.arity()];
            x[i] = NAN;
            assert!(op.value(2, &x).is_nan(), "{op:?} of {x:?}");
        }
    }
}

#[test]
fn integer_parameters_of_any_size_are_taken() {
    let (powi, polygamma) = (Op::named("powi").unwrap(), Op::named("polygamma").unwrap());
    for n in [i32::MIN, i32::MIN + 1, -1, 0, 1, 2, 3, i32::MAX] {
        for x in [0.0, -0.0, 1.0, -1.0, 2.0, -0.5, 1e300, 5e-324, INF, -INF, NAN] {
            for op in [powi, polygamma] {
                let _ = op.partials(n, &[x], op.value(n, &[x])).map(Partial::value);
            }
        }
        let partial = powi.partials(n, &[1.0], 1.0)[0].value();
        assert_eq!(partial, f64::from(n));
    }
    assert!(polygamma.value(-1, &[1.0]).is_nan());
}

/// The identity of each op that has one, and the order of arguments where it is said not to matter,
/// bit for bit.
#[test]
fn laws_hold() {
    let numbers = [0.0, -0.0, 1.0, -1.0, 0.1, 1e308, -5e-324, INF, -INF, NAN];
    for &op in Op::ALL {
        for a in numbers {
            if let Some(unit) = op.laws().unit {
                assert!(same(op.value(0, &[a, unit]), a), "{op:?} of {a} and its unit");
            }
            for b in numbers.into_iter().filter(|_| op.laws().commutes) {
                assert!(same(op.value(0, &[a, b]), op.value(0, &[b, a])), "{op:?} of {a} and {b}");
            }
        }
    }
}

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}
