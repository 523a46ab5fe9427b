//! How the result of a product is cut into register tiles.
use super::kernels::Kernels;
use super::pack::Strip;
use super::product::Product;
use super::tile::Tile;
use std::ops::Range;

/// Panels of rows, each one tile high, and tiles within a panel.
pub(super) struct Cut {
    pub(super) kernels: &'static Kernels,
    panels: Split,
    /// Vectors of columns, those of a tile together.
    tiles: Split,
    cols: usize,
}

impl Cut {
    pub(super) fn new(product: &Product, kernels: &'static Kernels) -> Cut {
        let vectors = product.cols.div_ceil(kernels.lanes);
        Cut {
            kernels,
            panels: Split::new(product.rows, product.rows.div_ceil(kernels.rows())),
            tiles: Split::new(vectors, vectors.div_ceil(kernels.vectors())),
            cols: product.cols,
        }
    }

    pub(super) fn panels(&self) -> usize {
        self.panels.parts
    }

    /// Tiles in a panel.
    pub(super) fn tiles(&self) -> usize {
        self.tiles.parts
    }

    pub(super) fn rows(&self, panel: usize) -> Range<usize> {
        self.panels.range(panel)
    }

    pub(super) fn columns(&self, tile: usize) -> Range<usize> {
        let (vectors, lanes) = (self.tiles.range(tile), self.kernels.lanes);
        vectors.start * lanes..self.cols.min(vectors.end * lanes)
    }

    /// Columns of whole vectors, in front of a tile.
    pub(super) fn padded_columns_before(&self, tile: usize) -> usize {
        self.tiles.range(tile).start * self.kernels.lanes
    }

    /// The next multiple of the vector's length.
    pub(super) fn padded(&self, length: usize) -> usize {
        length.next_multiple_of(self.kernels.lanes)
    }

    /// A tile that reads its factors where they are.
    #[inline]
    pub(super) fn tile(&self, product: &Product, panel: usize, tile: usize) -> Tile {
        let (rows, vectors, columns) =
            (self.rows(panel), self.tiles.range(tile), self.columns(tile));
        Tile {
            kernel: self.kernels.tiles[rows.len() - 1][vectors.len() - 1],
            inner: product.inner,
            rows: rows.len(),
            columns: columns.len(),
            a: product.a.at(rows.start, 0),
            a_row: product.a.row,
            a_inner: product.a.col,
            b: product.b.at(0, columns.start),
            b_inner: product.b.row,
            c: product.c.at(rows.start, columns.start),
            c_row: product.c.row,
            c_col: product.c.col,
            add: product.add,
            resume: false,
        }
    }

    /// The rows of A that a panel reads, to be packed at `to`.
    pub(super) fn strip_of_a(&self, product: &Product, panel: usize, to: *mut f64) -> Strip {
        let rows = self.rows(panel);
        Strip {
            from: product.a.at(rows.start, 0),
            inner: product.inner,
            inner_stride: product.a.col,
            width: rows.len(),
            width_stride: product.a.row,
            to,
        }
    }

    /// The columns of B that a tile reads, to be packed at `to`.
    pub(super) fn strip_of_b(&self, product: &Product, tile: usize, to: *mut f64) -> Strip {
        let columns = self.columns(tile);
        Strip {
            from: product.b.at(0, columns.start),
            inner: product.inner,
            inner_stride: product.b.row,
            width: columns.len(),
            width_stride: product.b.col,
            to,
        }
    }
}

/// `whole` things in `parts` runs whose lengths differ by one at most, longer ones first.
struct Split {
    parts: usize,
    length: usize,
    longer: usize,
}

impl Split {
    fn new(whole: usize, parts: usize) -> Split {
        Split { parts, length: whole / parts, longer: whole % parts }
    }

    #[inline]
    fn range(&self, part: usize) -> Range<usize> {
        let start = part * self.length + part.min(self.longer);
        start..start + self.length + usize::from(part < self.longer)
    }
}
