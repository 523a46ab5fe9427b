//! Roots: `sqrt`, `rsqrt`, `cbrt`, `hypot`.

use super::double_word::DoubleWord;
use super::polynomial::polynomial;
use crate::simd::Simd;

/// The square root, correctly rounded.
#[inline(always)]
pub(crate) fn sqrt<V: Simd>(x: V) -> V {
    x.sqrt()
}

/// `1 / sqrt(x)`; error at most 0.51 ulp. Of -0 it is minus infinity, as in IEEE 754-2019.
#[inline(always)]
pub(crate) fn rsqrt<V: Simd>(x: V) -> V {
    let root = x.fill(1.0) / x.sqrt();
    // One step of Newton's with the residual 1 - x root^2 in full.
    let product = DoubleWord::product(x, root);
    let residual = product.low.fnma(root, product.high.fnma(root, x.fill(1.0)));
    let refined = (root * 0.5).fma(residual, root);
    // Zero, infinity, negative numbers and NaN make a residual of NaN; the root is right there.
    V::select(residual.unordered(residual), root, refined)
}

/// The real cube root; error at most 0.51 ulp.
///
/// With |x| = m 2^(j + 3q), m between 1 and 2 and j below 3, a polynomial and one step of third
/// order give the inverse root, and a step of Newton's with the residual in full the root.
#[inline(always)]
pub(crate) fn cbrt<V: Simd>(x: V) -> V {
    let magnitude = x.abs();
    let subnormal = magnitude.lt(x.fill(f64::MIN_POSITIVE));
    let normal = V::select(subnormal, magnitude * TWO_54, magnitude);
    let biased = normal.shift_right::<52>().bit_or(x.fill(TWO_52)) - x.fill(TWO_52);
    // The half keeps the quotient away from integers, so its rounding does not matter.
    let third = ((biased + 0.5) * (1.0 / 3.0)).floor();
    let j = biased - third * 3.0;
    let exponent = third - V::select(subnormal, x.fill(341.0 + 18.0), x.fill(341.0));
    let m = normal.bit_and(x.fill_bits((1 << 52) - 1)).bit_or(x.fill(1.0));
    let (m, start) = (m * j.exp2_int(), polynomial(m, &INVERSE_CBRT) * inverse_cbrt_of_power(j));
    let miss = (m * start).fnma(start * start, x.fill(1.0));
    let step = miss * polynomial(miss, &BINOMIAL);
    let inverse = start.fma(step, start);
    let inverse_square = inverse * inverse;
    let root = m * inverse_square;
    let square = DoubleWord::product(root, root);
    let residual = square.low.fnma(root, square.high.fnma(root, m));
    let refined = (inverse_square * (1.0 / 3.0)).fma(residual, root);
    let result = (refined * exponent.exp2_int()).bit_or(x.sign_part());
    let usual = magnitude.gt(x.fill(0.0)) & magnitude.lt(x.fill(f64::INFINITY));
    V::select(usual, result, x)
}

/// 2^(-j/3) for j = 0, 1, 2.
#[inline(always)]
fn inverse_cbrt_of_power<V: Simd>(j: V) -> V {
    let one = j.fill(1.0);
    let not_zero =
        V::select(j.eq(one), j.fill(0.793_700_525_984_099_8), j.fill(0.629_960_524_947_436_6));
    V::select(j.lt(one), one, not_zero)
}

/// `sqrt(x^2 + y^2)` without overflow; error at most 0.8 ulp. Infinite if either is, even
/// beside NaN.
#[inline(always)]
pub(crate) fn hypot<V: Simd>(x: V, y: V) -> V {
    let (x, y) = (x.abs(), y.abs());
    let (larger, smaller) = (x.greater(y), x.lesser(y));
    let (one, down, up) = (x.fill(1.0), x.fill(1.0 / TWO_600), x.fill(TWO_600));
    let (large, small) = (larger.gt(x.fill(TWO_500)), larger.lt(x.fill(1.0 / TWO_500)));
    let scale = V::select(large, down, V::select(small, up, one));
    let unscale = V::select(large, up, V::select(small, down, one));
    let (a, b) = (larger * scale, smaller * scale);
    let (a_square, b_square) = (DoubleWord::product(a, a), DoubleWord::product(b, b));
    let sum = DoubleWord::fast_sum(a_square.high, b_square.high);
    let sum = sum.plus_low(a_square.low + b_square.low);
    let result = sum.sqrt().value() * unscale;
    let infinity = x.fill(f64::INFINITY);
    let result = V::select(x.unordered(y), x + y, result);
    V::select(x.eq(infinity) | y.eq(infinity), infinity, result)
}

const TWO_52: f64 = (1u64 << 52) as f64;
const TWO_54: f64 = (1u64 << 54) as f64;
/// Squares of numbers between these powers and their inverses are far from over- and underflow.
const TWO_500: f64 = f64::from_bits((1023 + 500) << 52);
const TWO_600: f64 = f64::from_bits((1023 + 600) << 52);

/// m^(-1/3) for m between 1 and 2: own minimax by Remez's exchange, relative error below 2^-14.7.
const INVERSE_CBRT: [f64; 5] = [
    1.670021026790868,
    -1.1728982373518144,
    0.6954782172452784,
    -0.22122575275523554,
    0.02858742194595232,
];

/// (1 - h)^(-1/3) = 1 + h (1/3 + 2/9 h + 14/81 h^2 + ..): the next term is 2^-59.
const BINOMIAL: [f64; 3] = [1.0 / 3.0, 2.0 / 9.0, 14.0 / 81.0];
