//! The whole Jacobian as an output.
use super::matrix::{Layout, Linear, matrix};
use super::{Named, finish, jvp, vjp};
use crate::{Tape, TapeError};

/// The direction of the sweeps that a Jacobian is made by.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Forward: a sweep for each element of the inputs that are differentiated.
    Tangent,
    /// Reverse: a sweep for each element of the outputs.
    Adjoint,
}

/// The tape of `x -> (value, jacobian)`; the inputs are those of `tape`.
///
/// The Jacobian has shape `[m, n]`: a row for each element of the outputs, a column for each element of the inputs that
/// are differentiated, both in order. Both modes give the same to rounding.
///
/// ```
/// # use chainrule_tape::{Input, Shape, record, transform::{Mode, jacobian_tape}};
/// let f = record(vec![Input::new("0", Shape::new(&[2])?)], |v| vec![v[0] * v[0].at(0)])?;
/// let jacobian = jacobian_tape(&f, Mode::Tangent)?;
/// assert_eq!(jacobian.evaluate(&[vec![3.0, 5.0]])?[1], [6.0, 0.0, 5.0, 3.0]);
/// # Ok::<(), chainrule_tape::TapeError>(())
/// ```
///
/// # Errors
/// `TOO_LARGE` for a Jacobian of 2^32 elements or more, or a tape of that many nodes.
pub fn jacobian_tape(tape: &Tape, mode: Mode) -> Result<Tape, TapeError> {
    let (sweep, layout) = match mode {
        Mode::Tangent => (jvp(tape)?, Layout::Columns),
        Mode::Adjoint => (vjp(tape)?, Layout::Rows),
    };
    let values = tape.outputs.len();
    let linear = Linear { tape: sweep, inputs: tape.inputs.clone(), values };
    let recorded = matrix(&linear, layout)?;
    let adjoint_of = tape.outputs.iter().map(|output| output.adjoint_of);
    let values = tape.output_paths_as("value").into_iter().zip(adjoint_of).map(Named::from);
    let jacobian = Named { path: "jacobian".into(), adjoint_of: None };
    Ok(finish(recorded, values.chain([jacobian])))
}
