//! What must hold of every tape that a reader lets through.
use chainrule_tape::{Tape, transform::vjp};

/// Checks the tape, reads it back from its text and its bytes and, if its arrays are small, evaluates and
/// differentiates it.
///
/// # Panics
/// If something does not hold.
pub fn assert_sound(tape: &Tape) {
    assert_eq!(tape.verify(), Ok(()));
    let text = tape.to_string();
    assert!(Tape::parse(&text).as_ref() == Ok(tape), "{text}");
    let bytes = tape.serialize().expect("every tape can be encoded");
    assert!(Tape::deserialize(&bytes).as_ref() == Ok(tape), "{text}");
    if elements(tape) > 10_000 {
        return;
    }
    tape.evaluate(&ones(tape)).expect("the inputs have their shapes");
    let adjoints = vjp(tape).expect("a small tape can be differentiated");
    assert_eq!(adjoints.verify(), Ok(()));
    if elements(&adjoints) <= 100_000 {
        adjoints.evaluate(&ones(&adjoints)).expect("the inputs have their shapes");
    }
}

/// A payload behind a header that is right for it.
pub fn sealed(payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u64).to_le_bytes();
    let checksum = crc32fast::hash(payload).to_le_bytes();
    [b"CHRT", &1_u16.to_le_bytes()[..], &length, &checksum, payload].concat()
}

/// The elements of all values together.
pub fn elements(tape: &Tape) -> usize {
    tape.nodes().map(|(_, _, shape)| shape.elements()).fold(0, usize::saturating_add)
}

fn ones(tape: &Tape) -> Vec<Vec<f64>> {
    tape.inputs().iter().map(|input| vec![1.0; input.shape.elements()]).collect()
}
