//! Taking small arrays apart changes no value, and keeps to the stated order of additions.
mod random;

use chainrule_tape::structural::{Broadcast, Reshape, Stack, Sum};
use chainrule_tape::transform::{Limit, expand};
use chainrule_tape::{
    Form, Input, Kind, Recorder, Scalar, Segment, Shape, Structural, Tape, record,
};
use proptest::prelude::*;
use random::{Choices, EVERYTHING, Taste, bits, point};

const LIMIT: Limit = Limit { elements: 64, nodes: 1 << 20 };

/// Ops whose value is the same in any order of additions.
const ORDERLESS: Taste = Taste {
    elementwise: |_| true,
    structural: |form| matches!(form, Form::Selection(_)),
    largest: 100,
};

fn shape(dims: &[u32]) -> Shape {
    Shape::new(dims).unwrap()
}

fn array(path: &str, dims: &[u32]) -> Input {
    Input::new(path, shape(dims))
}

/// Whether every op on a value of up to `small` elements is arithmetic on scalars.
fn is_taken_apart(tape: &Tape, small: usize) -> bool {
    tape.nodes().all(|(_, kind, shape)| match kind {
        Kind::Elementwise(..) => shape.is_scalar() || shape.elements() > small,
        _ => true,
    })
}

proptest! {
    #[test]
    fn keeps_every_bit(choices in prop::collection::vec(any::<u32>(), 0..300), small in 0_usize..8) {
        let tape = random::tape(&choices, ORDERLESS);
        let expanded = expand(&tape, Limit { elements: small, ..LIMIT }).unwrap();
        prop_assert_eq!(expanded.verify(), Ok(()));
        prop_assert!(is_taken_apart(&expanded, small), "{:?}", expanded);
        prop_assert_eq!(expanded.inputs(), tape.inputs());
        let x = point(&tape, &mut Choices::new(&choices));
        prop_assert_eq!(bits(&expanded.evaluate(&x).unwrap()), bits(&tape.evaluate(&x).unwrap()));
    }

    #[test]
    fn leaves_no_array_to_be_computed(choices in prop::collection::vec(any::<u32>(), 0..300)) {
        let expanded = expand(&random::tape(&choices, EVERYTHING), LIMIT).unwrap();
        prop_assert_eq!(expanded.verify(), Ok(()));
        for (_, kind, shape) in expanded.nodes() {
            let only_moves = match kind {
                Kind::Structural(rule, args) => {
                    let shapes: Vec<&Shape> = args.iter().map(|&arg| expanded.shape(arg)).collect();
                    matches!(rule.form(&shapes), Form::Selection(_))
                }
                Kind::Elementwise(..) => shape.is_scalar(),
                Kind::Input(_) | Kind::Constant(_) => true,
            };
            prop_assert!(only_moves, "{}", expanded);
        }
    }

    /// Sums of whole numbers are exact, so they judge any order.
    #[test]
    fn every_structural_op_agrees_with_its_form_on_whole_numbers(
        choices in prop::collection::vec(any::<u32>(), 200..300),
        small in 0_usize..10,
    ) {
        for name in Structural::NAMES {
            let mut drawn = Choices::new(&choices);
            let inputs = [&[2, 3][..], &[3], &[], &[3, 2], &[4], &[2, 2, 2], &[0, 2]];
            let inputs = inputs.map(|dims| array("", dims)).to_vec();
            let tape = Recorder::record(Segment::default(), inputs, |recorder, vars| {
                let drawn = random::structural(name, vars, &mut drawn, 64);
                drawn.map(|(rule, args)| recorder.structural(rule, &args)).into_iter().collect()
            })
            .unwrap();
            let whole = |input: &Input| {
                (0..input.shape.elements()).map(|i| (i * i) as f64 - 5.0).collect::<Vec<f64>>()
            };
            let x: Vec<Vec<f64>> = tape.inputs().iter().map(whole).collect();
            let expanded = expand(&tape, Limit { elements: small, ..LIMIT }).unwrap();
            let (came, wanted) = (expanded.evaluate(&x).unwrap(), tape.evaluate(&x).unwrap());
            for (came, wanted) in came.iter().flatten().zip(wanted.iter().flatten()) {
                let close = (came - wanted).abs() <= 1e-13 * wanted.abs();
                let close = close || (came.is_nan() && wanted.is_nan());
                prop_assert!(came == wanted || close, "{}: {} is not {}", name, came, wanted);
            }
        }
    }
}

#[test]
fn a_sum_goes_by_lanes_and_a_fixed_tree() {
    for count in [0, 1, 2, 5, 8, 13, 64, 1023, 1024, 1025, 3000] {
        let sum = record(vec![array("x", &[count])], |v| {
            vec![v[0].recorder().unwrap().structural(Sum { axes: vec![0] }, &[v[0]])]
        })
        .unwrap();
        let x: Vec<f64> = (0..count).map(|i| (f64::from(i) * 0.7).sin() / 3.0).collect();
        let expanded = expand(&sum, Limit { elements: 4096, ..LIMIT }).unwrap();
        let came = expanded.evaluate(std::slice::from_ref(&x)).unwrap()[0][0];
        assert_eq!(came.to_bits(), sum_by_lanes(&x).to_bits(), "{count} elements");
    }
}

