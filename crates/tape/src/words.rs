//! The door for recordings made elsewhere: nodes as plain words, checked in one pass.
//!
//! A recorder in another language appends four words for each node, `[code, a, b, c]`:
//!
//! | code | node | a | b | c |
//! |---|---|---|---|---|
//! | 1 | constant | number, or array | shape | 0: the number `numbers[a]` everywhere; 1: the array `arrays[a]` |
//! | 2 | structural | op in `structurals` | first argument in `lists` | number of arguments |
//! | 16 + `Op` | elementwise | argument | argument | argument, or the integer parameter where the op has one |
//!
//! Arguments are names: the inputs are `0..inputs.len()`, and node `i` is `inputs.len() + i`. The arguments of an
//! elementwise node have one shape, which is its own; that of a structural node follows from its rule. The lists of
//! structural nodes stand in the order of the nodes. [`rows`] names all ops and their codes, for those who generate the
//! recorder.
use crate::record::MAX_NODES;
use crate::segment::{Recorded, Segment, positional};
use crate::tape::{Code, Node};
use crate::{Constant, Input, Op, Shape, ShapeId, Structural, Tape, TapeError};
use std::sync::Arc;

/// A recording as words, with the tables they name.
#[derive(Clone, Debug, Default)]
pub struct Words<'w> {
    /// What the recorded function takes.
    pub inputs: Vec<Input>,
    /// Four words for each node, in evaluation order; in pieces of whole nodes, so that a recorder need not move them.
    pub nodes: Vec<&'w [u32]>,
    /// Numbers that constants name.
    pub numbers: &'w [f64],
    /// Arrays that constants name, row-major.
    pub arrays: Vec<Arc<[f64]>>,
    /// Shapes that constants name.
    pub shapes: Vec<Shape>,
    /// Structural ops with their parameters.
    pub structurals: Vec<Structural>,
    /// The arguments of structural nodes, one list after the other.
    pub lists: &'w [u32],
    /// The names of what it gives.
    pub outputs: &'w [u32],
}

impl Tape {
    /// The tape that the words say; its outputs are named by position.
    ///
    /// # Errors
    /// `INVALID_TAPE`, naming the first node that breaks a rule; `TOO_LARGE`.
    pub fn from_words(words: Words<'_>) -> Result<Tape, TapeError> {
        let segment = read(&words, true)?;
        let segments = vec![Segment { structurals: words.structurals, ..segment }];
        let outputs = positional(words.outputs.iter().copied());
        let tape = Tape { inputs: words.inputs, segments, outputs };
        debug_assert_eq!(tape.verify(), Ok(()));
        Ok(tape)
    }
}

impl Recorded {
    /// The segment that the words say; its inputs are shared with the other segments that it will be joined with.
    ///
    /// # Errors
    /// As [`Tape::from_words`]; the names in its messages are those of the segment.
    pub fn from_words(words: Words<'_>) -> Result<Recorded, TapeError> {
        let segment = read(&words, false)?;
        let shared = words.inputs.len() as u32;
        let segment = Segment { structurals: words.structurals, shared, ..segment };
        Ok(Recorded { segment, outputs: words.outputs.to_vec() })
    }
}

/// The nodes, but not the ops they name; the inputs are nodes of it where it is not shared with others.
fn read(words: &Words, with_inputs: bool) -> Result<Segment, TapeError> {
    let count: usize = words.nodes.iter().map(|piece| piece.len() / 4).sum();
    let end = words.inputs.len() + count;
    if end > MAX_NODES {
        let (argument, limit) = ("the number of nodes".into(), MAX_NODES as u64);
        return Err(TapeError::TooLarge { argument, limit, came: end as u64 });
    }
    let mut reader = Reader::new(words, end, with_inputs);
    for piece in &words.nodes {
        reader.piece(piece)?;
    }
    if let Some(&name) = words.outputs.iter().find(|&&name| name as usize >= end) {
        let came = format!("there are {end} nodes");
        return Err(broken(name as usize, "exist, for it is an output", came));
    }
    reader.segment.lists = words.lists.to_vec();
    Ok(reader.segment)
}

