//! Placeholder until the vector form stands: lane by lane, by the `libm` crate.

use super::rare::patch;
use crate::simd::Simd;

#[inline(always)]
pub(crate) fn acosh<V: Simd>(x: V) -> V {
    patch(x, x.eq(x) | x.unordered(x), x, x, |x, _| libm::acosh(x))
}

#[inline(always)]
pub(crate) fn asinh<V: Simd>(x: V) -> V {
    patch(x, x.eq(x) | x.unordered(x), x, x, |x, _| libm::asinh(x))
}

#[inline(always)]
pub(crate) fn atanh<V: Simd>(x: V) -> V {
    patch(x, x.eq(x) | x.unordered(x), x, x, |x, _| libm::atanh(x))
}
