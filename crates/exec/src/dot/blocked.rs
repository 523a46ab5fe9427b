//! Large products: chunks of k, blocks of columns that stay in cache, panels of rows, tiles.
use super::cut::Cut;
use super::kernels::MAX_ROWS;
use super::product::Product;
use super::{CHUNK, Scratch, runs};
use std::ops::Range;

/// Columns of a packed block of B: with 512 rows 786 kB, which a second-level cache holds.
const BLOCK_COLUMNS: usize = 192;

/// Panels of A that are packed together, so that reading down its columns uses whole pages.
const BLOCK_PANELS: usize = 8;

/// From this many rows of C on, and for a B that the first-level cache does not hold, packing pays.
const PACKING_PAYS: (usize, usize) = (32, 4096);

/// Rows of B that are packed across a whole block before the next ones.
const PACKED_ROWS: usize = 16;

/// How much of every line of a panel is packed before the next part's turn.
const PACKED_AT_ONCE: usize = 64;

/// Computes the products of a batch one after another; no size is zero.
///
/// # Safety
/// The elements must be there.
pub(super) unsafe fn multiply(mut product: Product, cut: &Cut, scratch: &mut Scratch) {
    let plan = Blocks::new(&product, cut);
    let (a_room, b_room) = (plan.a_room(&product), plan.b_room(&product));
    let (packed_a, packed_b) = scratch.numbers(a_room + b_room).split_at_mut(a_room);
    for _ in 0..product.count {
        for inner in runs(product.inner, CHUNK) {
            // SAFETY: the caller's promise; packed strips fit the room.
            unsafe { plan.chunk(&product.part(inner), packed_a, packed_b) };
        }
        product.advance();
    }
}

/// What is packed, and how much at a time.
struct Blocks<'a> {
    cut: &'a Cut,
    /// Tiles in a block of columns.
    width: usize,
    pack_a: bool,
    pack_b: bool,
}

impl Blocks<'_> {
    fn new<'a>(product: &Product, cut: &'a Cut) -> Blocks<'a> {
        let (rows, numbers) = PACKING_PAYS;
        let often = product.rows >= rows && product.inner * product.cols > numbers;
        Blocks {
            cut,
            width: BLOCK_COLUMNS / cut.kernels.widest(),
            pack_a: product.a.col != 1 && cut.tiles() > 1,
            pack_b: product.b.col != 1 || often,
        }
    }

    fn a_room(&self, product: &Product) -> usize {
        let panels = BLOCK_PANELS.min(self.cut.panels());
        if self.pack_a { panels * self.panel_room(product.inner.min(CHUNK)) } else { 0 }
    }

    fn b_room(&self, product: &Product) -> usize {
        let columns = self.cut.padded(product.cols.min(BLOCK_COLUMNS));
        if self.pack_b { columns * product.inner.min(CHUNK) } else { 0 }
    }

    /// Numbers in a packed panel of A.
    fn panel_room(&self, inner: usize) -> usize {
        inner * self.cut.padded(MAX_ROWS)
    }

    /// Where a tile's packed columns of B begin in its block.
    fn offset(&self, block: &Range<usize>, tile: usize, inner: usize) -> usize {
        let before = |tile| self.cut.padded_columns_before(tile);
        (before(tile) - before(block.start)) * inner
    }

    unsafe fn chunk(&self, chunk: &Product, packed_a: &mut [f64], packed_b: &mut [f64]) {
        for tiles in runs(self.cut.tiles(), self.width) {
            // SAFETY: the promises of `multiply`, here and below.
            unsafe { self.pack_block(chunk, &tiles, packed_b) };
            for panels in runs(self.cut.panels(), BLOCK_PANELS) {
                // SAFETY: as above.
                unsafe { self.pack_panels(chunk, &panels, packed_a) };
                for panel in panels.clone() {
                    let place = (panel - panels.start) * self.panel_room(chunk.inner);
                    let packed_a = if self.pack_a { &packed_a[place..] } else { &[] };
                    // SAFETY: as above.
                    unsafe { self.panel(chunk, panel, &tiles, packed_a, packed_b) };
                }
            }
        }
    }

    unsafe fn pack_block(&self, chunk: &Product, tiles: &Range<usize>, packed: &mut [f64]) {
        if !self.pack_b {
            return;
        }
        // Rows of B are taken as far as the block is wide, that fetching ahead may help; columns, as they come.
        let at_once = if chunk.b.col == 1 { PACKED_ROWS } else { chunk.inner };
        for inner in runs(chunk.inner, at_once) {
            let part = chunk.part(inner.clone());
            for tile in tiles.clone() {
                let row = self.cut.padded(self.cut.columns(tile).len());
                let place = self.offset(tiles, tile, chunk.inner) + inner.start * row;
                let to = packed[place..].as_mut_ptr();
                // SAFETY: the promises of `multiply`; the block fits its room.
                unsafe { (self.cut.kernels.pack)(&self.cut.strip_of_b(&part, tile, to)) };
            }
        }
    }

    unsafe fn pack_panels(&self, chunk: &Product, panels: &Range<usize>, packed: &mut [f64]) {
        if !self.pack_a {
            return;
        }
        for inner in runs(chunk.inner, PACKED_AT_ONCE) {
            let part = chunk.part(inner.clone());
            for panel in panels.clone() {
                let row = self.cut.padded(self.cut.rows(panel).len());
                let place = (panel - panels.start) * self.panel_room(chunk.inner);
                let to = packed[place + inner.start * row..].as_mut_ptr();
                // SAFETY: the promises of `multiply`; the panels fit their room.
                unsafe { (self.cut.kernels.pack)(&self.cut.strip_of_a(&part, panel, to)) };
            }
        }
    }

    /// One tile's height of C, as wide as a block.
    unsafe fn panel(
        &self,
        chunk: &Product,
        panel: usize,
        tiles: &Range<usize>,
        packed_a: &[f64],
        packed_b: &[f64],
    ) {
        for t in tiles.clone() {
            let mut tile = self.cut.tile(chunk, panel, t);
            if self.pack_a {
                (tile.a, tile.a_row) = (packed_a.as_ptr(), 1);
                tile.a_inner = self.cut.padded(tile.rows) as isize;
            }
            if self.pack_b {
                tile.b = packed_b[self.offset(tiles, t, chunk.inner)..].as_ptr();
                tile.b_inner = self.cut.padded(tile.columns) as isize;
            }
            // SAFETY: the promises of `multiply`.
            unsafe { tile.run() };
        }
    }
}
