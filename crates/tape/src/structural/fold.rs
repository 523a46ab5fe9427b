//! Adding up elements along axes.
use super::{At, Rule, Structural, broadcast_to, check_axes, one, reshape_to};
use crate::form::{Combine, Fold, Form};
use crate::{Recorder, Shape, TapeError, Var};

/// Adds up `x` along `axes`, which are removed; the sum of nothing is 0.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Sum {
    /// The axes, in increasing order.
    pub axes: Vec<u32>,
}

impl Rule for Sum {
    const ARGUMENTS: &'static [&'static str] = &["x"];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        folded_shape("sum", &self.axes, args)
    }

    fn form(&self, args: &[&Shape]) -> Form {
        Form::Fold(fold(Combine::Add, 1, &self.axes, args[0]))
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, _: usize, adjoint: Var<'r>) -> Var<'r> {
        spread(at.recorder, adjoint, &self.axes, &at.args[0].shape())
    }

    fn lifted(&self, _: u32) -> Result<Structural, TapeError> {
        Ok(Sum { axes: lifted_axes(&self.axes) }.into())
    }

    fn cost(&self, args: &[&Shape]) -> u64 {
        args[0].elements() as u64
    }
}

/// The mean of `x` along `axes`, which are removed; the mean of nothing is NaN.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Mean {
    /// The axes, in increasing order.
    pub axes: Vec<u32>,
}

impl Rule for Mean {
    const ARGUMENTS: &'static [&'static str] = &["x"];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        folded_shape("mean", &self.axes, args)
    }

    fn form(&self, args: &[&Shape]) -> Form {
        Form::Fold(fold(Combine::Add, group_size(&self.axes, args[0]), &self.axes, args[0]))
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, _: usize, adjoint: Var<'r>) -> Var<'r> {
        let shape = at.args[0].shape();
        let share = adjoint / group_size(&self.axes, &shape) as f64;
        spread(at.recorder, share, &self.axes, &shape)
    }

    fn lifted(&self, _: u32) -> Result<Structural, TapeError> {
        Ok(Mean { axes: lifted_axes(&self.axes) }.into())
    }

    fn cost(&self, args: &[&Shape]) -> u64 {
        args[0].elements() as u64
    }
}

pub(crate) fn folded_shape(name: &str, axes: &[u32], args: &[&Shape]) -> Result<Shape, TapeError> {
    let x = one(name, args)?;
    check_axes(name, axes, x)?;
    let kept: Vec<u32> =
        (0..).zip(x.iter()).filter(|(i, _)| !axes.contains(i)).map(|(_, &d)| d).collect();
    Shape::new(&kept)
}

pub(crate) fn fold(combine: Combine, divide_by: usize, axes: &[u32], x: &Shape) -> Fold {
    let strides = x.strides();
    let axis = |i: usize| (x[i] as usize, strides[i]);
    let (folded, kept): (Vec<usize>, Vec<usize>) =
        (0..x.len()).partition(|&i| axes.contains(&(i as u32)));
    Fold {
        combine,
        divide_by,
        kept: kept.into_iter().map(axis).collect(),
        folded: folded.into_iter().map(axis).collect(),
    }
}

/// How many elements are folded into one.
pub(crate) fn group_size(axes: &[u32], x: &Shape) -> usize {
    axes.iter().map(|&axis| x[axis as usize] as usize).product()
}

pub(crate) fn lifted_axes(axes: &[u32]) -> Vec<u32> {
    axes.iter().map(|axis| axis + 1).collect()
}

/// `y`, folded along `axes`, repeated along them to `shape`: the transpose of a sum.
pub(crate) fn spread<'r>(
    recorder: &'r Recorder,
    y: Var<'r>,
    axes: &[u32],
    shape: &Shape,
) -> Var<'r> {
    let kept: Vec<u32> =
        (0..).zip(shape.iter()).map(|(i, &dim)| if axes.contains(&i) { 1 } else { dim }).collect();
    broadcast_to(recorder, reshape_to(recorder, y, &kept), shape)
}

/// `x` added up over what broadcasting repeated, down to `shape`: the transpose of a broadcast.
pub(crate) fn sum_to<'r>(recorder: &'r Recorder, x: Var<'r>, shape: &Shape) -> Var<'r> {
    let own = x.shape();
    if &own == shape {
        return x;
    }
    let new = own.len() - shape.len();
    let repeated = |axis: usize| axis < new || shape[axis - new] != own[axis];
    let axes = (0..own.len()).filter(|&axis| repeated(axis)).map(|axis| axis as u32).collect();
    reshape_to(recorder, recorder.structural(Sum { axes }, &[x]), shape)
}

impl<'r> Var<'r> {
    /// Added up along `axes` (in increasing order), which are removed.
    pub fn sum(self, axes: &[u32]) -> Var<'r> {
        self.structural(Sum { axes: axes.to_vec() })
    }

    /// The mean along `axes` (in increasing order), which are removed.
    pub fn mean(self, axes: &[u32]) -> Var<'r> {
        self.structural(Mean { axes: axes.to_vec() })
    }
}
