//! Dense matrix products `C = A B` and `C += A B`: strided, batched, the same bits everywhere.
//!
//! **Contract.** `k` is cut into chunks of 512. Within a chunk an element is a chain over `k` in
//! order: the first product, rounded, then `chain = fma(a, b, chain)`. The first chunk's chain is
//! stored, or added to what stands in `C`; every later one is added to that, in order. So
//! `C += A B` over the rest of `k` continues a product that was cut at a multiple of 512, and for
//! `k <= 512` it is the product followed by an addition. For `k = 0` the product is +0.
//! A product of zeros keeps its sign: `[-1][0]` is -0. Not numbers are not numbers wherever the
//! formula says so; their sign and payload are not part of the contract, which differ by machine.
//!
//! **Why own kernels.** With the crate `gemm` 0.19 large products within a chunk had these bits
//! when tried, but not matrix times vector, `k = 2`, or few contiguous rows times few contiguous
//! columns. On stable Rust it stops at AVX2: 44 to 53 % of the multiply-add peak of an AVX-512 core
//! (Sapphire Rapids, 64 to 1024 cubed), where these kernels reach 83 to 91 %. A register tile
//! sums in order by construction, so its bits need no such list of exceptions.
mod blocked;
#[cfg(test)]
mod checked;
mod cut;
mod kernels;
mod matrix;
#[cfg(test)]
mod naive;
mod pack;
mod parts;
mod product;
mod scratch;
mod small;
mod streamed;
#[cfg(test)]
mod tests;
mod thin;
mod tile;
mod vector;

use crate::simd::Level;
use cut::Cut;
use kernels::kernels;
pub(crate) use matrix::{Layout, Matrix, MatrixMut};
pub(crate) use parts::Parts;
use product::Product;
pub(crate) use scratch::Scratch;
use std::ops::Range;

/// How much of `k` one chain of fused multiply-adds covers.
const CHUNK: usize = 512;

/// `c = a b`, or `c += a b` when told to `accumulate`, for each matrix of a batch.
///
/// `a` and `b` have as many matrices as `c`, or one for all of them (any count with step 0).
///
/// # Panics
/// When shapes or counts do not fit.
pub(crate) fn dot(
    c: MatrixMut,
    a: Matrix,
    b: Matrix,
    accumulate: bool,
    level: Level,
    scratch: &mut Scratch,
) {
    assert_fits(&c, a, b);
    let product = Product::new(&c, a, b, accumulate);
    if product.count == 0 || product.rows == 0 || product.cols == 0 {
        return;
    }
    if product.inner == 0 {
        if !accumulate {
            // SAFETY: the views vouch for their elements.
            unsafe { zero(product) };
        }
        return;
    }
    let product = product.collapsed();
    let kernels = kernels(level);
    // SAFETY: the views vouch for their elements; no size is zero.
    unsafe {
        if thin::multiply(product, kernels) {
            return;
        }
        let product = oriented(product);
        let cut = Cut::new(&product, kernels);
        if small::is_small(&product, &cut) {
            small::multiply(&product, &cut, scratch);
        } else if streamed::suits(&product, &cut) {
            streamed::multiply(product, &cut, scratch);
        } else {
            blocked::multiply(product, &cut, scratch);
        }
    }
}

/// The reading of a product, as it is or transposed, that suits vectors along the columns of C.
///
/// For a thin C what counts is that the large factor is read in order, without packing, if the
/// chains are long enough to pay for scattered results; otherwise, how much is copied.
fn oriented(product: Product) -> Product {
    const THIN: usize = 8;
    let Product { rows, inner, cols, a, b, .. } = product;
    let transpose = if inner > 32 && cols <= THIN && rows > cols {
        a.row == 1
    } else if inner > 32 && rows <= THIN && cols > rows {
        b.col != 1
    } else {
        copied(&product.transposed()) < copied(&product)
    };
    if transpose { product.transposed() } else { product }
}

/// The numbers that are copied to make vectors of them: a B whose rows are not contiguous is packed,
/// results that lie apart are scattered, chunk by chunk.
fn copied(product: &Product) -> usize {
    let Product { rows, inner, cols, .. } = *product;
    let packed = if product.b.col == 1 { 0 } else { inner * cols };
    let scattered = if product.c.col == 1 { 0 } else { 2 * rows * cols * inner.div_ceil(CHUNK) };
    packed + scattered
}

unsafe fn zero(mut product: Product) {
    for _ in 0..product.count {
        for row in 0..product.rows {
            for col in 0..product.cols {
                // SAFETY: the caller vouches for the elements.
                unsafe { *product.c.at(row, col) = 0.0 };
            }
        }
        product.advance();
    }
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

/// `0..whole` in runs of `length`, the last one shorter.
fn runs(whole: usize, length: usize) -> impl Iterator<Item = Range<usize>> {
    (0..whole).step_by(length).map(move |start| start..whole.min(start + length))
}
