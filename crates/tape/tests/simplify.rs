//! Simplifying keeps every bit, never lengthens, and changes nothing the second time.
mod random;

use chainrule_tape::structural::{Broadcast, Reshape, Slice, Stack, Sum};
use chainrule_tape::transform::{Limit, expand, simplify};
use chainrule_tape::{Input, Kind, Recorder, Scalar, Segment, Shape, Tape, Var, record};
use proptest::prelude::*;
use random::{Choices, EVERYTHING, Taste, bits, point};

fn shape(dims: &[u32]) -> Shape {
    Shape::new(dims).unwrap()
}

/// A tape of scalar inputs.
fn scalars(count: usize, f: impl for<'r> FnOnce(&'r Recorder, &[Var<'r>]) -> Vec<Var<'r>>) -> Tape {
    let inputs = (0..count).map(|i| Input::scalar(&i.to_string())).collect();
    Recorder::record(Segment::default(), inputs, f).unwrap()
}

/// The number of nodes left, inputs aside.
fn left(tape: &Tape) -> usize {
    simplify(tape).unwrap().len() - tape.inputs().len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn keeps_every_bit_and_is_done_at_once(
        choices in prop::collection::vec(any::<u32>(), 0..400),
        largest in prop_oneof![Just(64_usize), Just(300)],
    ) {
        let tape = random::tape(&choices, Taste { largest, ..EVERYTHING });
        let simple = simplify(&tape).unwrap();
        prop_assert_eq!(simple.verify(), Ok(()));
        prop_assert!(simple.len() <= tape.len());
        prop_assert_eq!(simple.inputs(), tape.inputs());
        let x = point(&tape, &mut Choices::new(&choices));
        prop_assert_eq!(bits(&simple.evaluate(&x).unwrap()), bits(&tape.evaluate(&x).unwrap()));
        prop_assert!(simplify(&simple).unwrap() == simple, "{:?}", simple);
    }

    #[test]
    fn no_two_nodes_are_left_alike(choices in prop::collection::vec(any::<u32>(), 0..400)) {
        let simple = simplify(&random::tape(&choices, EVERYTHING)).unwrap();
        let nodes: Vec<String> =
            simple.nodes().map(|(_, kind, shape)| format!("{kind:?} {shape}")).collect();
        let mut once = nodes.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), nodes.len());
    }
}

#[test]
fn equal_nodes_become_one() {
    let tape = scalars(2, |_, v| vec![v[0] * v[1], v[1] * v[0], v[0] - v[1], v[1] - v[0]]);
    assert_eq!(left(&tape), 3);
    let simple = simplify(&tape).unwrap();
    assert_eq!(simple.outputs()[0].node(), simple.outputs()[1].node());
}

#[test]
fn exact_ops_on_numbers_are_folded_and_the_others_are_not() {
    fn number(recorder: &Recorder, x: f64) -> Var<'_> {
        recorder.splat(x, &Shape::scalar())
    }
    let folded = scalars(0, |r, _| vec![(number(r, 2.0) / number(r, 3.0)).sqrt()]);
    assert_eq!(left(&folded), 1);
    assert_eq!(simplify(&folded).unwrap().evaluate(&[]).unwrap(), [[(2.0_f64 / 3.0).sqrt()]]);
    let kept = scalars(0, |r, _| vec![number(r, 2.0).sin()]);
    assert_eq!(left(&kept), 2);
}

#[test]
fn units_go_by_their_bits() {
    let counted = |f: for<'r> fn(Var<'r>) -> Var<'r>| left(&scalars(1, |_, v| vec![f(v[0])]));
    assert_eq!(counted(|x| x * 1.0), 0);
    assert_eq!(counted(|x| 1.0 * x), 0);
    assert_eq!(counted(|x| x / 1.0), 0);
    assert_eq!(counted(|x| x - 0.0), 0);
    assert_eq!(counted(|x| x + -0.0), 0);
    assert_eq!(counted(|x| -0.0 + x), 0);
    // -0 + 0 is 0, and 0 - x is not -x where x is 0.
    assert_eq!(counted(|x| x + 0.0), 2);
    assert_eq!(counted(|x| x - -0.0), 2);
    assert_eq!(counted(|x| 0.0 - x), 2);
    assert_eq!(counted(|x| 1.0 / x), 2);
}

#[test]
fn zero_times_x_stays() {
    let tape = scalars(1, |_, v| vec![v[0] * 0.0]);
    let simple = simplify(&tape).unwrap();
    assert!(simple.evaluate(&[vec![f64::INFINITY]]).unwrap()[0][0].is_nan());
}

#[test]
fn zeros_of_both_signs_and_shapes_of_one_number_stay_apart() {
    let tape = scalars(0, |r, _| {
        let one = |x, dims| r.splat(x, &shape(dims));
        vec![one(0.0, &[]), one(-0.0, &[]), one(0.0, &[1]), one(0.0, &[1, 1]), one(0.0, &[1])]
    });
    assert_eq!(left(&tape), 4);
}

