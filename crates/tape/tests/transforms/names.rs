//! The inputs and outputs of transformed tapes.
use crate::rows::{shape, tape_of};
use chainrule_tape::transform::{grad, hessian_tape, hvp, jvp, vjp, vmap};
use chainrule_tape::{Input, Scalar, Tape, record};

fn paths(tape: &Tape) -> (Vec<&str>, Vec<&str>) {
    (
        tape.inputs().iter().map(|input| input.path.as_str()).collect(),
        tape.outputs().iter().map(|output| output.path.as_str()).collect(),
    )
}

fn two_scalars() -> Tape {
    tape_of(&[&[], &[]], |_, v| vec![v[0] * v[1] + v[0].sin()])
}

fn layer() -> Tape {
    let inputs = vec![Input::new("x", shape(&[3])), Input::new("W", shape(&[2, 3])).fixed()];
    let tape = record(inputs, |v| vec![v[1].dot(v[0]), v[0] * v[0]]).unwrap();
    tape.with_output_paths(&["y".into(), "square".into()]).unwrap()
}

#[test]
fn positional_inputs_and_one_output() {
    let tape = two_scalars();
    assert_eq!(
        paths(&jvp(&tape).unwrap()),
        (vec!["x.0", "x.1", "x_dot.0", "x_dot.1"], vec!["value", "tangent"])
    );
    assert_eq!(
        paths(&vjp(&tape).unwrap()),
        (vec!["x.0", "x.1", "y_bar"], vec!["value", "adjoint.0", "adjoint.1"])
    );
    assert_eq!(
        paths(&grad(&tape).unwrap()),
        (vec!["0", "1"], vec!["value", "gradient.0", "gradient.1"])
    );
    let hessian = hvp(&tape).unwrap();
    assert_eq!(paths(&hessian).0, ["x.0", "x.1", "v.0", "v.1"]);
    assert_eq!(paths(&hessian).1, ["value", "gradient.0", "gradient.1", "hvp.0", "hvp.1"]);
}

#[test]
fn one_array_needs_no_position() {
    let tape = tape_of(&[&[3]], |_, v| vec![v[0].dot(v[0])]);
    assert_eq!(paths(&jvp(&tape).unwrap()), (vec!["x", "x_dot"], vec!["value", "tangent"]));
    assert_eq!(paths(&hvp(&tape).unwrap()), (vec!["x", "v"], vec!["value", "gradient", "hvp"]));
}

#[test]
fn names_and_fixed_inputs() {
    let tape = layer();
    let forward = jvp(&tape).unwrap();
    assert_eq!(paths(&forward).0, ["x.x", "x.W", "x_dot.x"]);
    assert_eq!(paths(&forward).1, ["value.y", "value.square", "tangent.y", "tangent.square"]);
    assert_eq!(forward.inputs().iter().map(|i| i.fixed).collect::<Vec<_>>(), [false, true, false]);
    let reverse = vjp(&tape).unwrap();
    assert_eq!(paths(&reverse).0, ["x.x", "x.W", "y_bar.y", "y_bar.square"]);
    assert_eq!(paths(&reverse).1, ["value.y", "value.square", "adjoint.x"]);
    let nested = jvp(&forward).unwrap();
    assert_eq!(paths(&nested).0, ["x.x.x", "x.x.W", "x.x_dot.x", "x_dot.x.x", "x_dot.x_dot.x"]);
}

#[test]
fn adjoints_say_whose_they_are() {
    let whose = |tape: &Tape| tape.outputs().iter().map(|o| o.adjoint_of).collect::<Vec<_>>();
    assert_eq!(whose(&vjp(&layer()).unwrap()), [None, None, Some(0)]);
    let gradient = grad(&two_scalars()).unwrap();
    assert_eq!(whose(&gradient), [None, Some(0), Some(1)]);
    assert_eq!(whose(&hvp(&two_scalars()).unwrap()), [None, Some(0), Some(1), Some(0), Some(1)]);
    assert_eq!(whose(&vmap(&gradient, 2, None).unwrap()), [None, Some(0), Some(1)]);
    assert_eq!(whose(&vmap(&gradient, 2, Some(&["1"])).unwrap()), [None, Some(0), None]);
}

#[test]
fn derivatives_of_one_scalar_say_which_of_them_was_asked_of_more() {
    let asked = [("grad", grad(&layer())), ("hvp", hvp(&layer()))];
    for (name, refused) in asked.into_iter().chain([("hessian_tape", hessian_tape(&layer()))]) {
        let error = refused.unwrap_err();
        assert_eq!(error.code(), "NOT_SCALAR");
        assert_eq!(
            error.to_string(),
            format!(
                "the output of a tape given to `{name}` must be one scalar, but the tape has 2 outputs: \
                 weight or sum the outputs, or use `vjp` with a seed"
            )
        );
    }
    let vector = tape_of(&[&[2]], |_, v| vec![v[0]]);
    assert!(grad(&vector).unwrap_err().to_string().contains("has one of shape [2]:"));
}

#[test]
fn vmap_leaves_fixed_inputs_alone_unless_told() {
    let shapes = |tape: &Tape| tape.inputs().iter().map(|i| i.shape.to_vec()).collect::<Vec<_>>();
    assert_eq!(shapes(&vmap(&layer(), 5, None).unwrap()), [vec![5, 3], vec![2, 3]]);
    assert_eq!(shapes(&vmap(&layer(), 5, Some(&["x"])).unwrap()), [vec![3], vec![5, 2, 3]]);
    let error = vmap(&layer(), 5, Some(&["b"])).unwrap_err();
    assert_eq!(error.to_string(), "an input in `unmapped` must be one of x, W, but is \"b\"");
}

#[test]
fn vmap_refuses_arrays_that_would_be_too_large() {
    let code =
        |tape: Tape, unmapped: Option<&[&str]>| vmap(&tape, 65_536, unmapped).unwrap_err().code();
    assert_eq!(code(tape_of(&[&[65_536]], |_, v| vec![v[0]]), None), "TOO_LARGE");
    let within = tape_of(&[&[], &[256, 256]], |_, v| {
        vec![(v[0] * v[1]).t().dot(v[1]).sum(&[0, 1]), v[1].t().broadcast(&shape(&[2, 256, 256]))]
    });
    assert_eq!(code(within.clone(), Some(&["1"])), "TOO_LARGE");
    assert_eq!(code(within, Some(&["0"])), "TOO_LARGE");
}
