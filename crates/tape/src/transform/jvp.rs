//! Forward mode: tangents carried along with the values.
use super::replay::picked;
use super::{Named, finish};
use crate::{Kind, Recorder, Segment, Tape, TapeError, Var};
use smallvec::SmallVec;

/// The tape of `(x, x_dot) -> (value, tangent)`, where the tangent is the Jacobian times `x_dot`.
///
/// Fixed inputs have no `x_dot`.
///
/// ```
/// # use chainrule_tape::{Input, Scalar, record, transform::jvp};
/// let f = record(vec![Input::scalar("0")], |v| vec![v[0].sin()])?;
/// assert_eq!(jvp(&f)?.evaluate(&[vec![0.0], vec![2.0]])?, [[0.0], [2.0]]);
/// # Ok::<(), chainrule_tape::TapeError>(())
/// ```
///
/// # Errors
/// `TOO_LARGE` above 2^32 - 1 nodes.
pub fn jvp(tape: &Tape) -> Result<Tape, TapeError> {
    let wrt = tape.differentiated();
    let all: Vec<usize> = (0..tape.inputs.len()).collect();
    let inputs = [tape.inputs_as("x", &all), tape.inputs_as("x_dot", &wrt)].concat();
    let recorded = Recorder::record(Segment::default(), inputs, |recorder, vars| {
        let (x, x_dot) = vars.split_at(all.len());
        let mut seeds = vec![None; all.len()];
        for (&i, &seed) in wrt.iter().zip(x_dot) {
            seeds[i] = Some(seed);
        }
        let duals = tangents(recorder, tape, x, &seeds);
        let values = duals.iter().map(|&(value, _)| value);
        let zero = Var::from(0.0);
        let tangents =
            duals.iter().map(|&(value, tangent)| recorder.whole(tangent.unwrap_or(zero), value));
        values.chain(tangents).collect()
    })?;
    let paths = [tape.output_paths_as("value"), tape.output_paths_as("tangent")].concat();
    let adjoint_of = tape.outputs.iter().chain(&tape.outputs).map(|output| output.adjoint_of);
    Ok(finish(recorded, paths.into_iter().zip(adjoint_of).map(Named::from)))
}

/// The value and tangent of each output at `x`, given a tangent for each input; `None` is a structural zero.
pub(crate) fn tangents<'r>(
    recorder: &'r Recorder,
    tape: &Tape,
    x: &[Var<'r>],
    x_dot: &[Option<Var<'r>>],
) -> Vec<(Var<'r>, Option<Var<'r>>)> {
    let mut values: Vec<Var> = Vec::with_capacity(tape.len());
    let mut tangents: Vec<Option<Var>> = Vec::with_capacity(tape.len());
    for (_, kind, shape) in tape.nodes() {
        let args = picked(&values, kind.args());
        let arg_tangents: SmallVec<[Option<Var>; 3]> =
            kind.args().iter().map(|id| tangents[id.index()]).collect();
        let y = recorder.replay(&kind, shape, x, &args);
        values.push(y);
        tangents.push(match kind {
            Kind::Input(i) => x_dot[i],
            _ => recorder.node_tangent(&kind, &args, &arg_tangents, y),
        });
    }
    let of = tape.outputs.iter().map(|output| output.node().index());
    of.map(|node| (values[node], tangents[node])).collect()
}
