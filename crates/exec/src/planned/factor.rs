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
    /// Rows by columns.
    Dense(Var<'r>),
}

/// `later * earlier`.
pub(super) fn product<'r>(
    recorder: &'r Recorder,
    later: &Factor<'r>,
    earlier: &Factor<'r>,
) -> Factor<'r> {
    use Factor::{Dense, Diagonal, Identity, Sparse};
    match (later, earlier) {
        (Identity(_), other) | (other, Identity(_)) => other.clone(),
        (Diagonal(later), Diagonal(earlier)) => Diagonal(*later * *earlier),
        (Diagonal(later), Dense(earlier)) => {
            let rows = first_extent(*later);
            Dense(later.reshape(&[rows, 1]) * *earlier)
        }
        (Dense(later), Diagonal(earlier)) => Dense(*later * *earlier),
        (Dense(later), Dense(earlier)) => Dense(later.dot(*earlier)),
        (Sparse(later), Dense(earlier)) => Dense(later.times(recorder, *earlier)),
        (Dense(later), Sparse(earlier)) => Dense(earlier.after(recorder, *later)),
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
            true => Factor::Dense(sparse.full(recorder)),
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
            Factor::Dense(matrix) => *matrix,
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
