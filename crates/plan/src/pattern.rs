//! Which entries of a matrix may be nonzero, in compressed rows.
use crate::PlanError;
use serde::{Deserialize, Serialize};

/// The places of a sparse matrix that may be nonzero.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Rows", into = "Rows")]
pub struct Pattern {
    columns: u32,
    /// Where each row starts in `places`, and where the last one ends.
    starts: Vec<usize>,
    /// Columns, increasing within a row.
    places: Vec<u32>,
}

impl Pattern {
    /// A pattern from the columns of each row, in any order.
    ///
    /// # Errors
    /// `STRUCTURE_MISMATCH` when a column is not below `columns`.
    pub fn new(columns: u32, rows: &[Vec<u32>]) -> Result<Pattern, PlanError> {
        let mut pattern = Pattern::empty(columns);
        for (index, row) in rows.iter().enumerate() {
            if let Some(column) = row.iter().find(|&&column| column >= columns) {
                return Err(PlanError::StructureMismatch {
                    field: format!("rows[{index}]"),
                    wanted: format!("hold columns below {columns}"),
                    got: format!("holds {column}"),
                });
            }
            pattern.push_row(row.clone());
        }
        Ok(pattern)
    }

    /// The pattern of a square diagonal matrix.
    pub fn diagonal(size: u32) -> Pattern {
        Pattern {
            columns: size,
            starts: (0..=size as usize).collect(),
            places: (0..size).collect(),
        }
    }

    pub(crate) fn empty(columns: u32) -> Pattern {
        Pattern { columns, starts: vec![0], places: Vec::new() }
    }

    pub(crate) fn push_row(&mut self, mut row: Vec<u32>) {
        row.sort_unstable();
        row.dedup();
        self.places.append(&mut row);
        self.starts.push(self.places.len());
    }

    /// How many rows.
    pub fn rows(&self) -> u32 {
        u32::try_from(self.starts.len() - 1).unwrap_or(u32::MAX)
    }

    /// How many columns.
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// How many places may be nonzero.
    pub fn entries(&self) -> u64 {
        self.places.len() as u64
    }

    /// The columns of a row, increasing.
    pub fn row(&self, row: u32) -> &[u32] {
        &self.places[self.starts[row as usize]..self.starts[row as usize + 1]]
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|ends| &self.places[ends[0]..ends[1]])
    }

    /// The pattern of the transpose.
    pub fn transpose(&self) -> Pattern {
        let mut starts = vec![0; self.columns as usize + 1];
        for &column in &self.places {
            starts[column as usize + 1] += 1;
        }
        for column in 0..self.columns as usize {
            starts[column + 1] += starts[column];
        }
        let mut next = starts.clone();
        let mut places = vec![0; self.places.len()];
        for (row, columns) in (0..).zip(self.iter()) {
            for &column in columns {
                places[next[column as usize]] = row;
                next[column as usize] += 1;
            }
        }
        Pattern { columns: self.rows(), starts, places }
    }

    /// The pattern of the product `self * earlier`, no entry cancelling.
    pub fn times(&self, earlier: &Pattern) -> Pattern {
        let mut product = Pattern::empty(earlier.columns);
        let mut seen_in = vec![u32::MAX; earlier.columns as usize];
        for (row, inner) in (0..).zip(self.iter()) {
            let mut places = Vec::new();
            for &column in inner.iter().flat_map(|&k| earlier.row(k)) {
                if seen_in[column as usize] != row {
                    seen_in[column as usize] = row;
                    places.push(column);
                }
            }
            product.push_row(places);
        }
        product
    }

    /// How many places each row holds.
    pub(crate) fn row_counts(&self) -> Vec<u32> {
        self.iter().map(|row| row.len() as u32).collect()
    }

    /// How many places each column holds.
    pub(crate) fn column_counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.columns as usize];
        for &column in &self.places {
            counts[column as usize] += 1;
        }
        counts
    }
}

/// The form in which a pattern is written down.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    columns: u32,
    rows: Vec<Vec<u32>>,
}

impl TryFrom<Rows> for Pattern {
    type Error = PlanError;

    fn try_from(form: Rows) -> Result<Pattern, PlanError> {
        Pattern::new(form.columns, &form.rows)
    }
}

impl From<Pattern> for Rows {
    fn from(pattern: Pattern) -> Rows {
        Rows { columns: pattern.columns, rows: pattern.iter().map(<[u32]>::to_vec).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrow() -> Pattern {
        Pattern::new(3, &[vec![2, 0, 1, 1], vec![0], vec![]]).unwrap()
    }

    #[test]
    fn rows_are_sorted_and_hold_each_place_once() {
        let rows: Vec<Vec<u32>> = arrow().iter().map(<[u32]>::to_vec).collect();
        assert_eq!(rows, [vec![0, 1, 2], vec![0], vec![]]);
    }

    #[test]
    fn the_transpose_of_the_transpose_is_the_pattern() {
        assert_eq!(arrow().transpose().transpose(), arrow());
        assert_eq!(arrow().transpose().row(0), [0, 1]);
    }

    #[test]
    fn a_product_joins_the_rows_it_reaches() {
        let product = arrow().times(&arrow());
        assert_eq!(product.row(0), [0, 1, 2]);
        assert_eq!(product.row(1), [0, 1, 2]);
        assert_eq!(product.entries(), 6);
    }

    #[test]
    fn a_column_out_of_range_is_named() {
        let error = Pattern::new(2, &[vec![0], vec![5]]).unwrap_err();
        assert_eq!(error.to_string(), "`rows[1]` must hold columns below 2, but holds 5");
    }
}
