//! Recording: running a function on [`Var`]s writes it down as a [`Tape`].
use crate::segment::{Segment, positional};
use crate::tape::{Code, Node};
use crate::{Constant, Input, NodeId, Shape, ShapeId, Structural, Tape, TapeError, Var};
use std::cell::{Cell, RefCell};

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
    /// The name of the next node.
    next: Cell<u32>,
    /// The latest nodes, which `segment` does not hold yet, each where the last bits of its name say.
    latest: Cell<[Node; LATEST]>,
    segment: RefCell<Segment>,
    failure: RefCell<Option<TapeError>>,
}

/// How many nodes are written before the segment is borrowed to take them: a power of two, and few enough for the
/// innermost cache.
const LATEST: usize = 64;

/// The most nodes of a tape, so that every place fits in 32 bits. The name of one more is the last of a round of the
/// latest nodes, and is noticed there.
pub(crate) const MAX_NODES: usize = u32::MAX as usize - LATEST;

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
        let next = Cell::new(segment.shared + segment.nodes.len() as u32);
        let latest = Cell::new([Node::default(); LATEST]);
        Recorder { next, latest, segment: RefCell::new(segment), failure: RefCell::new(None) }
    }

    /// The segment, unless recording failed.
    pub(crate) fn finish(self) -> Result<Segment, TapeError> {
        self.keep_latest(self.next.get());
        match self.failure.into_inner() {
            Some(error) => Err(error),
            None => Ok(self.segment.into_inner()),
        }
    }

    /// Variables for new input nodes.
    pub(crate) fn inputs(&self, inputs: &[Input]) -> Vec<Var<'_>> {
        let node = |(i, input): (u32, &Input)| {
            let shape = self.intern(&input.shape);
            self.push(Code::INPUT, shape, [i, 0, 0])
        };
        (0..).zip(inputs).map(node).collect()
    }

    /// A variable for a node that another segment holds.
    pub(crate) fn existing(&self, id: NodeId, shape: &Shape) -> Var<'_> {
        Var::node(self, id.0, self.intern(shape))
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

    /// Inlined, so that a number need not be put together in memory first.
    #[inline(always)]
    fn constant_node(&self, constant: Constant, shape: ShapeId) -> Var<'_> {
        let mut segment = self.segment.borrow_mut();
        let words = [segment.constants.len() as u32, 0, 0];
        segment.constants.push(constant);
        drop(segment);
        self.push(Code::CONSTANT, shape, words)
    }

    /// The name of a node that is this number in every element.
    #[inline(never)]
    pub(crate) fn number(&self, number: f64, shape: ShapeId) -> u32 {
        let name = self.next.get();
        self.constant_node(Constant::Splat(number), shape);
        name
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
        self.push(Code::STRUCTURAL, shape, words)
    }

    /// The shape of a variable.
    pub fn shape(&self, var: Var<'_>) -> Shape {
        var.recorder().map_or_else(Shape::scalar, |recorder| recorder.shape_of(var.shape_id()))
    }

    pub(crate) fn shape_of(&self, shape: ShapeId) -> Shape {
        self.segment.borrow().shapes.get(shape).clone()
    }

    /// Notes the first failure; recording goes on with a number in the place of what could not be made.
    pub fn fail(&self, error: TapeError) -> Var<'_> {
        self.failure.borrow_mut().get_or_insert(error);
        Var::from(f64::NAN)
    }

    /// Whether something could not be recorded; then shapes of variables need not be what was asked for.
    pub(crate) fn has_failed(&self) -> bool {
        self.failure.borrow().is_some()
    }

    /// The name of a variable, as a node of this recording.
    pub(crate) fn place(&self, var: Var<'_>) -> u32 {
        match (var.name(), var.recorder()) {
            (Some(name), Some(recorder)) if std::ptr::eq(recorder, self) => name,
            (None, _) => self.number(var.number().unwrap_or(f64::NAN), ShapeId::SCALAR),
            _ => {
                self.fail(TapeError::ForeignVariable { argument: "an argument".into() });
                0
            }
        }
    }

    pub(crate) fn intern(&self, shape: &Shape) -> ShapeId {
        self.segment.borrow_mut().shapes.intern(shape.clone())
    }

    /// Writes a node. Nothing is borrowed and nothing can be out of bounds, so that this is a few stores.
    #[inline(always)]
    pub(crate) fn push(&self, code: Code, shape: ShapeId, words: [u32; 3]) -> Var<'_> {
        let name = self.next.get();
        let slot = name as usize % LATEST;
        let latest: &Cell<[Node]> = &self.latest;
        latest.as_slice_of_cells()[slot].set(Node { code, dtype: 0, shape, words });
        match slot + 1 == LATEST {
            true => self.end_round(name),
            false => self.next.set(name + 1),
        }
        Var::node(self, name, shape)
    }

    /// Makes room behind `name`, which took the last place for the latest nodes.
    #[cold]
    #[inline(never)]
    fn end_round(&self, name: u32) {
        if name as usize == MAX_NODES {
            let (argument, limit) = ("the number of nodes".into(), MAX_NODES as u64);
            self.fail(TapeError::TooLarge { argument, limit, came: limit + 1 });
            return; // With `next` left as it is; nobody will see what is written in the place of this node.
        }
        self.keep_latest(name + 1);
        self.next.set(name + 1);
    }

    /// Gives the segment the nodes before `end` that it does not hold yet.
    fn keep_latest(&self, end: u32) {
        let mut segment = self.segment.borrow_mut();
        let held = segment.shared as usize + segment.nodes.len();
        let first = held % LATEST;
        let count = end as usize - held;
        segment.nodes.extend_from_slice(&self.latest.get()[first..first + count]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structural::Sum;
    use crate::{Kind, Op, Recorded, Scalar, join};

    /// Nodes of all kinds in turn, each reading the one before.
    fn lines<'r>(recorder: &'r Recorder, x: Var<'r>, count: usize) -> Vec<Var<'r>> {
        let line = |last: Var<'r>, i| match i % 4 {
            0 => last + last,
            1 => recorder.structural(Sum { axes: vec![] }, &[last]),
            2 => recorder.splat(i as f64, &Shape::scalar()),
            _ => last.sin(),
        };
        vec![(0..count).fold(x, line)]
    }

    /// That the tape holds `count` such nodes, which begin at the last input.
    fn check(tape: &Tape, count: usize) {
        let inputs = tape.inputs().len();
        assert_eq!((tape.len(), tape.verify()), (inputs + count, Ok(())));
        assert_eq!(tape.outputs()[0].node().index(), inputs + count - 1);
        for ((id, kind, _), i) in tape.nodes().skip(inputs).zip(0..) {
            let last = NodeId(id.0 - 1);
            let is_line = match (i % 4, kind) {
                (0, Kind::Elementwise(Op::Add, 0, args)) => args[..] == [last, last],
                (1, Kind::Structural(Structural::Sum(_), args)) => args[..] == [last],
                (2, Kind::Constant(&Constant::Splat(number))) => number == f64::from(i),
                (3, Kind::Elementwise(Op::Sin, 0, args)) => args[..] == [last],
                _ => false,
            };
            assert!(is_line, "{id} with {inputs} inputs");
        }
    }

    #[test]
    fn every_node_is_in_its_place_wherever_rounds_of_the_latest_begin_and_end() {
        for shared in [1, 2, LATEST - 1, LATEST, LATEST + 1, 3 * LATEST - 5] {
            for count in (0..2 * LATEST + 2).chain([1000]) {
                let inputs: Vec<Input> =
                    (0..shared).map(|i| Input::scalar(&i.to_string())).collect();
                let whole = Recorder::record(Segment::default(), inputs.clone(), |recorder, x| {
                    lines(recorder, x[shared - 1], count)
                });
                check(&whole.unwrap(), count);
                let part = Segment::default()
                    .record(&inputs, |recorder, x| lines(recorder, x[shared - 1], count));
                type Combine =
                    for<'r> fn(&'r Recorder, &[Vec<Var<'r>>], &[Var<'r>]) -> Vec<Var<'r>>;
                let parts: Vec<Recorded> = vec![part.unwrap()];
                check(&join(inputs, parts, None::<Combine>).unwrap(), count);
            }
        }
    }

    #[test]
    fn a_recording_ends_with_the_last_name() {
        let recorded = |ops: usize| {
            let shared = MAX_NODES as u32 - 100;
            let recorder = Recorder::new(Segment { shared, ..Segment::default() });
            let x = recorder.existing(NodeId(0), &Shape::scalar());
            let last = (0..ops).fold(x, |last, _| last + x);
            assert!(last.name().unwrap() <= MAX_NODES as u32);
            recorder.finish().map(|segment| segment.nodes.len())
        };
        assert_eq!(recorded(100), Ok(100));
        for more in [101, 102, 100 + LATEST, 1000] {
            let error = recorded(more).unwrap_err();
            assert_eq!(error.code(), "TOO_LARGE");
            assert!(error.to_string().contains(&MAX_NODES.to_string()), "{error}");
        }
    }
}
