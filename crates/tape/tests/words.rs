//! Words say a tape exactly, and whatever else they say is refused in words, not by a panic.
mod random;

use chainrule_tape::words::{Words, rows};
use chainrule_tape::{
    Constant, Input, Kind, NodeId, Op, Recorded, Scalar, Segment, Shape, Structural, Tape,
    TapeError, Var, join, record,
};
use proptest::prelude::*;
use random::EVERYTHING;
use std::sync::Arc;

/// The words of a tape, as a recorder elsewhere would have written them.
#[derive(Clone, Debug, Default)]
struct Written {
    inputs: Vec<Input>,
    nodes: Vec<u32>,
    numbers: Vec<f64>,
    arrays: Vec<Arc<[f64]>>,
    shapes: Vec<Shape>,
    structurals: Vec<Structural>,
    lists: Vec<u32>,
    outputs: Vec<u32>,
}

impl Written {
    fn new(tape: &Tape) -> Written {
        let mut written = Written { inputs: tape.inputs().to_vec(), ..Written::default() };
        for (_, kind, shape) in tape.nodes() {
            written.node(&kind, shape);
        }
        written.outputs = names(tape.outputs().iter().map(|output| output.node()));
        written
    }

    fn node(&mut self, kind: &Kind, shape: &Shape) {
        let words = match kind {
            Kind::Input(_) => return,
            Kind::Constant(Constant::Splat(number)) => {
                self.numbers.push(*number);
                self.shapes.push(shape.clone());
                [1, self.numbers.len() as u32 - 1, self.shapes.len() as u32 - 1, 0]
            }
            Kind::Constant(Constant::Array(data)) => {
                self.arrays.push(data.clone());
                self.shapes.push(shape.clone());
                [1, self.arrays.len() as u32 - 1, self.shapes.len() as u32 - 1, 1]
            }
            Kind::Elementwise(op, n, args) => {
                let row = rows().into_iter().find(|row| row.name == op.name()).unwrap();
                let mut words = [row.code, 0, 0, *n as u32];
                words[1..][..args.len()].copy_from_slice(&names(args.iter().copied()));
                words
            }
            Kind::Structural(rule, args) => {
                let start = self.lists.len() as u32;
                self.lists.extend(names(args.iter().copied()));
                self.structurals.push((*rule).clone());
                [2, self.structurals.len() as u32 - 1, start, args.len() as u32]
            }
        };
        self.nodes.extend(words);
    }

    fn words(&self) -> Words<'_> {
        Words {
            inputs: self.inputs.clone(),
            nodes: vec![&self.nodes],
            numbers: &self.numbers,
            arrays: self.arrays.clone(),
            shapes: self.shapes.clone(),
            structurals: self.structurals.clone(),
            lists: &self.lists,
            outputs: &self.outputs,
        }
    }

    fn read(&self) -> Result<Tape, TapeError> {
        Tape::from_words(self.words())
    }
}

fn names(ids: impl Iterator<Item = NodeId>) -> Vec<u32> {
    ids.map(|id| id.index() as u32).collect()
}

/// `x y + sin x` in words.
fn example() -> Written {
    Written::new(
        &record(vec![Input::scalar("x"), Input::scalar("y")], |v| vec![v[0] * v[1] + v[0].sin()])
            .unwrap(),
    )
}

proptest! {
    #[test]
    fn say_every_tape_in_any_pieces(
        choices in prop::collection::vec(any::<u32>(), 0..300),
        nodes in 1_usize..300,
    ) {
        let tape = random::tape(&choices, EVERYTHING);
        let written = Written::new(&tape);
        let pieces = written.nodes.chunks(4 * nodes).collect();
        let read = Tape::from_words(Words { nodes: pieces, ..written.words() }).unwrap();
        prop_assert_eq!(read.verify(), Ok(()));
        let paths: Vec<String> = tape.outputs().iter().map(|o| o.path.clone()).collect();
        prop_assert!(read.with_output_paths(&paths).unwrap() == tape);
    }

    #[test]
    fn are_refused_or_right(
        choices in prop::collection::vec(any::<u32>(), 0..200),
        place in any::<prop::sample::Index>(),
        word in prop_oneof![0_u32..40, any::<u32>()],
        list in any::<bool>(),
    ) {
        let mut written = Written::new(&random::tape(&choices, EVERYTHING));
        let words = if list { &mut written.lists } else { &mut written.nodes };
        prop_assume!(!words.is_empty());
        let place = place.index(words.len());
        words[place] = word;
        match written.read() {
            Ok(tape) => prop_assert_eq!(tape.verify(), Ok(())),
            Err(error) => prop_assert_eq!(error.code(), "INVALID_TAPE"),
        }
    }

    #[test]
    fn of_any_kind_never_panic(nodes in prop::collection::vec(0_u32..50, 0..100)) {
        let written = Written { nodes, lists: vec![0, 1, 2], outputs: vec![3], ..example() };
        if let Ok(tape) = written.read() {
            prop_assert_eq!(tape.verify(), Ok(()));
        }
    }
}

