//! A function written down: nodes in evaluation order over arrays of static shape, each naming earlier ones.
use crate::segment::Segment;
use crate::{Op, Shape, ShapeId, Structural, TapeError};
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;

/// A node by its place in the tape.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The place, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "%{}", self.0)
    }
}

/// The arguments of a node.
pub type Args = SmallVec<[NodeId; 3]>;

/// What a node is.
#[derive(Clone, Debug)]
pub enum Kind<'t> {
    /// The input of that number.
    Input(usize),
    /// Numbers known when recording.
    Constant(&'t Constant),
    /// An elementwise op with its integer parameter (0 where it has none).
    Elementwise(Op, i32, Args),
    /// A structural op.
    Structural(&'t Structural, Args),
}

/// The numbers of a constant node; its shape is the node's.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Constant {
    /// One number for every element.
    Splat(f64),
    /// The elements, row-major.
    Array(Arc<[f64]>),
}

impl Constant {
    /// Element `i`.
    pub fn element(&self, i: usize) -> f64 {
        match self {
            Constant::Splat(number) => *number,
            Constant::Array(elements) => elements[i],
        }
    }
}

/// What a tape takes.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Input {
    /// Its place in the form of the inputs: names and positions joined by dots, as `"0"`, `"W"` or `"x_dot.W"`.
    pub path: String,
    /// Its shape, at one point.
    pub shape: Shape,
    /// A fixed input is not differentiated.
    pub fixed: bool,
}

impl Input {
    /// An array input that is differentiated.
    pub fn new(path: &str, shape: Shape) -> Input {
        Input { path: path.into(), shape, fixed: false }
    }

    /// One number that is differentiated.
    pub fn scalar(path: &str) -> Input {
        Input::new(path, Shape::scalar())
    }

    /// The same input, not differentiated.
    pub fn fixed(self) -> Input {
        Input { fixed: true, ..self }
    }
}

/// What a tape gives.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Output {
    /// Its place in the form of the result; empty where the result is one array.
    pub path: String,
    /// The node that holds it.
    pub(crate) node: u32,
    /// The input whose adjoint this is, for a gradient: sums over points follow that input's rows.
    pub adjoint_of: Option<u32>,
}

impl Output {
    /// The node that holds it.
    pub fn node(&self) -> NodeId {
        NodeId(self.node)
    }
}

/// A function as plain data: inputs, nodes in evaluation order, outputs.
///
/// Nodes `0..inputs.len()` are the inputs. Every tape that exists has passed the verifier's rules: its makers are the
/// recorder and the readers, and both check.
#[derive(Clone, Debug)]
pub struct Tape {
    pub(crate) inputs: Vec<Input>,
    pub(crate) segments: Vec<Segment>,
    pub(crate) outputs: Vec<Output>,
}

impl Tape {
    /// What it takes, in order.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// What it gives, in order.
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// The pieces it was recorded in, in their stated order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The number of nodes, inputs and constants included.
    pub fn len(&self) -> usize {
        self.segments.last().map_or(0, Segment::end)
    }

