//! The exponential and the logarithm at twice the precision, and what is one formula away from
//! them.
use super::double::Double;
use std::f64::consts;

pub(super) const LN_2: Double = Double::new(consts::LN_2, 2.3190468138462996e-17);

/// e^(-x²), with all digits of x²: its rounding would cost 700 units in the last place at |x| = 27.
pub fn gauss(x: f64) -> f64 {
    if x.abs() > 28.0 {
        return 0.0;
    }
    rounded_exp(-Double::product(x, x), Double::from(1.0))
}

/// 1 / (1 + e^-x).
pub fn sigmoid(x: f64) -> f64 {
    if x < -40.0 {
        return libm::exp(x); // the next term, e^2x, is beyond the last place
    }
    if x > 40.0 {
        return 1.0;
    }
    let one = Double::from(1.0);
    (one / (one + exp(Double::from(-x)))).value()
}

/// log(1 + e^x).
pub fn softplus(x: f64) -> f64 {
    logaddexp(x, 0.0)
}

/// log(e^a + e^b): within one unit in the last place, near its roots within 2^-66.
pub fn logaddexp(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        return f64::NAN;
    }
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    let distance = low - high; // NaN for equal infinities
    if high.is_infinite() || distance < -746.0 {
        return high;
    }
    if high.abs() > 16.0 || distance < -700.0 {
        return high + libm::log1p(libm::exp(distance));
    }
    (Double::from(high) + log1p(exp(Double::sum(low, -high)))).value()
}

/// e^x, for |x| up to 700, where neither part leaves the range of floats.
pub(super) fn exp(x: Double) -> Double {
    let (exponent, significand) = reduced_exp(x);
    significand.scaled(exponent)
}

/// e^x - 1, for |x| up to 700, relatively accurate.
pub(super) fn expm1(x: Double) -> Double {
    let (eighths, rest) = reduced(x);
    if eighths == 0 { short_expm1(rest) } else { exp(x) - Double::from(1.0) }
}

/// `factor` e^x rounded once, where that may overflow or vanish.
pub(super) fn rounded_exp(x: Double, factor: Double) -> f64 {
    let (exponent, significand) = reduced_exp(x);
    libm::scalbn((significand * factor).value(), exponent)
}

/// `k` and `y` such that e^x = 2^k y, y from 0.95 to 2, with a relative error below 2^-66.
pub(super) fn reduced_exp(x: Double) -> (i32, Double) {
    let (eighths, rest) = reduced(x);
    let root = ROOTS_OF_TWO[eighths.rem_euclid(8) as usize];
    (eighths.div_euclid(8), root + root * short_expm1(rest))
}

/// `n` and `r` such that x = n log(2)/8 + r, |r| at most 0.0434.
fn reduced(x: Double) -> (i32, Double) {
    let eighths = (x.hi / EIGHTH_OF_LN_2.hi).round_ties_even();
    let product = Double::product(eighths, EIGHTH_OF_LN_2.hi);
    // Exact, for the two are within a factor of 2 of each other, or eighths is 0.
    let high = x.hi - product.hi;
    (eighths as i32, Double::sum(high, x.lo - product.lo - eighths * EIGHTH_OF_LN_2.lo))
}

/// e^r - 1 for |r| up to 0.0434, the relative error below 2^-64: Taylor's series, only its first
/// two terms at twice the precision.
fn short_expm1(r: Double) -> Double {
    let square = Double::product(r.hi, r.hi);
    let later = LATER_TERMS.iter().rfold(0.0, |sum, &term| sum * r.hi + term) * r.hi * square.hi;
    let first = Double::sum(r.hi, 0.5 * square.hi);
    Double::sum(first.hi, first.lo + (0.5 * square.lo + r.lo * (1.0 + r.hi) + later))
}

const EIGHTH_OF_LN_2: Double = Double::new(0.08664339756999316, 2.8988085173078744e-18);

/// 2^(j/8) for j from 0.
const ROOTS_OF_TWO: [Double; 8] = [
    Double::new(1.0, 0.0),
    Double::new(1.0905077326652577, -3.046782079812471e-17),
    Double::new(1.189207115002721, 3.982015231465646e-17),
    Double::new(1.2968395546510096, 2.5382502794888315e-17),
    Double::new(consts::SQRT_2, -9.667293313452913e-17),
    Double::new(1.5422108254079407, 7.949834809697621e-17),
    Double::new(1.681792830507429, 8.199010020581497e-17),
    Double::new(1.8340080864093424, 3.283107224245627e-17),
];

/// 1/n! for n from 3.
const LATER_TERMS: [f64; 8] = [
    0.16666666666666666,
    0.041666666666666664,
    0.008333333333333333,
    0.001388888888888889,
    0.0001984126984126984,
    2.48015873015873e-05,
    2.7557319223985893e-06,
    2.755731922398589e-07,
];

/// The logarithm of a positive number.
pub(super) fn log(x: Double) -> Double {
    let (mut fraction, mut exponent) = libm::frexp(x.hi);
    if fraction < consts::FRAC_1_SQRT_2 {
        (fraction, exponent) = (2.0 * fraction, exponent - 1);
    }
    let rest = Double::sum(fraction, -1.0) + Double::from(libm::scalbn(x.lo, -exponent));
    LN_2 * Double::from(f64::from(exponent)) + log1p(rest)
}

/// log(1 + e) for e above -1 and up to e^40, relatively accurate: one step of Newton's method
/// doubles the digits of `libm`.
pub(super) fn log1p(e: Double) -> Double {
    let y = libm::log1p(e.hi);
    let reached = expm1(Double::from(y));
    let step = (e - reached).hi / (1.0 + reached.hi);
    Double::sum(y, step)
}
