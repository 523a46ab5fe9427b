//! Text says a tape exactly, errors name their line, and no text makes a panic.
mod random;

use chainrule_tape::transform::{grad, vjp};
use chainrule_tape::{Input, Recorded, Recorder, Scalar, Segment, Shape, Tape, Var, join, record};
use proptest::prelude::*;
use random::EVERYTHING;

fn assert_reads_back(tape: &Tape) {
    let text = tape.to_string();
    let read = Tape::parse(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
    assert!(read == *tape, "{text}\nreads as\n{read}");
}

proptest! {
    #[test]
    fn says_every_tape(choices in prop::collection::vec(any::<u32>(), 0..300)) {
        assert_reads_back(&random::tape(&choices, EVERYTHING));
    }

    #[test]
    fn says_which_outputs_are_adjoints(choices in prop::collection::vec(any::<u32>(), 0..100)) {
        let tape = vjp(&random::tape(&choices, EVERYTHING)).unwrap();
        assert_reads_back(&tape);
    }

    #[test]
    fn that_was_damaged_never_panics(
        choices in prop::collection::vec(any::<u32>(), 0..100),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, fragment()), 1..4),
    ) {
        let mut text: Vec<char> = random::tape(&choices, EVERYTHING).to_string().chars().collect();
        for (place, how, fragment) in damage {
            let place = place.index(text.len() + 1);
            let end = match how {
                0 => place,
                1 => text.len(),
                n => (place + usize::from(n) - 1).min(text.len()),
            };
            text.splice(place..end, fragment.chars());
        }
        assert_refused_or_right(&text.into_iter().collect::<String>());
    }

    #[test]
    fn of_any_kind_never_panics(fragments in prop::collection::vec(fragment(), 0..60)) {
        assert_refused_or_right(&fragments.concat());
    }
}

/// What a line is made of, and what it is not.
fn fragment() -> impl Strategy<Value = String> {
    const WORDS: [&str; 32] = [
        "%0",
        "%1",
        "%4294967295",
        " = ",
        "\n",
        "input",
        "constant",
        "return",
        "\"x\"",
        ":",
        "[",
        "]",
        ", ",
        "0",
        "2",
        "-1",
        "4294967295",
        "1e400",
        "bits:7ff8000000000001",
        "fixed",
        "@",
        "=",
        "add",
        "gather",
        "pad",
        "sum",
        "axes=[0]",
        "shape=[65536, 65536]",
        "powi",
        "n=3",
        "\\u{",
        "größe",
    ];
    prop_oneof![8 => prop::sample::select(&WORDS[..]).prop_map(String::from), 1 => any::<String>()]
}

fn assert_refused_or_right(text: &str) {
    match Tape::parse(text) {
        Ok(tape) => {
            assert_eq!(tape.verify(), Ok(()));
            assert_reads_back(&tape);
        }
        Err(error) => assert_eq!(error.code(), "INVALID_TEXT", "{error}"),
    }
}

#[test]
fn reads_as_written() {
    let sine = record(vec![Input::scalar("x")], |v| vec![v[0].sin()]).unwrap();
    let text = "\
        %0 = input \"x.x\"\n\
        %1 = input \"y_bar\"\n\
        %2 = sin %0\n\
        %3 = cos %0\n\
        %4 = mul %3 %1\n\
        return \"value\"=%2 \"adjoint.x\"=%4@0";
    assert_eq!(vjp(&sine).unwrap().to_string(), text);
}

#[test]
fn keeps_every_bit_of_a_number() {
    let odd = [
        f64::NAN,
        -f64::NAN,
        f64::from_bits(0x7ff0_0000_0000_0001),
        f64::from_bits(u64::MAX),
        f64::INFINITY,
        f64::NEG_INFINITY,
        0.0,
        -0.0,
        5e-324,
        f64::MAX,
        0.1,
    ];
    let tape = Recorder::record(Segment::default(), Vec::new(), |recorder, _| {
        let array = recorder.constant(&odd, &Shape::new(&[11]).unwrap());
        let empty = recorder.constant(&[], &Shape::new(&[2, 0]).unwrap());
        let fills = odd.map(|fill| array.pad(&[1], &[0], fill));
        let splats = odd.map(|number| recorder.splat(number, &Shape::new(&[0, 3]).unwrap()));
        [vec![array, empty], fills.to_vec(), splats.to_vec(), odd.map(Var::from).to_vec()].concat()
    });
    assert_reads_back(&tape.unwrap());
}

