//! The logarithm of |Γ| on the whole real line.
use super::double::Double;
use super::exponential::log;
use std::f64::consts::PI;

/// The largest argument with a finite value.
const LARGEST: f64 = 2.5599833278516383e+305;
/// Stirling's series is used from here on.
const FAR: f64 = 16.0;
const HALF_LOG_TAU: Double = Double::new(0.9189385332046728, -3.8782941580672414e-17);

/// log|Γ(x)|, infinite at the poles.
///
/// Within one unit in the last place, near the negative roots within 2^-53.
pub fn lgamma(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x > LARGEST || (x <= 0.0 && x == x.floor()) {
        return f64::INFINITY;
    }
    if x.abs() < 1e-18 {
        return -libm::log(x.abs()); // the next term is 0.58 x
    }
    if (0.5..3.0).contains(&x) {
        return libm::lgamma(x); // keeps its relative accuracy at the roots 1 and 2
    }
    if x > -24.0 {
        return log_gamma(Double::from(x)).value();
    }
    // Reflection. No float has its value near 0 out here, so a sine in floats is enough.
    let sine = libm::sin(PI * (x - x.round_ties_even()).abs());
    (log(Double::from(PI / sine)) - log_gamma(Double::sum(1.0, -x))).value()
}

/// log|Γ(x)| for x above -24 and no pole, absolutely accurate to 2^-60.
pub(super) fn log_gamma(x: Double) -> Double {
    let (mut z, mut product) = (x, Double::from(1.0));
    while z.hi < FAR {
        product = product * z;
        z = z + Double::from(1.0);
    }
    let main = (z - Double::from(0.5)) * log(z) - z + HALF_LOG_TAU;
    let series = STIRLING.iter().rfold(0.0, |sum, &term| sum / (z.hi * z.hi) + term) / z.hi;
    let stirling = main + Double::from(series);
    if product.hi == 1.0 { stirling } else { stirling - log(product.abs()) }
}

/// B_2j / (2j (2j - 1)) for j from 1; the first one left out is below 2^-64 from 16 on.
const STIRLING: [f64; 8] = [
    0.08333333333333333,
    -0.002777777777777778,
    0.0007936507936507937,
    -0.0005952380952380953,
    0.0008417508417508417,
    -0.0019175269175269176,
    0.00641025641025641,
    -0.029550653594771242,
];