struct Reader<'w> {
    words: &'w Words<'w>,
    segment: Segment,
    /// The number of each shape of `words`.
    named: Vec<ShapeId>,
    /// The shape of every node so far, inputs first.
    shapes: Vec<ShapeId>,
    /// For each code of an elementwise op how many arguments it takes; else 0.
    arity: [u8; 256],
    /// The end of the last list that was read. Lists may not overlap, or short words could ask for endless work.
    listed: usize,
}

impl<'w> Reader<'w> {
    fn new(words: &'w Words<'w>, end: usize, with_inputs: bool) -> Reader<'w> {
        let mut segment = Segment::default();
        let mut shapes = Vec::with_capacity(end);
        shapes.extend(words.inputs.iter().map(|input| segment.shapes.intern(input.shape.clone())));
        let named = words.shapes.iter().map(|shape| segment.shapes.intern(shape.clone())).collect();
        segment.nodes.reserve_exact(end);
        segment.constants.reserve_exact(words.numbers.len());
        if with_inputs {
            let input = |(i, &shape): (u32, &ShapeId)| node(Code::INPUT, shape, [i, 0, 0]);
            segment.nodes.extend((0..).zip(&shapes).map(input));
        }
        let mut arity = [0; 256];
        for &op in Op::ALL {
            arity[usize::from(Code::of(op).0)] = op.arity() as u8;
        }
        Reader { words, segment, named, shapes, arity, listed: 0 }
    }

    /// The name of the node being read.
    fn place(&self) -> usize {
        self.shapes.len()
    }

    fn piece(&mut self, words: &[u32]) -> Result<(), TapeError> {
        let (mut nodes, rest) = words.as_chunks::<4>();
        while let Some((&[code, a, b, c], behind)) = nodes[self.elementwise(nodes)..].split_first()
        {
            self.other(code, [a, b, c])?;
            nodes = behind;
        }
        match rest {
            [] => Ok(()),
            _ => Err(broken(self.place(), "have 4 words", format!("has {}", rest.len()))),
        }
    }

    /// Reads nodes as long as they are elementwise and keep the rules, and returns how many were read.
    ///
    /// This is the common case, and so a loop of its own without branches on what an op is.
    fn elementwise(&mut self, nodes: &[[u32; 4]]) -> usize {
        let shapes = &mut self.shapes;
        for (i, &[code, a, b, c]) in nodes.iter().enumerate() {
            let arity = self.arity.get(code as usize).copied().unwrap_or(0);
            let shape = |name: u32| shapes.get(name as usize).copied();
            let first = shape(a);
            let second = shape(if arity > 1 { b } else { a });
            let third = shape(if arity > 2 { c } else { a });
            let (Some(shape), true) = (first, (arity > 0) & (first == second) & (first == third))
            else {
                return i;
            };
            shapes.push(shape);
            self.segment.nodes.push(node(Code(code as u8), shape, [a, b, c]));
        }
        nodes.len()
    }

    /// A node that is not elementwise, or breaks a rule.
    fn other(&mut self, code: u32, words: [u32; 3]) -> Result<(), TapeError> {
        match code {
            CONSTANT => self.constant(words),
            STRUCTURAL => self.structural(words),
            _ => match self.arity.get(code as usize) {
                None | Some(0) => {
                    Err(broken(self.place(), "have a known code", format!("has {code}")))
                }
                Some(&arity) => Err(self.bad_arguments(&words[..usize::from(arity)])),
            },
        }
    }

    fn bad_arguments(&self, args: &[u32]) -> TapeError {
        if let Some(&arg) = args.iter().find(|&&arg| arg as usize >= self.place()) {
            return broken(self.place(), "read earlier nodes", format!("it reads %{arg}"));
        }
        let shape = |arg: u32| self.segment.shapes.get(self.shapes[arg as usize]);
        let shapes: Vec<String> = args.iter().map(|&arg| shape(arg).to_string()).collect();
        let came = format!("they have {}", shapes.join(" and "));
        broken(self.place(), "have arguments of one shape", came)
    }

    fn keep(&mut self, code: Code, shape: ShapeId, words: [u32; 3]) {
        self.shapes.push(shape);
        self.segment.nodes.push(node(code, shape, words));
    }

    fn constant(&mut self, [a, b, c]: [u32; 3]) -> Result<(), TapeError> {
        let place = self.place();
        let shape = *named(place, "shapes", &self.named, b)?;
        let constants = self.segment.constants.len() as u32;
        match c {
            0 => {
                let number = *named(place, "numbers", self.words.numbers, a)?;
                self.segment.constants.push(Constant::Splat(number));
            }
            1 => {
                let data = named(place, "arrays", &self.words.arrays, a)?;
                let elements = self.segment.shapes.get(shape).elements();
                if data.len() != elements {
                    let came = format!("has {}", data.len());
                    return Err(broken(place, format!("have {elements} numbers"), came));
                }
                self.segment.constants.push(Constant::Array(data.clone()));
            }
            _ => {
                let came = format!("its last word is {c}");
                return Err(broken(place, "be a number (0) or an array (1)", came));
            }
        }
        self.keep(Code::CONSTANT, shape, [constants, 0, 0]);
        Ok(())
    }

    fn structural(&mut self, [a, b, c]: [u32; 3]) -> Result<(), TapeError> {
        let place = self.place();
        let rule = named(place, "structural ops", &self.words.structurals, a)?;
        let list = (b as usize).max(self.listed)..b as usize + c as usize;
        let Some(args) = self.words.lists.get(list.clone()).filter(|args| args.len() == c as usize)
        else {
            let came = format!("it names {c} from {b} on");
            return Err(broken(place, "have its own arguments in the lists", came));
        };
        self.listed = list.end;
        if args.iter().any(|&arg| arg as usize >= place) {
            return Err(self.bad_arguments(args));
        }
        let shape = |&arg: &u32| self.segment.shapes.get(self.shapes[arg as usize]);
        let shapes: Vec<&Shape> = args.iter().map(shape).collect();
        let shape = rule
            .shape(&shapes)
            .map_err(|error| broken(place, "fit its arguments", error.to_string()))?;
        let shape = self.segment.shapes.intern(shape);
        self.keep(Code::STRUCTURAL, shape, [a, b, c]);
        Ok(())
    }
}

