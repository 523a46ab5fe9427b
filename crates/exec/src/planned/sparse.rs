//! Jacobians of which only some entries can be other than zero: those are recorded, and no others.
use super::factor::first_extent;
use chainrule_plan::{Pattern, color_columns};
use chainrule_tape::structural::ScatterAdd;
use chainrule_tape::{Recorder, Shape, Var};
use std::sync::Arc;

/// A matrix by its pattern and its entries there, row by row.
#[derive(Clone, Debug)]
pub(super) struct Sparse<'r> {
    pub(super) pattern: Arc<Pattern>,
    /// None where all are 1.
    pub(super) values: Option<Var<'r>>,
}

impl<'r> Sparse<'r> {
    /// The row and column of each entry.
    fn places(&self) -> (Vec<u32>, Vec<u32>) {
        let row = |(i, columns): (u32, &[u32])| vec![i; columns.len()];
        let rows = (0..).zip(self.pattern.iter()).flat_map(row).collect();
        (rows, self.pattern.iter().flatten().copied().collect())
    }

    /// The entries as a vector.
    fn entries(&self, recorder: &'r Recorder) -> Var<'r> {
        let ones = || recorder.splat(1.0, &Shape::vector(self.pattern.entries() as u32));
        self.values.unwrap_or_else(ones)
    }

    /// All of it, zeros included.
    pub(super) fn dense(&self, recorder: &'r Recorder) -> Var<'r> {
        let (rows, columns) = (self.pattern.rows(), self.pattern.columns());
        let (i, j) = self.places();
        let at = i.iter().zip(j).map(|(i, j)| i * columns + j).collect();
        added(recorder, self.entries(recorder), rows * columns, at).reshape(&[rows, columns])
    }

    /// This times a dense matrix: rows of that, scaled and added.
    pub(super) fn times(&self, recorder: &'r Recorder, earlier: Var<'r>) -> Var<'r> {
        let (rows, columns) = self.places();
        let mut terms = earlier.gather(0, &columns);
        if let Some(values) = self.values {
            terms = values.reshape(&[columns.len() as u32, 1]) * terms;
        }
        if rows.iter().copied().eq(0..self.pattern.rows()) {
            return terms;
        }
        let width = earlier.shape().get(1).copied().unwrap_or(0);
        scattered(recorder, terms, &[self.pattern.rows(), width], 0, rows)
    }

    /// A dense matrix times this: columns of that, scaled and added.
    pub(super) fn after(&self, recorder: &'r Recorder, later: Var<'r>) -> Var<'r> {
        let (rows, columns) = self.places();
        let mut terms = later.gather(1, &rows);
        if let Some(values) = self.values {
            terms = terms * values;
        }
        let shape = [first_extent(later), self.pattern.columns()];
        scattered(recorder, terms, &shape, 1, columns)
    }

