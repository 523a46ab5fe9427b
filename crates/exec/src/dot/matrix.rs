//! Strided views of matrices, one or a whole batch, as who makes them vouches for.
use std::marker::PhantomData;

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

    /// Whether no two places of a batch of `count` share an element: each stride, taken from the
    /// smallest up, must step over all that the smaller ones reach. (Sufficient, not necessary.)
    pub(super) fn is_injective(self, count: usize) -> bool {
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

    pub(super) fn axes(self, count: usize) -> [(usize, isize); 3] {
        [(count, self.step), (self.rows, self.row_stride), (self.cols, self.col_stride)]
    }
}

/// A batch of matrices to read.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    pub(super) first: *const f64,
    pub(super) count: usize,
    pub(super) layout: Layout,
    pub(super) data: PhantomData<&'a [f64]>,
}

impl<'a> Matrix<'a> {
    /// Views `count` matrices, the first element of the first one at `first`.
    ///
    /// # Safety
    /// Every element must be readable, and not written, during `'a`.
    pub(crate) unsafe fn from_raw(first: *const f64, count: usize, layout: Layout) -> Self {
        Matrix { first, count, layout, data: PhantomData }
    }

    /// The same elements, read as the transposed matrices.
    pub(super) fn transposed(self) -> Self {
        Matrix { layout: self.layout.transposed(), ..self }
    }
}

/// A batch of matrices to write. No two places share an element.
pub(crate) struct MatrixMut<'a> {
    pub(super) first: *mut f64,
    pub(super) count: usize,
    pub(super) layout: Layout,
    pub(super) data: PhantomData<&'a mut [f64]>,
}

impl<'a> MatrixMut<'a> {
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

    /// As for [`Matrix`].
    pub(super) fn transposed(self) -> Self {
        MatrixMut { layout: self.layout.transposed(), ..self }
    }
}