    /// Whether there is no node at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nodes in evaluation order: number, what it is, its shape.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = (NodeId, Kind<'_>, &Shape)> {
        self.segments.iter().flat_map(Segment::nodes)
    }

    /// What a node is.
    pub fn kind(&self, id: NodeId) -> Kind<'_> {
        self.segment_of(id).kind(id)
    }

    /// The shape of a node.
    pub fn shape(&self, id: NodeId) -> &Shape {
        self.segment_of(id).shape(id)
    }

    /// The shape of output number `i`.
    pub fn output_shape(&self, i: usize) -> &Shape {
        self.shape(self.outputs[i].node())
    }

    /// The same tape with other names for its outputs; `adjoint_of` is kept.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` if there are not as many paths as outputs.
    pub fn with_output_paths(mut self, paths: &[String]) -> Result<Tape, TapeError> {
        if paths.len() != self.outputs.len() {
            let wanted = format!("have one path for each of the {} outputs", self.outputs.len());
            return Err(TapeError::invalid("paths", wanted, format!("there are {}", paths.len())));
        }
        for (output, path) in self.outputs.iter_mut().zip(paths) {
            output.path.clone_from(path);
        }
        Ok(self)
    }

    /// The same tape with its outputs named as those of `other`, which has as many; `input_of` says which input of this
    /// tape stands for one of the other's.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` if there are not as many.
    pub fn with_outputs_as(
        self,
        other: &Tape,
        input_of: impl Fn(u32) -> Option<u32>,
    ) -> Result<Tape, TapeError> {
        let paths: Vec<String> = other.outputs.iter().map(|output| output.path.clone()).collect();
        let mut named = self.with_output_paths(&paths)?;
        for (output, like) in named.outputs.iter_mut().zip(&other.outputs) {
            output.adjoint_of = like.adjoint_of.and_then(&input_of);
        }
        Ok(named)
    }

    /// The same tape, of whose inputs only these are differentiated.
    ///
    /// # Errors
    /// `UNKNOWN_NAME` for a path that no input has, `INVALID_ARGUMENT` for one that stands there twice.
    pub fn with_respect_to(mut self, paths: &[String]) -> Result<Tape, TapeError> {
        let known: Vec<&str> = self.inputs.iter().map(|input| input.path.as_str()).collect();
        if let Some(path) = paths.iter().find(|path| !known.contains(&path.as_str())) {
            let (argument, wanted) =
                ("`wrt`".into(), format!("paths of inputs ({})", known.join(", ")));
            return Err(TapeError::UnknownName { argument, wanted, came: path.clone() });
        }
        if let Some((_, path)) = (0..).zip(paths).find(|&(i, path)| paths[..i].contains(path)) {
            let came = format!("names {path:?} twice");
            return Err(TapeError::invalid("`wrt`", "name an input once", came));
        }
        for input in &mut self.inputs {
            input.fixed = !paths.contains(&input.path);
        }
        Ok(self)
    }

    /// What its nodes and the arrays among its constants hold in memory, in bytes.
    pub fn bytes(&self) -> usize {
        self.segments.iter().map(Segment::bytes).sum()
    }

    /// Its segments, for their memory.
    pub fn into_segments(self) -> Vec<Segment> {
        self.segments
    }

    pub(crate) fn segment_of(&self, id: NodeId) -> &Segment {
        let k = self.segments.partition_point(|segment| segment.end() <= id.index());
        &self.segments[k]
    }
}

/// Two tapes are equal when they do the same in the same order, however they were cut into segments.
impl PartialEq for Tape {
    fn eq(&self, other: &Tape) -> bool {
        self.inputs == other.inputs
            && self.outputs == other.outputs
            && self.len() == other.len()
            && self.nodes().zip(other.nodes()).all(|(a, b)| same(&a.1, &b.1) && a.2 == b.2)
    }
}

fn same(a: &Kind, b: &Kind) -> bool {
    let bits = |c: &Constant| match c {
        Constant::Splat(number) => (true, vec![number.to_bits()]),
        Constant::Array(elements) => (false, elements.iter().map(|e| e.to_bits()).collect()),
    };
    match (a, b) {
        (Kind::Input(i), Kind::Input(j)) => i == j,
        (Kind::Constant(c), Kind::Constant(d)) => bits(c) == bits(d),
        (Kind::Elementwise(op, n, args), Kind::Elementwise(op2, n2, args2)) => {
            op == op2 && n == n2 && args == args2
        }
        (Kind::Structural(rule, args), Kind::Structural(rule2, args2)) => {
            rule == rule2 && args == args2
        }
        _ => false,
    }
}

/// A node as it lies in memory: 20 bytes.
#[derive(Copy, Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[repr(C)]
pub(crate) struct Node {
    pub(crate) code: Code,
    /// 0 is f64, the only type today.
    pub(crate) dtype: u8,
    pub(crate) shape: ShapeId,
    /// By code: the input; the constant; the arguments, then the parameter; the rule, its first argument in the list, their number.
    pub(crate) words: [u32; 3],
}

/// Which table a node belongs to, and for an elementwise op its row.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Code(pub(crate) u8);

impl Code {
    pub(crate) const INPUT: Code = Code(0);
    pub(crate) const CONSTANT: Code = Code(1);
    pub(crate) const STRUCTURAL: Code = Code(2);
    const FIRST_OP: u8 = 16;

    #[inline]
    pub(crate) fn of(op: Op) -> Code {
        Code(Code::FIRST_OP + op as u8)
    }

    pub(crate) fn op(self) -> Option<Op> {
        Op::ALL.get(usize::from(self.0.checked_sub(Code::FIRST_OP)?)).copied()
    }
}
