//! Few rows times a large B: B comes in order from far memory, a few whole rows at a time, while the
//! chains of all of C stay near.
//!
//! Read tile by tile, a large B is taken in narrow strips, each line in another page, faster than
//! which no memory is fetched ahead: 64 products 8 x 512 x 512 of their own took 27 ms so, and take
//! 10 ms (Sapphire Rapids, where one thread reads 15 GB/s).
use super::cut::Cut;
use super::product::{Operand, Product};
use super::{CHUNK, Scratch, runs};

/// Rows of B between two visits to a chain.
const ROWS: usize = 32;

/// The most panels of rows: with more, what B costs is spread over enough products to pack it.
const PANELS: usize = 3;

/// A smaller B is near already once the first panel has read it.
const FAR: usize = 1 << 15;

/// Whether `multiply` is meant for such a product.
pub(super) fn suits(product: &Product, cut: &Cut) -> bool {
    product.b.col == 1 && cut.panels() <= PANELS && product.inner * product.cols >= FAR
}

/// Computes the products of a batch one after another; no size is zero.
///
/// # Safety
/// The elements must be there.
pub(super) unsafe fn multiply(mut product: Product, cut: &Cut, scratch: &mut Scratch) {
    let width = cut.padded(product.cols);
    let chains = scratch.numbers(product.rows * width);
    for _ in 0..product.count {
        for chunk in runs(product.inner, CHUNK) {
            let part = product.part(chunk);
            for inner in runs(part.inner, ROWS) {
                let c =
                    Operand { first: chains.as_mut_ptr(), row: width as isize, col: 1, step: 0 };
                let some = Product { c, add: false, ..part.part(inner.clone()) };
                // SAFETY: the caller's promise; the chains have room.
                unsafe { lengthen(&some, cut, inner.start > 0) };
            }
            // SAFETY: as above.
            unsafe { write(&part, chains, width) };
        }
        product.advance();
    }
}

/// Lengthens every chain by a link for each row of B, or begins it.
unsafe fn lengthen(some: &Product, cut: &Cut, resume: bool) {
    for t in 0..cut.tiles() {
        for panel in 0..cut.panels() {
            let tile = cut.tile(some, panel, t);
            // SAFETY: the promises of `multiply`.
            unsafe { super::tile::Tile { resume, ..tile }.run() };
        }
    }
}

/// Stores the chains of a chunk, or adds them to what stands in C.
unsafe fn write(part: &Product, chains: &[f64], width: usize) {
    for (row, chains) in chains.chunks_exact(width).enumerate() {
        for (col, &chain) in chains[..part.cols].iter().enumerate() {
            let to = part.c.at(row, col);
            // SAFETY: the promises of `multiply`.
            unsafe { *to = if part.add { *to + chain } else { chain } };
        }
    }
}
