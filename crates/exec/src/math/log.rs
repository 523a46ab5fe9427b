//! Logarithms, and `softplus`, which is one.

use super::double_word::DoubleWord;
use super::exp::{Power, exp_of_negative};
use super::polynomial::polynomial;
use crate::simd::Simd;

/// The natural logarithm; error at most 0.65 ulp.
#[inline(always)]
pub(crate) fn log<V: Simd>(x: V) -> V {
    at_the_edges(x, split(x).natural().value())
}

/// The logarithm to base 2; exact for powers of two, else error at most 0.7 ulp.
#[inline(always)]
pub(crate) fn log2<V: Simd>(x: V) -> V {
    let Split { exponent, mantissa_log } = split(x);
    let scaled = times_constant(mantissa_log, std::f64::consts::LOG2_E, LOG2_E_LOW);
    let sum = DoubleWord::fast_sum(exponent, scaled.high);
    at_the_edges(x, sum.high + (sum.low + scaled.low))
}

/// The logarithm to base 10; exact for powers of ten, else error at most 0.7 ulp.
#[inline(always)]
pub(crate) fn log10<V: Simd>(x: V) -> V {
    let Split { exponent, mantissa_log } = split(x);
    let scaled = times_constant(mantissa_log, std::f64::consts::LOG10_E, LOG10_E_LOW);
    let sum = DoubleWord::fast_sum(exponent * LOG10_2, scaled.high);
    let low = exponent.fma(x.fill(LOG10_2_LOW), scaled.low);
    at_the_edges(x, sum.high + (sum.low + low))
}

/// `log(1 + x)`, accurate also where it is small; error at most 0.7 ulp.
#[inline(always)]
pub(crate) fn log1p<V: Simd>(x: V) -> V {
    let one_plus = DoubleWord::sum(x.fill(1.0), x);
    let infinity = x.fill(f64::INFINITY);
    let result = log_double_word(one_plus, x.fill(0.0)).value();
    let result = V::select(x.lt(infinity), result, x);
    let outside = V::select(x.eq(x.fill(-1.0)), -infinity, x.fill(f64::NAN));
    let result = V::select(x.le(x.fill(-1.0)), outside, result);
    // This keeps the sign of zero.
    V::select(x.abs().lt(x.fill(TINY)), x, result)
}

/// `log(1 + exp(x))` without overflow, accurate also where it is small; error at most 0.7 ulp.
#[inline(always)]
pub(crate) fn softplus<V: Simd>(x: V) -> V {
    // It is max(x, 0) + log(1 + e^-|x|).
    let Power { exponent, factor } = exp_of_negative(x.abs());
    let power = DoubleWord::fast_sum(factor.high, factor.low);
    let power = DoubleWord { high: power.high.scale(exponent), low: power.low.scale(exponent) };
    let one_plus = DoubleWord::fast_sum(x.fill(1.0), power.high).plus_low(power.low);
    let log = log_double_word(one_plus, x.fill(0.0));
    let positive_part = x.greater(x.fill(0.0));
    let sum = DoubleWord::sum(positive_part, log.high);
    let result = sum.high + (sum.low + log.low);
    // Near 2^-53 the sum with 1 has no good low part, but the series needs only two terms.
    let series = power.high + (power.high * power.high).fnma(x.fill(0.5), power.low);
    let result = V::select(x.lt(x.fill(-21.0)), series, result);
    // Of infinities the positive part is all there is; NaN stays.
    let edge = V::select(x.abs().gt(x.fill(f64::MAX)), positive_part, x);
    V::select(x.abs().lt(x.fill(f64::INFINITY)), result, edge)
}

/// The logarithm of `x * 2^exponent`. `x` is normal, finite and positive, and its low part at
/// most an ulp of the high one.
#[inline(always)]
pub(super) fn log_double_word<V: Simd>(x: DoubleWord<V>, exponent: V) -> DoubleWord<V> {
    let mut split = split_normal(x.high);
    split.exponent = split.exponent + exponent;
    // log(high + low) = log high + low / high, up to 2^-105.
    split.natural().plus_low(x.low / x.high)
}

/// `log x = exponent ln 2 + mantissa_log`.
pub(super) struct Split<V> {
    pub(super) exponent: V,
    pub(super) mantissa_log: DoubleWord<V>,
}

impl<V: Simd> Split<V> {
    /// The sum, in natural units.
    #[inline(always)]
    pub(super) fn natural(self) -> DoubleWord<V> {
        let Split { exponent, mantissa_log } = self;
        let sum = DoubleWord::fast_sum(exponent * LN_2_SHORT, mantissa_log.high);
        let low = exponent.fma(exponent.fill(LN_2_REST), mantissa_log.low);
        sum.plus_low(low)
    }
}

