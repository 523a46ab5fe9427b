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
use group::{GROUP, Kernels, Origin, Target};
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
            let row = self.index.map_or(points.start, |index| index[points.start] as usize);
            lanes.copy_from_slice(&self.numbers[row * self.length + self.first..][..self.width]);
            return;
        }
        let from = self.origin(points);
        // SAFETY: `origin` gives rows in the table, and each number of a row has `count` lanes.
        unsafe { (Kernels::of(level).load)(from, lanes.as_mut_ptr(), count) };
    }

    /// Some rows, all of which are in the table.
    fn origin(&self, points: Range<usize>) -> Origin<'a> {
        let (table, count) = (&self.numbers[self.first..], points.len());
        let rows = self.numbers.len() / self.length;
        let origin = |first: usize, index| Origin {
            first: table[first * self.length..].as_ptr(),
            length: self.length,
            index,
            points: count,
            width: self.width,
        };
        match self.index {
            None => {
                assert!(points.end <= rows, "row {} of the table of {rows}", points.end - 1);
                origin(points.start, None)
            }
            Some(index) => {
                let index = &index[points];
                let last = index.iter().copied().max().map_or(0, |row| row as usize);
                assert!(last < rows, "row {last} of the table of {rows}");
                origin(0, Some(index))
            }
        }
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
        let numbers = &mut self.numbers[self.first..];
        let to =
            Target { first: numbers.as_mut_ptr(), length: self.length, points, width: self.width };
        // SAFETY: the rows begin `length` apart, and the last still has `width` numbers; each of them
        // has `count` lanes, as many as points from `first` on.
        unsafe { (Kernels::of(level).store)(lanes.as_ptr().add(first), count, to) };
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
