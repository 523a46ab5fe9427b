//! Hyperbolic functions where `libm` is off by more than one unit in the last place.
use super::double::Double;
use super::exponential::{expm1, log1p, rounded_exp};

/// Below it x³/6 is beyond the last place of x.
const TINY: f64 = 1.0 / 134_217_728.0;

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
        rounded_exp(Double::from(size.min(1000.0)), Double::from(0.5)) // e^-x is beyond the last place
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

/// The inverse hyperbolic cosine.
pub fn acosh(x: f64) -> f64 {
    if !(1.0..2.0).contains(&x) {
        return libm::acosh(x);
    }
    let t = Double::from(x - 1.0); // exact
    let sinh = (t * (t + Double::from(2.0))).sqrt();
    log1p(t + sinh).value()
}
