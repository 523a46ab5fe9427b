//! The gradient of one number.
use super::vjp::adjoints;
use super::{Named, finish};
use crate::{Recorder, Segment, Tape, TapeError, Var};

/// The tape of `x -> (value, gradient)`, for a tape whose output is one scalar; the inputs are those of `tape`.
///
/// The gradient has the form of the inputs that are differentiated.
///
/// ```
/// # use chainrule_tape::{Input, record, transform::grad};
/// let f = record(vec![Input::scalar("x"), Input::scalar("y")], |v| vec![v[0] * v[0] * v[1]])?;
/// assert_eq!(grad(&f)?.evaluate(&[vec![3.0], vec![2.0]])?, [[18.0], [12.0], [9.0]]);
/// # Ok::<(), chainrule_tape::TapeError>(())
/// ```
///
/// # Errors
/// `NOT_SCALAR`; `TOO_LARGE` above 2^32 - 1 nodes.
pub fn grad(tape: &Tape) -> Result<Tape, TapeError> {
    check_scalar(tape, "grad")?;
    let wrt = tape.differentiated();
    let recorded = Recorder::record(Segment::default(), tape.inputs.clone(), |recorder, x| {
        let (values, adjoints) = adjoints(recorder, tape, x, &[Var::from(1.0)]);
        [values, wrt.iter().map(|&i| adjoints[i]).collect()].concat()
    })?;
    let value = Named { path: "value".into(), adjoint_of: None };
    let gradient = tape.input_paths_as("gradient", &wrt).into_iter();
    let gradient = gradient.zip(wrt.iter().map(|&i| Some(i as u32))).map(Named::from);
    Ok(finish(recorded, std::iter::once(value).chain(gradient)))
}

/// What `transform` differentiates must be one number.
pub(super) fn check_scalar(tape: &Tape, transform: &'static str) -> Result<(), TapeError> {
    let came = match tape.outputs.len() {
        1 if tape.output_shape(0).is_scalar() => return Ok(()),
        1 => format!("one of shape {}", tape.output_shape(0)),
        count => format!("{count} outputs"),
    };
    Err(TapeError::NotScalar { transform, came })
}
