//! Hyperbolic sine, cosine and tangent.

use super::double_word::DoubleWord;
use super::exp::{Reduced, reduce};
use super::polynomial::polynomial;
use crate::simd::Simd;

/// The hyperbolic sine; error at most 0.7 ulp.
#[inline(always)]
pub(crate) fn sinh<V: Simd>(x: V) -> V {
    let (magnitude, factor) = bounded(x);
    let sinh = Hyperbolic::of(magnitude, factor).sinh();
    (sinh.value() * factor.last).bit_or(x.sign_part())
}

/// The hyperbolic cosine; error at most 0.7 ulp.
#[inline(always)]
pub(crate) fn cosh<V: Simd>(x: V) -> V {
    let (magnitude, factor) = bounded(x);
    let cosh = Hyperbolic::of(magnitude, factor).cosh();
    cosh.value() * factor.last
}

/// The hyperbolic tangent; error at most 0.8 ulp.
#[inline(always)]
pub(crate) fn tanh<V: Simd>(x: V) -> V {
    // Beyond 20 it is 1, to rounding. NaN passes.
    let magnitude = x.fill(20.0).lesser(x.abs());
    let parts = Hyperbolic::of(magnitude, Factor { first: x.fill(0.0), last: x.fill(1.0) });
    parts.sinh().quotient(parts.cosh()).value().bit_or(x.sign_part())
}

/// A power of two that waits until the end, so that nothing overflows too early.
#[derive(Clone, Copy)]
struct Factor<V> {
    /// The exponent left out at first.
    first: V,
    /// The factor that makes up for it.
    last: V,
}

/// The size of an argument, bounded where the result has long been infinite, and how to scale.
#[inline(always)]
fn bounded<V: Simd>(x: V) -> (V, Factor<V>) {
    let magnitude = x.fill(715.0).lesser(x.abs());
    let large = magnitude.gt(x.fill(600.0));
    let first = V::select(large, x.fill(16.0), x.fill(0.0));
    let last = V::select(large, x.fill(65536.0), x.fill(1.0));
    (magnitude, Factor { first, last })
}

/// With x = n ln 2 + r: sinh x = A cosh r + B sinh r and cosh x = B cosh r + A sinh r, where
/// A, B = (2^n -+ 2^-n) / 2. There is neither division nor, for n = 0, cancellation.
struct Hyperbolic<V> {
    difference: DoubleWord<V>,
    sum: V,
    r: V,
    /// sinh r - r, with the low part of r.
    sinh_rest: V,
    /// cosh r - 1.
    cosh_rest: V,
}

impl<V: Simd> Hyperbolic<V> {
    #[inline(always)]
    fn of(x: V, factor: Factor<V>) -> Self {
        let Reduced { exponent, high: r, low } = reduce(DoubleWord { high: x, low: x.fill(0.0) });
        let growing = (exponent - (factor.first + 1.0)).exp2_int();
        // From 2^-64 of the growing part on it does not matter how small this one is.
        let decaying = (-(exponent.lesser(x.fill(64.0)) + 1.0)).exp2_int();
        let square = r * r;
        let sinh_rest = (square * r).fma(polynomial(square, &SINH), low);
        let quartic = (square * square).fma(polynomial(square, &COSH), r * low);
        Hyperbolic {
            difference: DoubleWord::fast_sum(growing, -decaying),
            sum: growing + decaying,
            r,
            sinh_rest,
            cosh_rest: square.fma(x.fill(0.5), quartic),
        }
    }

    #[inline(always)]
    fn sinh(&self) -> DoubleWord<V> {
        self.combine(self.difference, self.sum)
    }

    /// The sum rounds only where 2^-n is below 2^-53 of 2^n, and then loses what the difference
    /// has too much.
    #[inline(always)]
    fn cosh(&self) -> DoubleWord<V> {
        let sum = DoubleWord { high: self.sum, low: -self.difference.low };
        self.combine(sum, self.difference.high)
    }

    /// `even` cosh r + `odd` sinh r, where `odd` lacks a low part opposite to that of `even`.
    #[inline(always)]
    fn combine(&self, even: DoubleWord<V>, odd: V) -> DoubleWord<V> {
        let linear = DoubleWord::product(odd, self.r);
        let start = DoubleWord::fast_sum(even.high, linear.high);
        let low = odd.fma(self.sinh_rest, even.high.fma(self.cosh_rest, linear.low));
        start.plus_low(low + even.low.fnma(self.r, even.low))
    }
}

/// `q` in sinh r = r + r^3 q(r^2), |r| < 0.3466: own minimax by Remez's exchange in 60 digits,
/// error of r^2 q(r^2) below 2^-60.1 with these rounded coefficients.
const SINH: [f64; 5] = [
    0.16666666666666674,
    0.008333333333322207,
    0.00019841269886591,
    2.7557242336680357e-06,
    2.5110049895858716e-08,
];

/// `q` in cosh r = 1 + r^2/2 + r^4 q(r^2): likewise, error of r^4 q(r^2) below 2^-65.9.
const COSH: [f64; 5] = [
    0.04166666666666667,
    0.0013888888888880944,
    2.4801587333953088e-05,
    2.755726431433642e-07,
    2.091813816945801e-09,
];
