//! Segments recorded elsewhere, joined in their stated order into one tape.
use crate::error::{Result, thrown};
use crate::tape::{InputInfo, NativeTape, Recorded};
use chainrule::tape::{Recorder, Tape, Var, join};
use napi::Env;
use napi_derive::napi;

/// What one worker recorded.
#[napi(object)]
pub struct RecordedSegment {
    /// The recording; its inputs are those of the whole tape.
    pub recorded: Recorded,
    /// The names of what it gives.
    pub outputs: Vec<u32>,
}

/// The tape of all segments; `combine` takes all their outputs and then the inputs, and without it the outputs are the
/// tape's. `paths` name the tape's outputs.
#[napi(catch_unwind)]
pub fn join_segments(
    env: Env,
    inputs: Vec<InputInfo>,
    segments: Vec<RecordedSegment>,
    combine: Option<&NativeTape>,
    paths: Vec<String>,
) -> Result<NativeTape> {
    let recorded = segments.iter().map(|segment| {
        let words = segment.recorded.words(&inputs, &segment.outputs)?;
        chainrule::tape::Recorded::from_words(words).map_err(thrown)
    });
    let recorded = recorded.collect::<Result<Vec<_>>>()?;
    let taken = segments.first().map(|segment| segment.recorded.words(&inputs, &[]));
    let taken = taken.transpose()?.map(|words| words.inputs).unwrap_or_default();
    let combine = combine.map(|tape| tape.get()).transpose()?;
    let tape = join(taken, recorded, combine.as_deref().map(inlined)).map_err(thrown)?;
    NativeTape::new(&env, tape.with_output_paths(&paths).map_err(thrown)?)
}

/// What `combine` does, to be recorded behind the segments.
fn inlined(
    combine: &Tape,
) -> impl for<'r> FnOnce(&'r Recorder, &[Vec<Var<'r>>], &[Var<'r>]) -> Vec<Var<'r>> {
    move |recorder, outputs, inputs| {
        let all: Vec<Var> = outputs.iter().flatten().chain(inputs).copied().collect();
        recorder.inline(combine, &all)
    }
}
