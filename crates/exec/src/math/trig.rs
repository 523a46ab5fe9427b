//! Sine, cosine and tangent of any angle.

use super::double_word::DoubleWord;
use super::payne_hanek::reduce_large;
use super::polynomial::polynomial;
use crate::simd::{MAX_LANES, Mask, ROUNDER, Simd};

/// The sine; error at most 0.7 ulp for every argument.
#[inline(always)]
pub(crate) fn sin<V: Simd>(x: V) -> V {
    let angle = reduce(x.abs());
    let sine = V::select(angle.odd(), cos_near(angle.rest), sin_near(angle.rest));
    sine.bit_xor(angle.sine_sign()).bit_xor(x.sign_part())
}

/// The cosine; error at most 0.7 ulp for every argument.
#[inline(always)]
pub(crate) fn cos<V: Simd>(x: V) -> V {
    let angle = reduce(x.abs());
    let cosine = V::select(angle.odd(), sin_near(angle.rest), cos_near(angle.rest));
    cosine.bit_xor(angle.cosine_sign())
}

/// Sine and cosine together, with the bits of [`sin`] and [`cos`].
#[inline(always)]
pub(crate) fn sincos<V: Simd>(x: V) -> (V, V) {
    let angle = reduce(x.abs());
    let (near_sine, near_cosine) = (sin_near(angle.rest), cos_near(angle.rest));
    let sine = V::select(angle.odd(), near_cosine, near_sine);
    let cosine = V::select(angle.odd(), near_sine, near_cosine);
    let sine = sine.bit_xor(angle.sine_sign()).bit_xor(x.sign_part());
    (sine, cosine.bit_xor(angle.cosine_sign()))
}

/// The tangent; error at most 0.8 ulp for every argument.
#[inline(always)]
pub(crate) fn tan<V: Simd>(x: V) -> V {
    let angle = reduce(x.abs());
    let (sine, cosine) = (sin_double_word(angle.rest), cos_double_word(angle.rest));
    // A quarter turn on, it is -cos / sin.
    let odd = angle.odd();
    let numerator = DoubleWord {
        high: V::select(odd, cosine.high, sine.high),
        low: V::select(odd, cosine.low, sine.low),
    };
    let divisor = DoubleWord {
        high: V::select(odd, sine.high, cosine.high),
        low: V::select(odd, sine.low, cosine.low),
    };
    let sign = angle.quadrant.shift_left::<63>().bit_xor(x.sign_part());
    numerator.quotient(divisor).value().bit_xor(sign)
}

/// `quadrant * pi/2 + rest`.
struct Angle<V> {
    /// In the two low bits.
    quadrant: V,
    rest: DoubleWord<V>,
}

impl<V: Simd> Angle<V> {
    /// Where sine and cosine change places.
    #[inline(always)]
    fn odd(&self) -> V::Mask {
        self.quadrant.shift_left::<63>().sign_bit()
    }

    /// The sign bit of quadrants 2 and 3.
    #[inline(always)]
    fn sine_sign(&self) -> V {
        self.quadrant.shift_left::<62>().sign_part()
    }

    /// The sign bit of quadrants 1 and 2.
    #[inline(always)]
    fn cosine_sign(&self) -> V {
        self.quadrant.int_add(self.quadrant.fill_bits(1)).shift_left::<62>().sign_part()
    }
}

/// Takes off the nearest multiple of a quarter turn from `x`, which is not negative.
///
/// In three parts, as Cody and Waite, with fused steps: `x - n P1` is exact, for it is a multiple
/// of 2^-53 below 1; `n P2` is carried in full; what is missing beyond `n P3` is 2^-120 at most.
#[inline(always)]
fn reduce<V: Simd>(x: V) -> Angle<V> {
    let turned = x.fma(x.fill(std::f64::consts::FRAC_2_PI), x.fill(ROUNDER));
    let n = turned - x.fill(ROUNDER);
    let first = n.fnma(x.fill(PI_2[0]), x);
    let second = DoubleWord::product(n, x.fill(PI_2[1]));
    let rest = DoubleWord::sum(first, -second.high);
    let rest = rest.plus_low(-n.fma(x.fill(PI_2[2]), second.low));
    let angle = Angle { quadrant: turned, rest };
    let large = !x.le(x.fill(CODY_WAITE_MAX));
    if large.any() { reduce_rare(angle, large, x) } else { angle }
}

