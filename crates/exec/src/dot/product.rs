//! A batch of products of strided matrices as plain pointers, sizes and strides.
use super::{Layout, Matrix, MatrixMut};
use std::ops::Range;

/// One of the three matrices: its first element, and the distances between elements.
#[derive(Clone, Copy)]
pub(super) struct Operand<P> {
    pub(super) first: P,
    pub(super) row: isize,
    pub(super) col: isize,
    /// From one product of the batch to the next.
    pub(super) step: isize,
}

/// `c = a b`, or `c += a b`, `count` times.
#[derive(Clone, Copy)]
pub(super) struct Product {
    pub(super) count: usize,
    pub(super) rows: usize,
    pub(super) inner: usize,
    pub(super) cols: usize,
    pub(super) a: Operand<*const f64>,
    pub(super) b: Operand<*const f64>,
    pub(super) c: Operand<*mut f64>,
    pub(super) add: bool,
}

impl<P> Operand<P> {
    fn new(first: P, layout: Layout) -> Operand<P> {
        let Layout { row_stride: row, col_stride: col, step, .. } = layout;
        Operand { first, row, col, step }
    }

    fn transposed(self) -> Operand<P> {
        Operand { row: self.col, col: self.row, ..self }
    }
}

impl Operand<*const f64> {
    #[inline]
    pub(super) fn at(&self, row: usize, col: usize) -> *const f64 {
        self.first.wrapping_offset(row as isize * self.row + col as isize * self.col)
    }
}

impl Operand<*mut f64> {
    #[inline]
    pub(super) fn at(&self, row: usize, col: usize) -> *mut f64 {
        self.first.wrapping_offset(row as isize * self.row + col as isize * self.col)
    }
}

impl Product {
    /// The product of views, whose shapes and counts fit.
    pub(super) fn new(c: &MatrixMut, a: Matrix, b: Matrix, add: bool) -> Product {
        let (rows, inner, cols) = (c.layout.rows, a.layout.cols, c.layout.cols);
        let (a, b) = (Operand::new(a.first, a.layout), Operand::new(b.first, b.layout));
        let count = c.count;
        let c = Operand::new(c.first, c.layout);
        Product { count, rows, inner, cols, a, b, c, add }
    }

    /// The same product read as `cᵀ = bᵀ aᵀ`: the factors of a fused multiply-add commute.
    pub(super) fn transposed(self) -> Product {
        Product {
            rows: self.cols,
            cols: self.rows,
            a: self.b.transposed(),
            b: self.a.transposed(),
            c: self.c.transposed(),
            ..self
        }
    }

    /// Products that share B, and whose rows go on where the last ones end, are one tall product;
    /// those that share A, and whose columns go on so, one wide product.
    pub(super) fn collapsed(self) -> Product {
        self.stacked().transposed().stacked().transposed().without_idle_strides()
    }

    fn stacked(self) -> Product {
        let Product { count, rows, mut a, b, mut c, .. } = self;
        if rows == 1 {
            (a.row, c.row) = (a.step, c.step);
        }
        let go_on =
            [(a.row, a.step), (c.row, c.step)].map(|(row, step)| step == row * rows as isize);
        if b.step == 0 && go_on == [true, true] {
            return Product { rows: rows * count, count: 1, a, c, ..self };
        }
        self
    }

    /// A stride that is never taken may be any: 1 suits every kernel.
    fn without_idle_strides(mut self) -> Product {
        if self.rows == 1 {
            (self.a.row, self.c.row) = (1, 1);
        }
        if self.inner == 1 {
            (self.a.col, self.b.row) = (1, 1);
        }
        if self.cols == 1 {
            (self.b.col, self.c.col) = (1, 1);
        }
        self
    }

    /// What a part of the sum contributes: all parts but the first are added.
    #[inline]
    pub(super) fn part(self, inner: Range<usize>) -> Product {
        let a = Operand { first: self.a.at(0, inner.start), ..self.a };
        let b = Operand { first: self.b.at(inner.start, 0), ..self.b };
        Product { a, b, add: self.add || inner.start > 0, inner: inner.len(), ..self }
    }

    /// Goes on to the next product of the batch.
    #[inline]
    pub(super) fn advance(&mut self) {
        self.a.first = self.a.first.wrapping_offset(self.a.step);
        self.b.first = self.b.first.wrapping_offset(self.b.step);
        self.c.first = self.c.first.wrapping_offset(self.c.step);
    }
}
