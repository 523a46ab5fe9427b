//! Bytes say a tape exactly, damage never goes unnoticed, and no bytes make a panic or take memory they do not fill.
mod random;

use chainrule_tape::transform::vjp;
use chainrule_tape::words::Words;
use chainrule_tape::{
    Input, Recorder, Scalar, Segment, Shape, Structural, Tape, TapeError, Var, join, record,
    structural,
};
use proptest::prelude::*;
use random::EVERYTHING;
use serde::Serialize;

/// Magic, version, length and checksum.
const HEADER: usize = 18;

/// A payload behind a header that is right for it.
fn sealed(payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u64).to_le_bytes();
    let checksum = crc32fast::hash(payload).to_le_bytes();
    [b"CHRT", &1_u16.to_le_bytes()[..], &length, &checksum, payload].concat()
}

fn example() -> Tape {
    record(vec![Input::new("x", Shape::new(&[3]).unwrap()), Input::scalar("y").fixed()], |v| {
        vec![(v[0] * v[1]).sin().gather(0, &[2, 0]), v[0].sum(&[0]).powi(-3)]
    })
    .unwrap()
}

proptest! {
    #[test]
    fn say_every_tape(choices in prop::collection::vec(any::<u32>(), 0..300)) {
        let tape = random::tape(&choices, EVERYTHING);
        let read = Tape::deserialize(&tape.serialize().unwrap()).unwrap();
        prop_assert!(read == tape);
    }

    #[test]
    fn that_were_damaged_and_sealed_again_never_panic(
        choices in prop::collection::vec(any::<u32>(), 0..150),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, byte()), 1..5),
    ) {
        let bytes = random::tape(&choices, EVERYTHING).serialize().unwrap();
        let mut payload = bytes[HEADER..].to_vec();
        for (place, how, byte) in damage {
            let place = place.index(payload.len());
            match how {
                0 => payload[place] = byte,
                1 => payload.insert(place, byte),
                _ => drop(payload.remove(place)),
            }
            if payload.is_empty() {
                break;
            }
        }
        assert_refused_or_right(&sealed(&payload));
    }

    #[test]
    fn of_any_kind_never_panic(payload in prop::collection::vec(byte(), 0..100)) {
        assert_refused_or_right(&payload);
        assert_refused_or_right(&sealed(&payload));
    }
}

/// Any byte; small ones are counts, codes and the last bytes of numbers, 255 the first of large ones.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![2 => 0..20_u8, 1 => Just(255), 1 => any::<u8>()]
}

fn assert_refused_or_right(bytes: &[u8]) {
    match Tape::deserialize(bytes) {
        Ok(tape) => assert_can_be_used(&tape),
        Err(error) => assert!(["INVALID_BYTES", "INVALID_TAPE"].contains(&error.code()), "{error}"),
    }
}

/// Prints, evaluates and differentiates the tape, if its arrays are small.
fn assert_can_be_used(tape: &Tape) {
    assert_eq!(tape.verify(), Ok(()));
    if tape.nodes().any(|(_, _, shape)| shape.elements() > 10_000) {
        return;
    }
    assert!(Tape::parse(&tape.to_string()).unwrap() == *tape, "{tape}");
    assert!(Tape::deserialize(&tape.serialize().unwrap()).unwrap() == *tape);
    let ones = |tape: &Tape| -> Vec<Vec<f64>> {
        tape.inputs().iter().map(|input| vec![1.0; input.shape.elements()]).collect()
    };
    tape.evaluate(&ones(tape)).unwrap();
    let adjoints = vjp(tape).unwrap();
    assert_eq!(adjoints.verify(), Ok(()));
    adjoints.evaluate(&ones(&adjoints)).unwrap();
}

