//! The Hessian times a direction, forward over reverse.
use super::grad::check_scalar;
use super::{Named, finish, grad, jvp};
use crate::{Tape, TapeError};

/// The tape of `(x, v) -> (value, gradient, hvp)`, for a tape whose output is one scalar: a tangent sweep over the gradient.
///
/// `v`, `gradient` and `hvp` have the form of the inputs that are differentiated.
///
/// ```
/// # use chainrule_tape::{Input, Scalar, record, transform::hvp};
/// let cube = record(vec![Input::scalar("0")], |v| vec![v[0].powi(3)])?;
/// assert_eq!(hvp(&cube)?.evaluate(&[vec![2.0], vec![1.0]])?, [[8.0], [12.0], [12.0]]);
/// # Ok::<(), chainrule_tape::TapeError>(())
/// ```
///
/// # Errors
/// `NOT_SCALAR`; `TOO_LARGE` above 2^32 - 1 nodes.
pub fn hvp(tape: &Tape) -> Result<Tape, TapeError> {
    check_scalar(tape, "hvp")?;
    let gradient = grad(tape)?;
    let mut both = jvp(&gradient)?;
    let wrt = tape.differentiated();
    both.inputs.truncate(tape.inputs.len());
    both.inputs.extend(tape.inputs_as("v", &wrt));
    both.outputs.remove(gradient.outputs.len()); // the tangent of the value
    let adjoint_of = both.outputs.iter().map(|output| output.adjoint_of).collect::<Vec<_>>();
    let paths = gradient.outputs.iter().map(|output| output.path.clone());
    let paths = paths.chain(tape.input_paths_as("hvp", &wrt));
    Ok(finish(both, paths.zip(adjoint_of).map(Named::from)))
}
