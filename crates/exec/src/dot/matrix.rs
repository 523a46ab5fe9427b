//! Strided views of matrices, one or a whole batch, checked once when they are made.
use std::marker::PhantomData;
use std::ops::Range;

/// Where the elements lie: element `(i, j)` of matrix `b` of a batch is at
/// `b * step + i * row_stride + j * col_stride` from the first element, counted in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) row_stride: isize,
    pub(crate) col_stride: isize,
    /// From one matrix of a batch to the next; 0 when all of them are the same one.
    pub(crate) step: isize,
}

impl Layout {
    /// Rows one after another without gaps, and so the matrices of a batch.
    pub(crate) fn row_major(rows: usize, cols: usize) -> Layout {
        let step = (rows * cols) as isize;
        Layout { rows, cols, row_stride: cols as isize, col_stride: 1, step }
    }

    /// The same elements, read as the transposed matrix.
    pub(crate) fn transposed(self) -> Layout {
        Layout {
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
            step: self.step,
        }
    }

    /// One matrix for every place in a batch.
    pub(crate) fn shared(self) -> Layout {
        Layout { step: 0, ..self }
    }

    /// The lowest and highest offset that a batch of `count` reaches; `None` without elements.
    fn reach(self, count: usize) -> Option<(isize, isize)> {
        let mut reach = (0, 0);
        for (extent, stride) in self.axes(count) {
            let far = isize::try_from(extent.checked_sub(1)?).ok()?.checked_mul(stride);
            let far = far.expect("a view reaches further than an address space");
            reach = (reach.0 + far.min(0), reach.1 + far.max(0));
        }
        Some(reach)
    }

    /// Whether no two places of a batch of `count` share an element: each stride, taken from the
    /// smallest up, must step over all that the smaller ones reach. (Sufficient, not necessary.)
    fn is_injective(self, count: usize) -> bool {
        let mut axes = self.axes(count);
        if axes.iter().any(|(extent, _)| *extent == 0) {
            return true;
        }
        axes.sort_by_key(|(_, stride)| stride.unsigned_abs());
        let mut reached = 0;
        axes.into_iter().filter(|(extent, _)| *extent > 1).all(|(extent, stride)| {
            let fits = stride.unsigned_abs() > reached;
            reached += (extent - 1) * stride.unsigned_abs();
            fits
        })
    }

    fn axes(self, count: usize) -> [(usize, isize); 3] {
        [(count, self.step), (self.rows, self.row_stride), (self.cols, self.col_stride)]
    }
}

/// A batch of matrices to read.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    pub(super) first: *const f64,
    pub(super) count: usize,
    pub(super) layout: Layout,
    data: PhantomData<&'a [f64]>,
}

impl<'a> Matrix<'a> {
    /// Views `count` matrices in `data`, the first element of the first one at `offset`.
    ///
    /// # Panics
    /// When an element would lie outside `data`.
    pub(crate) fn new(data: &'a [f64], offset: usize, count: usize, layout: Layout) -> Self {
        assert_inside(data.len(), offset, count, layout);
        // SAFETY: just checked: either there are no elements or `offset` is inside `data`; the
        // pointer is not read otherwise.
        unsafe { Matrix::from_raw(data.as_ptr().wrapping_add(offset), count, layout) }
    }

    /// Views `count` matrices, the first element of the first one at `first`.
    ///
    /// # Safety
    /// Every element must be readable, and not written, during `'a`.
    pub(crate) unsafe fn from_raw(first: *const f64, count: usize, layout: Layout) -> Self {
        Matrix { first, count, layout, data: PhantomData }
    }

    /// The given rows of each matrix.
    pub(crate) fn rows(self, rows: Range<usize>) -> Self {
        assert!(rows.start <= rows.end && rows.end <= self.layout.rows, "rows outside the matrix");
        let first = self.first.wrapping_offset(rows.start as isize * self.layout.row_stride);
        Matrix { first, layout: Layout { rows: rows.len(), ..self.layout }, ..self }
    }
}