/// Replaces the lanes that are too large for [`reduce`], infinite or NaN.
#[inline(always)]
fn reduce_rare<V: Simd>(angle: Angle<V>, large: V::Mask, x: V) -> Angle<V> {
    let mut lanes =
        [angle.quadrant.to_lanes(), angle.rest.high.to_lanes(), angle.rest.low.to_lanes()];
    reduce_lanes(&mut lanes, large.bits(), &x.to_lanes());
    let [quadrant, high, low] = lanes.map(|lane| x.with_lanes(&lane));
    Angle { quadrant, rest: DoubleWord { high, low } }
}

#[cold]
#[inline(never)]
fn reduce_lanes(angles: &mut [[f64; MAX_LANES]; 3], large: u32, x: &[f64; MAX_LANES]) {
    let [quadrant, high, low] = angles;
    for lane in (0..MAX_LANES).filter(|lane| large >> lane & 1 == 1) {
        if x[lane].is_finite() {
            let reduced = reduce_large(x[lane]);
            quadrant[lane] = f64::from_bits(reduced.quadrant);
            (high[lane], low[lane]) = (reduced.angle.high, reduced.angle.low);
        } else {
            (high[lane], low[lane]) = (f64::NAN, 0.0);
        }
    }
}

/// The sine of an angle up to pi/4.
#[inline(always)]
fn sin_near<V: Simd>(x: DoubleWord<V>) -> V {
    sin_double_word(x).value()
}

/// The cosine of an angle up to pi/4.
#[inline(always)]
fn cos_near<V: Simd>(x: DoubleWord<V>) -> V {
    cos_double_word(x).value()
}

/// x + x^3 q(x^2), the cube and its product in full; error about 2^-56.
#[inline(always)]
fn sin_double_word<V: Simd>(x: DoubleWord<V>) -> DoubleWord<V> {
    let square = DoubleWord::product(x.high, x.high);
    let cube = DoubleWord::product(x.high, square.high);
    let cube_low = x.high.fma(square.low, cube.low);
    let q = polynomial(square.high, &SINE);
    let term = DoubleWord::product(cube.high, q);
    // The low part of the angle enters through its cosine, of which two terms are enough.
    let angle_low = (x.low * square.high).fnma(x.high.fill(0.5), x.low);
    let sum = DoubleWord::fast_sum(x.high, term.high);
    sum.plus_low(cube_low.fma(q, term.low) + angle_low)
}

/// 1 - x^2/2 + x^4 q(x^2), the first two terms in full; error about 2^-57.
#[inline(always)]
fn cos_double_word<V: Simd>(x: DoubleWord<V>) -> DoubleWord<V> {
    let half_square = DoubleWord::product(x.high, x.high * 0.5);
    let square = half_square.high + half_square.high;
    let q = polynomial(square, &COSINE);
    let sum = DoubleWord::fast_sum(x.high.fill(1.0), -half_square.high);
    let low = (square * square).fma(q, sum.low - half_square.low);
    DoubleWord { high: sum.high, low: x.high.fnma(x.low, low) }
}

/// pi/2 in three parts of 53 bits.
const PI_2: [f64; 3] =
    [std::f64::consts::FRAC_PI_2, 6.123_233_995_736_766e-17, -1.497_384_904_859_169_8e-33];

/// Up to here 2^-53 times the number of quarter turns is small against 1.
const CODY_WAITE_MAX: f64 = (1u64 << 36) as f64;

/// `q` in sin x = x + x^3 q(x^2), |x| < pi/4: own minimax by Remez's exchange in 60 digits, error
/// of x^2 q(x^2) below 2^-61.7 with these rounded coefficients.
const SINE: [f64; 7] = [
    -0.16666666666666666,
    0.008333333333332967,
    -0.0001984126984084653,
    2.755731900972699e-06,
    -2.505205455248745e-08,
    1.6052353333344314e-10,
    -7.300249814826314e-13,
];

/// `q` in cos x = 1 - x^2/2 + x^4 q(x^2): likewise, error of x^4 q(x^2) below 2^-61.2.
const COSINE: [f64; 6] = [
    0.04166666666666665,
    -0.0013888888888882842,
    2.4801587294630783e-05,
    -2.7557315739656446e-07,
    2.087589791001489e-09,
    -1.1367992111475878e-11,
];
