//! Lanes to rows that are too many for the caches: through a buffer in the first cache, from where
//! whole cache lines are written past the caches.
use super::{GROUP, RowsMut};
use crate::simd::{Level, Simd, simd_entry};
use std::slice;

/// Rows on their way to memory; one for each worker.
#[derive(Default)]
pub(crate) struct RowBuffer {
    lines: Vec<Line>,
}

/// A cache line.
#[derive(Copy, Clone)]
#[repr(C, align(64))]
struct Line([f64; Line::LENGTH]);

impl Line {
    const LENGTH: usize = 8;
}

/// Rows are streamed in portions of at most so many numbers: half of a first cache of 32 KB.
const PORTION: usize = 2048;

impl RowBuffer {
    /// Writes the first lanes of each element as whole rows, as many as there are. Worth while only
    /// for rows that are not read again soon. A thread that has streamed calls
    /// [`stream_fence`](crate::simd::stream_fence) before another may read: once, for it waits until
    /// everything is in memory.
    ///
    /// # Panics
    /// If there are more rows than lanes, or not whole rows of `width` numbers.
    pub(crate) fn stream(&mut self, lanes: &[f64], rows: &mut [f64], width: usize, level: Level) {
        let portion = PORTION / width.max(1) / GROUP * GROUP;
        if portion == 0 || lanes.len() == width {
            return RowsMut::new(rows, width).store(lanes, level);
        }
        for (k, rows) in rows.chunks_mut(portion * width.max(1)).enumerate() {
            let buffer = self.numbers(rows.len());
            RowsMut::new(buffer, width).store_from(k * portion, lanes, level);
            // SAFETY: both are of this length.
            unsafe { stream_entry(level)(buffer.as_ptr(), rows.as_mut_ptr(), rows.len()) };
        }
    }

    fn numbers(&mut self, length: usize) -> &mut [f64] {
        let lines = length.div_ceil(Line::LENGTH);
        if self.lines.len() < lines {
            self.lines.resize(lines, Line([0.0; Line::LENGTH]));
        }
        // SAFETY: a line is eight numbers and nothing else, so there are at least `length`; the
        // borrow is the same.
        unsafe { slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), length) }
    }
}

simd_entry!(fn stream_entry(from: *const f64, to: *mut f64, count: usize) = stream_numbers);

/// Copies numbers, whole vectors around the caches.
///
/// # Safety
/// `count` numbers must be readable and writable, and must not overlap.
#[inline(always)]
unsafe fn stream_numbers<V: Simd>(from: *const f64, to: *mut f64, count: usize) {
    let vector = V::LANES * size_of::<f64>();
    let misaligned = to.addr() % vector;
    let head = ((vector - misaligned) % vector / size_of::<f64>()).min(count);
    let tail = head + (count - head) / V::LANES * V::LANES;
    // SAFETY: the three pieces are those of the whole, and the middle one starts at a whole vector.
    unsafe {
        to.copy_from_nonoverlapping(from, head);
        for i in (head..tail).step_by(V::LANES) {
            V::load(from.add(i)).stream(to.add(i));
        }
        to.add(tail).copy_from_nonoverlapping(from.add(tail), count - tail);
    }
}
