//! The error function and its complement.

use super::double_word::DoubleWord;
use super::erfcx_table::{ERFCX, ERFCX_LOW};
use super::exp::{Power, exp_double_word};
use super::polynomial::polynomial;
use crate::simd::Simd;

/// 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x; error at most 0.75 ulp.
#[inline(always)]
pub(crate) fn erf<V: Simd>(x: V) -> V {
    let magnitude = x.abs();
    let near = magnitude + excess(magnitude);
    let Power { factor, exponent } = erfc_far(magnitude);
    let complement = DoubleWord::fast_sum(x.fill(1.0), -factor.high.scale(exponent));
    let far = complement.high + (complement.low - factor.low.scale(exponent));
    V::select(magnitude.lt(x.fill(0.5)), near, far).bit_or(x.sign_part())
}

/// 1 - erf(x), accurate also where it is small; error at most 0.8 ulp.
#[inline(always)]
pub(crate) fn erfc<V: Simd>(x: V) -> V {
    let difference = DoubleWord::fast_sum(x.fill(1.0), -x);
    let near = difference.high + (difference.low - excess(x));
    let Power { factor, exponent } = erfc_far(x.abs());
    let positive = factor.value().scale(exponent);
    let mirrored = DoubleWord::fast_sum(x.fill(2.0), -factor.high.scale(exponent));
    let negative = mirrored.high + (mirrored.low - factor.low.scale(exponent));
    let far = V::select(x.sign_bit(), negative, positive);
    V::select(x.abs().lt(x.fill(0.5)), near, far)
}

/// erf(x) - x for x below 1/2 in size.
#[inline(always)]
fn excess<V: Simd>(x: V) -> V {
    let square = x * x;
    let series = square.fma(polynomial(square, &ERF), x.fill(ERF_0_LOW));
    x * (series + x.fill(ERF_0))
}

/// erfc(x) = exp(-x^2) erfcx(x) for x of at least 1/2; error about 2^-55.
///
/// erfcx is a polynomial around the middle of each quarter octave. NaN passes.
#[inline(always)]
fn erfc_far<V: Simd>(x: V) -> Power<V> {
    // Beyond 28 the result is zero.
    let x = x.fill(0.5).greater(x.fill(28.0).lesser(x));
    let square = DoubleWord::product(x, x);
    let power = exp_double_word(DoubleWord { high: -square.high, low: -square.low });
    // The first octave begins at 1/2; the index is its number and the next two bits.
    let index = x.shift_right::<50>().int_sub(x.fill_bits(1022 << 2));
    let start = x.bit_and(x.fill_bits(!((1 << 50) - 1)));
    let offset = x - start.bit_or(x.fill_bits(1 << 49));
    let mut series = index.lookup(&ERFCX[ERFCX.len() - 1]);
    for row in ERFCX[1..ERFCX.len() - 1].iter().rev() {
        series = series.fma(offset, index.lookup(row));
    }
    let sum = DoubleWord::fast_sum(index.lookup(&ERFCX[0]), series * offset);
    let erfcx = sum.plus_low(index.lookup(&ERFCX_LOW));
    Power { factor: power.factor.times(erfcx), exponent: power.exponent }
}

/// 2/sqrt(pi) - 1, and what it loses by rounding.
const ERF_0: f64 = 0.1283791670955126;
const ERF_0_LOW: f64 = -1.2420116002463032e-17;

/// `q` in erf x = x (2/sqrt(pi) + x^2 q(x^2)), |x| <= 1/2: own minimax by Remez's exchange in 60
/// digits, error of x^2 q(x^2) below 2^-61 with these rounded coefficients.
const ERF: [f64; 9] = [
    -0.37612638903183754,
    0.11283791670955345,
    -0.026866170645230805,
    0.0052239776272519235,
    -0.0008548327151379377,
    0.00012055331161299217,
    -1.4924813542221843e-05,
    1.6410120119165183e-06,
    -1.4966389247290184e-07,
];
