//! Traces as textbooks print them: f(x, y) = x y + sin x at (2, 3), worked by hand.
use chainrule_tape::{Input, Scalar, Shape, Tape, TraceLine, record};

/// The adjoint of x: y + cos x.
const X_BAR: f64 = 2.583_853_163_452_857_6;
/// The value: x y + sin x.
const VALUE: f64 = 6.909_297_426_825_682;

fn example() -> Tape {
    record(vec![Input::scalar("x"), Input::scalar("y")], |v| vec![v[0] * v[1] + v[0].sin()])
        .unwrap()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-14
}

#[test]
fn shows_values_tangents_and_adjoints() {
    let point = [vec![2.0], vec![3.0]];
    let trace = example().trace(&point, Some(&[vec![1.0], vec![0.0]]), Some(&[vec![1.0]])).unwrap();
    let sine = 2.0_f64.sin();
    let cosine = 2.0_f64.cos();
    let expected = [
        ("v-1", "x", 2.0, 1.0, X_BAR),
        ("v0", "y", 3.0, 0.0, 2.0),
        ("v1", "mul(v-1, v0)", 6.0, 3.0, 1.0),
        ("v2", "sin(v-1)", sine, cosine, 1.0),
        ("v3", "add(v1, v2)", VALUE, X_BAR, 1.0),
    ];
    assert_eq!(trace.lines.len(), expected.len());
    let number = |array: &Option<Vec<f64>>| array.as_ref().map(|array| array[0]).unwrap();
    for (line, (name, what, value, tangent, adjoint)) in trace.lines.iter().zip(expected) {
        assert_eq!((line.name.as_str(), line.what.as_str()), (name, what));
        assert!(close(line.value[0], value), "{line:?}");
        assert!(close(number(&line.tangent), tangent), "{line:?}");
        assert!(close(number(&line.adjoint), adjoint), "{line:?}");
    }
    let text = "\
        v-1 = x            = 2          v-1' = 1\n\
        v0  = y            = 3           v0' = 0\n\
        v1  = mul(v-1, v0) = 6           v1' = 3\n\
        v2  = sin(v-1)     = 0.909297    v2' = -0.416147\n\
        v3  = add(v1, v2)  = 6.909297    v3' = 2.583853\n\
        adjoints, from the last line back\n\
        v3  ~ 1\n\
        v2  ~ 1\n\
        v1  ~ 1\n\
        v0  ~ 2\n\
        v-1 ~ 2.583853";
    assert_eq!(trace.to_string(), text);
}

#[test]
fn shows_only_what_was_asked_for() {
    let trace = example().trace(&[vec![2.0], vec![3.0]], None, None).unwrap();
    assert!(!trace.forward && !trace.reverse);
    assert!(trace.lines.iter().all(|line| line.tangent.is_none() && line.adjoint.is_none()));
    let text = trace.to_string();
    assert!(text.ends_with("v3  = add(v1, v2)  = 6.909297"), "{text}");
    assert!(!text.contains("adjoints") && !text.contains('\''), "{text}");
}

#[test]
fn leaves_the_middle_of_long_arrays_out() {
    let input = Input::new("x", Shape::new(&[8]).unwrap());
    let tape = record(vec![input], |v| vec![(v[0] * 2.0).sum(&[0])]).unwrap();
    let point: Vec<f64> = (1..=8).map(f64::from).collect();
    let trace = tape.trace(std::slice::from_ref(&point), None, Some(&[vec![1.0]])).unwrap();
    assert_eq!(trace.lines[0].value, point);
    assert_eq!(trace.lines[0].adjoint, Some(vec![2.0; 8]));
    let text = trace.to_string();
    assert!(text.contains("v0 = x          = [1, 2, 3, ... 8]"), "{text}");
    assert!(text.contains("v1 = mul(v0, 2) = [2, 4, 6, ... 16]"), "{text}");
    assert!(text.ends_with("v0 ~ [2, 2, 2, ... 2]"), "{text}");
}

#[test]
fn of_a_fixed_input_shows_that_it_still_has_an_adjoint() {
    let inputs = vec![Input::scalar("x"), Input::scalar("y").fixed()];
    let tape = record(inputs, |v| vec![v[0] * v[1]]).unwrap();
    let trace =
        tape.trace(&[vec![2.0], vec![3.0]], Some(&[vec![1.0]]), Some(&[vec![1.0]])).unwrap();
    let adjoints: Vec<&TraceLine> = trace.lines.iter().collect();
    assert_eq!(adjoints[0].adjoint, Some(vec![3.0]));
    assert_eq!(adjoints[2].tangent, Some(vec![3.0]));
}

#[test]
fn names_numbers_by_their_value_and_survives_special_ones() {
    let tape = record(vec![Input::scalar("x")], |v| vec![v[0] / 0.0 + f64::NAN]).unwrap();
    let trace = tape.trace(&[vec![1e-9]], None, Some(&[vec![1.0]])).unwrap();
    let text = trace.to_string();
    assert!(text.contains("v0 = x            = 1e-9"), "{text}");
    assert!(text.contains("div(v0, 0)") && text.contains("= inf"), "{text}");
    assert!(text.contains("add(v1, NaN)") && text.contains("= NaN"), "{text}");
}

#[test]
fn of_nothing_is_empty() {
    let nothing = record(Vec::new(), |_| Vec::new()).unwrap();
    assert_eq!(nothing.trace(&[], None, None).unwrap().to_string(), "");
    let empty =
        record(vec![Input::new("x", Shape::new(&[0]).unwrap())], |v| vec![v[0].sin()]).unwrap();
    let trace = empty.trace(&[vec![]], Some(&[vec![]]), Some(&[vec![]])).unwrap();
    assert_eq!(trace.lines[1].adjoint, Some(vec![]));
    assert!(trace.to_string().contains("v1 = sin(v0) = []"));
}

#[test]
fn refuses_arrays_that_do_not_fit() {
    let tape = example();
    let point = [vec![2.0], vec![3.0]];
    assert_eq!(tape.trace(&point[..1], None, None).unwrap_err().code(), "INVALID_ARGUMENT");
    let seeds = [vec![1.0, 2.0]];
    assert_eq!(tape.trace(&point, None, Some(&seeds)).unwrap_err().code(), "SHAPE_MISMATCH");
}

#[test]
fn shows_integer_parameters() {
    let tape = record(vec![Input::scalar("x")], |v| vec![v[0].powi(-3)]).unwrap();
    assert_eq!(tape.trace(&[vec![2.0]], None, None).unwrap().lines[1].what, "powi(v0, n=-3)");
}

/// The slope of log|Γ(x)| is infinite at 0, and its sign is that of the zero.
#[test]
fn keeps_the_sign_of_a_zero() {
    let tape = record(vec![Input::scalar("x")], |v| vec![v[0].lgamma()]).unwrap();
    let slope = |x: f64| tape.trace(&[vec![x]], None, Some(&[vec![1.0]])).unwrap().lines[0].clone();
    assert_eq!(slope(0.0).adjoint, Some(vec![f64::NEG_INFINITY]));
    assert_eq!(slope(-0.0).adjoint, Some(vec![f64::INFINITY]));
}
