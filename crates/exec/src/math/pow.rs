//! Placeholder until the vector form stands: lane by lane, by the `libm` crate.

use super::rare::patch;
use crate::simd::Simd;

#[inline(always)]
pub(crate) fn pow<V: Simd>(x: V, y: V) -> V {
    patch(x, x.eq(x) | x.unordered(x), x, y, libm::pow)
}

/// `x` to the integer power `n`, which is the same for all lanes.
#[inline(always)]
pub(crate) fn powi<V: Simd>(x: V, n: i32) -> V {
    pow(x, x.fill(f64::from(n)))
}
