//! Powers.

use super::double_word::DoubleWord;
use super::exp::{clamp, exp_double_word};
use super::log::{LN_2_REST, LN_2_SHORT, small_int};
use super::polynomial::polynomial;
use super::pow_table::{CENTRE_INVERSE, CENTRE_LOG, CENTRE_LOG_LOW};
use super::rare::patch;
use crate::simd::Simd;

/// `x` to the power `y`; error at most 0.75 ulp. Special values as in C99: `pow(1, y)` and
/// `pow(x, 0)` are 1 even for NaN, and a negative `x` needs an integer `y`.
#[inline(always)]
pub(crate) fn pow<V: Simd>(x: V, y: V) -> V {
    let magnitude = x.abs();
    let result = pow_positive(magnitude, y);
    let half = y * 0.5;
    let (integer, even) = (y.trunc().eq(y), half.trunc().eq(half));
    let negative = x.sign_bit();
    let result = V::select(negative & !integer, x.fill(f64::NAN), result);
    let result = V::select(negative & !even, -result, result);
    let (zero, infinity) = (x.fill(0.0), x.fill(f64::INFINITY));
    let usual = magnitude.gt(zero) & magnitude.lt(infinity) & y.abs().lt(infinity);
    patch(result, !usual, x, y, pow_special)
}

/// The power of a positive finite `x` to a finite `y`; of others, any number.
#[inline(always)]
fn pow_positive<V: Simd>(x: V, y: V) -> V {
    // A larger exponent makes no difference, for log x is at least 2^-53, but would overflow.
    let y = x.fill(-TWO_66).greater(x.fill(TWO_66).lesser(y));
    let log = log_wide(x);
    let high = y * log.high;
    let low = y.fma(log.low, y.fms(log.high, high));
    let within = high.abs().lt(x.fill(1000.0));
    let power =
        exp_double_word(DoubleWord { high: clamp(high), low: V::select(within, low, x.fill(0.0)) });
    power.factor.value().scale(power.exponent)
}

/// log x of a positive finite number, to a relative 2^-66.
///
/// x = 2^k z, and with the centre c of the part that z lies in and r = z/c - 1, log x =
/// k ln 2 + log c + r - r^2/2 + r^3 A(r), all but the last term carried in full. The scheme is
/// that of `pow` in Arm's Optimized Routines (Szabolcs Nagy, 2018), with a smaller table of our own.
#[inline(always)]
fn log_wide<V: Simd>(x: V) -> DoubleWord<V> {
    let subnormal = x.lt(x.fill(f64::MIN_POSITIVE));
    let normal = V::select(subnormal, x * TWO_54, x);
    let from_first = normal.int_sub(x.fill_bits(FIRST_PART));
    let part = from_first.shift_right::<47>();
    let z = normal.int_sub(from_first.bit_and(x.fill_bits(0xfff0_0000_0000_0000)));
    let k = small_int(from_first) - V::select(subnormal, x.fill(54.0), x.fill(0.0));
    let ratio = DoubleWord::product(z, part.lookup(&CENTRE_INVERSE));
    let r = DoubleWord::fast_sum(ratio.high - x.fill(1.0), ratio.low);
    let centre = k.fma(x.fill(LN_2_SHORT), part.lookup(&CENTRE_LOG));
    let centre_low = k.fma(x.fill(LN_2_REST), part.lookup(&CENTRE_LOG_LOW));
    let linear = DoubleWord::fast_sum(centre, r.high);
    let half_square = DoubleWord::product(r.high, r.high * -0.5);
    let quadratic = DoubleWord::fast_sum(linear.high, half_square.high);
    let cubic = (r.high * r.high * r.high) * polynomial(r.high, &LOG_CUBIC);
    let r_low = r.low.fnma(r.high, r.low);
    let low = (centre_low + linear.low) + (half_square.low + r_low) + quadratic.low + cubic;
    DoubleWord::fast_sum(quadratic.high, low)
}

/// Zero, infinite and NaN arguments, as in C99, Annex F.9.4.4.
fn pow_special(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    let magnitude = x.abs();
    if y.is_infinite() && magnitude == 1.0 {
        return 1.0;
    }
    let grows = (magnitude > 1.0) == (y > 0.0);
    let result = if grows { f64::INFINITY } else { 0.0 };
    let odd = y.trunc() == y && (y * 0.5).trunc() != y * 0.5;
    if x.is_sign_negative() && odd { -result } else { result }
}

const TWO_54: f64 = (1u64 << 54) as f64;
const TWO_66: f64 = (1u128 << 66) as f64;

/// Where the first of the 32 parts begins, as bits: 0.6953125.
const FIRST_PART: u64 = 0x3fe6_4000_0000_0000;

/// `A` in log(1 + r) = r - r^2/2 + r^3 A(r), |r| < 0.01612: own minimax by Remez's exchange in 60
/// digits, error of r^2 A(r) below 2^-68.8 with these rounded coefficients.
const LOG_CUBIC: [f64; 8] = [
    0.3333333333333333,
    -0.24999999999999997,
    0.2000000000010952,
    -0.16666666666766639,
    0.1428571298227084,
    -0.12499998808024339,
    0.11117015349912023,
    -0.10005406381206941,
];
