//! Dense matrix products `C = A B` and `C += A B`: strided, batched, the same bits everywhere.
//!
//! **Contract.** `k` is cut into chunks of 512. Within a chunk an element is a chain over `k` in
//! order: the first product, rounded, then `chain = fma(a, b, chain)`. The first chunk's chain is
//! stored, or added to what stands in `C`; every later one is added to that, in order. So
//! `C += A B` over the rest of `k` continues a product that was cut at a multiple of 512, and for
//! `k <= 512` it is the product followed by an addition. For `k = 0` the product is +0.
//! A product of zeros keeps its sign: `[-1][0]` is -0. Not numbers are not numbers wherever the
//! formula says so; their sign and payload are not part of the contract, which differ by machine.
mod matrix;
mod naive;
mod scratch;

use crate::simd::Level;
pub(crate) use matrix::{Layout, Matrix, MatrixMut};
pub(crate) use scratch::Scratch;

/// How much of `k` one chain of fused multiply-adds covers.
const CHUNK: usize = 512;

/// `c = a b`, or `c += a b` when told to `accumulate`, for each matrix of a batch.
///
/// `a` and `b` have as many matrices as `c`, or one for all of them (any count with step 0).
///
/// # Panics
/// When shapes or counts do not fit.
pub(crate) fn dot(
    mut c: MatrixMut,
    a: Matrix,
    b: Matrix,
    accumulate: bool,
    _level: Level,
    _scratch: &mut Scratch,
) {
    assert_fits(&c, a, b);
    naive::dot(&mut c, a, b, accumulate);
}

fn assert_fits(c: &MatrixMut, a: Matrix, b: Matrix) {
    let wanted = (c.layout.rows, a.layout.cols, c.layout.cols);
    let came = (a.layout.rows, b.layout.rows, b.layout.cols);
    assert!(wanted == came, "{:?} is not {:?} times {:?}", c.layout, a.layout, b.layout);
    for factor in [a, b] {
        let shared = factor.layout.step == 0 && factor.count > 0;
        assert!(shared || factor.count == c.count, "{} matrices for {}", factor.count, c.count);
    }
}
