//! Matrix products of a block's points.
use super::Frame;
use crate::dot::{self, Matrix, MatrixMut, Parts};
use crate::low::{Factor, ValueId};
use crate::pool;

impl Frame<'_> {
    /// All points' products in one call where their rows are evenly apart, else a call for each point.
    pub(super) fn dot(&self, [batch, m, k, n]: [usize; 4], a: &Factor, b: &Factor, write: ValueId) {
        let points = self.points.count;
        let joined = |value: ValueId, step: isize| match self.step(value)? as isize {
            _ if points == 1 => Some(step),
            apart if batch == 1 || apart == step * batch as isize => {
                Some(if batch == 1 { apart } else { step })
            }
            _ => None,
        };
        let steps =
            (joined(a.value, a.step), joined(b.value, b.step), joined(write, (m * n) as isize));
        if let (Some(a_step), Some(b_step), Some(_)) = steps {
            let (a, b) =
                (Factor { step: a_step, ..a.clone() }, Factor { step: b_step, ..b.clone() });
            self.products(0, [points * batch, m, k, n], &a, &b, write);
        } else {
            for p in 0..points {
                self.products(p, [batch, m, k, n], a, b, write);
            }
        }
    }

    /// `count` products from the rows of point `p` on, written one after the other.
    fn products(
        &self,
        p: usize,
        [count, m, k, n]: [usize; 4],
        a: &Factor,
        b: &Factor,
        write: ValueId,
    ) {
        let layout = |factor: &Factor, rows, cols| dot::Layout {
            rows,
            cols,
            row_stride: factor.row,
            col_stride: factor.column,
            step: factor.step,
        };
        let (a_layout, b_layout) = (layout(a, m, k), layout(b, k, n));
        // One matrix times many vectors is one product of the vectors, as rows, with the transposed matrix.
        let (first, second, count, c_layout) = if n == 1 && a.step == 0 && count > 1 {
            let vectors = dot::Layout {
                rows: count,
                cols: k,
                row_stride: b.step,
                col_stride: b.row,
                step: 0,
            };
            ((b, vectors), (a, a_layout.transposed()), 1, dot::Layout::row_major(count, m))
        } else {
            ((a, a_layout), (b, b_layout), count, dot::Layout::row_major(m, n))
        };
        // SAFETY: a factor's places lie inside its value's row, as lowering made them from the shape, and rows of several
        // points lie `step` apart. The products fill rows that nothing else reads or writes now.
        let (first, second, c) = unsafe {
            let from = |factor: &Factor| self.place(factor.value, p).wrapping_add(factor.first);
            (
                Matrix::from_raw(from(first.0), count, first.1),
                Matrix::from_raw(from(second.0), count, second.1),
                MatrixMut::from_raw(self.place(write, p).cast_mut(), count, c_layout),
            )
        };
        let parts = Parts::new(c, first, second, self.threads);
        self.multiply(&parts);
    }

    /// Shares the parts of a product out to the threads that are this block's.
    fn multiply(&self, parts: &Parts) {
        let (level, scratches) = (self.program.level, &self.program.scratches);
        let part = |i: usize| {
            let mut scratch = scratches.take();
            // SAFETY: each part is computed once.
            unsafe { parts.multiply(i, level, &mut scratch) };
            scratches.give(scratch);
        };
        // Without a pool nothing has been computed yet.
        if pool::for_each(self.threads, parts.count(), part).is_err() {
            (0..parts.count()).for_each(part);
        }
    }
}
