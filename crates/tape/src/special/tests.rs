//! The special functions against a table of their values to twice the precision.
use super::double::Double;
use super::*;

/// Lines of: function, order (0 where it has none), arguments, the value rounded, and the rest of
/// the value.
///
/// Made with mpmath at 400 bits, at 1500 for the polygamma functions (from its `zeta` where that
/// applies) and 2500 for `logaddexp`, with the number of each argument taken exactly; arguments are
/// spread over magnitudes and put on both sides of every place where a function here changes its
/// formula.
const REFERENCE: &str = include_str!("reference.txt");

#[test]
fn every_value_is_within_its_bound() {
    let mut wrong = Vec::new();
    for line in REFERENCE.lines() {
        let mut words = line.split(' ');
        let (name, order) = (words.next().unwrap(), words.next().unwrap().parse().unwrap());
        let numbers: Vec<f64> = words.map(|word| word.parse().unwrap()).collect();
        let (x, &[wanted, rest]) = numbers.split_last_chunk::<2>().unwrap();
        let error = (value(name, order, x) - wanted) - rest; // the difference is exact
        if error.abs() > near_root(name) && error.abs() > bound(name, x) * last_place(wanted) {
            wrong.push(format!("{line}: off by {} units", error / last_place(wanted)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn value(name: &str, order: i32, x: &[f64]) -> f64 {
    match (name, x) {
        ("sinh", &[x]) => sinh(x),
        ("tanh", &[x]) => tanh(x),
        ("asinh", &[x]) => asinh(x),
        ("acosh", &[x]) => acosh(x),
        ("atanh", &[x]) => atanh(x),
        ("sigmoid", &[x]) => sigmoid(x),
        ("softplus", &[x]) => softplus(x),
        ("gauss", &[x]) => gauss(x),
        ("erfc", &[x]) => erfc(x),
        ("lgamma", &[x]) => lgamma(x),
        ("polygamma", &[x]) => polygamma(order, x),
        ("logaddexp", &[a, b]) => logaddexp(a, b),
        _ => panic!("no function `{name}` of {x:?}"),
    }
}

/// The absolute error that a function may have near its roots.
fn near_root(name: &str) -> f64 {
    match name {
        "lgamma" | "polygamma" => 2f64.powi(-53),
        "logaddexp" => 2f64.powi(-66),
        _ => 0.0,
    }
}

/// In units of the last place: half for rounding, a little for what was left out. Subnormal numbers
/// are rounded twice, and some arguments are left to `libm`.
fn bound(name: &str, x: &[f64]) -> f64 {
    let subnormal = value(name, 0, x).abs() < f64::MIN_POSITIVE;
    let by_libm = match (name, x) {
        ("asinh" | "acosh", &[x]) => x.abs() > 2e8,
        ("sigmoid", &[x]) => x < -40.0,
        ("softplus", &[x]) => x < -700.0,
        ("logaddexp", &[a, b]) => a.max(b).abs() > 16.0 || (a - b).abs() > 700.0,
        ("erfc", &[x]) => x < 0.5,
        ("lgamma", &[x]) => x.abs() < 1e-18 || (0.5..3.0).contains(&x),
        _ => false,
    };
    match name {
        _ if subnormal || by_libm => 1.0,
        "erfc" => 0.68, // a sixth for its Chebyshev series
        _ => 0.52,
    }
}

/// The distance from a number to the next larger in size.
fn last_place(x: f64) -> f64 {
    let size = x.abs();
    f64::from_bits(size.to_bits() + 1) - size
}

#[test]
fn special_arguments_give_what_c99_says_or_the_limit() {
    const INF: f64 = f64::INFINITY;
    let odd = [sinh, tanh, asinh, atanh];
    for (k, f) in odd.into_iter().enumerate() {
        for zero in [0.0, -0.0] {
            assert_eq!(f(zero).to_bits(), f64::to_bits(zero), "odd function {k}");
        }
        assert!(f(f64::NAN).is_nan());
    }
    assert_eq!((sinh(-INF), tanh(-INF), asinh(-INF)), (-INF, -1.0, -INF));
    assert_eq!((atanh(1.0), atanh(-1.0), acosh(1.0), acosh(INF)), (INF, -INF, 0.0, INF));
    assert!(atanh(1.5).is_nan() && acosh(0.5).is_nan() && acosh(f64::NAN).is_nan());
    assert_eq!((sinh(711.0), sinh(-1e300), erfc(-INF), erfc(INF)), (INF, -INF, 2.0, 0.0));
    assert_eq!((gauss(-INF), gauss(0.0), sigmoid(-INF), sigmoid(INF)), (0.0, 1.0, 0.0, 1.0));
    assert_eq!((softplus(-INF), softplus(INF), softplus(f64::MAX)), (0.0, INF, f64::MAX));
    assert_eq!(
        (logaddexp(-INF, -INF), logaddexp(INF, -INF), logaddexp(-INF, 2.0)),
        (-INF, INF, 2.0)
    );
    for f in [gauss, sigmoid, softplus, erfc, lgamma] {
        assert!(f(f64::NAN).is_nan());
    }
    assert!(logaddexp(INF, f64::NAN).is_nan());
}

#[test]
fn gamma_functions_at_their_poles() {
    const INF: f64 = f64::INFINITY;
    for x in [0.0, -0.0, -1.0, -2.0, -1e16, INF, -INF, f64::MAX] {
        assert_eq!(lgamma(x), INF);
    }
    // At a pole an even order jumps from one infinity to the other, an odd one does not.
    for order in [0, 2, 40] {
        assert_eq!((polygamma(order, 0.0), polygamma(order, -0.0)), (-INF, INF));
        assert!(polygamma(order, -3.0).is_nan() && polygamma(order, -INF).is_nan());
    }
    for order in [1, 3, 41] {
        assert_eq!((polygamma(order, 0.0), polygamma(order, -0.0)), (INF, INF));
        assert_eq!(polygamma(order, -3.0), INF);
    }
    assert_eq!((polygamma(0, INF), polygamma(1, INF)), (INF, 0.0));
    assert!(polygamma(2, INF).is_sign_negative() && polygamma(0, f64::NAN).is_nan());
    assert!(polygamma(-1, 2.0).is_nan() && polygamma(i32::MIN, 2.0).is_nan());
    assert_eq!((polygamma(i32::MAX, 2.0), polygamma(i32::MAX, 1e300)), (INF, 0.0));
}

/// The recurrence Γ(x + 1) = x Γ(x), which no formula here uses as it stands on the negative side.
#[test]
fn gamma_functions_keep_their_recurrence() {
    for k in -400..400 {
        let x = f64::from(k) * 0.0977 + 0.013;
        let step = lgamma(x + 1.0) - lgamma(x);
        assert!((step - x.abs().ln()).abs() < 2e-13, "lgamma at {x}");
        for order in 0..4 {
            let factorial: f64 = (1..=order).map(f64::from).product();
            let power = -(-1f64 / x).powi(order + 1) * factorial;
            let step = polygamma(order, x + 1.0) - polygamma(order, x);
            assert!(
                (step - power).abs() < 1e-13 * (1.0 + power.abs() + polygamma(order, x).abs()),
                "{order} at {x}"
            );
        }
    }
}

/// What is left of each operation on floats that were made to be exact in 106 bits.
#[test]
fn arithmetic_is_twice_as_precise() {
    let (third, seventh) =
        (Double::from(1.0) / Double::from(3.0), Double::from(1.0) / Double::from(7.0));
    let small = |rest: Double| rest.value().abs() < 2f64.powi(-103);
    assert!(small(third * Double::from(3.0) - Double::from(1.0)));
    assert!(small(third - seventh - Double::from(4.0) / Double::from(21.0)));
    assert!(small(third.sqrt() * third.sqrt() - third));
    assert!(small(third.powi(5) * Double::from(243.0) - Double::from(1.0)));
    assert_eq!(Double::sum(1.0, 2f64.powi(-80)).lo, 2f64.powi(-80));
    assert_eq!(Double::product(1.0 + 2f64.powi(-40), 1.0 - 2f64.powi(-40)).lo, -2f64.powi(-80));
}
