//! The numerical contract of `dot` as three loops: the judge of every kernel, bit for bit.
use super::{CHUNK, Layout, Matrix, MatrixMut};

/// `C = A B`, or `C += A B`, one element at a time.
pub(super) fn dot(c: &mut MatrixMut, a: Matrix, b: Matrix, accumulate: bool) {
    let (inner, shape) = (a.layout.cols, c.layout);
    for batch in 0..c.count {
        for i in 0..shape.rows {
            for j in 0..shape.cols {
                let old = if accumulate { Some(c.get(batch, i, j)) } else { None };
                let value = element(inner, old, |p| (a.get(batch, i, p), b.get(batch, p, j)));
                c.set(batch, i, j, value);
            }
        }
    }
}

/// One element: the chunks' chains of fused multiply-adds, added to `old` in order.
fn element(inner: usize, old: Option<f64>, factors: impl Fn(usize) -> (f64, f64)) -> f64 {
    let mut sum = old;
    for chunk in (0..inner).step_by(CHUNK) {
        let mut chain = None;
        for p in chunk..inner.min(chunk + CHUNK) {
            let (x, y) = factors(p);
            chain = Some(chain.map_or(x * y, |chain| f64::mul_add(x, y, chain)));
        }
        let chain = chain.expect("a chunk has a first product");
        sum = Some(sum.map_or(chain, |sum| sum + chain));
    }
    sum.unwrap_or(0.0)
}

impl Matrix<'_> {
    pub(super) fn get(&self, batch: usize, i: usize, j: usize) -> f64 {
        // SAFETY: whoever made the view answers for its elements.
        unsafe { *self.first.wrapping_offset(self.layout.offset(batch, i, j)) }
    }
}

impl MatrixMut<'_> {
    pub(super) fn get(&self, batch: usize, i: usize, j: usize) -> f64 {
        // SAFETY: whoever made the view answers for its elements.
        unsafe { *self.first.wrapping_offset(self.layout.offset(batch, i, j)) }
    }

    pub(super) fn set(&mut self, batch: usize, i: usize, j: usize, value: f64) {
        // SAFETY: as above, and the view is the only one.
        unsafe { *self.first.wrapping_offset(self.layout.offset(batch, i, j)) = value };
    }
}

impl Layout {
    fn offset(self, batch: usize, i: usize, j: usize) -> isize {
        let places = [(batch, self.step), (i, self.row_stride), (j, self.col_stride)];
        places.into_iter().map(|(place, stride)| place as isize * stride).sum()
    }
}
