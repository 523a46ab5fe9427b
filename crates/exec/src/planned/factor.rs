//! Jacobians as they are recorded, and their products: no more is written down than the structure needs.
use chainrule_tape::structural::ScatterAdd;
use chainrule_tape::{Recorder, Shape, Var};
use std::sync::Arc;

/// The Jacobian of some stages.
#[derive(Clone, Debug)]
pub(super) enum Factor<'r> {
    /// Of that many rows.
    Identity(u32),
    /// Row `i` is 1 in column `indices[i]`.
    Selection { columns: u32, indices: Arc<[u32]> },
    /// The diagonal, as a vector.
    Diagonal(Var<'r>),
    /// Rows by columns.
    Dense(Var<'r>),
}

/// `later * earlier`.
pub(super) fn product<'r>(
    recorder: &'r Recorder,
    later: &Factor<'r>,
    earlier: &Factor<'r>,
) -> Factor<'r> {
    use Factor::{Dense, Diagonal, Identity, Selection};
    match (later, earlier) {
        (Identity(_), other) | (other, Identity(_)) => other.clone(),
        (Selection { indices, .. }, Selection { columns, indices: before }) => {
            let indices = indices.iter().map(|&index| before[index as usize]).collect();
            Selection { columns: *columns, indices }
        }
        (Diagonal(later), Diagonal(earlier)) => Diagonal(*later * *earlier),
        (Selection { indices, .. }, earlier) => Dense(earlier.dense(recorder).gather(0, indices)),
        (later, Selection { columns, indices }) => {
            Dense(scattered(recorder, later.dense(recorder), *columns, indices))
        }
        (Diagonal(later), Dense(earlier)) => {
            let rows = first_extent(*later);
            Dense(later.reshape(&[rows, 1]) * *earlier)
        }
        (Dense(later), Diagonal(earlier)) => Dense(*later * *earlier),
        (Dense(later), Dense(earlier)) => Dense(later.dot(*earlier)),
    }
}

/// A matrix times a selection: each column is added to the one it was selected from.
fn scattered<'r>(
    recorder: &'r Recorder,
    matrix: Var<'r>,
    columns: u32,
    indices: &Arc<[u32]>,
) -> Var<'r> {
    match Shape::new(&[first_extent(matrix), columns]) {
        Ok(shape) => {
            let zeros = recorder.splat(0.0, &shape);
            let scatter = ScatterAdd { axis: 1, indices: indices.clone() };
            recorder.structural(scatter, &[zeros, matrix])
        }
        Err(_) => matrix,
    }
}

impl<'r> Factor<'r> {
    /// All of it, as a matrix.
    pub(super) fn dense(&self, recorder: &'r Recorder) -> Var<'r> {
        match self {
            Factor::Identity(n) => recorder.splat(1.0, &Shape::vector(*n)).diagonal(),
            Factor::Selection { columns, indices } => {
                recorder.splat(1.0, &Shape::vector(*columns)).diagonal().gather(0, indices)
            }
            Factor::Diagonal(entries) => entries.diagonal(),
            Factor::Dense(matrix) => *matrix,
        }
    }
}

/// The length of the first axis; 0 where the recording has failed and there is none.
pub(super) fn first_extent(var: Var<'_>) -> u32 {
    var.shape().first().copied().unwrap_or(0)
}
