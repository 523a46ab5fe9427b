//! Placeholder until the vector form stands: lane by lane, by the `libm` crate.

use super::rare::patch;
use crate::simd::Simd;

#[inline(always)]
pub(crate) fn acos<V: Simd>(x: V) -> V {
    patch(x, x.eq(x) | x.unordered(x), x, x, |x, _| libm::acos(x))
}

#[inline(always)]
pub(crate) fn asin<V: Simd>(x: V) -> V {
    patch(x, x.eq(x) | x.unordered(x), x, x, |x, _| libm::asin(x))
}

#[inline(always)]
pub(crate) fn atan<V: Simd>(x: V) -> V {
    patch(x, x.eq(x) | x.unordered(x), x, x, |x, _| libm::atan(x))
}

#[inline(always)]
pub(crate) fn atan2<V: Simd>(y: V, x: V) -> V {
    patch(x, x.eq(x) | x.unordered(x), y, x, libm::atan2)
}
