//! Arc sine, arc cosine and arc tangent, also of two arguments.

use super::double_word::DoubleWord;
use super::polynomial::polynomial;
use crate::simd::{ROUNDER, Simd};
use std::f64::consts::{FRAC_PI_2, PI};

/// The arc sine; error at most 0.7 ulp. NaN beyond 1.
#[inline(always)]
pub(crate) fn asin<V: Simd>(x: V) -> V {
    let Near { beyond_half, angle } = asin_near(x.abs());
    // Beyond 1/2 it is pi/2 - 2 asin(sqrt((1 - x) / 2)).
    let start = V::select(beyond_half, x.fill(FRAC_PI_2), x.fill(0.0));
    let start_low = V::select(beyond_half, x.fill(PI_2_LOW), x.fill(0.0));
    let factor = V::select(beyond_half, x.fill(-2.0), x.fill(1.0));
    let sum = DoubleWord::fast_sum(start, factor * angle.high);
    let low = factor.fma(angle.low, sum.low + start_low);
    (sum.high + low).bit_xor(x.sign_part())
}

/// The arc cosine; error at most 0.7 ulp. NaN beyond 1.
#[inline(always)]
pub(crate) fn acos<V: Simd>(x: V) -> V {
    let Near { beyond_half, angle } = asin_near(x.abs());
    let sign = x.sign_part();
    let half_turn = V::select(x.sign_bit(), x.fill(PI), x.fill(0.0));
    let half_turn_low = V::select(x.sign_bit(), x.fill(2.0 * PI_2_LOW), x.fill(0.0));
    let start = V::select(beyond_half, half_turn, x.fill(FRAC_PI_2));
    let start_low = V::select(beyond_half, half_turn_low, x.fill(PI_2_LOW));
    let factor = V::select(beyond_half, x.fill(2.0), x.fill(-1.0)).bit_xor(sign);
    let sum = DoubleWord::fast_sum(start, factor * angle.high);
    sum.high + factor.fma(angle.low, sum.low + start_low)
}

/// The arc tangent; error at most 0.7 ulp.
#[inline(always)]
pub(crate) fn atan<V: Simd>(x: V) -> V {
    let one = x.fill(1.0);
    // Beyond 2^60 it is pi/2, to rounding. NaN passes.
    let magnitude = x.fill(TWO_60).lesser(x.abs());
    let angle = atan_ratio(one.lesser(magnitude), one.greater(magnitude));
    let beyond_one = magnitude.gt(one);
    let start = V::select(beyond_one, x.fill(FRAC_PI_2), x.fill(0.0));
    let start_low = V::select(beyond_one, x.fill(PI_2_LOW), x.fill(0.0));
    let flip = V::select(beyond_one, x.fill(-0.0), x.fill(0.0));
    turned(start, start_low, angle, flip).bit_xor(x.sign_part())
}

/// The angle of the point with ordinate `y` and abscissa `x`; error at most 0.8 ulp. On the cut,
/// and at the origin, it follows the signs of zeros as in C99.
#[inline(always)]
pub(crate) fn atan2<V: Simd>(y: V, x: V) -> V {
    let (zero, one) = (x.fill(0.0), x.fill(1.0));
    let (height, width) = (y.abs(), x.abs());
    let steep = height.gt(width);
    let (a, b) = scaled(V::select(steep, height, width), V::select(steep, width, height));
    // At the origin and at infinity there are only the angles 0 and pi/4.
    let infinity = x.fill(f64::INFINITY);
    let usual = a.gt(zero) & a.lt(infinity);
    let diagonal = V::select(b.eq(infinity), one, zero);
    let angle = atan_ratio(V::select(usual, b, diagonal), V::select(usual, a, one));
    // pi/2 -+ angle if steep, else the angle or pi - angle.
    let half_turn = V::select(x.sign_bit(), x.fill(PI), zero);
    let half_turn_low = V::select(x.sign_bit(), x.fill(2.0 * PI_2_LOW), zero);
    let start = V::select(steep, x.fill(FRAC_PI_2), half_turn);
    let start_low = V::select(steep, x.fill(PI_2_LOW), half_turn_low);
    let flip = V::select(steep, x.fill(-0.0), zero).bit_xor(x.sign_part());
    let result = turned(start, start_low, angle, flip).bit_xor(y.sign_part());
    V::select(x.unordered(y), x + y, result)
}

/// `start + angle`, or `start - angle` where `flip` is -0.
#[inline(always)]
fn turned<V: Simd>(start: V, start_low: V, angle: DoubleWord<V>, flip: V) -> V {
    let sum = DoubleWord::fast_sum(start, angle.high.bit_xor(flip));
    sum.high + (sum.low + (start_low + angle.low.bit_xor(flip)))
}

