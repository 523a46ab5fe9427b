//! The exponential function and what is made of it: `expm1`, `gauss`, `sigmoid`.

use super::double_word::DoubleWord;
use super::polynomial::polynomial;
use crate::simd::{ROUNDER, Simd};

/// e to the power `x`; error at most 0.65 ulp, 0.75 where the result is subnormal.
#[inline(always)]
pub(crate) fn exp<V: Simd>(x: V) -> V {
    let power = exp_double_word(DoubleWord { high: clamp(x), low: x.fill(0.0) });
    power.factor.value().scale(power.exponent)
}

/// `exp(-x * x)`; error at most 0.65 ulp, for the square is carried in full.
#[inline(always)]
pub(crate) fn gauss<V: Simd>(x: V) -> V {
    // Beyond 30 the result is zero, and the square must not overflow.
    let x = x.fill(30.0).lesser(x.abs());
    let square = DoubleWord::product(x, x);
    let power = exp_double_word(DoubleWord { high: -square.high, low: -square.low });
    power.factor.value().scale(power.exponent)
}

/// `exp(x) - 1`, accurate also where it is small; error at most 0.7 ulp.
#[inline(always)]
pub(crate) fn expm1<V: Simd>(x: V) -> V {
    // Below -50 the result is -1; the other bound is where it has long been infinite.
    let bounded = x.fill(-50.0).greater(x.fill(710.0).lesser(x));
    let Reduced { exponent, high: r, low } = reduce(DoubleWord { high: bounded, low: x.fill(0.0) });
    // e^r - 1 = r + r^2/2 + r^3 c(r), the square in full.
    let square = DoubleWord::product(r, r);
    let cubic = square.high * r * polynomial(r, &EXP_CUBIC);
    let rest = low.fma(r, low) + square.low.fma(x.fill(0.5), cubic);
    let half = DoubleWord::fast_sum(r, square.high * 0.5);
    // 2^n (e^r - 1) + (2^n - 1), at half its size, for 2^1024 is no number.
    let power = (exponent - x.fill(1.0)).exp2_int();
    let ones = DoubleWord::sum(power, x.fill(-0.5));
    let sum = DoubleWord::fast_sum(ones.high, half.high * power);
    let low = power.fma(half.low + rest, sum.low + ones.low);
    let result = (sum.high + low) * 2.0;
    // Halving has cost a subnormal argument a bit, and zero its sign.
    V::select(x.abs().lt(x.fill(TINY)), x, result)
}

/// `1 / (1 + exp(-x))`, accurate also where it is small; error at most 0.75 ulp.
#[inline(always)]
pub(crate) fn sigmoid<V: Simd>(x: V) -> V {
    let one = x.fill(1.0);
    let Power { exponent, factor } = exp_of_negative(x.abs());
    let scaled = DoubleWord { high: factor.high.scale(exponent), low: factor.low.scale(exponent) };
    let sum = DoubleWord::fast_sum(one, scaled.high);
    let divisor = sum.plus_low(scaled.low);
    // For negative x it is e^x / (1 + e^x); the power of two waits, for it may be subnormal.
    let negative = x.sign_bit();
    let numerator = DoubleWord {
        high: V::select(negative, factor.high, one),
        low: V::select(negative, factor.low, x.fill(0.0)),
    };
    let quotient = numerator.quotient(divisor).value();
    quotient.scale(V::select(negative, exponent, x.fill(0.0)))
}

/// `factor * 2^exponent`.
#[derive(Clone, Copy)]
pub(super) struct Power<V> {
    pub(super) factor: DoubleWord<V>,
    pub(super) exponent: V,
}

/// e to the power `-x`, for `x` not negative (infinity and NaN included).
#[inline(always)]
pub(super) fn exp_of_negative<V: Simd>(x: V) -> Power<V> {
    exp_double_word(DoubleWord { high: clamp(-x), low: x.fill(0.0) })
}

/// e to the power `high + low`, to about 2^-57; `high` between [`EXP_MIN`] and [`EXP_MAX`],
/// `low` below 2^-40 in size.
#[inline(always)]
pub(super) fn exp_double_word<V: Simd>(x: DoubleWord<V>) -> Power<V> {
    let Reduced { exponent, high: r, low } = reduce(x);
    let one = DoubleWord::fast_sum(r.fill(1.0), r);
    let rest = (r * r).fma(polynomial(r, &EXP_QUADRATIC), low.fma(r, low));
    Power { factor: one.plus_low(rest), exponent }
}

/// Bounds an argument of exp to where the result is neither certainly zero nor infinite.
#[inline(always)]
pub(super) fn clamp<V: Simd>(x: V) -> V {
    // In this order NaN passes.
    x.fill(EXP_MIN).greater(x.fill(EXP_MAX).lesser(x))
}

/// `x = exponent ln 2 + high + low`.
pub(super) struct Reduced<V> {
    pub(super) exponent: V,
    pub(super) high: V,
    pub(super) low: V,
}

/// Takes off the nearest multiple of ln 2.
#[inline(always)]
pub(super) fn reduce<V: Simd>(x: DoubleWord<V>) -> Reduced<V> {
    let rounder = x.high.fill(ROUNDER);
    let exponent = x.high.fma(x.high.fill(LOG2_E), rounder) - rounder;
    // Exact: both terms are multiples of 2^-53, or of the last place of a smaller x, and the
    // difference is below 1/2.
    let difference = exponent.fnma(x.high.fill(LN_2), x.high);
    let correction = exponent.fnma(x.high.fill(LN_2_LOW), x.low);
    let sum = DoubleWord::fast_sum(difference, correction);
    Reduced { exponent, high: sum.high, low: sum.low }
}

/// Below it e^x has been rounded to zero.
const EXP_MIN: f64 = -746.0;
/// Above it e^x is infinite.
const EXP_MAX: f64 = 710.0;
/// Below it `expm1` is its argument.
const TINY: f64 = 1.0 / (1u64 << 54) as f64;

pub(super) const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// ln 2, rounded, and what is missing.
pub(super) const LN_2: f64 = std::f64::consts::LN_2;
pub(super) const LN_2_LOW: f64 = 2.319_046_813_846_299_6e-17;

/// `q` in e^r = 1 + r + r^2 q(r), |r| < 0.3466: own minimax by Remez's exchange in 60 digits,
/// error of r^2 q(r) below 2^-61.7 with these rounded coefficients.
pub(super) const EXP_QUADRATIC: [f64; 11] = [
    0.5,
    0.16666666666666674,
    0.04166666666666667,
    0.008333333333322207,
    0.0013888888888880944,
    0.00019841269886591,
    2.4801587333953088e-05,
    2.7557242336680357e-06,
    2.755726431433642e-07,
    2.5110049895858716e-08,
    2.091813816945801e-09,
];

/// `c` in e^r = 1 + r + r^2/2 + r^3 c(r): the same polynomial without its first term.
const EXP_CUBIC: [f64; 10] = {
    let mut c = [0.0; 10];
    let mut k = 0;
    while k < 10 {
        c[k] = EXP_QUADRATIC[k + 1];
        k += 1;
    }
    c
};
