//! What one thread recorded, and how segments join in a stated order into one tape.
//!
//! A segment names what it shares with the others (the tape's inputs) by their places, and its own nodes from there on.
//! Joining therefore copies nothing: it gives each segment the place of its first own node, its base, and reading adds
//! base minus shared to every own name. So the tape is the same for any number of recording threads.
use crate::record::{MAX_NODES, Recorder};
use crate::shape::Shapes;
use crate::tape::{Code, Node, Output};
use crate::{Args, Constant, Input, Kind, NodeId, Shape, Structural, Tape, TapeError, Var};

/// Nodes recorded by one thread, with the tables they name.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    pub(crate) nodes: Vec<Node>,
    pub(crate) shapes: Shapes,
    pub(crate) constants: Vec<Constant>,
    pub(crate) structurals: Vec<Structural>,
    /// The arguments of structural nodes, one list after the other.
    pub(crate) lists: Vec<u32>,
    /// Names below this are places in the whole tape.
    pub(crate) shared: u32,
    /// The place of the first own node in the whole tape.
    pub(crate) base: u32,
}

/// A segment and, in its own names, what it gives.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub(crate) segment: Segment,
    pub(crate) outputs: Vec<u32>,
}

impl Segment {
    /// An empty segment in the memory of this one, to record into without asking for memory again.
    pub fn cleared(mut self) -> Segment {
        self.nodes.clear();
        self.constants.clear();
        self.structurals.clear();
        self.lists.clear();
        (self.shared, self.base) = (0, 0);
        self
    }

    /// Records `function` of variables for `inputs`, which every segment of the tape shares; `self` gives its memory.
    ///
    /// # Errors
    /// What went wrong first while recording.
    pub fn record(
        self,
        inputs: &[Input],
        function: impl for<'r> FnOnce(&'r Recorder, &[Var<'r>]) -> Vec<Var<'r>>,
    ) -> Result<Recorded, TapeError> {
        let arena = Segment { shared: inputs.len() as u32, ..self.cleared() };
        let recorder = Recorder::new(arena);
        let vars: Vec<Var> = (0..)
            .zip(inputs)
            .map(|(place, input)| recorder.existing(NodeId(place), &input.shape))
            .collect();
        let outputs = function(&recorder, &vars);
        let outputs = outputs.into_iter().map(|var| recorder.place(var)).collect();
        Ok(Recorded { outputs, segment: recorder.finish()? })
    }

    /// The place behind the last own node.
    pub(crate) fn end(&self) -> usize {
        self.base as usize + self.nodes.len()
    }

    /// What its nodes and the arrays among its constants hold in memory, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let array = |constant: &Constant| match constant {
            Constant::Array(elements) => size_of_val(&elements[..]),
            Constant::Splat(_) => 0,
        };
        size_of_val(&self.nodes[..])
            + size_of_val(&self.constants[..])
            + self.constants.iter().map(array).sum::<usize>()
    }

    /// A name in this segment as a place in the whole tape.
    #[inline]
    pub(crate) fn resolve(&self, name: u32) -> NodeId {
        NodeId(if name < self.shared { name } else { name - self.shared + self.base })
    }

    pub(crate) fn nodes(&self) -> impl DoubleEndedIterator<Item = (NodeId, Kind<'_>, &Shape)> {
        self.nodes.iter().enumerate().map(|(i, node)| {
            (NodeId(self.base + i as u32), self.read(node), self.shapes.get(node.shape))
        })
    }

    pub(crate) fn kind(&self, id: NodeId) -> Kind<'_> {
        self.read(&self.nodes[id.index() - self.base as usize])
    }

    pub(crate) fn shape(&self, id: NodeId) -> &Shape {
        self.shapes.get(self.nodes[id.index() - self.base as usize].shape)
    }

    fn read(&self, node: &Node) -> Kind<'_> {
        let [a, b, c] = node.words;
        match node.code {
            Code::INPUT => Kind::Input(a as usize),
            Code::CONSTANT => Kind::Constant(&self.constants[a as usize]),
            Code::STRUCTURAL => {
                let names = &self.lists[b as usize..][..c as usize];
                let args = names.iter().map(|&name| self.resolve(name)).collect();
                Kind::Structural(&self.structurals[a as usize], args)
            }
            code => {
                let op = code.op().expect("the verifier has checked every code");
                let args: Args =
                    node.words[..op.arity()].iter().map(|&w| self.resolve(w)).collect();
                Kind::Elementwise(op, if op.parameter().is_some() { c as i32 } else { 0 }, args)
            }
        }
    }
}