#[test]
fn tells_the_zeros_of_a_fill_apart() {
    let padded = |fill: f64| {
        record(vec![Input::new("x", Shape::new(&[1]).unwrap())], |v| {
            vec![v[0].pad(&[1], &[0], fill)]
        })
        .unwrap()
    };
    assert!(padded(0.0) != padded(-0.0));
    assert!(padded(f64::NAN) == padded(f64::NAN));
}

#[test]
fn keeps_names_that_quotes_and_lines_would_not_survive() {
    for name in
        ["", "\"", "\\", "a\nb", "\r", "\u{85}", "\u{2028}", "größe", "\u{10ffff}", "%0 = @[],"]
    {
        let input = Input::scalar(name).fixed();
        let tape = record(vec![input], |v| vec![v[0], v[0]]).unwrap();
        let paths = [name.to_owned(), format!("{name}{name}")];
        assert_reads_back(&tape.with_output_paths(&paths).unwrap());
    }
}

#[test]
fn says_tapes_without_inputs_or_outputs() {
    let nothing = record(Vec::new(), |_| Vec::new()).unwrap();
    assert_eq!(nothing.to_string(), "return");
    assert_reads_back(&nothing);
    assert_reads_back(&record(Vec::new(), |_| vec![Var::from(2.0)]).unwrap());
    assert_reads_back(&record(vec![Input::scalar("x")], |_| Vec::new()).unwrap());
}

#[test]
fn says_segments_as_one_tape() {
    let inputs = || vec![Input::scalar("x"), Input::new("W", Shape::new(&[3]).unwrap()).fixed()];
    let part =
        || Segment::default().record(&inputs(), |_, v| vec![(v[0] * v[1]).sum(&[0])]).unwrap();
    type Combine = for<'r> fn(&'r Recorder, &[Vec<Var<'r>>], &[Var<'r>]) -> Vec<Var<'r>>;
    let combine: Combine = |_, parts, inputs| vec![parts[0][0] + parts[2][0] * inputs[0]];
    let recorded: Vec<Recorded> = (0..3).map(|_| part()).collect();
    let tape = join(inputs(), recorded, Some(combine)).unwrap();
    assert!(tape.segments().len() > 1);
    assert_reads_back(&tape);
    assert_reads_back(&grad(&tape).unwrap());
}

