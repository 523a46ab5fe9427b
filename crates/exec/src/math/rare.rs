//! Lanes with a rare argument, computed one by one.
//!
//! A lane comes here for its own argument alone, so its result does not depend on its neighbours.

use crate::simd::{MAX_LANES, Mask, Simd};

/// `usual` with the lanes in `rare` replaced by `f` of the lanes of `x` and `y`.
#[inline(always)]
pub(crate) fn patch<V: Simd>(usual: V, rare: V::Mask, x: V, y: V, f: fn(f64, f64) -> f64) -> V {
    let lanes = rare.bits();
    if lanes == 0 {
        return usual;
    }
    let mut result = usual.to_lanes();
    replace(&mut result, lanes, &x.to_lanes(), &y.to_lanes(), f);
    usual.with_lanes(&result)
}

#[cold]
#[inline(never)]
fn replace(
    result: &mut [f64; MAX_LANES],
    lanes: u32,
    x: &[f64; MAX_LANES],
    y: &[f64; MAX_LANES],
    f: fn(f64, f64) -> f64,
) {
    for lane in (0..MAX_LANES).filter(|lane| lanes >> lane & 1 == 1) {
        result[lane] = f(x[lane], y[lane]);
    }
}