#[test]
fn each_rule_is_refused_by_the_node_that_breaks_it() {
    let array = Structural::from_fields("reshape", &[("shape".into(), list(&[2]))]).unwrap();
    let cases: [(&str, Written); 11] = [
        ("read earlier nodes", Written { nodes: vec![17, 0, 2, 0], ..example() }),
        ("have a known code", Written { nodes: vec![255, 0, 0, 0], ..example() }),
        ("have a known code", Written { nodes: vec![1 << 20, 0, 0, 0], ..example() }),
        ("have a known code", Written { nodes: vec![0, 0, 0, 0], ..example() }),
        ("have 4 words", Written { nodes: vec![1, 2], ..example() }),
        ("one of the 0 shapes", Written { nodes: vec![1, 0, 0, 0], ..example() }),
        ("one of the 0 structural ops", Written { nodes: vec![2, 0, 0, 0], ..example() }),
        ("exist, for it is an output", Written { outputs: vec![5], ..example() }),
        (
            "fit its arguments",
            Written {
                nodes: vec![2, 0, 0, 1],
                structurals: vec![array.clone()],
                lists: vec![0],
                ..example()
            },
        ),
        (
            "have its own arguments in the lists",
            Written {
                nodes: vec![2, 0, u32::MAX, u32::MAX],
                structurals: vec![array],
                ..example()
            },
        ),
        (
            "have 2 numbers",
            Written {
                nodes: vec![1, 0, 0, 1],
                arrays: vec![Arc::from([1.0])],
                shapes: vec![Shape::new(&[2]).unwrap()],
                ..example()
            },
        ),
    ];
    for (wanted, written) in cases {
        let error = written.read().unwrap_err();
        assert_eq!(error.code(), "INVALID_TAPE");
        assert!(error.to_string().contains(wanted), "{error} does not say {wanted:?}");
    }
}

fn list(numbers: &[i64]) -> chainrule_tape::structural::Field {
    chainrule_tape::structural::Field::List(numbers.to_vec())
}

#[test]
fn pieces_hold_whole_nodes() {
    let written = example();
    let [head, tail] = [&written.nodes[..6], &written.nodes[6..]];
    let words = Words { nodes: vec![head, tail], ..written.words() };
    let text = Tape::from_words(words).unwrap_err().to_string();
    assert_eq!(text, "node %3 must have 4 words, but has 2");
}

#[test]
fn arguments_of_one_shape_are_demanded() {
    let inputs = vec![Input::scalar("x"), Input::new("y", Shape::new(&[2]).unwrap())];
    let add = rows().into_iter().find(|row| row.name == "add").unwrap().code;
    let written = Written { inputs, nodes: vec![add, 0, 1, 0], ..Written::default() };
    let text = written.read().unwrap_err().to_string();
    assert_eq!(text, "node %2 must have arguments of one shape, but they have [] and [2]");
}

#[test]
fn lists_may_not_overlap() {
    let stack = || Structural::from_fields("stack", &[("axis".into(), number(0.0))]).unwrap();
    let written = |second: u32| Written {
        nodes: vec![2, 0, 0, 2, 2, 1, second, 1],
        structurals: vec![stack(), stack()],
        lists: vec![0, 1, 0],
        outputs: vec![2],
        ..example()
    };
    assert!(written(2).read().is_ok());
    assert_eq!(written(1).read().unwrap_err().code(), "INVALID_TAPE");
}

fn number(number: f64) -> chainrule_tape::structural::Field {
    chainrule_tape::structural::Field::Number(number)
}

#[test]
fn segments_in_words_join_like_recorded_ones() {
    let inputs = || vec![Input::scalar("x"), Input::scalar("y")];
    let written = example();
    let from_words = || Recorded::from_words(written.words()).unwrap();
    let recorded =
        || Segment::default().record(&inputs(), |_, v| vec![v[0] * v[1] + v[0].sin()]).unwrap();
    type Combine =
        for<'r> fn(&'r chainrule_tape::Recorder, &[Vec<Var<'r>>], &[Var<'r>]) -> Vec<Var<'r>>;
    let combine: Combine = |_, outputs, _| vec![outputs[0][0] - outputs[1][0]];
    let a = join(inputs(), vec![from_words(), from_words()], Some(combine)).unwrap();
    let b = join(inputs(), vec![recorded(), recorded()], Some(combine)).unwrap();
    assert_eq!(a.verify(), Ok(()));
    assert!(a == b);
    assert_eq!(a.evaluate(&[vec![2.0], vec![3.0]]).unwrap(), [[0.0]]);
}

#[test]
fn rows_name_every_op_and_its_code_once() {
    let rows = rows();
    assert_eq!(rows.len(), Op::ALL.len() + Structural::NAMES.len());
    for row in rows.iter().filter(|row| row.elementwise) {
        let op = Op::named(row.name).unwrap();
        assert_eq!(row.arguments, op.arguments());
        assert_eq!(rows.iter().filter(|other| other.code == row.code).count(), 1);
        assert!(row.doc.ends_with('.'), "{}", row.name);
    }
    assert!(rows.iter().filter(|row| !row.elementwise).all(|row| row.code == 2));
}
