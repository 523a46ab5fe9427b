//! The same elements in another shape or order.
use super::fold::lifted_axes;
use super::{At, Rule, Structural, check_axes, one};
use crate::form::{Axis, Form, Placement, Selection, Source};
use crate::{Recorder, Shape, TapeError, Var};

/// The elements of `x` in row-major order, in another shape.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Reshape {
    /// The shape of the value; it has as many elements as `x`.
    pub shape: Shape,
}

impl Rule for Reshape {
    const ARGUMENTS: &'static [&'static str] = &["x"];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        let x = one("reshape", args)?;
        if x.elements() == self.shape.elements() {
            return Ok(self.shape.clone());
        }
        let wanted = format!("have {} elements for shape {}", self.shape.elements(), self.shape);
        Err(TapeError::shape("the argument of `reshape`", wanted, x))
    }

    fn form(&self, _: &[&Shape]) -> Form {
        let extent = self.shape.elements();
        selection(0, vec![Axis { extent, to: 1, from: Source::Stride(1) }])
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, _: usize, adjoint: Var<'r>) -> Var<'r> {
        reshape_to(at.recorder, adjoint, &at.args[0].shape())
    }

    fn lifted(&self, entries: u32) -> Result<Structural, TapeError> {
        Ok(Reshape { shape: self.shape.lifted(entries)? }.into())
    }
}

/// Permutes axes: axis `i` of the value is axis `permutation[i]` of `x`.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Transpose {
    /// Each axis of `x` once.
    pub permutation: Vec<u32>,
}

impl Rule for Transpose {
    const ARGUMENTS: &'static [&'static str] = &["x"];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        let x = one("transpose", args)?;
        let mut sorted = self.permutation.clone();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(0..x.len() as u32) {
            let wanted = format!("name each of the {} axes once", x.len());
            let came = format!("is {:?}", self.permutation);
            return Err(TapeError::invalid("`permutation` of `transpose`", wanted, came));
        }
        Shape::new(&self.permutation.iter().map(|&axis| x[axis as usize]).collect::<Vec<_>>())
    }

    fn form(&self, args: &[&Shape]) -> Form {
        let (x, to) = (args[0], self.shape(args).unwrap_or_default().strides());
        let from = x.strides();
        let axis = |(&axis, to): (&u32, usize)| Axis {
            extent: x[axis as usize] as usize,
            to: to as isize,
            from: Source::Stride(from[axis as usize] as isize),
        };
        selection(0, self.permutation.iter().zip(to).map(axis).collect())
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, _: usize, adjoint: Var<'r>) -> Var<'r> {
        let mut permutation = vec![0; self.permutation.len()];
        for (i, &axis) in (0..).zip(&self.permutation) {
            permutation[axis as usize] = i;
        }
        at.recorder.structural(Transpose { permutation }, &[adjoint])
    }

    fn lifted(&self, _: u32) -> Result<Structural, TapeError> {
        let own = self.permutation.iter().map(|axis| axis + 1);
        Ok(Transpose { permutation: std::iter::once(0).chain(own).collect() }.into())
    }
}

/// Reverses the order of elements along `axes`.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Flip {
    /// The axes, in increasing order.
    pub axes: Vec<u32>,
}

impl Rule for Flip {
    const ARGUMENTS: &'static [&'static str] = &["x"];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        let x = one("flip", args)?;
        check_axes("flip", &self.axes, x)?;
        Ok(x.clone())
    }

    fn form(&self, args: &[&Shape]) -> Form {
        let x = args[0];
        let strides = x.strides();
        let flipped = |axis: usize| self.axes.contains(&(axis as u32));
        let axis = |axis: usize| {
            let stride = strides[axis] as isize;
            let from = Source::Stride(if flipped(axis) { -stride } else { stride });
            Axis { extent: x[axis] as usize, to: stride, from }
        };
        let last = |axis: usize| (x[axis] as usize).saturating_sub(1) * strides[axis];
        let start = (0..x.len()).filter(|&axis| flipped(axis)).map(last).sum();
        selection(start, (0..x.len()).map(axis).collect())
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, _: usize, adjoint: Var<'r>) -> Var<'r> {
        at.recorder.structural(self.clone(), &[adjoint])
    }

    fn lifted(&self, _: u32) -> Result<Structural, TapeError> {
        Ok(Flip { axes: lifted_axes(&self.axes) }.into())
    }
}

/// One box of the one argument that fills the output.
fn selection(from: usize, axes: Vec<Axis>) -> Form {
    Form::Selection(Selection { fill: 0.0, boxes: vec![Placement { arg: 0, to: 0, from, axes }] })
}

/// `x` in the shape `dims`; `x` itself where it has that shape already.
pub(crate) fn reshape_to<'r>(recorder: &'r Recorder, x: Var<'r>, dims: &[u32]) -> Var<'r> {
    if *x.shape() == *dims {
        return x;
    }
    match Shape::new(dims) {
        Ok(shape) => recorder.structural(Reshape { shape }, &[x]),
        Err(error) => recorder.fail(error),
    }
}

/// `x` with its last two axes exchanged.
pub(crate) fn swapped<'r>(recorder: &'r Recorder, x: Var<'r>) -> Var<'r> {
    let shape = x.shape();
    let mut permutation: Vec<u32> = (0..shape.len() as u32).collect();
    match permutation[..] {
        [.., ref mut a, ref mut b] => std::mem::swap(a, b),
        _ => {
            let wanted = "have at least 2 axes";
            return recorder.fail(TapeError::shape("the argument of `t`", wanted, &shape));
        }
    }
    recorder.structural(Transpose { permutation }, &[x])
}

impl<'r> Var<'r> {
    /// The elements in row-major order, in another shape of as many elements.
    pub fn reshape(self, dims: &[u32]) -> Var<'r> {
        match self.recorder() {
            Some(recorder) => reshape_to(recorder, self, dims),
            None => self, // a number takes any shape it meets
        }
    }

    /// The elements in row-major order, along one axis.
    pub fn flat(self) -> Var<'r> {
        self.reshape(&[self.shape().elements() as u32])
    }

    /// Its axes permuted: axis `i` of the value is axis `permutation[i]` of this.
    pub fn transpose(self, permutation: &[u32]) -> Var<'r> {
        self.structural(Transpose { permutation: permutation.to_vec() })
    }

    /// The last two axes exchanged: the transpose of a matrix, or of each of a batch. There must be two axes.
    pub fn t(self) -> Var<'r> {
        self.recorder().map_or(Var::from(f64::NAN), |recorder| swapped(recorder, self))
    }

    /// The order of elements reversed along `axes` (in increasing order).
    pub fn flip(self, axes: &[u32]) -> Var<'r> {
        self.structural(Flip { axes: axes.to_vec() })
    }
}
