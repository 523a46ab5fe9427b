//! Dead code: nodes that no output depends on.
use crate::segment::Segment;
use crate::tape::{Code, Node};
use crate::{Constant, Kind, NodeId, Op, Shape, ShapeId, Structural, Tape};

/// For each node whether an output depends on it, or it is an input.
pub(crate) fn live(tape: &Tape) -> Vec<bool> {
    let mut live = vec![false; tape.len()];
    live[..tape.inputs().len()].fill(true);
    for output in tape.outputs() {
        live[output.node().index()] = true;
    }
    for (id, kind, _) in tape.nodes().rev() {
        let (Kind::Elementwise(_, _, args) | Kind::Structural(_, args)) = kind else { continue };
        if live[id.index()] {
            for arg in args {
                live[arg.index()] = true;
            }
        }
    }
    live
}

/// The nodes of `tape` that are `kept`, in one segment; they must read no others. Inputs must be kept.
pub(crate) fn copied(tape: &Tape, kept: impl Fn(NodeId) -> bool) -> Tape {
    let mut copy = Copied { segment: Segment::default(), names: Vec::with_capacity(tape.len()) };
    for (id, kind, shape) in tape.nodes() {
        let name = if kept(id) { copy.node(kind, shape) } else { u32::MAX };
        copy.names.push(name);
    }
    let Copied { segment, names } = copy;
    let mut outputs = tape.outputs.clone();
    for output in &mut outputs {
        output.node = names[output.node as usize];
    }
    Tape { inputs: tape.inputs.clone(), segments: vec![segment], outputs }
}

struct Copied {
    segment: Segment,
    /// The new name of each node.
    names: Vec<u32>,
}

impl Copied {
    fn node(&mut self, kind: Kind, shape: &Shape) -> u32 {
        let shape = self.segment.shapes.intern(shape.clone());
        let renamed =
            |args: &[NodeId]| args.iter().map(|arg| self.names[arg.index()]).collect::<Args>();
        match kind {
            Kind::Input(i) => self.segment.push_input(i as u32, shape),
            Kind::Constant(constant) => self.segment.push_constant(constant.clone(), shape),
            Kind::Elementwise(op, n, args) => {
                let args = renamed(&args);
                self.segment.push_elementwise(op, n, &args, shape)
            }
            Kind::Structural(rule, args) => {
                let args = renamed(&args);
                self.segment.push_structural(rule.clone(), &args, shape)
            }
        }
    }
}

type Args = smallvec::SmallVec<[u32; 3]>;

/// Appending nodes that are known to be right; each returns the node's name. Nothing may be shared.
impl Segment {
    pub(crate) fn push_input(&mut self, i: u32, shape: ShapeId) -> u32 {
        self.push(Code::INPUT, shape, [i, 0, 0])
    }

    pub(crate) fn push_constant(&mut self, constant: Constant, shape: ShapeId) -> u32 {
        self.constants.push(constant);
        self.push(Code::CONSTANT, shape, [self.constants.len() as u32 - 1, 0, 0])
    }

    pub(crate) fn push_elementwise(&mut self, op: Op, n: i32, args: &[u32], shape: ShapeId) -> u32 {
        let mut words = [0, 0, n as u32];
        words[..args.len()].copy_from_slice(args);
        self.push(Code::of(op), shape, words)
    }

    pub(crate) fn push_structural(
        &mut self,
        rule: Structural,
        args: &[u32],
        shape: ShapeId,
    ) -> u32 {
        let words = [self.structurals.len(), self.lists.len(), args.len()].map(|n| n as u32);
        self.structurals.push(rule);
        self.lists.extend(args);
        self.push(Code::STRUCTURAL, shape, words)
    }

    fn push(&mut self, code: Code, shape: ShapeId, words: [u32; 3]) -> u32 {
        self.nodes.push(Node { code, dtype: 0, shape, words });
        self.nodes.len() as u32 - 1
    }
}
