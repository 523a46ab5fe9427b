//! The whole Hessian of one number as an output.
use super::grad::check_scalar;
use super::matrix::{Layout, Linear, matrix};
use super::{Named, finish, hvp};
use crate::{Tape, TapeError};

/// The tape of `x -> (value, gradient, hessian)`, for a tape whose output is one scalar; the inputs are those of `tape`.
///
/// The Hessian has shape `[n, n]`, for the elements of the inputs that are differentiated, in order.
///
/// ```
/// # use chainrule_tape::{Input, record, transform::hessian_tape};
/// let f = record(vec![Input::scalar("0"), Input::scalar("1")], |v| vec![v[0] * v[0] * v[1]])?;
/// assert_eq!(hessian_tape(&f)?.evaluate(&[vec![3.0], vec![5.0]])?[3], [10.0, 6.0, 6.0, 0.0]);
/// # Ok::<(), chainrule_tape::TapeError>(())
/// ```
///
/// # Errors
/// `NOT_SCALAR`; `TOO_LARGE` for a Hessian of 2^32 elements or more, or a tape of that many nodes.
pub fn hessian_tape(tape: &Tape) -> Result<Tape, TapeError> {
    check_scalar(tape, "hessian_tape")?;
    let sweep = hvp(tape)?;
    let wrt = tape.differentiated();
    let values = 1 + wrt.len();
    let mut names: Vec<Named> = vec![Named { path: "value".into(), adjoint_of: None }];
    let gradient = tape.input_paths_as("gradient", &wrt).into_iter();
    names.extend(gradient.zip(wrt.iter().map(|&i| Some(i as u32))).map(Named::from));
    names.push(Named { path: "hessian".into(), adjoint_of: None });
    let linear = Linear { tape: sweep, inputs: tape.inputs.clone(), values };
    Ok(finish(matrix(&linear, Layout::Symmetric)?, names.into_iter()))
}