/// The contract again, said with loops over eight accumulators and no scalars left out but absent ones.
fn sum_by_lanes(x: &[f64]) -> f64 {
    let mut total = None;
    for chunk in x.chunks(1024) {
        let lane = |l: usize| chunk.iter().skip(l).step_by(8).copied().reduce(|a, b| a + b);
        let mut level: Vec<Option<f64>> = [0, 4, 2, 6, 1, 5, 3, 7].map(lane).to_vec();
        while level.len() > 1 {
            level = level
                .chunks(2)
                .map(|pair| match (pair[0], pair[1]) {
                    (Some(a), Some(b)) => Some(a + b),
                    (a, b) => a.or(b),
                })
                .collect();
        }
        total = Some(total.map_or(level[0].unwrap(), |total: f64| total + level[0].unwrap()));
    }
    total.unwrap_or(0.0)
}

#[test]
fn a_sum_of_negative_zeros_is_a_negative_zero() {
    let sum = record(vec![array("x", &[3])], |v| {
        vec![v[0].recorder().unwrap().structural(Sum { axes: vec![0] }, &[v[0]])]
    });
    let expanded = expand(&sum.unwrap(), LIMIT).unwrap();
    assert_eq!(bits(&expanded.evaluate(&[vec![-0.0; 3]]).unwrap()), bits(&[vec![-0.0]]));
}

#[test]
fn what_is_too_large_in_elements_or_nodes_stays_an_array() {
    let tape = record(vec![array("x", &[65]), array("y", &[64])], |v| {
        vec![v[0].exp(), v[1].exp(), v[1].exp() * 2.0]
    })
    .unwrap();
    let arrays = |tape: &Tape| {
        let is_array = |(_, kind, shape): &(_, Kind, &Shape)| {
            matches!(kind, Kind::Elementwise(..)) && !shape.is_scalar()
        };
        tape.nodes().filter(is_array).count()
    };
    assert_eq!((arrays(&tape), arrays(&expand(&tape, LIMIT).unwrap())), (4, 1));
    let short = expand(&tape, Limit { nodes: 100, ..LIMIT }).unwrap();
    assert!(short == tape, "a result above the limit is not made");
    let exact = expand(&tape, LIMIT).unwrap().len();
    assert_eq!(expand(&tape, Limit { nodes: exact, ..LIMIT }).unwrap().len(), exact);
    assert!(expand(&tape, Limit { nodes: exact - 1, ..LIMIT }).unwrap() == tape);
}

#[test]
fn a_small_value_read_by_a_large_op_is_put_together_once() {
    let tape = record(vec![array("x", &[3]), array("y", &[30, 3])], |v| {
        let small = v[0].exp();
        let large = small.broadcast(&shape(&[30, 3]));
        vec![large + v[1], large * v[1], small]
    })
    .unwrap();
    let expanded = expand(&tape, LIMIT).unwrap();
    let count = |name: &str| {
        let is = |kind: &Kind| matches!(kind, Kind::Structural(rule, _) if rule.name() == name);
        expanded.nodes().filter(|(_, kind, _)| is(kind)).count()
    };
    assert_eq!((count("stack"), count("broadcast")), (1, 1));
    let x = [vec![0.1, 0.2, 0.3], vec![0.5; 90]];
    assert_eq!(expanded.evaluate(&x).unwrap(), tape.evaluate(&x).unwrap());
}

#[test]
fn names_of_outputs_and_constants_that_are_outputs_stay() {
    let tape = Recorder::record(Segment::default(), vec![array("x", &[0])], |recorder, v| {
        vec![
            v[0],
            recorder.splat(2.0, &shape(&[2])),
            recorder.constant(&[1.0, 2.0], &shape(&[2, 1])),
        ]
    })
    .unwrap()
    .with_output_paths(&["a".into(), "b".into(), "c".into()])
    .unwrap();
    assert!(expand(&tape, LIMIT).unwrap() == tape);
}

#[test]
fn elements_of_a_large_array_are_read_one_by_one() {
    let tape = record(vec![array("x", &[10, 20])], |v| {
        let recorder = v[0].recorder().unwrap();
        let flat = recorder.structural(Reshape { shape: shape(&[200]) }, &[v[0]]);
        let row = recorder.structural(Sum { axes: vec![0] }, &[v[0]]);
        let pair = recorder.structural(Stack { axis: 0 }, &[flat, flat]);
        let few = recorder.structural(Broadcast { shape: shape(&[2, 200]) }, &[flat]);
        vec![row.exp(), pair * few]
    })
    .unwrap();
    let expanded = expand(&tape, LIMIT).unwrap();
    assert!(is_taken_apart(&expanded, 64));
    let x = [(0..200).map(f64::from).collect()];
    assert_eq!(expanded.evaluate(&x).unwrap(), tape.evaluate(&x).unwrap());
}

/// Loops over the axes of an array of nothing would turn for minutes.
#[test]
fn arrays_of_nothing_take_no_time() {
    let long = 1 << 31;
    let tape = record(vec![array("x", &[long, 0]), array("y", &[long, 0, 0])], |v| {
        let (x, y) = (v[0], v[1]);
        let sums = vec![x.sum(&[0]), x.sum(&[0, 1]), x.mean(&[0, 1]), x.cumsum(0), x.cumsum(1)];
        let moves = vec![x.transpose(&[1, 0]), x.flip(&[0, 1]), x.scatter_add(1, &[], x)];
        [sums, moves, vec![y.dot(y), x.exp() * x, x.slice(&[5, 0], &[7, 0])]].concat()
    })
    .unwrap();
    let expanded = expand(&tape, LIMIT).unwrap();
    let y = expanded.evaluate(&[vec![], vec![]]).unwrap();
    let elements: Vec<usize> = y.iter().map(Vec::len).collect();
    assert_eq!(elements, [0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(bits(&y[1..2]), bits(&[vec![0.0]]), "the sum of nothing is +0");
    assert!(y[2][0].is_nan(), "the mean of nothing");
}