/// Joins segments that share `inputs` in the order given. `combine` makes the tape's outputs from the segments'
/// outputs and the inputs; without it they are all segments' outputs in order.
///
/// # Errors
/// `TOO_LARGE` above 2^32 - 1 nodes, or what `combine` did wrong.
pub fn join<F>(
    inputs: Vec<Input>,
    recorded: Vec<Recorded>,
    combine: Option<F>,
) -> Result<Tape, TapeError>
where
    F: for<'r> FnOnce(&'r Recorder, &[Vec<Var<'r>>], &[Var<'r>]) -> Vec<Var<'r>>,
{
    let head = Segment::default().record_inputs(&inputs)?;
    let mut end = head.nodes.len();
    let mut segments = vec![head];
    let mut outputs: Vec<Vec<NodeId>> = Vec::new();
    for Recorded { mut segment, outputs: names } in recorded {
        segment.base = end as u32;
        end += segment.nodes.len();
        if end > MAX_NODES {
            let (argument, limit) = ("the number of nodes".into(), MAX_NODES as u64);
            return Err(TapeError::TooLarge { argument, limit, came: end as u64 });
        }
        outputs.push(names.into_iter().map(|name| segment.resolve(name)).collect());
        segments.push(segment);
    }
    let mut tape = Tape { inputs, segments, outputs: Vec::new() };
    let nodes: Vec<u32> = match combine {
        None => outputs.into_iter().flatten().map(|id| id.0).collect(),
        Some(combine) => tape.append(|recorder, tape| {
            let existing = |id: NodeId| recorder.existing(id, tape.shape(id));
            let outputs: Vec<Vec<Var>> =
                outputs.iter().map(|ids| ids.iter().map(|&id| existing(id)).collect()).collect();
            let inputs: Vec<Var> =
                (0..tape.inputs.len() as u32).map(|place| existing(NodeId(place))).collect();
            combine(recorder, &outputs, &inputs)
        })?,
    };
    tape.outputs = positional(nodes);
    Ok(tape)
}

/// Outputs named by position.
pub(crate) fn positional(nodes: impl IntoIterator<Item = u32>) -> Vec<Output> {
    let output = |(i, node): (usize, u32)| Output { path: i.to_string(), node, adjoint_of: None };
    nodes.into_iter().enumerate().map(output).collect()
}

impl Segment {
    /// A segment that holds the input nodes alone.
    fn record_inputs(self, inputs: &[Input]) -> Result<Segment, TapeError> {
        let recorder = Recorder::new(self.cleared());
        recorder.inputs(inputs);
        recorder.finish()
    }
}

impl Tape {
    /// Records one more segment that may read every node so far, and returns the places of what it gives.
    fn append(
        &mut self,
        function: impl for<'r> FnOnce(&'r Recorder, &Tape) -> Vec<Var<'r>>,
    ) -> Result<Vec<u32>, TapeError> {
        let end = self.len() as u32;
        let recorder = Recorder::new(Segment { shared: end, base: end, ..Segment::default() });
        let outputs = function(&recorder, self);
        let outputs = outputs.into_iter().map(|var| recorder.place(var)).collect();
        self.segments.push(recorder.finish()?);
        Ok(outputs)
    }
}
