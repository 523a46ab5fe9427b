//! Tape to tape: derivatives, batching, simplification. Each function takes a tape and gives a tape, so all compose.
mod accumulate;
mod dead;
mod expand;
mod grad;
mod hessian;
mod hvp;
mod jacobian;
mod jvp;
mod matrix;
mod paths;
mod pieces;
mod reorder;
mod replay;
mod simplify;
mod sweep;
mod vjp;
mod vmap;

pub use expand::{Limit, expand};
pub use grad::grad;
pub use hessian::hessian_tape;
pub use hvp::hvp;
pub use jacobian::{Mode, jacobian_tape, jacobian_tape_by};
pub use jvp::jvp;
pub use reorder::reordered;
pub use simplify::simplify;
pub use vjp::vjp;
pub use vmap::vmap;

use crate::Tape;

/// What an output of a transformed tape is called, and whose adjoint it is.
struct Named {
    path: String,
    adjoint_of: Option<u32>,
}

impl From<(String, Option<u32>)> for Named {
    fn from((path, adjoint_of): (String, Option<u32>)) -> Named {
        Named { path, adjoint_of }
    }
}

/// A recorded tape with names for its outputs and without what they do not need.
fn finish(mut tape: Tape, outputs: impl Iterator<Item = Named>) -> Tape {
    for (output, named) in tape.outputs.iter_mut().zip(outputs) {
        (output.path, output.adjoint_of) = (named.path, named.adjoint_of);
    }
    let live = dead::live(&tape);
    let needed = dead::copied(&tape, |id| live[id.index()]);
    debug_assert_eq!(needed.verify(), Ok(()));
    needed
}
