//! The derivatives of log Γ, of any order, on the whole real line.
use super::double::Double;
use super::exponential::{log, reduced_exp};
use super::gamma::log_gamma;

/// The derivative of order `n + 1` of log|Γ(x)|; `n` = 0 is the digamma function. NaN for negative
/// orders.
///
/// Within one unit in the last place, near the roots within 2^-53. At a pole it is the limit if
/// both sides agree on one, else NaN; at a zero the limit from the side of its sign.
pub fn polygamma(n: i32, x: f64) -> f64 {
    let Ok(order) = u32::try_from(n) else { return f64::NAN };
    let s = order + 1;
    let sign = parity(s);
    if x.is_nan() || x == f64::NEG_INFINITY {
        return f64::NAN;
    }
    if x == f64::INFINITY {
        return if order == 0 { x } else { sign * 0.0 };
    }
    if x == 0.0 {
        return if sign < 0.0 { -(1.0 / x) } else { f64::INFINITY };
    }
    if order > 0 && x > FAR * f64::from(s) {
        // The integral in place of the sum: what is left out is smaller by s/x.
        return sign * first_term(s - 1, Double::from(x)).value();
    }
    if x.abs() < 1e-18 {
        let side = if sign < 0.0 { x.signum() } else { 1.0 };
        return sign * side * first_term(s, Double::from(x.abs())).value();
    }
    if x < 0.0 && x == x.floor() {
        return if sign < 0.0 { f64::NAN } else { f64::INFINITY };
    }
    match (order, x > 0.0) {
        (0, true) => digamma(Double::from(x)).value(),
        (0, false) => reflected_digamma(x),
        (_, true) => sign * zeta(s, Double::from(x)).value(),
        (_, false) => sign * reflected_zeta(s, x),
    }
}

/// From here on, by order, the sum over 1/(x + k)^s is the integral, and squares may overflow.
const FAR: f64 = (1_u64 << 60) as f64;

/// (-1)^s.
fn parity(s: u32) -> f64 {
    if s.is_multiple_of(2) { 1.0 } else { -1.0 }
}

/// The digamma function for positive x.
fn digamma(x: Double) -> Double {
    let (mut z, mut near) = (x, Double::from(0.0));
    while z.hi < 16.0 {
        near = near + Double::from(1.0) / z;
        z = z + Double::from(1.0);
    }
    let square = 1.0 / (z.hi * z.hi);
    let series = ASYMPTOTIC.iter().rfold(0.0, |sum, &term| sum * square + term) * square;
    log(z) - Double::from(0.5) / z - Double::from(series) - near
}

/// π cot πx in terms of the digamma function itself, which keeps the roots on the negative side
/// accurate.
fn reflected_digamma(x: f64) -> f64 {
    let f = x - x.round_ties_even();
    let cotangent = Double::from(1.0) / Double::from(f) - digamma(Double::sum(1.0, f))
        + digamma(Double::sum(1.0, -f));
    (digamma(Double::sum(1.0, -x)) - cotangent).value()
}

/// `significand * 2^exponent`: the powers here leave the range of floats long before their products
/// do.
struct Scaled {
    significand: Double,
    exponent: i64,
}

impl Scaled {
    fn value(&self) -> f64 {
        libm::scalbn(self.significand.value(), self.exponent.clamp(-5000, 5000) as i32)
    }

    /// Divided by `2^exponent`.
    fn over(&self, exponent: i64) -> Double {
        self.significand.scaled((self.exponent - exponent).clamp(-5000, 5000) as i32)
    }
}

/// Γ(s) times the sum of 1/(x + k)^s over all k from 0, for positive x: Hurwitz' zeta function, s
/// at least 2.
fn zeta(s: u32, x: Double) -> Scaled {
    let first = first_term(s, x);
    Scaled { significand: first.significand * relative_sum(s, x), ..first }
}

/// The same sum for negative x, where it passes a pole on each side, nearest at distance f.
///
/// It is the sum over all whole k, which is a sum to the right and one to the left, less the k
/// below 0.
fn reflected_zeta(s: u32, x: f64) -> f64 {
    let f = x - x.round_ties_even();
    let nearest = first_term(s, Double::from(f.abs()));
    let relative = |y: Double| zeta(s, y).over(nearest.exponent);
    let left = relative(Double::sum(1.0, -f)) - relative(Double::sum(1.0, -x));
    let (pole, left) = match parity(s) < 0.0 {
        true => (if f < 0.0 { -nearest.significand } else { nearest.significand }, -left),
        false => (nearest.significand, left),
    };
    let significand = pole + left + relative(Double::sum(1.0, f));
    Scaled { significand, exponent: nearest.exponent }.value()
}

/// Γ(s) / x^s for positive x.
fn first_term(s: u32, x: Double) -> Scaled {
    if s > 32 {
        let s = Double::from(f64::from(s));
        let (exponent, significand) = reduced_exp(log_gamma(s) - s * log(x));
        return Scaled { significand, exponent: exponent.into() };
    }
    let (_, exponent) = libm::frexp(x.hi);
    let power = (Double::from(1.0) / x.scaled(-exponent)).powi(s);
    let significand = (1..s).fold(power, |product, k| product * Double::from(f64::from(k)));
    Scaled { significand, exponent: -i64::from(exponent) * i64::from(s) }
}

/// The sum of (x / (x + k))^s over all k from 0: term by term up to s + 12, from there on Euler and
/// Maclaurin's formula.
fn relative_sum(s: u32, x: Double) -> Double {
    let (mut z, mut sum) = (x, Double::from(0.0));
    let mut term = Double::from(1.0);
    while z.hi < f64::from(s) + 12.0 {
        sum = sum + term;
        z = z + Double::from(1.0);
        term = (x / z).powi(s);
        if term.hi < 1e-22 {
            return sum;
        }
    }
    let s = f64::from(s);
    let mut rising = s / z.hi; // s (s + 1) ... (s + 2j - 2) / z^(2j - 1)
    let mut corrections = 0.0;
    for (j, coefficient) in (1..).zip(EULER_MACLAURIN) {
        corrections += coefficient * rising;
        let next = s + 2.0 * f64::from(j);
        rising *= (next - 1.0) / z.hi * (next / z.hi);
    }
    let integral = z / Double::from(s - 1.0);
    sum + term * (integral + Double::sum(0.5, corrections))
}

/// B_2j / 2j for j from 1; the first one left out is below 2^-66 from 16 on.
const ASYMPTOTIC: [f64; 8] = [
    0.08333333333333333,
    -0.008333333333333333,
    0.003968253968253968,
    -0.004166666666666667,
    0.007575757575757576,
    -0.021092796092796094,
    0.08333333333333333,
    -0.4432598039215686,
];

/// B_2j / (2j)! for j from 1; from s + 12 on the first one left out is below 2^-60 of the sum.
const EULER_MACLAURIN: [f64; 11] = [
    0.08333333333333333,
    -0.001388888888888889,
    3.306878306878307e-05,
    -8.267195767195768e-07,
    2.08767569878681e-08,
    -5.284190138687493e-10,
    1.3382536530684679e-11,
    -3.3896802963225827e-13,
    8.586062056277845e-15,
    -2.174868698558062e-16,
    5.5090028283602295e-18,
];
