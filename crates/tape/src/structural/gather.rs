//! Reading entries at given places, and adding to entries at given places: each is the transpose of the other.
use super::{At, Rule, Structural, check_axis, one, two};
use crate::form::{Axis, Form, Placement, Scatter, Selection, Source};
use crate::{Shape, TapeError, Var};
use std::sync::Arc;

/// Along `axis` the entries of `x` at `indices`, which may repeat; other axes stay.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Gather {
    /// The axis.
    pub axis: u32,
    /// A place along it for each entry of the value.
    pub indices: Arc<[u32]>,
}

impl Rule for Gather {
    const ARGUMENTS: &'static [&'static str] = &["x"];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        let x = one("gather", args)?;
        let axis = check_axis("gather", self.axis, x.len())?;
        check_indices("gather", &self.indices, x[axis])?;
        with_size(x, axis, self.indices.len())
    }

    fn form(&self, args: &[&Shape]) -> Form {
        let (x, gathered) = (args[0], self.axis as usize);
        let from = x.strides();
        let to = self.shape(args).unwrap_or_default();
        let table = || self.indices.iter().map(|&i| i as usize * from[gathered]).collect();
        let axes = (0..x.len())
            .zip(to.strides())
            .map(|(axis, stride)| Axis {
                extent: to[axis] as usize,
                to: stride as isize,
                from: match axis == gathered {
                    true => Source::Table(table()),
                    false => Source::Stride(from[axis] as isize),
                },
            })
            .collect();
        let whole = Placement { arg: 0, to: 0, from: 0, axes };
        Form::Selection(Selection { fill: 0.0, boxes: vec![whole] })
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, _: usize, adjoint: Var<'r>) -> Var<'r> {
        let zeros = at.recorder.splat(0.0, &at.args[0].shape());
        let scatter = ScatterAdd { axis: self.axis, indices: self.indices.clone() };
        at.recorder.structural(scatter, &[zeros, adjoint])
    }

    fn lifted(&self, _: u32) -> Result<Structural, TapeError> {
        Ok(Gather { axis: self.axis + 1, indices: self.indices.clone() }.into())
    }
}

/// `base` with entry `k` of `updates` along `axis` added to its entry `indices[k]`, in increasing order of `k`.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ScatterAdd {
    /// The axis.
    pub axis: u32,
    /// A place along it for each entry of `updates`.
    pub indices: Arc<[u32]>,
}

impl Rule for ScatterAdd {
    const ARGUMENTS: &'static [&'static str] = &["base", "updates"];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        let [base, updates] = two("scatter_add", args)?;
        let axis = check_axis("scatter_add", self.axis, base.len())?;
        check_indices("scatter_add", &self.indices, base[axis])?;
        let wanted = with_size(base, axis, self.indices.len())?;
        if updates == &wanted {
            return Ok(base.clone());
        }
        let wanted = format!("have shape {wanted}");
        Err(TapeError::shape("`updates` of `scatter_add`", wanted, updates))
    }

    fn form(&self, args: &[&Shape]) -> Form {
        let (base, axis) = (args[0], self.axis as usize);
        let product = |dims: &[u32]| dims.iter().map(|&dim| dim as usize).product();
        Form::Scatter(Scatter {
            outer: product(&base[..axis]),
            length: base[axis] as usize,
            inner: product(&base[axis + 1..]),
            index: self.indices.clone(),
        })
    }

    fn tangent<'r>(&self, at: At<'_, 'r>, tangents: &[Option<Var<'r>>]) -> Var<'r> {
        let zeros = || at.recorder.splat(0.0, &at.args[0].shape());
        match (tangents[0], tangents[1]) {
            (Some(base), None) => base,
            (base, updates) => {
                let updates = updates.unwrap_or(Var::from(0.0));
                at.recorder.structural(self.clone(), &[base.unwrap_or_else(zeros), updates])
            }
        }
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, i: usize, adjoint: Var<'r>) -> Var<'r> {
        if i == 0 {
            return adjoint;
        }
        let gather = Gather { axis: self.axis, indices: self.indices.clone() };
        at.recorder.structural(gather, &[adjoint])
    }

    fn lifted(&self, _: u32) -> Result<Structural, TapeError> {
        Ok(ScatterAdd { axis: self.axis + 1, indices: self.indices.clone() }.into())
    }

    fn cost(&self, args: &[&Shape]) -> u64 {
        args[1].elements() as u64
    }
}

fn check_indices(name: &str, indices: &[u32], size: u32) -> Result<(), TapeError> {
    let Some(at) = indices.iter().position(|&index| index >= size) else { return Ok(()) };
    let argument = format!("`indices` of `{name}`");
    let came = format!("number {at} is {}", indices[at]);
    Err(TapeError::invalid(&argument, format!("be below {size}"), came))
}

/// `shape` with another size along `axis`.
fn with_size(shape: &Shape, axis: usize, size: usize) -> Result<Shape, TapeError> {
    let mut dims = shape.to_vec();
    dims[axis] = u32::try_from(size).unwrap_or(u32::MAX);
    Shape::new(&dims)
}

impl<'r> Var<'r> {
    /// The entries at `indices` along `axis`.
    pub fn gather(self, axis: u32, indices: &[u32]) -> Var<'r> {
        self.structural(Gather { axis, indices: indices.into() })
    }

    /// With entry `k` of `updates` along `axis` added to entry `indices[k]`, in increasing order of `k`.
    pub fn scatter_add(self, axis: u32, indices: &[u32], updates: Var<'r>) -> Var<'r> {
        match self.recorder().or(updates.recorder()) {
            Some(recorder) => {
                recorder.structural(ScatterAdd { axis, indices: indices.into() }, &[self, updates])
            }
            None => Var::from(f64::NAN),
        }
    }
}
