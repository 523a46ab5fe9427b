//! Small products, in batches: their tiles are found once, then moved from matrix to matrix.
use super::cut::Cut;
use super::pack::Strip;
use super::product::Product;
use super::tile::Tile;
use super::{CHUNK, Scratch};

/// The most tiles of a product that counts as small; 32 x 48 has eight with AVX-512.
const TILES: usize = 16;

/// The most numbers in its B: as many as a first-level cache holds.
const NUMBERS: usize = 4096;

/// Whether `multiply` is meant for such a product.
pub(super) fn is_small(product: &Product, cut: &Cut) -> bool {
    cut.panels() * cut.tiles() <= TILES
        && product.inner * product.cols <= NUMBERS
        && product.inner <= CHUNK
}

/// Computes the small products of a batch; no size is zero.
///
/// # Safety
/// The elements must be there.
pub(super) unsafe fn multiply(product: &Product, cut: &Cut, scratch: &mut Scratch) {
    let (tiles, strips) = ([const { None }; TILES], [const { None }; TILES]);
    let mut moves = Moves { tiles, strips, b_step: product.b.step };
    moves.find(product, cut, scratch);
    for i in 0..product.count {
        if i == 0 || product.b.step != 0 {
            // SAFETY: the caller's promise; `kernels` vouches for the instructions.
            unsafe { moves.pack_next(product, cut) };
        }
        // SAFETY: as above.
        unsafe { moves.run_next(product) };
    }
}

/// What is done for each product of the batch, with its pointers at the one that is next.
struct Moves {
    tiles: [Option<Tile>; TILES],
    /// The strips of B to pack first; none when its rows are contiguous.
    strips: [Option<Strip>; TILES],
    /// From what a tile reads of B to what it reads next.
    b_step: isize,
}

impl Moves {
    /// Finds everything for the first product; in place, for copying it would cost as much.
    fn find(&mut self, product: &Product, cut: &Cut, scratch: &mut Scratch) {
        let pack = product.b.col != 1;
        if pack {
            self.b_step = 0;
        }
        let room = if pack { cut.padded(product.cols) * product.inner } else { 0 };
        let packed = scratch.numbers(room);
        for (t, strip) in (0..cut.tiles()).zip(&mut self.strips) {
            if pack {
                let to = packed[cut.padded_columns_before(t) * product.inner..].as_mut_ptr();
                *strip = Some(cut.strip_of_b(product, t, to));
            }
            let places = &mut self.tiles[t * cut.panels()..];
            for (panel, place) in (0..cut.panels()).zip(places) {
                let mut tile = cut.tile(product, panel, t);
                if let Some(strip) = strip {
                    (tile.b, tile.b_inner) = (strip.to, cut.padded(tile.columns) as isize);
                }
                *place = Some(tile);
            }
        }
    }

    unsafe fn pack_next(&mut self, product: &Product, cut: &Cut) {
        for strip in self.strips.iter_mut().map_while(Option::as_mut) {
            // SAFETY: the promises of `multiply`; a strip has room of its own.
            unsafe { (cut.kernels.pack)(strip) };
            strip.from = strip.from.wrapping_offset(product.b.step);
        }
    }

    unsafe fn run_next(&mut self, product: &Product) {
        for tile in self.tiles.iter_mut().map_while(Option::as_mut) {
            // SAFETY: the promises of `multiply`.
            unsafe { tile.run() };
            tile.a = tile.a.wrapping_offset(product.a.step);
            tile.b = tile.b.wrapping_offset(self.b_step);
            tile.c = tile.c.wrapping_offset(product.c.step);
        }
    }
}