    /// `self * earlier`, both sparse.
    pub(super) fn product(&self, recorder: &'r Recorder, earlier: &Sparse<'r>) -> Sparse<'r> {
        let pattern = self.pattern.times(&earlier.pattern);
        let mut first = vec![0; earlier.pattern.rows() as usize + 1];
        for (i, row) in earlier.pattern.iter().enumerate() {
            first[i + 1] = first[i] + row.len() as u32;
        }
        let (mut left, mut right, mut at) = (Vec::new(), Vec::new(), Vec::new());
        let (mut entry, mut start) = (0, 0);
        for (i, row) in self.pattern.iter().enumerate() {
            let made = pattern.row(i as u32);
            for &k in row {
                for (l, j) in (first[k as usize]..).zip(earlier.pattern.row(k)) {
                    left.push(entry);
                    right.push(l);
                    at.push(start + made.partition_point(|column| column < j) as u32);
                }
                entry += 1;
            }
            start += made.len() as u32;
        }
        let left = self.values.map(|values| values.gather(0, &left));
        let right = earlier.values.map(|values| values.gather(0, &right));
        let terms = match (left, right) {
            (Some(left), Some(right)) => Some(left * right),
            (terms, None) | (None, terms) => terms,
        };
        let once = at.iter().copied().eq(0..start);
        let values = match terms {
            Some(terms) if once => Some(terms),
            None if once => None,
            terms => {
                let ones = || recorder.splat(1.0, &Shape::vector(at.len() as u32));
                Some(added(recorder, terms.unwrap_or_else(ones), start, at))
            }
        };
        Sparse { pattern: Arc::new(pattern), values }
    }

    /// All of it, where there is no place for a zero.
    pub(super) fn full(&self, recorder: &'r Recorder) -> Var<'r> {
        self.entries(recorder).reshape(&[self.pattern.rows(), self.pattern.columns()])
    }

    /// Whether there is no place for a zero.
    pub(super) fn is_full(&self) -> bool {
        let all = u64::from(self.pattern.rows()) * u64::from(self.pattern.columns());
        self.pattern.entries() == all
    }

    /// The rows of the transposed matrix, of which those of a group are added up: a row for each group.
    pub(super) fn grouped_columns(&self, recorder: &'r Recorder, groups: &Groups) -> Var<'r> {
        let (rows, columns) = self.places();
        self.grouped(recorder, groups, (columns, rows), self.pattern.rows())
    }

    /// The rows, of which those of a group are added up: a row for each group.
    pub(super) fn grouped_rows(&self, recorder: &'r Recorder, groups: &Groups) -> Var<'r> {
        self.grouped(recorder, groups, self.places(), self.pattern.columns())
    }

    /// Entries added up by group of the first of their places, in rows by the second, of which there are `width`.
    fn grouped(
        &self,
        recorder: &'r Recorder,
        groups: &Groups,
        (lines, across): (Vec<u32>, Vec<u32>),
        width: u32,
    ) -> Var<'r> {
        let at = lines.iter().zip(across).map(|(&line, j)| groups.of[line as usize] * width + j);
        added(recorder, self.entries(recorder), groups.count * width, at.collect())
            .reshape(&[groups.count, width])
    }
}

/// Columns or rows that are swept together, for no row or column holds two of them.
pub(super) struct Groups {
    of: Vec<u32>,
    pub(super) count: u32,
}

impl Groups {
    pub(super) fn of_columns(pattern: &Pattern) -> Groups {
        let coloring = color_columns(pattern);
        Groups { of: coloring.groups, count: coloring.count }
    }

    /// The matrix of that pattern whose columns were added up in groups, each sum a row of `sums`.
    pub(super) fn columns_of<'r>(&self, sums: Var<'r>, pattern: Pattern) -> Sparse<'r> {
        let width = pattern.rows();
        self.read(sums, pattern, |i, j, group| group(j) * width + i)
    }

    /// The matrix of that pattern whose rows were added up in groups, each sum a row of `sums`.
    pub(super) fn rows_of<'r>(&self, sums: Var<'r>, pattern: Pattern) -> Sparse<'r> {
        let width = pattern.columns();
        self.read(sums, pattern, |i, j, group| group(i) * width + j)
    }

    fn read<'r>(
        &self,
        sums: Var<'r>,
        pattern: Pattern,
        place: impl Fn(u32, u32, &dyn Fn(u32) -> u32) -> u32,
    ) -> Sparse<'r> {
        let group = |index: u32| self.of[index as usize];
        let mut places = Vec::with_capacity(pattern.entries() as usize);
        for (i, row) in (0..).zip(pattern.iter()) {
            places.extend(row.iter().map(|&j| place(i, j, &group)));
        }
        Sparse { values: Some(sums.flat().gather(0, &places)), pattern: Arc::new(pattern) }
    }
}

/// A vector of that length to which each of `terms` is added at its place.
fn added<'r>(recorder: &'r Recorder, terms: Var<'r>, length: u32, at: Vec<u32>) -> Var<'r> {
    scattered(recorder, terms, &[length], 0, at)
}

fn scattered<'r>(
    recorder: &'r Recorder,
    terms: Var<'r>,
    dims: &[u32],
    axis: u32,
    at: Vec<u32>,
) -> Var<'r> {
    match Shape::new(dims) {
        Ok(shape) => {
            let zeros = recorder.splat(0.0, &shape);
            recorder.structural(ScatterAdd { axis, indices: at.into() }, &[zeros, terms])
        }
        Err(error) => recorder.fail(error),
    }
}
