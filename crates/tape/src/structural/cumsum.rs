//! Running sums along an axis.
use super::{At, Flip, Rule, Structural, check_axis, one};
use crate::{Form, Shape, TapeError, Var};

/// Element `i` along `axis` is the sum of the elements up to and with `i`, added from the first.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Cumsum {
    /// The axis.
    pub axis: u32,
}

impl Rule for Cumsum {
    const ARGUMENTS: &'static [&'static str] = &["x"];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        let x = one("cumsum", args)?;
        check_axis("cumsum", self.axis, x.len())?;
        Ok(x.clone())
    }

    fn form(&self, args: &[&Shape]) -> Form {
        let (x, axis) = (args[0], self.axis as usize);
        let product = |dims: &[u32]| dims.iter().map(|&dim| dim as usize).product();
        Form::Cumulative {
            outer: product(&x[..axis]),
            length: x[axis] as usize,
            inner: product(&x[axis + 1..]),
        }
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, _: usize, adjoint: Var<'r>) -> Var<'r> {
        let flip = Flip { axes: vec![self.axis] };
        let flipped = at.recorder.structural(flip.clone(), &[adjoint]);
        let sums = at.recorder.structural(self.clone(), &[flipped]);
        at.recorder.structural(flip, &[sums])
    }

    fn lifted(&self, _: u32) -> Result<Structural, TapeError> {
        Ok(Cumsum { axis: self.axis + 1 }.into())
    }

    fn cost(&self, args: &[&Shape]) -> u64 {
        args[0].elements() as u64
    }
}

impl<'r> Var<'r> {
    /// Running sums along `axis`.
    pub fn cumsum(self, axis: u32) -> Var<'r> {
        self.structural(Cumsum { axis })
    }
}
