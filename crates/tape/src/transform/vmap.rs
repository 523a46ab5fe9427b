//! The same function of each entry of a leading axis.
use super::replay::ArgVars;
use super::{Named, finish};
use crate::structural::repeated;
use crate::{Constant, Input, Kind, NodeId, Recorder, Scalar, Segment, Tape, TapeError, Var};
use smallvec::SmallVec;

/// The tape that applies `tape` to `entries` entries at once: mapped inputs and all outputs have one more axis in front.
///
/// Inputs whose paths are in `unmapped` are the same for all entries; without that list, the fixed inputs are.
///
/// ```
/// # use chainrule_tape::{Input, record, transform::vmap};
/// let f = record(vec![Input::scalar("x"), Input::scalar("y")], |v| vec![v[0] * v[1]])?;
/// let f = vmap(&f, 3, Some(&["y"]))?;
/// assert_eq!(f.evaluate(&[vec![1.0, 2.0, 3.0], vec![10.0]])?, [[10.0, 20.0, 30.0]]);
/// # Ok::<(), chainrule_tape::TapeError>(())
/// ```
///
/// # Errors
/// `UNKNOWN_NAME` for a path that no input has; `TOO_LARGE` for an array that would have too many axes or elements.
pub fn vmap(tape: &Tape, entries: u32, unmapped: Option<&[&str]>) -> Result<Tape, TapeError> {
    let mapped = mapped_inputs(tape, unmapped)?;
    let input = |(input, &mapped): (&Input, &bool)| {
        let shape = if mapped { input.shape.lifted(entries)? } else { input.shape.clone() };
        Ok(Input { shape, ..input.clone() })
    };
    let inputs = tape.inputs.iter().zip(&mapped).map(input).collect::<Result<_, TapeError>>()?;
    let recorded = Recorder::record(Segment::default(), inputs, |recorder, vars| {
        let inputs: Vec<Entry> =
            vars.iter().zip(&mapped).map(|(&var, &mapped)| Entry { var, mapped }).collect();
        let outputs = map_entries(recorder, tape, &inputs, entries);
        outputs.into_iter().map(|output| output.over_all(recorder, entries)).collect()
    })?;
    let output = |output: &crate::Output| Named {
        path: output.path.clone(),
        // The adjoint of an input that all entries share has a row for each of them.
        adjoint_of: output.adjoint_of.filter(|&input| mapped[input as usize]),
    };
    Ok(finish(recorded, tape.outputs.iter().map(output)))
}

fn mapped_inputs(tape: &Tape, unmapped: Option<&[&str]>) -> Result<Vec<bool>, TapeError> {
    let Some(unmapped) = unmapped else {
        return Ok(tape.inputs.iter().map(|input| !input.fixed).collect());
    };
    let known = |path: &str| tape.inputs.iter().any(|input| input.path == path);
    if let Some(unknown) = unmapped.iter().find(|path| !known(path)) {
        let paths: Vec<&str> = tape.inputs.iter().map(|input| input.path.as_str()).collect();
        return Err(TapeError::UnknownName {
            argument: "an input in `unmapped`".into(),
            wanted: format!("one of {}", paths.join(", ")),
            came: (*unknown).into(),
        });
    }
    Ok(tape.inputs.iter().map(|input| !unmapped.contains(&input.path.as_str())).collect())
}

/// A value that has an axis of entries in front, or is the same for all of them.
#[derive(Copy, Clone)]
pub(crate) struct Entry<'r> {
    pub(crate) var: Var<'r>,
    pub(crate) mapped: bool,
}

impl<'r> Entry<'r> {
    /// The value with the axis of entries in front.
    pub(crate) fn over_all(self, recorder: &'r Recorder, entries: u32) -> Var<'r> {
        if self.mapped { self.var } else { repeated(recorder, self.var, entries) }
    }
}

/// The outputs of `tape` for each entry; one that is not mapped is the same for all.
pub(crate) fn map_entries<'r>(
    recorder: &'r Recorder,
    tape: &Tape,
    inputs: &[Entry<'r>],
    entries: u32,
) -> Vec<Entry<'r>> {
    let mut nodes: Vec<Entry> = Vec::with_capacity(tape.len());
    let vars: Vec<Var> = inputs.iter().map(|input| input.var).collect();
    for (_, kind, shape) in tape.nodes() {
        let ids = kind.args();
        let mapped: SmallVec<[bool; 3]> = ids.iter().map(|id| nodes[id.index()].mapped).collect();
        let args: ArgVars = ids.iter().map(|id| nodes[id.index()].var).collect();
        let entry = match &kind {
            Kind::Input(i) => inputs[*i],
            Kind::Elementwise(op, n, _) if mapped.contains(&true) => {
                let args: ArgVars =
                    ids.iter().map(|&id| operand(recorder, tape, &nodes, id, entries)).collect();
                Entry { var: Var::apply(*op, *n, &args), mapped: true }
            }
            Kind::Structural(rule, _) if mapped.contains(&true) => {
                Entry { var: rule.vmap(recorder, &args, &mapped, entries), mapped: true }
            }
            _ => Entry { var: recorder.replay(&kind, shape, &vars, &args), mapped: false },
        };
        if recorder.has_failed() {
            return vec![Entry { var: Var::from(f64::NAN), mapped: false }; tape.outputs.len()];
        }
        nodes.push(entry);
    }
    tape.outputs.iter().map(|output| nodes[output.node().index()]).collect()
}

/// A node as an argument of an elementwise op over all entries.
fn operand<'r>(
    recorder: &'r Recorder,
    tape: &Tape,
    nodes: &[Entry<'r>],
    id: NodeId,
    entries: u32,
) -> Var<'r> {
    match (nodes[id.index()], tape.kind(id)) {
        (Entry { mapped: false, .. }, Kind::Constant(Constant::Splat(number))) => {
            Var::from(*number)
        }
        (entry, _) => entry.over_all(recorder, entries),
    }
}