#[test]
fn keep_segments_and_every_bit_of_a_number() {
    let inputs = || vec![Input::scalar("x")];
    let part = |fill: f64| {
        Segment::default()
            .record(&inputs(), |recorder, v| {
                let odd = [f64::from_bits(0x7ff0_0000_0000_0001), -0.0, f64::INFINITY, fill];
                let array = recorder.constant(&odd, &Shape::new(&[4]).unwrap());
                vec![array.pad(&[1], &[0], fill) * v[0]]
            })
            .unwrap()
    };
    type Combine = for<'r> fn(&'r Recorder, &[Vec<Var<'r>>], &[Var<'r>]) -> Vec<Var<'r>>;
    let combine: Combine = |_, parts, _| vec![parts[0][0] - parts[1][0]];
    let recorded = vec![part(f64::NAN), part(f64::from_bits(u64::MAX))];
    let tape = join(inputs(), recorded, Some(combine)).unwrap();
    let bytes = tape.serialize().unwrap();
    let read = Tape::deserialize(&bytes).unwrap();
    assert!(read == tape);
    assert_eq!(read.segments().len(), tape.segments().len());
    assert_eq!(read.serialize().unwrap(), bytes);
}

#[test]
fn say_tapes_without_inputs_or_outputs() {
    for tape in [
        record(Vec::new(), |_| Vec::new()).unwrap(),
        record(Vec::new(), |_| vec![Var::from(2.0)]).unwrap(),
        record(vec![Input::scalar("x")], |_| Vec::new()).unwrap(),
    ] {
        assert!(Tape::deserialize(&tape.serialize().unwrap()).unwrap() == tape);
    }
}

#[test]
fn with_any_one_byte_changed_are_refused() {
    let bytes = example().serialize().unwrap();
    for place in 0..bytes.len() {
        for change in 1..=255 {
            let mut bytes = bytes.clone();
            bytes[place] ^= change;
            assert_eq!(Tape::deserialize(&bytes).unwrap_err().code(), "INVALID_BYTES");
        }
    }
}

