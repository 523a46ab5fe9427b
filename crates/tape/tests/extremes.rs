//! Parameters and sizes at the ends of their ranges are refused by a rule or taken in full, never by a panic.
use chainrule_tape::transform::{hvp, jvp, simplify, vjp, vmap};
use chainrule_tape::{Tape, TapeError};

/// A tape of one input of that shape and one op on it.
fn tape(shape: &str, op: &str) -> Result<Tape, TapeError> {
    Tape::parse(&format!("%0 = input \"x\": {shape}\n%1 = {op}\nreturn \"\"=%1"))
}

fn ones(tape: &Tape) -> Vec<Vec<f64>> {
    tape.inputs().iter().map(|input| vec![1.0; input.shape.elements()]).collect()
}

#[test]
fn out_of_range_are_refused_with_what_was_wanted() {
    let cases = [
        ("[2]", "sum %0 axes=[4294967295] : [2]", "below the rank 1"),
        ("[2, 2]", "sum %0 axes=[1, 0]", "in increasing order"),
        ("[2, 2]", "sum %0 axes=[0, 0] : [2]", "be different"),
        ("[2]", "cumsum %0 axis=4294967295 : [2]", "below 1"),
        ("[2]", "cumsum %0 axis=-1 : [2]", "from 0 to 2^32 - 1"),
        ("[0]", "reduce_max %0 axes=[0]", "at least one element"),
        ("[0]", "reduce_min %0 axes=[0]", "at least one element"),
        ("[2, 3]", "transpose %0 permutation=[0, 4294967295] : [2, 3]", "each of the 2 axes once"),
        ("[2, 3]", "transpose %0 permutation=[0, 0] : [2, 2]", "each of the 2 axes once"),
        ("[2]", "gather %0 axis=0 indices=[4294967295] : [1]", "below 2"),
        ("[0]", "gather %0 axis=0 indices=[0] : [1]", "below 0"),
        ("[2]", "scatter_add %0 %0 axis=0 indices=[0, 2] : [2]", "below 2"),
        ("[2]", "scatter_add %0 %0 axis=0 indices=[0] : [2]", "have shape [1]"),
        ("[2]", "slice %0 starts=[2] stops=[1] steps=[1] : [1]", "lie within 0 to 2"),
        ("[2]", "slice %0 starts=[0] stops=[4294967295] steps=[1] : [2]", "lie within 0 to 2"),
        ("[2]", "slice %0 starts=[0] stops=[2] steps=[0] : [2]", "at least 1"),
        ("[2]", "slice %0 starts=[] stops=[] steps=[] : [2]", "one number for each"),
        ("[2]", "pad %0 low=[4294967295] high=[4294967295] between=[0] fill=0 : [2]", "at most"),
        ("[4]", "pad %0 low=[0] high=[0] between=[4294967294] fill=0 : [2]", "at most"),
        ("[1]", "pad %0 low=[0] high=[0] between=[4294967295] fill=0 : [1]", "below 2^32 - 1"),
        ("[65536]", "pad %0 low=[0] high=[0] between=[65537] fill=0 : [1]", "at most"),
        ("[4294967295]", "concat %0 %0 axis=0 : [1]", "at most"),
        ("[2]", "concat axis=0 : [1]", "at least 1"),
        ("[2]", "stack axis=0 : [1]", "at least 1"),
        ("[2]", "stack %0 axis=2 : [1]", "below 2"),
        ("[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]", "stack %0 axis=0", "at most 16"),
        ("[4294967295]", "stack %0 %0 axis=0 : [2]", "at most"),
        ("[2]", "broadcast %0 shape=[65536, 65536, 2] : [2]", "fewer than 2^32 elements"),
        ("[0]", "broadcast %0 shape=[2] : [2]", "broadcast to [2]"),
        ("[2]", "reshape %0 shape=[4294967295] : [2]", "have 4294967295 elements"),
        ("[2]", "dot %0 %0", "at least 2 axes"),
        ("[65536, 0]", "dot %0 %0 : [1]", "have shape [0, n]"),
    ];
    for (shape, op, wanted) in cases {
        let error = tape(shape, op).unwrap_err().to_string();
        assert!(error.contains(wanted), "{op}: {error:?} does not say {wanted:?}");
    }
}