fn node(code: Code, shape: ShapeId, words: [u32; 3]) -> Node {
    Node { code, dtype: 0, shape, words }
}

fn named<'t, T>(place: usize, what: &str, table: &'t [T], index: u32) -> Result<&'t T, TapeError> {
    table.get(index as usize).ok_or_else(|| {
        let wanted = format!("name one of the {} {what}", table.len());
        broken(place, wanted, format!("names number {index}"))
    })
}

fn broken(place: usize, wanted: impl Into<String>, came: impl Into<String>) -> TapeError {
    TapeError::InvalidTape { node: place as u32, wanted: wanted.into(), came: came.into() }
}

const CONSTANT: u32 = Code::CONSTANT.0 as u32;
const STRUCTURAL: u32 = Code::STRUCTURAL.0 as u32;

/// An op as a generator of recorders sees it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Row {
    /// The op's name, and that of the recorder's function.
    pub name: &'static str,
    /// The first word of its nodes.
    pub code: u32,
    /// Whether it is elementwise; else it is structural.
    pub elementwise: bool,
    /// The names of its arguments; one name followed by `...` where it takes any number.
    pub arguments: Vec<&'static str>,
    /// The names of its parameters: an integer for an elementwise op, fields for a structural one.
    pub parameters: Vec<&'static str>,
    /// What it does, in a sentence; empty for a structural op.
    pub doc: &'static str,
}

/// Every op, in the order of the tables.
pub fn rows() -> Vec<Row> {
    let elementwise = Op::ALL.iter().map(|&op| Row {
        name: op.name(),
        code: Code::of(op).0.into(),
        elementwise: true,
        arguments: op.arguments().to_vec(),
        parameters: op.parameter().into_iter().collect(),
        doc: op.doc().trim(),
    });
    let structural = Structural::NAMES.iter().map(|&name| Row {
        name,
        code: STRUCTURAL,
        elementwise: false,
        arguments: Structural::arguments(name).unwrap_or(&[]).to_vec(),
        parameters: Structural::parameters(name).unwrap_or(&[]).to_vec(),
        doc: "",
    });
    elementwise.chain(structural).collect()
}
