//! Composing tapes.
use super::{Chain, Source, Stage};
use crate::ExecError;
use chainrule_plan::PlanError;
use chainrule_tape::{Input, Recorder, Segment, Shape, Tape, TapeError, Var};

/// Composes functions: the differentiated inputs of each are the outputs of the one before, in order and of the same
/// shapes.
///
/// The fixed inputs of all become inputs of the chain, in order, so that weights may change without a new plan. Where all
/// inputs are numbered, they are numbered anew; a name that is taken gets the number of its stage in front, as `"1.W"`.
///
/// ```
/// use chainrule_exec::chain;
/// use chainrule_tape::{Input, Scalar, record};
///
/// let inner = record(vec![Input::scalar("x")], |v| vec![v[0].sin()])?;
/// let outer = record(vec![Input::scalar("y")], |v| vec![v[0] * v[0]])?;
/// let chain = chain(&[inner, outer])?;
/// assert_eq!((chain.len(), chain.tape().inputs()[0].path.as_str()), (2, "x"));
/// # Ok::<(), chainrule_exec::ExecError>(())
/// ```
///
/// # Errors
/// `EMPTY_CHAIN`; `SHAPE_MISMATCH` for stages that do not fit; `TOO_LARGE`.
pub fn chain(tapes: &[Tape]) -> Result<Chain, ExecError> {
    if tapes.is_empty() {
        return Err(PlanError::EmptyChain.into());
    }
    for (index, pair) in (1..).zip(tapes.windows(2)) {
        check_fit(index, &pair[0], &pair[1])?;
    }
    let (inputs, sources) = chain_inputs(tapes);
    let stages = tapes.iter().zip(sources);
    let stages: Vec<Stage> =
        stages.map(|(tape, sources)| Stage::new(tape.clone(), sources)).collect();
    Ok(Chain { tape: composed(&stages, inputs)?, stages })
}

fn check_fit(index: usize, before: &Tape, stage: &Tape) -> Result<(), ExecError> {
    let carried = stage.inputs().iter().filter(|input| !input.fixed).map(|input| &input.shape);
    let given = (0..before.outputs().len()).map(|i| before.output_shape(i));
    if carried.clone().eq(given.clone()) {
        return Ok(());
    }
    let list = |shapes: Vec<&Shape>| {
        shapes.iter().map(|shape| shape.to_string()).collect::<Vec<_>>().join(", ")
    };
    let argument = format!("the differentiated inputs of stage {index}");
    let wanted =
        format!("have the shapes that stage {} gives ({})", index - 1, list(given.collect()));
    Err(ExecError::shape(argument, wanted, format!("have {}", list(carried.collect()))))
}

/// The inputs of the chain, and for each stage where its inputs come from.
fn chain_inputs(tapes: &[Tape]) -> (Vec<Input>, Vec<Vec<Source>>) {
    let mut inputs: Vec<Input> = Vec::new();
    let mut sources = Vec::new();
    for (stage, tape) in tapes.iter().enumerate() {
        let mut carried = 0;
        let source = |input: &Input| {
            if stage > 0 && !input.fixed {
                carried += 1;
                return Source::Carried(carried - 1);
            }
            let taken = inputs.iter().any(|other| other.path == input.path);
            let path = if taken { format!("{stage}.{}", input.path) } else { input.path.clone() };
            inputs.push(Input { path, ..input.clone() });
            Source::Input(inputs.len() - 1)
        };
        sources.push(tape.inputs().iter().map(source).collect());
    }
    let numbered = |input: &Input| input.path.parse::<u32>().is_ok();
    if tapes.iter().all(|tape| tape.inputs().iter().all(numbered)) {
        inputs.iter_mut().enumerate().for_each(|(i, input)| input.path = i.to_string());
    }
    (inputs, sources)
}

/// Stages one after the other as one tape, whose outputs are named as those of the last.
pub(super) fn composed(stages: &[Stage], inputs: Vec<Input>) -> Result<Tape, TapeError> {
    let tape = Recorder::record(Segment::default(), inputs, |recorder, inputs| {
        run(recorder, stages, inputs).pop().unwrap_or_default()
    })?;
    let Some(last) = stages.last() else { return Ok(tape) };
    let input_of = |place: u32| match last.sources[place as usize] {
        Source::Input(i) => Some(i as u32),
        Source::Carried(_) => None,
    };
    tape.with_outputs_as(&last.tape, input_of)
}

/// Records stages one after the other: the outputs of each.
pub(crate) fn run<'r>(
    recorder: &'r Recorder,
    stages: &[Stage],
    inputs: &[Var<'r>],
) -> Vec<Vec<Var<'r>>> {
    let mut outputs: Vec<Vec<Var>> = Vec::with_capacity(stages.len());
    for stage in stages {
        let args = stage.args(inputs, outputs.last().map_or(&[], Vec::as_slice));
        outputs.push(recorder.inline(&stage.tape, &args));
    }
    outputs
}

impl Stage {
    /// The inputs of the stage, given those of the chain and what the stage before gave.
    pub(crate) fn args<'r>(&self, inputs: &[Var<'r>], carried: &[Var<'r>]) -> Vec<Var<'r>> {
        let arg = |source: &Source| match *source {
            Source::Carried(k) => carried[k],
            Source::Input(i) => inputs[i],
        };
        self.sources.iter().map(arg).collect()
    }

    /// This stage and the next as one.
    pub(super) fn joined(&self, next: &Stage, inputs: &[Input]) -> Result<Stage, TapeError> {
        let mut sources = self.sources.clone();
        for source in &next.sources {
            if matches!(source, Source::Input(_)) && !sources.contains(source) {
                sources.push(*source);
            }
        }
        let of = |(place, source): (usize, &Source)| match *source {
            Source::Input(i) => Input { fixed: self.is_fixed(place), ..inputs[i].clone() },
            Source::Carried(_) => self.tape.inputs()[place].clone(),
        };
        let own: Vec<Input> = sources.iter().enumerate().map(of).collect();
        let place = |source: &Source| sources.iter().position(|other| other == source);
        let tape = Recorder::record(Segment::default(), own, |recorder, vars| {
            let middle = recorder.inline(&self.tape, &vars[..self.sources.len()]);
            let arg = |source: &Source| match *source {
                Source::Carried(k) => middle[k],
                input => vars[place(&input).unwrap_or_default()],
            };
            recorder.inline(&next.tape, &next.sources.iter().map(arg).collect::<Vec<_>>())
        })?;
        Ok(Stage::new(tape, sources))
    }

    /// Whether an input is fixed; those behind the stage's own are what a later stage reads.
    fn is_fixed(&self, place: usize) -> bool {
        self.tape.inputs().get(place).is_none_or(|input| input.fixed)
    }
}
