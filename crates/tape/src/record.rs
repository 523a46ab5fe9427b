//! Recording: running a function on [`Var`]s writes it down as a [`Tape`].
use crate::segment::{MAX_NODES, Segment, positional};
use crate::structural::broadcast_to;
use crate::tape::{Code, Node};
use crate::{Constant, Input, NodeId, Op, Scalar, Shape, ShapeId, Structural, Tape, TapeError};
use std::cell::RefCell;

/// Records `function` of variables for `inputs`. Its outputs are named by position.
///
/// # Errors
/// What went wrong first: `SHAPE_MISMATCH`, `INVALID_ARGUMENT`, `FOREIGN_VARIABLE`, `TOO_LARGE`.
pub fn record(
    inputs: Vec<Input>,
    function: impl for<'r> FnOnce(&[Var<'r>]) -> Vec<Var<'r>>,
) -> Result<Tape, TapeError> {
    Recorder::record(Segment::default(), inputs, |_, vars| function(vars))
}

/// Where a function is being written down; lives as long as the recording.
#[derive(Debug)]
pub struct Recorder {
    segment: RefCell<Segment>,
    failure: RefCell<Option<TapeError>>,
}

/// A value being recorded: a node, or a number that has not met one yet.
#[derive(Copy, Clone, Debug)]
pub enum Var<'r> {
    /// A number; it takes the shape of what it meets.
    Number(f64),
    /// A node of a recording.
    Node {
        /// The recording.
        recorder: &'r Recorder,
        /// Its name in the segment being recorded.
        name: u32,
        /// Its shape, by number.
        shape: ShapeId,
    },
}

impl Recorder {
    /// Records `function`, which is also given the recorder (for constants), into the memory of `arena`.
    ///
    /// # Errors
    /// As [`record`].
    pub fn record(
        arena: Segment,
        inputs: Vec<Input>,
        function: impl for<'r> FnOnce(&'r Recorder, &[Var<'r>]) -> Vec<Var<'r>>,
    ) -> Result<Tape, TapeError> {
        let recorder = Recorder::new(arena.cleared());
        let vars = recorder.inputs(&inputs);
        let outputs = function(&recorder, &vars);
        let outputs =
            positional(outputs.into_iter().map(|var| recorder.place(var)).collect::<Vec<_>>());
        let tape = Tape { inputs, outputs, segments: vec![recorder.finish()?] };
        debug_assert_eq!(tape.verify(), Ok(()));
        Ok(tape)
    }

    pub(crate) fn new(segment: Segment) -> Recorder {
        Recorder { segment: RefCell::new(segment), failure: RefCell::new(None) }
    }

    /// The segment, unless recording failed.
    pub(crate) fn finish(self) -> Result<Segment, TapeError> {
        match self.failure.into_inner() {
            Some(error) => Err(error),
            None => Ok(self.segment.into_inner()),
        }
    }

    /// Variables for new input nodes.
    pub(crate) fn inputs(&self, inputs: &[Input]) -> Vec<Var<'_>> {
        let node = |(i, input): (u32, &Input)| {
            let shape = self.intern(&input.shape);
            self.push(Node { code: Code::INPUT, dtype: 0, shape, words: [i, 0, 0] })
        };
        (0..).zip(inputs).map(node).collect()
    }

