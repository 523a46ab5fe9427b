//! One call's products in parts that threads compute apart: bands of rows, or of columns, of every C.
//!
//! Each element is a sum of its own, so the bits do not depend on the parts.
use super::{Layout, Matrix, MatrixMut, Scratch, dot};
use crate::simd::Level;
use std::marker::PhantomData;
use std::ops::Range;

/// Multiply-adds that are worth a thread.
const ENOUGH: usize = 1 << 18;

/// Parts begin at multiples of so many rows: of a tile, and of a cache line where results lie along it.
const ROWS: usize = 8;

/// `c = a b` for each matrix of a batch, cut into parts.
pub(crate) struct Parts<'a> {
    c: MatrixMut<'a>,
    a: Matrix<'a>,
    b: Matrix<'a>,
    /// Rows of a part; the last may have fewer.
    height: usize,
}

// SAFETY: parts write rows of their own, and what they read nobody writes.
unsafe impl Sync for Parts<'_> {}

impl<'a> Parts<'a> {
    /// At most `most` parts, each of them worth a thread; one for little work.
    ///
    /// # Panics
    /// When shapes or counts do not fit.
    pub(crate) fn new(c: MatrixMut<'a>, a: Matrix<'a>, b: Matrix<'a>, most: usize) -> Parts<'a> {
        super::assert_fits(&c, a, b);
        let work = c.count * c.layout.rows * a.layout.cols * c.layout.cols;
        let parts = most.min(work / ENOUGH).max(1);
        let wide = parts > 1 && c.layout.cols > c.layout.rows;
        let (c, a, b) =
            if wide { (c.transposed(), b.transposed(), a.transposed()) } else { (c, a, b) };
        let height = c.layout.rows.div_ceil(parts).max(1).next_multiple_of(ROWS);
        Parts { c, a, b, height }
    }

    /// How many parts there are, at least one.
    pub(crate) fn count(&self) -> usize {
        self.c.layout.rows.div_ceil(self.height).max(1)
    }

    /// Computes a part.
    ///
    /// # Safety
    /// Nobody else computes the same part meanwhile.
    pub(crate) unsafe fn multiply(&self, part: usize, level: Level, scratch: &mut Scratch) {
        let from = (part * self.height).min(self.c.layout.rows);
        let rows = from..self.c.layout.rows.min(from + self.height);
        let (layout, offset) = band(self.c.layout, &rows);
        let first = self.c.first.wrapping_offset(offset);
        let c = MatrixMut { first, layout, count: self.c.count, data: PhantomData };
        let (layout, offset) = band(self.a.layout, &rows);
        let a = Matrix { first: self.a.first.wrapping_offset(offset), layout, ..self.a };
        dot(c, a, self.b, false, level, scratch);
    }
}

/// Some rows of every matrix, and how far they lie from the first.
fn band(layout: Layout, rows: &Range<usize>) -> (Layout, isize) {
    (Layout { rows: rows.len(), ..layout }, rows.start as isize * layout.row_stride)
}
