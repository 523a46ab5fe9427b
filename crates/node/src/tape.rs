//! Tapes: handed over once, kept here, and read back as text, as bytes or as a list of what they take and give.
use crate::convert::{Rule, shape, sizes};
use crate::error::{Result, thrown};
use crate::memory::Held;
use chainrule::tape::words::Words;
use chainrule::tape::{Input, Tape};
use napi::Env;
use napi::bindgen_prelude::{
    Float64Array, Float64ArraySlice, ObjectFinalize, Uint8Array, Uint32Array,
};
use napi_derive::napi;
use std::sync::Arc;

/// What a tape takes.
#[napi(object)]
pub struct InputInfo {
    /// Its place in the form of the inputs.
    pub path: String,
    /// Its sizes.
    pub shape: Vec<f64>,
    /// Whether it is not differentiated.
    pub fixed: bool,
}

/// What a tape gives.
#[napi(object)]
pub struct OutputInfo {
    /// Its place in the form of the result.
    pub path: String,
    /// Its sizes.
    pub shape: Vec<u32>,
    /// The input whose adjoint it is.
    pub adjoint_of: Option<u32>,
}

/// What a recording gives.
#[napi(object)]
pub struct NamedNode {
    /// Its place in the form of the result.
    pub path: String,
    /// The node that holds it.
    pub node: u32,
}

/// A recording as words; see `chainrule::tape::words`.
#[napi(object)]
pub struct Recorded {
    /// Four words for each node, in pieces.
    pub nodes: Vec<Uint32Array>,
    /// Numbers that constants name.
    pub numbers: Float64Array,
    /// Arrays that constants name.
    pub arrays: Vec<Float64Array>,
    /// Shapes that constants name.
    pub shapes: Vec<Vec<f64>>,
    /// Structural ops.
    pub rules: Vec<Rule>,
    /// The arguments of structural nodes.
    pub lists: Uint32Array,
}

/// A tape, until it is disposed of.
#[napi(custom_finalize)]
pub struct NativeTape {
    held: Held<Arc<Tape>>,
}

impl NativeTape {
    /// Holds a tape and tells the collector of garbage how much memory that is.
    pub(crate) fn new(env: &Env, tape: Tape) -> Result<NativeTape> {
        let bytes = tape.bytes();
        Ok(NativeTape { held: Held::new(env, "tape", Arc::new(tape), bytes)? })
    }

    pub(crate) fn get(&self) -> Result<Arc<Tape>> {
        self.held.get()
    }
}

impl ObjectFinalize for NativeTape {
    fn finalize(self, env: Env) -> Result<()> {
        self.held.dispose(&env)
    }
}

#[napi]
impl NativeTape {
    /// What it takes, in order.
    #[napi(catch_unwind)]
    pub fn inputs(&self) -> Result<Vec<InputInfo>> {
        let info = |input: &Input| InputInfo {
            path: input.path.clone(),
            shape: input.shape.iter().map(|&size| size.into()).collect(),
            fixed: input.fixed,
        };
        Ok(self.get()?.inputs().iter().map(info).collect())
    }

    /// What it gives, in order.
    #[napi(catch_unwind)]
    pub fn outputs(&self) -> Result<Vec<OutputInfo>> {
        let tape = self.get()?;
        let info = |(i, output): (usize, &chainrule::tape::Output)| OutputInfo {
            path: output.path.clone(),
            shape: sizes(tape.output_shape(i)),
            adjoint_of: output.adjoint_of,
        };
        Ok(tape.outputs().iter().enumerate().map(info).collect())
    }

    /// The multiply-adds of one evaluation, as the op tables state them.
    #[napi(catch_unwind)]
    pub fn cost(&self) -> Result<f64> {
        Ok(chainrule::exec::cost(&*self.get()?) as f64)
    }

    /// The tape as text.
    #[napi(catch_unwind)]
    pub fn text(&self) -> Result<String> {
        Ok(self.get()?.to_string())
    }

    /// The tape as bytes.
    #[napi(catch_unwind)]
    pub fn serialize(&self) -> Result<Uint8Array> {
        self.get()?.serialize().map(Uint8Array::new).map_err(thrown)
    }

    /// The number of nodes, inputs and constants included.
    #[napi(catch_unwind)]
    pub fn nodes(&self) -> Result<f64> {
        Ok(self.get()?.len() as f64)
    }

    /// Frees the tape, unless a program or a call under way still uses it.
    #[napi(catch_unwind)]
    pub fn dispose(&self, env: Env) -> Result<()> {
        self.held.dispose(&env)
    }
}

/// The tape that a recording says.
#[napi(catch_unwind)]
pub fn record_tape(
    env: Env,
    inputs: Vec<InputInfo>,
    recorded: Recorded,
    outputs: Vec<NamedNode>,
) -> Result<NativeTape> {
    let nodes: Vec<u32> = outputs.iter().map(|output| output.node).collect();
    let tape = Tape::from_words(recorded.words(&inputs, &nodes)?).map_err(thrown)?;
    let paths: Vec<String> = outputs.into_iter().map(|output| output.path).collect();
    NativeTape::new(&env, tape.with_output_paths(&paths).map_err(thrown)?)
}

/// The tape that a text says.
#[napi(catch_unwind)]
pub fn parse_tape(env: Env, text: String) -> Result<NativeTape> {
    NativeTape::new(&env, Tape::parse(&text).map_err(thrown)?)
}

/// The tape that bytes say.
#[napi(catch_unwind)]
pub fn deserialize_tape(env: Env, bytes: &[u8]) -> Result<NativeTape> {
    NativeTape::new(&env, Tape::deserialize(bytes).map_err(thrown)?)
}

/// The evaluation trace at a point as text.
#[napi(catch_unwind)]
pub fn trace_tape(
    tape: &NativeTape,
    inputs: Vec<Float64ArraySlice>,
    tangents: Option<Vec<Float64ArraySlice>>,
    adjoints: Option<Vec<Float64ArraySlice>>,
) -> Result<String> {
    let rows = |arrays: &Vec<Float64ArraySlice>| {
        arrays.iter().map(|array| array.to_vec()).collect::<Vec<Vec<f64>>>()
    };
    let (tangents, adjoints) = (tangents.as_ref().map(rows), adjoints.as_ref().map(rows));
    let trace = tape.get()?.trace(&rows(&inputs), tangents.as_deref(), adjoints.as_deref());
    trace.map(|trace| trace.to_string()).map_err(thrown)
}

impl Recorded {
    /// The words as the core reads them.
    pub(crate) fn words<'a>(
        &'a self,
        inputs: &[InputInfo],
        outputs: &'a [u32],
    ) -> Result<Words<'a>> {
        let input = |info: &InputInfo| {
            let shape = shape(&info.shape, &format!("the shape of input {:?}", info.path))?;
            Ok(Input { path: info.path.clone(), shape, fixed: info.fixed })
        };
        Ok(Words {
            inputs: inputs.iter().map(input).collect::<Result<_>>()?,
            nodes: self.nodes.iter().map(|piece| &piece[..]).collect(),
            numbers: &self.numbers,
            arrays: self.arrays.iter().map(|array| Arc::from(&array[..])).collect(),
            shapes: self
                .shapes
                .iter()
                .map(|sizes| shape(sizes, "a shape"))
                .collect::<Result<_>>()?,
            structurals: self.rules.iter().map(Rule::structural).collect::<Result<_>>()?,
            lists: &self.lists,
            outputs,
        })
    }
}
