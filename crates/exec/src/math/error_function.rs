//! Placeholder until the vector form stands: lane by lane, by the `libm` crate.

use super::rare::patch;
use crate::simd::Simd;

#[inline(always)]
pub(crate) fn erf<V: Simd>(x: V) -> V {
    patch(x, x.eq(x) | x.unordered(x), x, x, |x, _| libm::erf(x))
}

#[inline(always)]
pub(crate) fn erfc<V: Simd>(x: V) -> V {
    patch(x, x.eq(x) | x.unordered(x), x, x, |x, _| libm::erfc(x))
}