#[test]
fn an_array_of_one_number_is_that_number() {
    let tape =
        scalars(0, |r, _| vec![r.constant(&[2.0; 3], &shape(&[3])), r.splat(2.0, &shape(&[3]))]);
    assert_eq!(left(&tape), 1);
}

#[test]
fn dead_code_goes_and_inputs_stay() {
    let tape = scalars(2, |_, v| {
        let dead = v[1].sin();
        let _ = dead * dead;
        vec![v[0].exp()]
    });
    let simple = simplify(&tape).unwrap();
    assert_eq!((simple.len(), simple.inputs().len()), (3, 2));
}

#[test]
fn what_moves_nothing_is_left_out() {
    let x = Input::new("x", shape(&[2, 3]));
    for (dims, large) in [(&[2_u32, 3][..], false), (&[200, 3], true)] {
        let input = Input { shape: shape(dims), ..x.clone() };
        let tape = record(vec![input], |v| {
            let r = v[0].recorder().unwrap();
            let flat = Reshape { shape: shape(&[dims[0] * dims[1]]) };
            let there = r.structural(flat.clone(), &[v[0]]);
            let other = r.structural(Reshape { shape: shape(&[dims[1], dims[0]]) }, &[there]);
            let back = r.structural(Reshape { shape: shape(dims) }, &[other]);
            let same = r.structural(Broadcast { shape: shape(dims) }, &[back]);
            let again = r.structural(flat, &[same]);
            vec![same, again]
        })
        .unwrap();
        let simple = simplify(&tape).unwrap();
        assert_eq!(simple.len(), 2, "large: {large}");
        assert_eq!(simple.outputs()[0].node().index(), 0);
    }
}

/// `x[i]` as `expand` writes it.
fn element<'r>(x: Var<'r>, i: u32) -> Var<'r> {
    let r = x.recorder().unwrap();
    let one = r.structural(Slice { starts: vec![i], stops: vec![i + 1], steps: vec![1] }, &[x]);
    r.structural(Reshape { shape: Shape::scalar() }, &[one])
}

#[test]
fn elements_of_a_stack_are_what_was_stacked() {
    for count in [1, 5, 64, 65, 1000] {
        let tape = scalars(count, |r, v| {
            let stack = r.structural(Stack { axis: 0 }, v);
            let tall = r.structural(Reshape { shape: shape(&[count as u32, 1]) }, &[stack]);
            let back = r.structural(Reshape { shape: shape(&[count as u32]) }, &[tall]);
            (0..count as u32).map(|i| element(back, i)).collect()
        });
        let simple = simplify(&tape).unwrap();
        assert_eq!(simple.len(), count);
        let places: Vec<usize> = simple.outputs().iter().map(|o| o.node().index()).collect();
        assert_eq!(places, (0..count).collect::<Vec<_>>());
    }
}

#[test]
fn moved_numbers_are_numbers() {
    let tape = scalars(0, |r, _| {
        let data: Vec<f64> = (0..70).map(f64::from).collect();
        let large = r.constant(&data, &shape(&[70]));
        let splat = r.splat(2.0, &Shape::scalar());
        let spread = r.structural(Broadcast { shape: shape(&[100, 2]) }, &[splat]);
        vec![element(large, 69), spread]
    });
    let simple = simplify(&tape).unwrap();
    assert!(simple.nodes().all(|(_, kind, _)| matches!(kind, Kind::Constant(_))));
    assert_eq!(simple.evaluate(&[]).unwrap(), tape.evaluate(&[]).unwrap());
}

#[test]
fn boundaries_of_expansion_vanish() {
    let f = record(vec![Input::new("x", shape(&[3]))], |v| {
        let r = v[0].recorder().unwrap();
        vec![r.structural(Sum { axes: vec![0] }, &[v[0] * v[0]])]
    })
    .unwrap();
    let once = simplify(&expand(&f, Limit { elements: 64, nodes: 1000 }).unwrap()).unwrap();
    let count = |wanted: fn(&Kind) -> bool| once.nodes().filter(|(_, k, _)| wanted(k)).count();
    assert_eq!(count(|kind| matches!(kind, Kind::Structural(..))), 6, "three elements are read");
    assert_eq!(count(|kind| matches!(kind, Kind::Elementwise(..))), 5, "three squares, two sums");
}

#[test]
fn segments_become_one_and_outputs_keep_their_names() {
    let tape = scalars(1, |_, v| vec![v[0] + 1.0, v[0] + 1.0])
        .with_output_paths(&["a".into(), "b".into()])
        .unwrap();
    let simple = simplify(&tape).unwrap();
    let paths: Vec<&str> = simple.outputs().iter().map(|o| o.path.as_str()).collect();
    assert_eq!((simple.segments().len(), paths), (1, vec!["a", "b"]));
}