/// A batch of matrices to write. No two places share an element.
pub(crate) struct MatrixMut<'a> {
    pub(super) first: *mut f64,
    pub(super) count: usize,
    pub(super) layout: Layout,
    data: PhantomData<&'a mut [f64]>,
}

// SAFETY: it is an exclusive borrow of its elements, as `&mut [f64]` is, and split views are
// disjoint because the layout is injective.
unsafe impl Send for MatrixMut<'_> {}
// SAFETY: it is a shared borrow of its elements, as `&[f64]` is.
unsafe impl Send for Matrix<'_> {}
// SAFETY: as above; nothing is written through it.
unsafe impl Sync for Matrix<'_> {}

impl<'a> MatrixMut<'a> {
    /// Views `count` matrices in `data`, the first element of the first one at `offset`.
    ///
    /// # Panics
    /// When an element would lie outside `data`, or two places would share one.
    pub(crate) fn new(data: &'a mut [f64], offset: usize, count: usize, layout: Layout) -> Self {
        assert_inside(data.len(), offset, count, layout);
        // SAFETY: just checked, as in `Matrix::new`; the borrow is exclusive.
        unsafe { MatrixMut::from_raw(data.as_mut_ptr().wrapping_add(offset), count, layout) }
    }

    /// Views `count` matrices, the first element of the first one at `first`.
    ///
    /// # Safety
    /// Every element must be readable and writable through this view alone during `'a`.
    ///
    /// # Panics
    /// When two places would share an element.
    pub(crate) unsafe fn from_raw(first: *mut f64, count: usize, layout: Layout) -> Self {
        assert!(layout.is_injective(count), "two places of a written matrix share an element");
        MatrixMut { first, count, layout, data: PhantomData }
    }

    /// The first `at` rows of each matrix, and the others.
    pub(crate) fn split_rows(self, at: usize) -> (Self, Self) {
        assert!(at <= self.layout.rows, "rows outside the matrix");
        let second = self.first.wrapping_offset(at as isize * self.layout.row_stride);
        let part = |first, rows| {
            let layout = Layout { rows, ..self.layout };
            MatrixMut { first, layout, count: self.count, data: PhantomData }
        };
        (part(self.first, at), part(second, self.layout.rows - at))
    }
}

fn assert_inside(length: usize, offset: usize, count: usize, layout: Layout) {
    let Some((low, high)) = layout.reach(count) else { return };
    let inside = offset.checked_add_signed(low).is_some()
        && offset.checked_add_signed(high).is_some_and(|last| last < length);
    assert!(inside, "{count} x {layout:?} at {offset} lies outside {length} elements");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_that_fits_exactly_is_accepted_and_one_that_does_not_is_refused() {
        let data = [0.0; 24];
        let layout = Layout::row_major(3, 4);
        Matrix::new(&data, 0, 2, layout);
        Matrix::new(&data, 23, 2, Layout { row_stride: -4, col_stride: -1, step: -12, ..layout });
        Matrix::new(&data, 12, 1000, layout.shared());
        Matrix::new(&[], 0, 0, layout);
        Matrix::new(&[], 0, 7, Layout::row_major(0, 4));
        for (offset, count) in [(1, 2), (0, 3), (13, 1), (usize::MAX, 1)] {
            let view = std::panic::catch_unwind(|| Matrix::new(&data, offset, count, layout).count);
            assert!(view.is_err(), "{count} from {offset}");
        }
    }

    #[test]
    fn a_written_view_with_shared_elements_is_refused() {
        let layout = Layout::row_major(3, 4);
        assert!(layout.is_injective(2));
        assert!(Layout::row_major(3, 0).is_injective(2));
        assert!(layout.transposed().is_injective(2));
        assert!(layout.shared().is_injective(1));
        assert!(Layout { row_stride: -4, ..layout }.is_injective(2));
        assert!(!layout.shared().is_injective(2));
        assert!(!Layout { row_stride: 3, ..layout }.is_injective(1));
        assert!(!Layout { step: 11, ..layout }.is_injective(2));
    }
}