    /// A variable for a node that another segment holds.
    pub(crate) fn existing(&self, id: NodeId, shape: &Shape) -> Var<'_> {
        Var::Node { recorder: self, name: id.0, shape: self.intern(shape) }
    }

    /// An array of numbers, row-major.
    ///
    /// A length that is not that of the shape fails the recording: `SHAPE_MISMATCH`.
    pub fn constant(&self, data: &[f64], shape: &Shape) -> Var<'_> {
        if data.len() != shape.elements() {
            let wanted = format!("have {} elements for shape {shape}", shape.elements());
            let came = format!("has {}", data.len());
            let argument = "the data of a constant".into();
            return self.fail(TapeError::ShapeMismatch { argument, wanted, came });
        }
        self.constant_node(Constant::Array(data.into()), self.intern(shape))
    }

    /// An array with one number everywhere.
    pub fn splat(&self, number: f64, shape: &Shape) -> Var<'_> {
        self.constant_node(Constant::Splat(number), self.intern(shape))
    }

    /// A constant of any form.
    pub(crate) fn constant_of(&self, constant: &Constant, shape: &Shape) -> Var<'_> {
        self.constant_node(constant.clone(), self.intern(shape))
    }

    fn constant_node(&self, constant: Constant, shape: ShapeId) -> Var<'_> {
        let mut segment = self.segment.borrow_mut();
        let words = [segment.constants.len() as u32, 0, 0];
        segment.constants.push(constant);
        drop(segment);
        self.push(Node { code: Code::CONSTANT, dtype: 0, shape, words })
    }

    /// Applies a structural op; a number among the arguments is a scalar constant.
    ///
    /// Arguments that the op cannot take fail the recording.
    pub fn structural<'r>(&'r self, rule: impl Into<Structural>, args: &[Var<'r>]) -> Var<'r> {
        let rule = rule.into();
        let shapes: Vec<Shape> = args.iter().map(|&arg| self.shape(arg)).collect();
        let shape = match rule.shape(&shapes.iter().collect::<Vec<_>>()) {
            Ok(shape) => self.intern(&shape),
            Err(error) => return self.fail(error),
        };
        let names: Vec<u32> = args.iter().map(|&arg| self.place(arg)).collect();
        let mut segment = self.segment.borrow_mut();
        let words =
            [segment.structurals.len() as u32, segment.lists.len() as u32, names.len() as u32];
        segment.structurals.push(rule);
        segment.lists.extend(names);
        drop(segment);
        self.push(Node { code: Code::STRUCTURAL, dtype: 0, shape, words })
    }

    /// The shape of a variable.
    pub fn shape(&self, var: Var<'_>) -> Shape {
        match var {
            Var::Number(_) => Shape::scalar(),
            Var::Node { recorder, shape, .. } => {
                recorder.segment.borrow().shapes.get(shape).clone()
            }
        }
    }

    /// Notes the first failure; recording goes on with a number in the place of what could not be made.
    pub fn fail(&self, error: TapeError) -> Var<'_> {
        self.failure.borrow_mut().get_or_insert(error);
        Var::Number(f64::NAN)
    }

    /// Whether something could not be recorded; then shapes of variables need not be what was asked for.
    pub(crate) fn has_failed(&self) -> bool {
        self.failure.borrow().is_some()
    }

    /// The name of a variable, as a node of this recording.
    pub(crate) fn place(&self, var: Var<'_>) -> u32 {
        let var = match var {
            Var::Number(number) => self.constant_node(Constant::Splat(number), ShapeId::SCALAR),
            node => node,
        };
        match var {
            Var::Node { recorder, name, .. } if std::ptr::eq(recorder, self) => name,
            _ => {
                self.fail(TapeError::ForeignVariable { argument: "an argument".into() });
                0
            }
        }
    }

    fn intern(&self, shape: &Shape) -> ShapeId {
        self.segment.borrow_mut().shapes.intern(shape.clone())
    }

    #[inline(always)]
    fn push(&self, node: Node) -> Var<'_> {
        let mut segment = self.segment.borrow_mut();
        let name = segment.shared as usize + segment.nodes.len();
        if name >= MAX_NODES {
            drop(segment);
            return self.too_large(name);
        }
        segment.nodes.push(node);
        Var::Node { recorder: self, name: name as u32, shape: node.shape }
    }

    #[cold]
    #[inline(never)]
    fn too_large(&self, name: usize) -> Var<'_> {
        let argument = "the number of nodes".into();
        self.fail(TapeError::TooLarge { argument, limit: MAX_NODES as u64, came: name as u64 })
    }

    /// The shape that elementwise arguments share or broadcast to.
    fn common_shape(&self, op: Op, args: &[Var<'_>]) -> Result<ShapeId, TapeError> {
        let mut common: Option<ShapeId> = None;
        for &arg in args {
            let Var::Node { shape, .. } = arg else { continue };
            common = match common {
                None => Some(shape),
                Some(before) if before == shape => Some(shape),
                Some(before) => {
                    let (a, b) = {
                        let segment = self.segment.borrow();
                        (segment.shapes.get(before).clone(), segment.shapes.get(shape).clone())
                    };
                    let argument = format!("an argument of `{}`", op.name());
                    let wanted = || format!("broadcast with shape {a}");
                    let both =
                        a.broadcast(&b).ok_or_else(|| TapeError::shape(&argument, wanted(), &b))?;
                    Some(self.intern(&both))
                }
            };
        }
        Ok(common.unwrap_or(ShapeId::SCALAR))
    }

    /// The name of an elementwise argument in `shape`.
    #[inline]
    fn operand(&self, arg: Var<'_>, shape: ShapeId) -> u32 {
        match arg {
            Var::Node { recorder, name, shape: own }
                if own == shape && std::ptr::eq(recorder, self) =>
            {
                name
            }
            Var::Number(number) => self.place(self.constant_node(Constant::Splat(number), shape)),
            Var::Node { .. } => {
                let shape = self.segment.borrow().shapes.get(shape).clone();
                self.place(broadcast_to(self, arg, &shape))
            }
        }
    }
}

