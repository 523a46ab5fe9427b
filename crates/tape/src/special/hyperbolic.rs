//! Hyperbolic functions where `libm` is off by more than one unit in the last place.
use super::double::Double;
use super::exponential::{expm1, log1p, rounded_exp};

/// Below it x³/3 is beyond the last place of x.
const TINY: f64 = 1.0 / 268_435_456.0;
/// Above it the inverse functions are the logarithm of 2x to the last place.
const LARGE: f64 = 268_435_456.0;

/// The hyperbolic sine.
pub fn sinh(x: f64) -> f64 {
    let size = x.abs();
    if size < TINY || !size.is_finite() {
        return x;
    }
    let y = if size < 22.0 {
        let t = expm1(Double::from(size));
        0.5 * (t + t / (Double::from(1.0) + t)).value()
    } else {
        // e^-x is beyond the last place.
        rounded_exp(Double::from(size.min(1000.0)), Double::from(0.5))
    };
    y.copysign(x)
}

/// The hyperbolic tangent.
pub fn tanh(x: f64) -> f64 {
    let size = x.abs();
    if size < TINY || x.is_nan() {
        return x;
    }
    if size > 20.0 {
        return 1f64.copysign(x);
    }
    let t = expm1(Double::from(2.0 * size));
    (t / (t + Double::from(2.0))).value().copysign(x)
}

/// The inverse hyperbolic sine.
pub fn asinh(x: f64) -> f64 {
    let size = x.abs();
    if size < TINY {
        return x;
    }
    if size > LARGE || x.is_nan() {
        return libm::asinh(x);
    }
    let one = Double::from(1.0);
    let square = Double::product(size, size);
    let above_cosh = square / (one + (one + square).sqrt()); // cosh - 1, without cancelling
    log1p(Double::from(size) + above_cosh).value().copysign(x)
}

/// The inverse hyperbolic cosine; NaN below 1.
pub fn acosh(x: f64) -> f64 {
    if !(1.0..LARGE).contains(&x) {
        return libm::acosh(x);
    }
    let above_one = Double::from(x) - Double::from(1.0);
    let sinh = (above_one * (above_one + Double::from(2.0))).sqrt();
    log1p(above_one + sinh).value()
}

/// The inverse hyperbolic tangent; NaN outside -1..1, infinite at both ends.
pub fn atanh(x: f64) -> f64 {
    let size = x.abs();
    if size < TINY {
        return x;
    }
    if size >= 1.0 || x.is_nan() {
        return libm::atanh(x);
    }
    let ratio = Double::from(2.0 * size) / Double::sum(1.0, -size);
    (0.5 * log1p(ratio).value()).copysign(x)
}
