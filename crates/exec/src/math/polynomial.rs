//! Evaluates polynomials whose coefficients are constants.

use crate::simd::Simd;

/// `c[0] + c[1] x + c[2] x^2 + ..`, even and odd powers apart: half as long a chain of operations
/// as Horner's for one multiplication more, which is what a single point waits for.
#[inline(always)]
pub(crate) fn polynomial<V: Simd, const N: usize>(x: V, c: &[f64; N]) -> V {
    const { assert!(N >= 2) };
    let square = x * x;
    let (mut even_at, mut odd_at) = ((N - 1) & !1, (N - 2) | 1);
    let (mut even, mut odd) = (x.fill(c[even_at]), x.fill(c[odd_at]));
    while even_at > 0 {
        even_at -= 2;
        even = even.fma(square, x.fill(c[even_at]));
    }
    while odd_at > 1 {
        odd_at -= 2;
        odd = odd.fma(square, x.fill(c[odd_at]));
    }
    odd.fma(x, even)
}
