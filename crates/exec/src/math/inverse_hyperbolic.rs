//! Inverse hyperbolic sine, cosine and tangent: logarithms of arguments carried in full.

use super::double_word::DoubleWord;
use super::log::log_double_word;
use crate::simd::Simd;

/// log(x + sqrt(x^2 + 1)); error at most 0.7 ulp.
#[inline(always)]
pub(crate) fn asinh<V: Simd>(x: V) -> V {
    let magnitude = x.abs();
    let square = DoubleWord::product(magnitude, magnitude);
    let root = DoubleWord::sum(x.fill(1.0), square.high).plus_low(square.low).sqrt();
    let sum = DoubleWord::sum(root.high, magnitude).plus_low(root.low);
    let result = log_of_sum(magnitude, sum);
    let result = V::select(magnitude.lt(x.fill(f64::INFINITY)), result, magnitude);
    let result = V::select(magnitude.lt(x.fill(SMALL)), magnitude, result);
    result.bit_or(x.sign_part())
}

/// log(x + sqrt(x^2 - 1)); error at most 0.7 ulp. NaN below 1.
#[inline(always)]
pub(crate) fn acosh<V: Simd>(x: V) -> V {
    // x^2 - 1 without cancellation.
    let (less, more) = (x - x.fill(1.0), DoubleWord::sum(x, x.fill(1.0)));
    let square = DoubleWord::product(less, more.high).plus_low(less * more.low);
    let root = square.sqrt();
    let sum = DoubleWord::fast_sum(x, root.high).plus_low(root.low);
    let result = log_of_sum(x, sum);
    let result = V::select(x.lt(x.fill(f64::INFINITY)), result, x);
    V::select(x.lt(x.fill(1.0)), x.fill(f64::NAN), result)
}

/// log((1 + x) / (1 - x)) / 2; error at most 0.7 ulp. NaN beyond 1.
#[inline(always)]
pub(crate) fn atanh<V: Simd>(x: V) -> V {
    let (magnitude, one) = (x.abs(), x.fill(1.0));
    let numerator = DoubleWord::fast_sum(one, magnitude);
    let ratio = numerator.quotient(DoubleWord::fast_sum(one, -magnitude));
    let ratio = DoubleWord::fast_sum(ratio.high, ratio.low);
    let result = log_double_word(ratio, x.fill(0.0)).value() * 0.5;
    let outside = V::select(magnitude.eq(one), x.fill(f64::INFINITY), x.fill(f64::NAN));
    let result = V::select(magnitude.lt(one), result, outside);
    V::select(magnitude.lt(x.fill(SMALL)), magnitude, result).bit_or(x.sign_part())
}

/// log(sum), where `sum` is x + sqrt(x^2 +- 1); of a large `x`, whose square may overflow,
/// log(2x), from which it differs by 2^-62.
#[inline(always)]
fn log_of_sum<V: Simd>(x: V, sum: DoubleWord<V>) -> V {
    let large = x.gt(x.fill(LARGE));
    let argument = DoubleWord {
        high: V::select(large, x, sum.high),
        low: V::select(large, x.fill(0.0), sum.low),
    };
    let exponent = V::select(large, x.fill(1.0), x.fill(0.0));
    log_double_word(argument, exponent).value()
}

const LARGE: f64 = (1u64 << 30) as f64;
/// Below it asinh and atanh are their arguments, to 2^-57.
const SMALL: f64 = 1.0 / (1u64 << 28) as f64;
