//! Views of slices, checked when they are made, and parts of views: what tests use.
use super::{Layout, Matrix, MatrixMut};
use std::marker::PhantomData;
use std::ops::Range;

impl Layout {
    /// One matrix for every place in a batch.
    pub(super) fn shared(self) -> Layout {
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
}

impl<'a> Matrix<'a> {
    /// Views `count` matrices in `data`, the first element of the first one at `offset`.
    ///
    /// # Panics
    /// When an element would lie outside `data`.
    pub(super) fn new(data: &'a [f64], offset: usize, count: usize, layout: Layout) -> Self {
        assert_inside(data.len(), offset, count, layout);
        // SAFETY: just checked: either there are no elements or `offset` is inside `data`; the
        // pointer is not read otherwise.
        unsafe { Matrix::from_raw(data.as_ptr().wrapping_add(offset), count, layout) }
    }

    /// The given rows of each matrix.
    pub(super) fn rows(self, rows: Range<usize>) -> Self {
        assert!(rows.start <= rows.end && rows.end <= self.layout.rows, "rows outside the matrix");
        let first = self.first.wrapping_offset(rows.start as isize * self.layout.row_stride);
        Matrix { first, layout: Layout { rows: rows.len(), ..self.layout }, ..self }
    }
}

impl<'a> MatrixMut<'a> {
    /// Views `count` matrices in `data`, the first element of the first one at `offset`.
    ///
    /// # Panics
    /// When an element would lie outside `data`, or two places would share one.
    pub(super) fn new(data: &'a mut [f64], offset: usize, count: usize, layout: Layout) -> Self {
        assert_inside(data.len(), offset, count, layout);
        // SAFETY: just checked, as in `Matrix::new`; the borrow is exclusive.
        unsafe { MatrixMut::from_raw(data.as_mut_ptr().wrapping_add(offset), count, layout) }
    }

    /// The first `at` rows of each matrix, and the others.
    pub(super) fn split_rows(self, at: usize) -> (Self, Self) {
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
