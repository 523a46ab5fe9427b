//! Between users' rows, a point after the other, and the lanes of a block, an element after the
//! other: transposes that move bits and compute nothing.
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod group;
mod stream;
#[cfg(test)]
mod tests;

pub(crate) use stream::RowBuffer;

use crate::simd::Level;
use group::{GROUP, Kernels};
use std::ops::Range;

/// Some columns of a table of rows, one row for each point, or for each entry of an index.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Rows<'a> {
    numbers: &'a [f64],
    length: usize,
    first: usize,
    width: usize,
    index: Option<&'a [u32]>,
}

impl<'a> Rows<'a> {
    /// Whole rows of `length` numbers.
    ///
    /// # Panics
    /// If the numbers are not whole rows.
    pub(crate) fn new(numbers: &'a [f64], length: usize) -> Rows<'a> {
        assert!(whole_rows(numbers.len(), length), "{} numbers in rows of {length}", numbers.len());
        Rows { numbers, length, first: 0, width: length, index: None }
    }

    /// Only these columns.
    ///
    /// # Panics
    /// If there are not so many.
    pub(crate) fn columns(self, columns: Range<usize>) -> Rows<'a> {
        let inside = columns.start <= columns.end && columns.end <= self.width;
        assert!(inside, "columns {columns:?} of {}", self.width);
        Rows { first: self.first + columns.start, width: columns.len(), ..self }
    }

    /// The row of point `i` is row `index[i]`.
    pub(crate) fn picked(self, index: &'a [u32]) -> Rows<'a> {
        Rows { index: Some(index), ..self }
    }

    /// Writes the rows of some points as lanes: element `k` of point `i` of them to
    /// `lanes[k * count + i]`, where `count` is the number of lanes, 1 or a multiple of 8. Lanes
    /// beyond the points repeat the last, so that they take no rare and slow path.
    ///
    /// # Panics
    /// If there is no point, or there are more than lanes; if a row is not in the table.
    pub(crate) fn load(&self, points: Range<usize>, lanes: &mut [f64], level: Level) {
        if self.width == 0 {
            return;
        }
        let count = lane_count(lanes.len(), self.width);
        assert!((1..=count).contains(&points.len()), "points {points:?} in {count} lanes");
        if count == 1 {
            lanes.copy_from_slice(self.row(points.start));
            return;
        }
        let kernels = Kernels::of(level);
        let last = self.row(points.end - 1).as_ptr();
        for lane in (0..count).step_by(GROUP) {
            let point = |i: usize| points.start + (lane + i).min(points.len() - 1);
            let rows: [*const f64; GROUP] = match self.index {
                Some(_) => std::array::from_fn(|i| self.row(point(i)).as_ptr()),
                // Rows in order: as the last is in the table, so are those before.
                None => std::array::from_fn(|i| {
                    last.wrapping_sub((points.end - 1 - point(i)) * self.length)
                }),
            };
            // SAFETY: each row has `width` numbers, and each of as many elements has `count` lanes,
            // of which a whole group is left from `lane` on.
            unsafe {
                (kernels.load)(&rows, self.width, lanes.as_mut_ptr().add(lane), count);
            }
        }
    }

    fn row(&self, point: usize) -> &'a [f64] {
        let row = self.index.map_or(point, |index| index[point] as usize);
        // A product that wraps would need a table larger than memory: the row is refused before.
        assert!(row < self.numbers.len() / self.length, "row {row} of the table");
        let start = row * self.length + self.first;
        &self.numbers[start..start + self.width]
    }
}

/// Writes one row to all lanes of each element.
pub(crate) fn splat(row: &[f64], lanes: &mut [f64]) {
    if !row.is_empty() {
        let count = lane_count(lanes.len(), row.len());
        lanes.chunks_exact_mut(count).zip(row).for_each(|(lanes, x)| lanes.fill(*x));
    }
}

/// Some columns of rows to be written, one row for each point.
#[derive(Debug)]
pub(crate) struct RowsMut<'a> {
    numbers: &'a mut [f64],
    length: usize,
    first: usize,
    width: usize,
}

impl<'a> RowsMut<'a> {
    /// Whole rows of `length` numbers.
    ///
    /// # Panics
    /// If the numbers are not whole rows.
    pub(crate) fn new(numbers: &'a mut [f64], length: usize) -> RowsMut<'a> {
        assert!(whole_rows(numbers.len(), length), "{} numbers in rows of {length}", numbers.len());
        RowsMut { numbers, length, first: 0, width: length }
    }

    /// Only these columns.
    ///
    /// # Panics
    /// If there are not so many.
    pub(crate) fn columns(self, columns: Range<usize>) -> RowsMut<'a> {
        let inside = columns.start <= columns.end && columns.end <= self.width;
        assert!(inside, "columns {columns:?} of {}", self.width);
        RowsMut { first: self.first + columns.start, width: columns.len(), ..self }
    }

    /// Writes the first lanes of each element as rows, as many as there are.
    ///
    /// # Panics
    /// If there are more rows than lanes.
    pub(crate) fn store(self, lanes: &[f64], level: Level) {
        self.store_from(0, lanes, level);
    }

    /// The same from lane `first` of each element on, 0 or a multiple of 8.
    fn store_from(self, first: usize, lanes: &[f64], level: Level) {
        if self.width == 0 || self.numbers.is_empty() {
            return;
        }
        let count = lane_count(lanes.len(), self.width);
        let points = self.numbers.len() / self.length;
        assert!(first + points <= count, "{points} rows from lane {first} of {count}");
        if count == 1 {
            self.numbers[self.first..self.first + self.width].copy_from_slice(lanes);
            return;
        }
        let kernels = Kernels::of(level);
        for point in (0..points).step_by(GROUP) {
            let left = &mut self.numbers[point * self.length + self.first..];
            // SAFETY: the rows that are left begin `length` apart, and the last of them still has
            // `width` numbers; each of as many elements has `count` lanes, a multiple of the group,
            // of which a whole group is left from `first + point` on.
            unsafe {
                let from = lanes.as_ptr().add(first + point);
                let rows = (points - point).min(GROUP);
                (kernels.store)(from, count, self.width, left.as_mut_ptr(), self.length, rows);
            }
        }
    }
}

fn whole_rows(numbers: usize, length: usize) -> bool {
    if length == 0 { numbers == 0 } else { numbers.is_multiple_of(length) }
}

/// How many lanes an element has.
fn lane_count(numbers: usize, width: usize) -> usize {
    let count = numbers / width;
    let fits = count == 1 || (count > 0 && count.is_multiple_of(GROUP));
    assert!(fits && count * width == numbers, "{numbers} numbers are no lanes of {width} elements");
    count
}
