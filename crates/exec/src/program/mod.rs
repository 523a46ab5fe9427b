//! A tape made ready to run on points: lowered once, then run as often as wanted, on any number of threads.
mod arrays;
mod call;
mod cut;
mod frame;
mod memory;
mod points;
mod reduce;
mod run;
mod stages;
mod sums;
#[cfg(test)]
mod tests;
mod worker;

pub use points::Rows;
pub use reduce::Reduce;
pub use run::Control;

use crate::ExecError;
use crate::dot::Scratch;
use crate::low::Low;
use crate::lower::lower;
use crate::pool::check_threads;
use crate::simd::Level;
use chainrule_tape::{Input, Kind, NodeId, Shape, Tape};
use memory::{Memory, plan_memory};
use stages::{Codes, Stage, Stages};
use std::sync::Arc;
use worker::{AtRest, Worker};

/// How a tape is prepared.
#[derive(Clone, Debug, Default)]
pub struct PrepareOptions {
    /// At most so many threads; all that [`set_threads`](crate::set_threads) gives by default.
    pub threads: Option<usize>,
    /// Paths of the inputs that are always one row for all points. What depends on them alone is computed once a call.
    pub shared: Vec<String>,
    /// The most bytes a call may allocate beyond its inputs and outputs.
    pub memory: Option<u64>,
    /// The instructions to use; all that the machine has by default. The bits do not depend on it.
    pub level: Option<Level>,
}

/// A result of a program.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputInfo {
    /// Its place in the form of the result.
    pub path: String,
    /// Its shape, at one point.
    pub shape: Shape,
    /// The input whose adjoint this is.
    pub adjoint_of: Option<usize>,
}

/// A tape ready to run. Cloning shares it; threads may run it at the same time.
#[derive(Clone)]
pub struct Program {
    inputs: Arc<[Input]>,
    outputs: Arc<[OutputInfo]>,
    shared: Arc<[bool]>,
    prepared: Arc<Prepared>,
    threads: Option<usize>,
    memory: Option<u64>,
    cost: u64,
}

/// Makes a tape ready to run.
///
/// # Errors
/// `UNKNOWN_NAME` for a shared input that there is not, `INVALID_ARGUMENT` for a number of threads or a level that
/// cannot be had.
pub fn prepare(tape: &Tape, options: &PrepareOptions) -> Result<Program, ExecError> {
    if let Some(threads) = options.threads {
        check_threads("threads", threads)?;
    }
    let shared = shared_inputs(tape, &options.shared)?;
    let level = checked_level(options.level)?;
    let low = lower(tape, &shared)?;
    let output = |(i, output): (usize, &chainrule_tape::Output)| OutputInfo {
        path: output.path.clone(),
        shape: tape.output_shape(i).clone(),
        adjoint_of: output.adjoint_of.map(|input| input as usize),
    };
    Ok(Program {
        inputs: tape.inputs().into(),
        outputs: tape.outputs().iter().enumerate().map(output).collect(),
        shared: shared.into(),
        prepared: Arc::new(Prepared::new(&low, level)),
        threads: options.threads,
        memory: options.memory,
        cost: cost(tape),
    })
}

/// The multiply-adds of one evaluation of a tape, as its op tables state them.
pub fn cost(tape: &Tape) -> u64 {
    cost_of(tape, |_| true)
}

/// The multiply-adds of evaluating a tape at `batch` points: what depends on shared inputs alone is evaluated once.
pub(crate) fn batch_cost(tape: &Tape, shared: &[bool], batch: u32) -> u128 {
    let moves = tape.depending_on(|input| !shared[input]);
    let each = cost_of(tape, |id| moves[id.index()]);
    let once = cost_of(tape, |id| !moves[id.index()]);
    u128::from(each) * u128::from(batch) + u128::from(once)
}

/// The multiply-adds of those nodes of a tape that are `counted`.
pub(crate) fn cost_of(tape: &Tape, counted: impl Fn(NodeId) -> bool) -> u64 {
    let node = |(_, kind, shape): (_, Kind, &Shape)| match kind {
        Kind::Input(_) | Kind::Constant(_) => 0,
        Kind::Elementwise(op, _, _) => op.cost() * shape.elements() as u64,
        Kind::Structural(rule, args) => {
            rule.cost(&args.iter().map(|&arg| tape.shape(arg)).collect::<Vec<_>>())
        }
    };
    let nodes = tape.nodes().filter(|(id, _, _)| counted(*id));
    nodes.map(node).fold(0, u64::saturating_add)
}

