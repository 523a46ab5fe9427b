//! Few rows times a large B: B comes in order from far memory, a few whole rows at a time, while the
//! chains of all of C stay near.
//!
//! Read tile by tile, a large B is taken in narrow strips, each line in another page, faster than
//! which no memory is fetched ahead: 64 products 8 x 512 x 512 of their own took 27 ms so, and take
//! 10 ms (Sapphire Rapids, where one thread reads 15 GB/s).
use super::cut::Cut;
use super::product::Product;
use super::tile::Tile;
use super::{CHUNK, Scratch, runs};
use std::ops::Range;

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

/// The most chains that are kept at a time: a share of a second-level cache.
const CHAINS: usize = 1 << 15;

/// Computes the products of a batch one after another; no size is zero.
///
/// # Safety
/// The elements must be there.
pub(super) unsafe fn multiply(mut product: Product, cut: &Cut, scratch: &mut Scratch) {
    let at_once = (CHAINS / (product.rows * cut.kernels.widest())).max(1);
    let chains = scratch
        .numbers(product.rows * cut.padded(product.cols).min(at_once * cut.kernels.widest()));
    for _ in 0..product.count {
        for chunk in runs(product.inner, CHUNK) {
            let part = product.part(chunk);
            for tiles in runs(cut.tiles(), at_once) {
                let stretch = Stretch { cut, tiles, chains: chains.as_mut_ptr() };
                // SAFETY: the caller's promise; the chains of so many tiles have room.
                unsafe { stretch.multiply(&part) };
            }
        }
        product.advance();
    }
}

/// Some columns of C, and the room for their chains.
struct Stretch<'a> {
    cut: &'a Cut,
    tiles: Range<usize>,
    chains: *mut f64,
}

impl Stretch<'_> {
    unsafe fn multiply(&self, part: &Product) {
        for inner in runs(part.inner, ROWS) {
            let resume = inner.start > 0;
            // SAFETY: the promises of `multiply`, here and below.
            unsafe { self.lengthen(&part.part(inner), resume) };
        }
        // SAFETY: as above.
        unsafe { self.write(part) };
    }

    /// Lengthens every chain by a link for each row of B, or begins it.
    unsafe fn lengthen(&self, some: &Product, resume: bool) {
        for t in self.tiles.clone() {
            for panel in 0..self.cut.panels() {
                let (row, c_row) = (self.cut.rows(panel).start, self.width() as isize);
                let c = self.chain(row, self.cut.columns(t).start);
                let tile = self.cut.tile(some, panel, t);
                // SAFETY: as above.
                unsafe { Tile { c, c_row, c_col: 1, add: false, resume, ..tile }.run() };
            }
        }
    }

    /// Stores the chains of a chunk, or adds them to what stands in C.
    unsafe fn write(&self, part: &Product) {
        for row in 0..part.rows {
            for col in self.columns() {
                let to = part.c.at(row, col);
                // SAFETY: as above.
                unsafe {
                    let chain = *self.chain(row, col);
                    *to = if part.add { *to + chain } else { chain };
                }
            }
        }
    }

    fn columns(&self) -> Range<usize> {
        self.cut.columns(self.tiles.start).start..self.cut.columns(self.tiles.end - 1).end
    }

    /// From the chains of one row to those of the next.
    fn width(&self) -> usize {
        self.cut.padded(self.columns().len())
    }

    fn chain(&self, row: usize, col: usize) -> *mut f64 {
        self.chains.wrapping_add(row * self.width() + col - self.columns().start)
    }
}