impl Scalar for Var<'_> {
    #[inline(always)]
    fn apply(op: Op, n: i32, args: &[Self]) -> Self {
        // Nearly all ops meet operands of one recording and one shape. Each arity is written out, so that operands
        // and node stay in registers.
        match *args {
            [Var::Node { recorder, name: a, shape }] => {
                return recorder.push(Node {
                    code: Code::of(op),
                    dtype: 0,
                    shape,
                    words: [a, 0, n as u32],
                });
            }
            [
                Var::Node { recorder, name: a, shape },
                Var::Node { recorder: other, name: b, shape: second },
            ] if shape == second && std::ptr::eq(recorder, other) => {
                return recorder.push(Node {
                    code: Code::of(op),
                    dtype: 0,
                    shape,
                    words: [a, b, n as u32],
                });
            }
            _ => {}
        }
        Self::apply_mixed(op, n, args)
    }
}

impl Var<'_> {
    /// Applies an op to operands of which some are numbers, or of other shapes.
    #[inline(never)]
    fn apply_mixed(op: Op, n: i32, args: &[Self]) -> Self {
        let Some(recorder) = args.iter().find_map(|arg| arg.recorder()) else {
            let numbers: Vec<f64> = args
                .iter()
                .map(|arg| if let Var::Number(x) = arg { *x } else { f64::NAN })
                .collect();
            return Var::Number(op.value(n, &numbers));
        };
        if args.iter().any(|arg| arg.recorder().is_some_and(|other| !std::ptr::eq(other, recorder)))
        {
            let argument = format!("an argument of `{}`", op.name());
            return recorder.fail(TapeError::ForeignVariable { argument });
        }
        let shape = match recorder.common_shape(op, args) {
            Ok(shape) => shape,
            Err(error) => return recorder.fail(error),
        };
        let mut words = [0, 0, n as u32];
        for (word, &arg) in words.iter_mut().zip(args) {
            *word = recorder.operand(arg, shape);
        }
        recorder.push(Node { code: Code::of(op), dtype: 0, shape, words })
    }
}

impl<'r> Var<'r> {
    /// The recording it belongs to; a number belongs to none yet.
    #[inline]
    pub fn recorder(&self) -> Option<&'r Recorder> {
        match self {
            Var::Number(_) => None,
            Var::Node { recorder, .. } => Some(recorder),
        }
    }

    /// Its shape.
    pub fn shape(self) -> Shape {
        self.recorder().map_or_else(Shape::scalar, |recorder| recorder.shape(self))
    }
}

impl From<f64> for Var<'_> {
    #[inline]
    fn from(number: f64) -> Self {
        Var::Number(number)
    }
}

operators!(Var<'r>, <'r>);