#[test]
fn errors_name_the_line_and_what_was_wanted_there() {
    let cases = [
        ("", 1, "end with `return`"),
        ("%0 = input \"x\"\n", 2, "end with `return`"),
        ("%0 = input x\nreturn", 1, "a name in quotes"),
        ("%0 = input \"x\nreturn", 1, "close its quotes"),
        ("%0 = input \"\\q\"\nreturn", 1, "escape"),
        ("%0 = input \"\\u41}\"\nreturn", 1, "escape"),
        ("%0 = input \"\\u{d800}\"\nreturn", 1, "escape"),
        ("%0 = input \"\\u{0000041}\"\nreturn", 1, "escape"),
        ("%0 = input \"x\" \"y\"\nreturn", 1, "end here"),
        ("%0 = input \"x\": [-1]\nreturn", 1, "a size"),
        ("%0 = input \"x\": [65536, 65536]\nreturn", 1, "a shape"),
        ("%1 = input \"x\"\nreturn", 1, "begin with %0"),
        ("%0 = input \"x\"\n%0 = sin %0\nreturn", 2, "begin with %1"),
        ("%0 = constant 1.0\n%1 = input \"x\"\nreturn", 2, "no input behind"),
        ("%0 = constant 1.0.0\nreturn", 1, "a number"),
        ("%0 = constant bits:7ff\nreturn \"\"=%0 junk", 2, "a name in quotes"),
        ("%0 = constant: [2] [1.0]\nreturn", 1, "2 numbers"),
        ("%0 = input \"x\"\n%1 = sine %0\nreturn", 2, "name an op"),
        ("%0 = input \"x\"\n%1 = sin %0 %0\nreturn", 2, "give `sin` 1 arguments"),
        ("%0 = input \"x\"\n%1 = sin %1\nreturn", 2, "read earlier nodes"),
        ("%0 = input \"x\"\n%1 = sin %0 n=2\nreturn", 2, "no parameter"),
        ("%0 = input \"x\"\n%1 = powi %0\nreturn", 2, "have n="),
        ("%0 = input \"x\"\n%1 = powi %0 n=2.5\nreturn", 2, "a whole number"),
        ("%0 = input \"x\"\n%1 = sin %0 : [2]\nreturn", 2, "say shape []"),
        ("%0 = input \"x\": [2]\n%1 = sin %0\nreturn", 2, "say shape [2]"),
        ("%0 = input \"x\": [2]\n%1 = sum %0\nreturn", 2, "be given"),
        ("%0 = input \"x\": [2]\n%1 = sum %0 axes=[0] axes=[0]\nreturn", 2, "given once"),
        ("%0 = input \"x\": [2]\n%1 = sum %0 axes=[1]\nreturn", 2, "below the rank 1"),
        ("%0 = input \"x\": [2]\n%1 = gather %0 axis=0 indices=[2] : [1]\nreturn", 2, "below 2"),
        ("%0 = input \"x\"\n%1 = sin %0\nreturn \"\"=%2", 3, "exist"),
        ("%0 = input \"x\"\n%1 = sin %0\nreturn \"\"=%0@1", 3, "an input"),
        ("%0 = input \"x\"\n%1 = constant: [2] 0.0\nreturn \"\"=%1@0", 3, "shape"),
        ("%0 = input \"x\"\nreturn \"\"=%0\nreturn", 3, "be empty"),
    ];
    for (text, line, wanted) in cases {
        let error = Tape::parse(text).unwrap_err();
        let said = error.to_string();
        assert!(said.starts_with(&format!("line {line} of the text must ")), "{text:?}: {said}");
        assert!(said.contains(wanted), "{text:?}: {said:?} does not say {wanted:?}");
    }
}

#[test]
fn takes_blank_space_and_windows_line_ends() {
    let text =
        "%0=input\"x\":[2]fixed\r\n  %1  =  sin  %0:[2]  \r\nreturn\"a\"=%1 \"b\" = %0 @ 0\r\n\r\n";
    let tape = Tape::parse(text).unwrap();
    assert!(tape.inputs()[0].fixed);
    assert_eq!(tape.outputs()[1].adjoint_of, Some(0));
    assert_reads_back(&tape);
}

/// Anything quadratic would take hours here, and anything recursive the stack.
#[test]
fn of_any_length_is_read_in_one_pass() {
    let mut long = "%0 = input \"x\"\n".to_owned();
    for i in 1..100_000 {
        long += &format!("%{i} = sin %{}\n", i - 1);
    }
    long += "return \"\"=%99999";
    assert_eq!(Tape::parse(&long).unwrap().len(), 100_000);
    let wide =
        format!("%0 = input \"x\"\n%1 = stack{} axis=0 : [300000]\nreturn", " %0".repeat(300_000));
    assert_reads_back(&Tape::parse(&wide).unwrap());
    for junk in ["[", "%0", "\"", "\\", "a=[0] ", "\n", " ", "[[0],", "é"] {
        for before in ["", "%0 = ", "%0 = input \"", "%0 = sum ", "%0 = constant: [", "return \""] {
            assert!(Tape::parse(&format!("{before}{}", junk.repeat(200_000))).is_err());
        }
    }
}
