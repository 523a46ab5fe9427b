//! Jacobians as they are recorded, and their products: no more is written down than the structure needs.
use super::sparse::Sparse;
use chainrule_plan::{Pattern, PlanError};
use chainrule_tape::{Recorder, Shape, Var};
use std::sync::Arc;

/// The Jacobian of some stages.
#[derive(Clone, Debug)]
pub(super) enum Factor<'r> {
    /// Of that many rows.
    Identity(u32),
    /// The diagonal, as a vector.
    Diagonal(Var<'r>),
    /// Few entries.
    Sparse(Sparse<'r>),
    /// Any entries.
    Dense(Dense<'r>),
}

/// A matrix, or its transpose where that is what is at hand.
#[derive(Copy, Clone, Debug)]
pub(super) struct Dense<'r> {
    stored: Var<'r>,
    is_transposed: bool,
    /// Whether it is the same for all points.
    is_shared: bool,
}

impl<'r> Dense<'r> {
    pub(super) fn new(matrix: Var<'r>) -> Dense<'r> {
        Dense { stored: matrix, is_transposed: false, is_shared: false }
    }

    pub(super) fn of_transpose(transpose: Var<'r>) -> Dense<'r> {
        Dense { stored: transpose, is_transposed: true, is_shared: false }
    }

    /// The same for all points, or not.
    pub(super) fn shared(self, is_shared: bool) -> Dense<'r> {
        Dense { is_shared, ..self }
    }

    /// Rows by columns.
    pub(super) fn matrix(self) -> Var<'r> {
        if self.is_transposed { self.stored.t() } else { self.stored }
    }

    /// Columns by rows.
    pub(super) fn transpose(self) -> Var<'r> {
        if self.is_transposed { self.stored } else { self.stored.t() }
    }

    /// `self * earlier`. A matrix of each point whose transpose is at hand, or that is narrow, stands to the left of one
    /// that all share: then the rows of many points are one product, which keeps the transpose. Turning a wide one would
    /// take longer than that saves.
    fn times(self, earlier: Dense<'r>) -> Dense<'r> {
        let is_shared = self.is_shared && earlier.is_shared;
        let at_hand = earlier.is_transposed || earlier.columns() <= NARROW;
        let product = if self.is_shared && !is_shared && at_hand {
            Dense::of_transpose(earlier.transpose().dot(self.transpose()))
        } else {
            Dense::new(self.matrix().dot(earlier.matrix()))
        };
        product.shared(is_shared)
    }

    fn columns(self) -> u32 {
        self.stored.shape()[usize::from(!self.is_transposed)]
    }

    /// Each row times an entry of `factors`.
    fn scaled_rows(self, factors: Var<'r>) -> Dense<'r> {
        let stored = match self.is_transposed {
            true => self.stored * factors,
            false => factors.reshape(&[first_extent(factors), 1]) * self.stored,
        };
        Dense { stored, is_shared: false, ..self }
    }

    /// Each column times an entry of `factors`.
    fn scaled_columns(self, factors: Var<'r>) -> Dense<'r> {
        let stored = match self.is_transposed {
            true => factors.reshape(&[first_extent(factors), 1]) * self.stored,
            false => self.stored * factors,
        };
        Dense { stored, is_shared: false, ..self }
    }
}

/// Products of so few columns do not reach their speed alone.
const NARROW: u32 = 32;

/// `later * earlier`.
pub(super) fn product<'r>(
    recorder: &'r Recorder,
    later: &Factor<'r>,
    earlier: &Factor<'r>,
) -> Factor<'r> {
    use Factor::{Dense as Full, Diagonal, Identity, Sparse};
    match (later, earlier) {
        (Identity(_), other) | (other, Identity(_)) => other.clone(),
        (Diagonal(later), Diagonal(earlier)) => Diagonal(*later * *earlier),
        (Diagonal(later), Full(earlier)) => Full(earlier.scaled_rows(*later)),
        (Full(later), Diagonal(earlier)) => Full(later.scaled_columns(*earlier)),
        (Full(later), Full(earlier)) => Full(later.times(*earlier)),
        (Sparse(later), Full(earlier)) => Full(Dense::new(later.times(recorder, earlier.matrix()))),
        (Full(later), Sparse(earlier)) => Full(Dense::new(earlier.after(recorder, later.matrix()))),
        (Sparse(later), Diagonal(earlier)) => {
            Factor::of(recorder, later.product(recorder, &diagonal(*earlier)))
        }
        (Diagonal(later), Sparse(earlier)) => {
            Factor::of(recorder, diagonal(*later).product(recorder, earlier))
        }
        (Sparse(later), Sparse(earlier)) => Factor::of(recorder, later.product(recorder, earlier)),
    }
}

impl<'r> Factor<'r> {
    /// A sparse matrix; a dense one where there is nothing sparse about it.
    pub(super) fn of(recorder: &'r Recorder, sparse: Sparse<'r>) -> Factor<'r> {
        match sparse.is_full() {
            true => Factor::Dense(Dense::new(sparse.full(recorder))),
            false => Factor::Sparse(sparse),
        }
    }

    /// Ones in the columns `indices`, row by row.
    pub(super) fn selection(columns: u32, indices: &[u32]) -> Result<Factor<'r>, PlanError> {
        let rows: Vec<Vec<u32>> = indices.iter().map(|&index| vec![index]).collect();
        let pattern = Arc::new(Pattern::new(columns, &rows)?);
        Ok(Factor::Sparse(Sparse { pattern, values: None }))
    }

    /// All of it, as a matrix.
    pub(super) fn dense(&self, recorder: &'r Recorder) -> Var<'r> {
        match self {
            Factor::Identity(n) => recorder.splat(1.0, &Shape::vector(*n)).diagonal(),
            Factor::Diagonal(entries) => entries.diagonal(),
            Factor::Sparse(sparse) => sparse.dense(recorder),
            Factor::Dense(dense) => dense.matrix(),
        }
    }

    /// Its entries with their places, unless all may be other than zero.
    pub(super) fn sparse(&self) -> Option<Sparse<'r>> {
        match self {
            Factor::Identity(n) => {
                Some(Sparse { pattern: Arc::new(Pattern::diagonal(*n)), values: None })
            }
            Factor::Diagonal(entries) => Some(diagonal(*entries)),
            Factor::Sparse(sparse) => Some(sparse.clone()),
            Factor::Dense(_) => None,
        }
    }
}

fn diagonal(entries: Var<'_>) -> Sparse<'_> {
    let pattern = Arc::new(Pattern::diagonal(first_extent(entries)));
    Sparse { pattern, values: Some(entries) }
}

/// The length of the first axis; 0 where the recording has failed and there is none.
pub(super) fn first_extent(var: Var<'_>) -> u32 {
    var.shape().first().copied().unwrap_or(0)
}
