//! The inputs in another order.
use crate::{Recorder, Segment, Tape, TapeError};

/// The same function, whose input `k` is input `order[k]` of `tape`: named, fixed and differentiated as there.
///
/// ```
/// # use chainrule_tape::{Input, record, transform::reordered};
/// let f = record(vec![Input::scalar("x"), Input::scalar("y")], |v| vec![v[0] - v[1]])?;
/// assert_eq!(reordered(&f, &[1, 0])?.evaluate(&[vec![2.0], vec![5.0]])?, [[3.0]]);
/// # Ok::<(), chainrule_tape::TapeError>(())
/// ```
///
/// # Errors
/// `INVALID_ARGUMENT` unless `order` has the number of every input once.
pub fn reordered(tape: &Tape, order: &[usize]) -> Result<Tape, TapeError> {
    let mut place = vec![None; tape.inputs.len()];
    for (k, &input) in order.iter().enumerate() {
        match place.get_mut(input) {
            Some(place @ None) => *place = Some(k),
            _ => return Err(not_an_order(tape, order)),
        }
    }
    let place: Option<Vec<usize>> = place.into_iter().collect();
    let place = place.ok_or_else(|| not_an_order(tape, order))?;
    let inputs = order.iter().map(|&input| tape.inputs[input].clone()).collect();
    let recorded = Recorder::record(Segment::default(), inputs, |recorder, vars| {
        let vars: Vec<_> = place.iter().map(|&place| vars[place]).collect();
        recorder.inline(tape, &vars)
    })?;
    recorded.with_outputs_as(tape, |input| Some(place[input as usize] as u32))
}

fn not_an_order(tape: &Tape, order: &[usize]) -> TapeError {
    let wanted = format!("have each number below {} once", tape.inputs.len());
    TapeError::invalid("order", wanted, format!("is {order:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::grad;
    use crate::{Input, Scalar, record};

    #[test]
    fn a_gradient_follows_its_inputs() {
        let inputs = vec![Input::scalar("x"), Input::scalar("y").fixed(), Input::scalar("z")];
        let f = record(inputs, |v| vec![v[0].sin() * v[1] + v[2].exp()]).unwrap();
        let (x, y, z) = (vec![0.5], vec![2.0], vec![0.25]);
        let wanted = grad(&f).unwrap().evaluate(&[x.clone(), y.clone(), z.clone()]).unwrap();
        let moved = grad(&reordered(&f, &[2, 0, 1]).unwrap()).unwrap();
        let came = moved.evaluate(&[z.clone(), x.clone(), y.clone()]).unwrap();
        assert_eq!(came, [wanted[0].clone(), wanted[2].clone(), wanted[1].clone()]);
        let paths: Vec<&str> = moved.outputs().iter().map(|output| &output.path[..]).collect();
        assert_eq!(paths, ["value", "gradient.z", "gradient.x"]);
        let back = reordered(&moved, &[1, 2, 0]).unwrap();
        assert_eq!(back.evaluate(&[x, y, z]).unwrap(), came);
        let of: Vec<Option<u32>> = back.outputs().iter().map(|output| output.adjoint_of).collect();
        assert_eq!(of, [None, Some(2), Some(0)]);
    }

    #[test]
    fn what_is_no_order_is_refused() {
        let f = record(vec![Input::scalar("x"), Input::scalar("y")], |v| vec![v[0]]).unwrap();
        for order in [&[0][..], &[0, 0], &[0, 2], &[0, 1, 1]] {
            assert_eq!(reordered(&f, order).unwrap_err().code(), "INVALID_ARGUMENT");
        }
    }
}
