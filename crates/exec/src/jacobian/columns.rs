//! Columns in the order of the inputs that a Jacobian is asked for by.
use chainrule_tape::transform::reordered;
use chainrule_tape::{Tape, TapeError};

/// The numbers of the inputs that are differentiated, in the order of `wrt`; without one in their own.
pub(super) fn wrt_inputs(tape: &Tape, wrt: Option<&[String]>) -> Vec<usize> {
    let inputs = tape.inputs();
    match wrt {
        Some(paths) => {
            let number = |path| inputs.iter().position(|input| &input.path == path);
            paths.iter().filter_map(number).collect()
        }
        None => (0..inputs.len()).filter(|&i| !inputs[i].fixed).collect(),
    }
}

/// Lets `make` work on the tape with its differentiated inputs in the order `wrt`, and gives what it made the inputs of
/// the tape again: its columns then follow `wrt`.
pub(super) fn in_order<E: From<TapeError>>(
    tape: &Tape,
    wrt: &[usize],
    make: impl FnOnce(&Tape) -> Result<Tape, E>,
) -> Result<Tape, E> {
    if wrt.is_sorted() {
        return make(tape);
    }
    let mut next = wrt.iter();
    let own = |i: usize| if tape.inputs()[i].fixed { Some(i) } else { next.next().copied() };
    let order: Vec<usize> = (0..tape.inputs().len()).filter_map(own).collect();
    let made = make(&reordered(tape, &order)?)?;
    let mut back = vec![0; order.len()];
    order.iter().enumerate().for_each(|(k, &input)| back[input] = k);
    Ok(reordered(&made, &back)?)
}
