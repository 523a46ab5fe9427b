//! The logarithm of a sum of exponentials, without overflow.
use super::fold::{folded_shape, group_size, lifted_axes, spread};
use super::{At, ReduceMax, Rule, Structural, Sum};
use crate::{Form, Recorder, Scalar, Shape, TapeError, Var};

/// `log(sum(exp(x)))` along `axes`, which are removed; of nothing it is -infinity.
///
/// The derivative is the softmax, as `exp(x - y)`; it is NaN for an element that is infinite as the value is.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Logsumexp {
    /// The axes, in increasing order.
    pub axes: Vec<u32>,
}

impl Rule for Logsumexp {
    const ARGUMENTS: &'static [&'static str] = &["x"];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        folded_shape("logsumexp", &self.axes, args)
    }

    fn form(&self, _: &[&Shape]) -> Form {
        Form::Composed
    }

    /// Shifts by the largest element, unless it is infinite: then `x - shift` would be NaN.
    fn compose<'r>(&self, recorder: &'r Recorder, args: &[Var<'r>]) -> Var<'r> {
        let (x, axes) = (args[0], &self.axes);
        let shape = x.shape();
        let sum = |terms| recorder.structural(Sum { axes: axes.clone() }, &[terms]);
        if group_size(axes, &shape) == 0 {
            return sum(x) + f64::NEG_INFINITY;
        }
        let largest = recorder.structural(ReduceMax { axes: axes.clone() }, &[x]);
        let shift = Var::select(largest.abs().lt(f64::INFINITY.into()), largest, 0.0.into());
        shift + sum((x - spread(recorder, shift, axes, &shape)).exp()).log()
    }

    fn tangent<'r>(&self, at: At<'_, 'r>, tangents: &[Option<Var<'r>>]) -> Var<'r> {
        let moving = self.softmax(at) * tangents[0].unwrap_or(Var::from(0.0));
        at.recorder.structural(Sum { axes: self.axes.clone() }, &[moving])
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, _: usize, adjoint: Var<'r>) -> Var<'r> {
        self.softmax(at) * spread(at.recorder, adjoint, &self.axes, &at.args[0].shape())
    }

    fn lifted(&self, _: u32) -> Result<Structural, TapeError> {
        Ok(Logsumexp { axes: lifted_axes(&self.axes) }.into())
    }

    fn cost(&self, args: &[&Shape]) -> u64 {
        // An exponential, and a difference, a comparison and a sum beside it.
        args[0].elements() as u64 * 15
    }
}

impl Logsumexp {
    fn softmax<'r>(&self, at: At<'_, 'r>) -> Var<'r> {
        let x = at.args[0];
        (x - spread(at.recorder, at.y, &self.axes, &x.shape())).exp()
    }
}

impl<'r> Var<'r> {
    /// `log(sum(exp(x)))` along `axes` (in increasing order), which are removed.
    pub fn logsumexp(self, axes: &[u32]) -> Var<'r> {
        self.structural(Logsumexp { axes: axes.to_vec() })
    }
}