/// Splits any positive finite number; others give some number.
#[inline(always)]
fn split<V: Simd>(x: V) -> Split<V> {
    let subnormal = x.lt(x.fill(f64::MIN_POSITIVE));
    let normal = V::select(subnormal, x * TWO_54, x);
    let Split { exponent, mantissa_log } = split_normal(normal);
    let shift = V::select(subnormal, x.fill(-54.0), x.fill(0.0));
    Split { exponent: exponent + shift, mantissa_log }
}

/// Splits a normal number. The mantissa m is taken between sqrt(1/2) and sqrt(2), and with
/// f = m - 1, s = f / (2 + f), log m = f - f^2/2 + s (f^2/2 + s^2 R(s^2)), as in fdlibm
/// (Sun Microsystems, 1993), except that the first two terms are carried in full.
#[inline(always)]
fn split_normal<V: Simd>(x: V) -> Split<V> {
    let from_sqrt_half = x.int_sub(x.fill_bits(SQRT_HALF_BITS));
    let exponent_bits = from_sqrt_half.bit_and(x.fill_bits(0xfff0_0000_0000_0000));
    let f = x.int_sub(exponent_bits) - x.fill(1.0);
    let half_square = DoubleWord::product(f, f * 0.5);
    let s = f / (f + 2.0);
    let z = s * s;
    let inner = z.fma(polynomial(z, &LOG_SERIES), half_square.high);
    let start = DoubleWord::fast_sum(f, -half_square.high);
    let low = s.fma(inner, start.low - half_square.low);
    Split {
        exponent: small_int(from_sqrt_half),
        mantissa_log: DoubleWord { high: start.high, low },
    }
}

/// The signed integer in the top twelve bits, as a number.
#[inline(always)]
pub(super) fn small_int<V: Simd>(bits: V) -> V {
    // Flipping the sign bit adds 2048; the bits then are the last ones of 2^52 + the integer.
    let shifted = bits.bit_xor(bits.fill(-0.0)).shift_right::<52>();
    shifted.bit_or(bits.fill(TWO_52)) - bits.fill(TWO_52 + 2048.0)
}

/// A double word times a constant given in two parts.
#[inline(always)]
fn times_constant<V: Simd>(x: DoubleWord<V>, high: f64, low: f64) -> DoubleWord<V> {
    let factor = x.high.fill(high);
    let product = DoubleWord::product(x.high, factor);
    product.plus_low(x.high.fma(x.high.fill(low), x.low * factor))
}

/// Zero, negative, infinite and NaN arguments of the logarithms.
#[inline(always)]
fn at_the_edges<V: Simd>(x: V, inside: V) -> V {
    let infinity = x.fill(f64::INFINITY);
    let zero = x.fill(0.0);
    let result = V::select(x.lt(infinity), inside, x);
    let outside = V::select(x.eq(zero), -infinity, x.fill(f64::NAN));
    V::select(x.le(zero), outside, result)
}

const TWO_52: f64 = (1u64 << 52) as f64;
const TWO_54: f64 = (1u64 << 54) as f64;
/// Below it `log1p` is its argument.
const TINY: f64 = 1.0 / TWO_54;
/// The square root of 1/2, as bits.
const SQRT_HALF_BITS: u64 = 0x3fe6_a09e_667f_3bcd;

/// ln 2 in 33 bits, so that its multiples up to 1100 are exact, and the rest.
pub(super) const LN_2_SHORT: f64 = 6.931_471_804_855_391e-1;
pub(super) const LN_2_REST: f64 = 7.440_617_110_012_397e-11;
/// The same of log10 2.
const LOG10_2: f64 = 3.010_299_956_076_778_5e-1;
const LOG10_2_LOW: f64 = 5.630_334_806_675_098e-11;
/// What log2 e and log10 e lose by rounding.
const LOG2_E_LOW: f64 = 2.035_527_374_093_103_3e-17;
const LOG10_E_LOW: f64 = 1.098_319_650_216_765e-17;

/// `R` in log(1 + f) = 2 atanh(s) = 2 s + s^3 R(s^2), s^2 < 0.0295: own minimax by Remez's
/// exchange in 60 digits, error of s^2 R(s^2) below 2^-62.7 with these rounded coefficients.
const LOG_SERIES: [f64; 8] = [
    0.6666666666666666,
    0.4000000000000481,
    0.2857142856935891,
    0.2222222262564328,
    0.1818177619915668,
    0.1538710484471492,
    0.13249168709519105,
    0.13264310226478992,
];
