//! Tape to program: small arrays become numbers, numbers become straight-line code, the rest array kernels.
mod classify;
mod emit;
mod groups;

use crate::ExecError;
use crate::low::Low;
use chainrule_tape::Tape;
use chainrule_tape::transform::{Limit, expand, simplify};

/// Lowers a tape. `shared` tells for each input whether all points share its one row.
///
/// # Errors
/// What the transforms say.
pub(crate) fn lower(tape: &Tape, shared: &[bool]) -> Result<Low, ExecError> {
    let tape = simplify(tape)?;
    let nodes = LARGEST_EXPANSION.max(2 * tape.len());
    let tape = simplify(&expand(&tape, Limit { elements: LARGEST_SMALL_ARRAY, nodes })?)?;
    Ok(emit::emit(&tape, shared))
}

/// Arrays of at most so many elements become numbers: enough for the cameras, points and states of models, too few for
/// a layer of a network, which is better off as a matrix product.
const LARGEST_SMALL_ARRAY: usize = 64;
/// Programs that would grow beyond so many nodes keep their arrays.
const LARGEST_EXPANSION: usize = 1 << 17;
