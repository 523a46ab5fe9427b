//! The whole Jacobian as an output.
use super::matrix::{Layout, Linear, matrix};
use super::{Named, finish, jvp, vjp};
use crate::{Recorder, Segment, Tape, TapeError, Var};

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
    Ok(named(tape, matrix(&linear, layout)?))
}

/// The tape of `x -> (value, jacobian)` whose values and Jacobian `make` records, given variables for the inputs of
/// `tape`: for whoever knows a cheaper way to them than a sweep for each row or column.
///
/// # Errors
/// What failed the recording; `INVALID_ARGUMENT` if there are not a value for each output and a matrix.
pub fn jacobian_tape_by(
    tape: &Tape,
    make: impl for<'r> FnOnce(&'r Recorder, &[Var<'r>]) -> Vec<Var<'r>>,
) -> Result<Tape, TapeError> {
    let recorded = Recorder::record(Segment::default(), tape.inputs.clone(), make)?;
    let wanted = tape.outputs.len() + 1;
    if recorded.outputs.len() != wanted {
        let came = format!("there are {}", recorded.outputs.len());
        return Err(TapeError::invalid("values and jacobian", format!("be {wanted}"), came));
    }
    Ok(named(tape, recorded))
}

/// A recorded tape of values and a Jacobian, with their names.
fn named(tape: &Tape, recorded: Tape) -> Tape {
    let adjoint_of = tape.outputs.iter().map(|output| output.adjoint_of);
    let values = tape.output_paths_as("value").into_iter().zip(adjoint_of).map(Named::from);
    let jacobian = Named { path: "jacobian".into(), adjoint_of: None };
    finish(recorded, values.chain([jacobian]))
}