#[test]
fn cut_short_or_drawn_out_are_refused() {
    let bytes = example().serialize().unwrap();
    let payload = &bytes[HEADER..];
    for length in 0..bytes.len() {
        assert_eq!(Tape::deserialize(&bytes[..length]).unwrap_err().code(), "INVALID_BYTES");
    }
    for length in 0..payload.len() {
        assert!(
            Tape::deserialize(&sealed(&payload[..length])).is_err(),
            "{length} bytes of payload"
        );
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(Tape::deserialize(&longer).unwrap_err().code(), "INVALID_BYTES");
    let longer = sealed(&[payload, &[0]].concat());
    assert_eq!(Tape::deserialize(&longer).unwrap_err().code(), "INVALID_BYTES");
}

#[test]
fn of_another_version_are_refused_by_its_number() {
    let mut bytes = example().serialize().unwrap();
    bytes[4] = 2;
    let text = Tape::deserialize(&bytes).unwrap_err().to_string();
    assert_eq!(text, "the bytes must be of version 1, but are of version 2");
}

/// Every byte of a payload in turn begins a length of 2^40: were it believed, memory would end.
#[test]
fn that_claim_endless_tables_take_no_memory() {
    let bytes = example().serialize().unwrap();
    let huge = [0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
    for place in HEADER..bytes.len() {
        let payload = [&bytes[HEADER..place], &huge, &bytes[place + 1..]].concat();
        assert_refused_or_right(&sealed(&payload));
    }
}

/// The tables as [`Tape::serialize`] writes them, to say what no recorder would.
#[derive(Serialize)]
struct Document {
    inputs: Vec<Input>,
    segments: Vec<Tables>,
    outputs: Vec<(String, u32, Option<u32>)>,
}

#[derive(Clone, Default, Serialize)]
struct Tables {
    /// Code, type, shape, words.
    nodes: Vec<(u8, u8, u32, [u32; 3])>,
    shapes: Vec<Shape>,
    constants: Vec<()>,
    structurals: Vec<Structural>,
    lists: Vec<u32>,
    shared: u32,
    base: u32,
}

const STRUCTURAL: u8 = 2;
const NEG: u8 = 16;

impl Tables {
    /// The segment of one scalar input.
    fn input() -> Tables {
        Tables {
            nodes: vec![(0, 0, 0, [0; 3])],
            shapes: vec![Shape::scalar()],
            ..Tables::default()
        }
    }
}

fn read(segments: &[Tables], adjoint_of: Option<u32>) -> Result<Tape, TapeError> {
    let outputs = vec![("".into(), 0, adjoint_of)];
    let document =
        Document { inputs: vec![Input::scalar("x")], segments: segments.to_vec(), outputs };
    Tape::deserialize(&sealed(&postcard::to_stdvec(&document).unwrap()))
}

#[test]
fn are_refused_by_the_rule_they_break() {
    assert!(read(&[Tables::input()], Some(0)).is_ok());
    assert!(read(&[Tables::input(), stacks(vec![stack(0, 0)], 1)], None).is_ok());
    let node = |code, dtype, shape, word| Tables {
        nodes: vec![(code, dtype, shape, [word, 0, 0])],
        shapes: vec![Shape::scalar()],
        base: 1,
        ..Tables::default()
    };
    let shapes = |shapes: Vec<Shape>| Tables { shapes, base: 1, ..Tables::default() };
    let placed = |shared, base| Tables { shared, base, ..Tables::default() };
    let cases = [
        ("start where the one before ends", placed(0, 2)),
        ("start where the one before ends", placed(2, 1)),
        ("read earlier nodes", node(NEG, 0, 0, 0)),
        ("read earlier nodes", node(NEG, 0, 0, u32::MAX)),
        ("have a known code", node(255, 0, 0, 0)),
        ("have type f64", node(NEG, 1, 0, 0)),
        ("have a shape of its segment's table", node(NEG, 0, 1, 0)),
        ("each shape once", shapes(vec![Shape::scalar(), Shape::scalar()])),
        ("the scalar first", shapes(vec![vector()])),
        ("be an input just if", node(0, 0, 0, 0)),
        ("name one of 0 constants", node(1, 0, 0, 0)),
        ("name one of 0 structural ops", stacks(vec![stack(0, 0)], 0)),
        (
            "have its arguments in the list",
            Tables { lists: vec![], ..stacks(vec![stack(0, 0)], 1) },
        ),
        ("in the order of the nodes", stacks(vec![stack(0, 0), stack(1, 0)], 2)),
        ("in the order of the nodes", stacks(vec![stack(0, 0), stack(0, 1)], 1)),
        ("in the order of the nodes", stacks(vec![stack(1, 0)], 2)),
    ];
    for (wanted, tables) in cases {
        let error = read(&[Tables::input(), tables], None).unwrap_err();
        assert!(error.to_string().contains(wanted), "{error} does not say {wanted:?}");
    }
    assert!(read(&[], None).unwrap_err().to_string().contains("be an input"));
    let error = read(&[Tables::input()], Some(1)).unwrap_err();
    assert!(error.to_string().contains("be the adjoint of an input"));
}

fn vector() -> Shape {
    Shape::new(&[1]).unwrap()
}

/// A node that stacks one argument, by the number of its op and the place of the argument in the list.
fn stack(op: u32, first: u32) -> (u8, u8, u32, [u32; 3]) {
    (STRUCTURAL, 0, 1, [op, first, 1])
}

/// Stacks of the input, and as many ops as said.
fn stacks(nodes: Vec<(u8, u8, u32, [u32; 3])>, ops: usize) -> Tables {
    Tables {
        nodes,
        shapes: vec![Shape::scalar(), vector()],
        structurals: vec![structural::Stack { axis: 0 }.into(); ops],
        lists: vec![0, 0],
        shared: 1,
        base: 1,
        ..Tables::default()
    }
}

/// A recording may name one op in many nodes, but were bytes to, a few could ask for endless checks.
#[test]
fn write_an_op_for_each_node_that_names_one() {
    let structurals = vec![structural::Gather { axis: 0, indices: [2, 1].into() }.into()];
    let words = Words {
        inputs: vec![Input::new("x", Shape::new(&[3]).unwrap())],
        nodes: vec![&[2, 0, 0, 1, 2, 0, 1, 1]],
        structurals,
        lists: &[0, 1],
        outputs: &[1],
        ..Words::default()
    };
    assert_eq!(Tape::from_words(words.clone()).unwrap_err().code(), "INVALID_TAPE"); // 2 entries, not 3
    let tape = Tape::from_words(Words { lists: &[0, 0], outputs: &[1, 2], ..words }).unwrap();
    assert!(Tape::deserialize(&tape.serialize().unwrap()).unwrap() == tape);
}