/// Arrays of nothing whose other sizes are huge: loops over these must not turn.
#[test]
fn arrays_of_nothing_take_no_time() {
    const N: &str = "2147483648";
    let cases = [
        ("[N, 0]", "flip %0 axes=[0, 1] : [N, 0]"),
        ("[N, 0]", "transpose %0 permutation=[1, 0] : [0, N]"),
        ("[N, 0]", "broadcast %0 shape=[1, N, 0] : [1, N, 0]"),
        ("[N, 0]", "reshape %0 shape=[0, 4294967295] : [0, 4294967295]"),
        ("[N, 0]", "sum %0 axes=[0] : [0]"),
        ("[N, 0]", "sum %0 axes=[0, 1]"),
        ("[N, 0]", "mean %0 axes=[0, 1]"),
        ("[N, 0]", "logsumexp %0 axes=[0, 1]"),
        ("[N, 0]", "reduce_max %0 axes=[0] : [0]"),
        ("[N, 0]", "cumsum %0 axis=0 : [N, 0]"),
        ("[N, 0]", "cumsum %0 axis=1 : [N, 0]"),
        ("[N, 0]", "concat %0 %0 axis=1 : [N, 0]"),
        ("[N, 0]", "stack %0 axis=2 : [N, 0, 1]"),
        ("[N, 0]", "gather %0 axis=1 indices=[] : [N, 0]"),
        ("[N, 0]", "gather %0 axis=0 indices=[2147483647, 7] : [2, 0]"),
        ("[N, 0]", "scatter_add %0 %0 axis=1 indices=[] : [N, 0]"),
        ("[0, 0]", "dot %0 %0 : [0, 0]"),
        ("[N, 0, 0]", "dot %0 %0 : [N, 0, 0]"),
        ("[N, 0]", "slice %0 starts=[5, 0] stops=[N, 0] steps=[4294967295, 4294967295] : [1, 0]"),
        ("[0, N]", "slice %0 starts=[0, 5] stops=[0, N] steps=[4294967295, 4294967295] : [0, 1]"),
        (
            "[0, N]",
            "pad %0 low=[0, 0] high=[0, 1] between=[4294967294, 0] fill=1 : [0, 2147483649]",
        ),
        (
            "[1, 0]",
            "pad %0 low=[0, 0] high=[0, 0] between=[4294967294, 4294967294] fill=1 : [1, 0]",
        ),
    ];
    for (shape, op) in cases {
        let tape = tape(&shape.replace('N', N), &op.replace('N', N)).unwrap();
        assert_survives(&tape);
    }
}

#[test]
fn integer_parameters_may_be_any() {
    for n in [i32::MIN, i32::MIN + 1, -1, 0, i32::MAX - 1, i32::MAX] {
        for op in ["powi", "polygamma"] {
            let tape = tape("[11]", &format!("{op} %0 n={n} : [11]")).unwrap();
            let (tiny, huge) = (5e-324, f64::MAX);
            let points =
                [0.0, -0.0, tiny, -tiny, 1.0, -2.5, 2e9, huge, -huge, f64::INFINITY, f64::NAN];
            tape.evaluate(&[points.to_vec()]).unwrap();
            let adjoint = vjp(&tape).unwrap();
            adjoint.evaluate(&[points.to_vec(), vec![1.0; 11]]).unwrap();
            assert_survives(&adjoint);
        }
    }
}

/// Evaluates the tape and its derivatives at ones; a transform may refuse only what would be too large.
fn assert_survives(tape: &Tape) {
    tape.evaluate(&ones(tape)).unwrap();
    for transform in [simplify, jvp, vjp, hvp, |tape: &Tape| vmap(tape, 3, None)] {
        match transform(tape) {
            Ok(tape) => drop(tape.evaluate(&ones(&tape)).unwrap()),
            Err(error) => assert!(["TOO_LARGE", "NOT_SCALAR"].contains(&error.code()), "{error}"),
        }
    }
}