pub(crate) fn shared_inputs(tape: &Tape, names: &[String]) -> Result<Vec<bool>, ExecError> {
    let paths: Vec<&str> = tape.inputs().iter().map(|input| input.path.as_str()).collect();
    if let Some(name) = names.iter().find(|name| !paths.contains(&name.as_str())) {
        let (argument, wanted) =
            ("`shared`".into(), format!("names of inputs ({})", paths.join(", ")));
        return Err(chainrule_tape::TapeError::UnknownName {
            argument,
            wanted,
            came: name.clone(),
        }
        .into());
    }
    Ok(paths.iter().map(|path| names.iter().any(|name| name == path)).collect())
}

fn checked_level(level: Option<Level>) -> Result<Level, ExecError> {
    let Some(level) = level else { return Ok(Level::detect()) };
    if Level::all_available().contains(&level) {
        return Ok(level);
    }
    Err(ExecError::invalid("level", "be one this machine has", format!("is {level:?}")))
}

impl Program {
    /// What it takes, at one point.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// What it gives, at one point.
    pub fn outputs(&self) -> &[OutputInfo] {
        &self.outputs
    }

    /// Whether the input of that number is one row for all points.
    pub fn is_shared(&self, input: usize) -> bool {
        self.shared[input]
    }

    /// About how many bytes it holds, the memory of threads at work left out.
    pub fn bytes(&self) -> usize {
        let Prepared { low, codes, .. } = &*self.prepared;
        let constants = low.constants.iter().map(|(_, data)| size_of_val(&data[..]));
        let steps = codes.iter().map(|code| code.straight().computed() * BYTES_OF_STEP);
        steps.chain(constants).sum::<usize>() + size_of_val(&low.values[..])
    }

    /// The multiply-adds of one evaluation, as the op tables state them.
    pub fn cost(&self) -> u64 {
        self.cost
    }
}

impl Program {
    /// The multiply-adds of all matrix products that a run at so many points makes; those of what is shared are made
    /// once. Products of arrays that were taken apart are not among them.
    pub fn products(&self, points: usize) -> u128 {
        let low = &self.prepared.low;
        low.products(&low.shared) + low.products(&low.body) * points as u128
    }
}

/// A step in its straight-line code and in the codes made of that for different numbers of lanes, seen from far.
const BYTES_OF_STEP: usize = 64;

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (inputs, outputs) = (self.inputs.len(), self.outputs.len());
        write!(f, "Program({inputs} inputs, {outputs} outputs, {} multiply-adds)", self.cost)
    }
}

/// The low-level form as text, for reading.
impl std::fmt::Display for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.prepared.low.fmt(f)
    }
}

/// The low-level form ready for one set of instructions.
pub(crate) struct Prepared {
    low: Low,
    level: Level,
    codes: Vec<Codes>,
    shared: Vec<Stage>,
    body: Vec<Stage>,
    memory: Memory,
    /// Elements of the factors of products that all points share.
    shared_factors: usize,
    /// For each output whether no stage reads it again.
    last_touched: Vec<bool>,
    workers: AtRest<Worker>,
    /// Room for the packing of matrix products.
    scratches: AtRest<Scratch>,
    /// Room for the values that all points share.
    rooms: AtRest<Vec<f64>>,
}

impl Prepared {
    pub(crate) fn new(low: &Low, level: Level) -> Prepared {
        let mut stages = Stages::new(low, level);
        let (shared, body) = (stages.of(&low.shared), stages.of(&low.body));
        let (codes, memory) = (stages.codes, plan_memory(low, &body));
        let read: Vec<_> = body.iter().flat_map(|stage| stage.touches().0).collect();
        let last_touched = low.outputs.iter().map(|output| !read.contains(output)).collect();
        let (workers, scratches, rooms) = Default::default();
        let (low, shared_factors) = (low.clone(), low.shared_factors());
        Prepared {
            low,
            level,
            codes,
            shared,
            body,
            memory,
            shared_factors,
            last_touched,
            workers,
            scratches,
            rooms,
        }
    }
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Prepared({} stages)", self.body.len())
    }
}

/// The caller's rows of one output.
pub(crate) struct OutRows {
    first: *mut f64,
}

// SAFETY: threads write disjoint rows of it, those of their own points.
unsafe impl Sync for OutRows {}

impl OutRows {
    fn row(&self, point: usize, elements: usize) -> *const f64 {
        self.first.wrapping_add(point * elements)
    }
}
