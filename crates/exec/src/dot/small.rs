//! Small products, in batches: the tiles are found once and then moved from matrix to matrix.
use super::cut::Cut;
use super::product::Product;
use super::{CHUNK, Scratch};

/// The most tiles of a product that counts as small; 32 x 48 has eight with AVX-512.
const TILES: usize = 16;

/// Whether `multiply` is meant for such a product.
pub(super) fn is_small(product: &Product, cut: &Cut) -> bool {
    cut.panels() * cut.tiles() <= TILES
        && product.inner * product.cols <= 4096
        && product.inner <= CHUNK
}

/// Computes the small products of a batch; no size is zero.
///
/// # Safety
/// The elements must be there.
pub(super) unsafe fn multiply(product: &Product, cut: &Cut, scratch: &mut Scratch) {
    let pack = product.b.col != 1;
    let room = if pack { cut.padded(product.cols) * product.inner } else { 0 };
    let packed = scratch.numbers(room);
    let mut strips = [const { None }; TILES];
    let mut tiles = [const { None }; TILES];
    let mut places = tiles.iter_mut();
    for t in 0..cut.tiles() {
        let to = if pack {
            packed[cut.padded_columns_before(t) * product.inner..].as_mut_ptr()
        } else {
            packed.as_mut_ptr()
        };
        if pack {
            strips[t] = Some(cut.strip_of_b(product, t, to));
        }
        for (panel, place) in (0..cut.panels()).zip(&mut places) {
            let mut tile = cut.tile(product, panel, t);
            if pack {
                (tile.b, tile.b_inner) = (to, cut.padded(tile.columns) as isize);
            }
            *place = Some(tile);
        }
    }
    let tiles = &mut tiles[..cut.tiles() * cut.panels()];
    let b_step = if pack { 0 } else { product.b.step };
    for i in 0..product.count {
        if i == 0 || product.b.step != 0 {
            for strip in strips.iter_mut().map_while(Option::as_mut) {
                unsafe { (cut.kernels.pack)(strip) };
                strip.from = strip.from.wrapping_offset(product.b.step);
            }
        }
        for tile in tiles.iter_mut().flatten() {
            unsafe { tile.run() };
            tile.a = tile.a.wrapping_offset(product.a.step);
            tile.b = tile.b.wrapping_offset(b_step);
            tile.c = tile.c.wrapping_offset(product.c.step);
        }
    }
}
