//! Roots: `sqrt`, `rsqrt`, `cbrt`, `hypot`.

use super::double_word::DoubleWord;
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

#[inline(always)]
pub(crate) fn cbrt<V: Simd>(x: V) -> V {
    super::rare::patch(x, x.eq(x) | x.unordered(x), x, x, |x, _| libm::cbrt(x))
}

#[inline(always)]
pub(crate) fn hypot<V: Simd>(x: V, y: V) -> V {
    super::rare::patch(x, x.eq(x) | x.unordered(x), x, y, libm::hypot)
}
