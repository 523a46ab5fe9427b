//! Rounding to integers, minimum, maximum and sign.

use crate::simd::Simd;

/// The nearest integer, of two equally near the even one.
#[inline(always)]
pub(crate) fn round<V: Simd>(x: V) -> V {
    x.round_ties_even()
}

/// The largest integer not above `x`.
#[inline(always)]
pub(crate) fn floor<V: Simd>(x: V) -> V {
    x.floor()
}

/// The smallest integer not below `x`.
#[inline(always)]
pub(crate) fn ceil<V: Simd>(x: V) -> V {
    x.ceil()
}

/// The smaller; -0 is below +0, and NaN spreads (`minimum` of IEEE 754-2019).
#[inline(always)]
pub(crate) fn min<V: Simd>(x: V, y: V) -> V {
    // Equal numbers differ at most in the sign of zero.
    let ordered = V::select(x.eq(y), x.bit_or(y), x.lesser(y));
    V::select(x.unordered(y), x + y, ordered)
}

/// The larger; -0 is below +0, and NaN spreads (`maximum` of IEEE 754-2019).
#[inline(always)]
pub(crate) fn max<V: Simd>(x: V, y: V) -> V {
    let ordered = V::select(x.eq(y), x.bit_and(y), x.greater(y));
    V::select(x.unordered(y), x + y, ordered)
}

/// -1, 0 or 1; of a zero or NaN it is the argument.
#[inline(always)]
pub(crate) fn sign<V: Simd>(x: V) -> V {
    let one = x.fill(1.0).bit_or(x.sign_part());
    V::select(x.abs().gt(x.fill(0.0)), one, x)
}
