//! Repeating elements along new or one-long axes.
use super::{At, Rule, Structural, lift, one, reshape_to, sum_to};
use crate::form::{Axis, Form, Placement, Selection, Source};
use crate::{Recorder, Shape, TapeError, Var};

/// Repeats `x` to `shape` by NumPy's rules: axes are matched from the last, and one of size 1 repeats.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Broadcast {
    /// The shape of the value.
    pub shape: Shape,
}

impl Rule for Broadcast {
    const ARGUMENTS: &'static [&'static str] = &["x"];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        let x = one("broadcast", args)?;
        if x.broadcast(&self.shape).as_ref() == Some(&self.shape) {
            return Ok(self.shape.clone());
        }
        let wanted = format!("broadcast to {}", self.shape);
        Err(TapeError::shape("the argument of `broadcast`", wanted, x))
    }

    fn form(&self, args: &[&Shape]) -> Form {
        let (x, y) = (args[0], &self.shape);
        let (from, to) = (x.strides(), y.strides());
        let new = y.len() - x.len();
        let stride = |axis: usize| match axis.checked_sub(new) {
            Some(own) if x[own] == y[axis] => from[own] as isize,
            _ => 0,
        };
        let axes = (0..y.len())
            .map(|axis| Axis {
                extent: y[axis] as usize,
                to: to[axis] as isize,
                from: Source::Stride(stride(axis)),
            })
            .collect();
        let whole = Placement { arg: 0, to: 0, from: 0, axes };
        Form::Selection(Selection { fill: 0.0, boxes: vec![whole] })
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, _: usize, adjoint: Var<'r>) -> Var<'r> {
        sum_to(at.recorder, adjoint, &at.args[0].shape())
    }

    fn lifted(&self, entries: u32) -> Result<Structural, TapeError> {
        Ok(Broadcast { shape: self.shape.lifted(entries)? }.into())
    }

    /// The argument's leading axis must face the new one, so axes of size 1 fill what lies between.
    fn vmap<'r>(
        &self,
        recorder: &'r Recorder,
        args: &[Var<'r>],
        _: &[bool],
        entries: u32,
    ) -> Var<'r> {
        let own = args[0].shape();
        let between = self.shape.len() - (own.len() - 1);
        let dims: Vec<u32> = own[..1]
            .iter()
            .copied()
            .chain(vec![1; between])
            .chain(own[1..].iter().copied())
            .collect();
        let facing = reshape_to(recorder, args[0], &dims);
        lift(recorder, self.lifted(entries), &[facing])
    }
}

/// `x` in `shape`; `x` itself where it has that shape already.
pub(crate) fn broadcast_to<'r>(recorder: &'r Recorder, x: Var<'r>, shape: &Shape) -> Var<'r> {
    if &x.shape() == shape {
        return x;
    }
    recorder.structural(Broadcast { shape: shape.clone() }, &[x])
}

/// `x` with one more axis in front, along which it is repeated.
pub(crate) fn repeated<'r>(recorder: &'r Recorder, x: Var<'r>, entries: u32) -> Var<'r> {
    match x.shape().lifted(entries) {
        Ok(shape) => broadcast_to(recorder, x, &shape),
        Err(error) => recorder.fail(error),
    }
}

impl<'r> Var<'r> {
    /// Repeated to `shape` by NumPy's rules.
    pub fn broadcast(self, shape: &Shape) -> Var<'r> {
        match self.recorder() {
            Some(recorder) => broadcast_to(recorder, self, shape),
            None => self, // a number takes any shape it meets
        }
    }
}