/// An arc sine up to pi/6.
struct Near<V: Simd> {
    /// Where it is not that of x, but that of sqrt((1 - x) / 2).
    beyond_half: V::Mask,
    angle: DoubleWord<V>,
}

#[inline(always)]
fn asin_near<V: Simd>(x: V) -> Near<V> {
    let beyond_half = x.gt(x.fill(0.5));
    let halved = (x.fill(1.0) - x) * 0.5;
    let square = V::select(beyond_half, halved, x * x);
    let root = DoubleWord { high: halved, low: x.fill(0.0) }.sqrt();
    let sine = V::select(beyond_half, root.high, x);
    let sine_low = V::select(beyond_half, root.low, x.fill(0.0));
    let low = sine.fma(square * polynomial(square, &ASIN), sine_low);
    Near { beyond_half, angle: DoubleWord { high: sine, low } }
}

/// atan(b / a) for 0 <= b <= a, a positive and finite.
///
/// With c = k/8 next to b/a, atan(b/a) = atan c + atan t, t = (b - c a) / (a + c b) below 1/16.
/// The numerator is exact: c has three bits, and takes at least as many away.
#[inline(always)]
fn atan_ratio<V: Simd>(b: V, a: V) -> DoubleWord<V> {
    let rounder = a.fill(ROUNDER);
    let index = (b / a).fma(a.fill(8.0), rounder);
    let c = (index - rounder) * 0.125;
    let numerator = DoubleWord { high: c.fnma(a, b), low: a.fill(0.0) };
    let high = c.fma(b, a);
    let divisor = DoubleWord { high, low: c.fma(b, a - high) };
    let t = numerator.quotient(divisor);
    let square = t.high * t.high;
    let rest = (t.high * square).fma(polynomial(square, &ATAN), t.low);
    let sum = DoubleWord::fast_sum(index.lookup(&ATAN_EIGHTHS), t.high);
    sum.plus_low(index.lookup(&ATAN_EIGHTHS_LOW) + rest)
}

/// Scales both of 0 <= b <= a so that neither 1/a nor the remainder of b/a underflows. What b
/// loses in the first case is below the smallest ratio.
#[inline(always)]
fn scaled<V: Simd>(a: V, b: V) -> (V, V) {
    let large = a.gt(a.fill(TWO_300));
    let factor = V::select(large, a.fill(1.0 / TWO_100), a.fill(TWO_400));
    (a * factor, b * factor)
}

const TWO_60: f64 = (1u64 << 60) as f64;
const TWO_100: f64 = (1u128 << 100) as f64;
const TWO_300: f64 = f64::from_bits((1023 + 300) << 52);
const TWO_400: f64 = f64::from_bits((1023 + 400) << 52);
/// What pi/2 loses by rounding.
const PI_2_LOW: f64 = 6.123_233_995_736_766e-17;

/// `q` in asin s = s + s^3 q(s^2), s <= 1/2: own minimax by Remez's exchange in 60 digits, error of
/// s^2 q(s^2) below 2^-58.3 with these rounded coefficients.
const ASIN: [f64; 13] = [
    0.16666666666666702,
    0.07499999999984425,
    0.04464285716374379,
    0.030381943138356373,
    0.022372205133791824,
    0.017351752625038293,
    0.01397952313973988,
    0.011406698302292552,
    0.010750760692930978,
    0.0037700243474548725,
    0.02165687868956379,
    -0.0210600580416672,
    0.03274148389621778,
];

/// `q` in atan t = t + t^3 q(t^2), |t| <= 1/16: likewise, error of t^2 q(t^2) below 2^-63.7.
const ATAN: [f64; 6] = [
    -0.3333333333333333,
    0.1999999999999914,
    -0.1428571428415574,
    0.11111109879171542,
    -0.09090429645129994,
    0.07601741251217344,
];

/// atan(k/8), rounded, and what that loses (computed in 60 digits); only nine entries are used.
const ATAN_EIGHTHS: [f64; 16] = [
    0.0,
    0.12435499454676144,
    0.24497866312686414,
    0.35877067027057225,
    0.4636476090008061,
    0.5585993153435624,
    0.6435011087932844,
    0.7188299996216245,
    std::f64::consts::FRAC_PI_4,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
];
const ATAN_EIGHTHS_LOW: [f64; 16] = [
    0.0,
    -3.1253241424539383e-18,
    1.0698755618734451e-17,
    -2.4623815582638635e-17,
    2.2698777452961687e-17,
    -5.4556305485916264e-18,
    1.5834785051444286e-17,
    -2.1478388444456983e-17,
    3.061616997868383e-17,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
    0.0,
];
