//! Products of matrices, one or a batch of them.
use super::arrange::swapped;
use super::{At, Rule, Structural, broadcast_to, repeated, reshape_to, two};
use crate::{Form, Recorder, Shape, TapeError, Var};

/// The matrix products of `a` and `b`, `[..., m, k]` by `[..., k, n]`; the leading axes are equal.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Dot {}

impl Rule for Dot {
    const ARGUMENTS: &'static [&'static str] = &["a", "b"];

    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
        let [a, b] = two("dot", args)?;
        let [.., _, k] = a[..] else {
            return Err(TapeError::shape("`a` of `dot`", "have at least 2 axes", a));
        };
        let batch = &a[..a.len() - 2];
        match b[..] {
            [ref leading @ .., rows, n] if leading == batch && rows == k => {
                let mut dims = a.to_vec();
                dims[a.len() - 1] = n;
                Shape::new(&dims)
            }
            _ => {
                let mut wanted: Vec<String> = batch.iter().map(u32::to_string).collect();
                wanted.extend([k.to_string(), "n".into()]);
                let wanted = format!("have shape [{}] for `a` of shape {a}", wanted.join(", "));
                Err(TapeError::shape("`b` of `dot`", wanted, b))
            }
        }
    }

    fn form(&self, args: &[&Shape]) -> Form {
        let (a, b) = (args[0], args[1]);
        let rank = a.len();
        Form::Dot {
            batch: a[..rank - 2].iter().map(|&dim| dim as usize).product(),
            m: a[rank - 2] as usize,
            k: a[rank - 1] as usize,
            n: b[rank - 1] as usize,
        }
    }

    fn tangent<'r>(&self, at: At<'_, 'r>, tangents: &[Option<Var<'r>>]) -> Var<'r> {
        let dot = |a, b| at.recorder.structural(Dot {}, &[a, b]);
        let left = tangents[0].map(|tangent| dot(tangent, at.args[1]));
        let right = tangents[1].map(|tangent| dot(at.args[0], tangent));
        match (left, right) {
            (Some(left), Some(right)) => left + right,
            (left, right) => left.or(right).unwrap_or(Var::from(0.0)),
        }
    }

    fn adjoint<'r>(&self, at: At<'_, 'r>, i: usize, adjoint: Var<'r>) -> Var<'r> {
        let dot = |a, b| at.recorder.structural(Dot {}, &[a, b]);
        match i {
            0 => dot(adjoint, swapped(at.recorder, at.args[1])),
            _ => dot(swapped(at.recorder, at.args[0]), adjoint),
        }
    }

    fn lifted(&self, _: u32) -> Result<Structural, TapeError> {
        Ok(Dot {}.into())
    }

    /// Entries of one factor by one fixed matrix are the rows of one larger product.
    fn vmap<'r>(
        &self,
        recorder: &'r Recorder,
        args: &[Var<'r>],
        mapped: &[bool],
        entries: u32,
    ) -> Var<'r> {
        let (a, b) = (args[0], args[1]);
        let columns = |x: Var| x.shape().last().copied();
        match mapped {
            [true, false] if b.shape().len() == 2 => rows_by_matrix(recorder, a, b),
            [false, true] if a.shape().len() == 2 && columns(b) == Some(1) => {
                let (m, k) = (a.shape()[0], a.shape()[1]);
                let vectors = reshape_to(recorder, b, &[entries, k]);
                let products = rows_by_matrix(recorder, vectors, swapped(recorder, a));
                reshape_to(recorder, products, &[entries, m, 1])
            }
            _ => {
                let lift = |x, mapped| if mapped { x } else { repeated(recorder, x, entries) };
                recorder.structural(Dot {}, &[lift(a, mapped[0]), lift(b, mapped[1])])
            }
        }
    }

    fn cost(&self, args: &[&Shape]) -> u64 {
        let columns = args[1].last().copied().unwrap_or(1);
        args[0].elements() as u64 * u64::from(columns)
    }
}

/// `[..., m, k]` by `[k, n]` as one product of all rows.
fn rows_by_matrix<'r>(recorder: &'r Recorder, a: Var<'r>, b: Var<'r>) -> Var<'r> {
    let (mut dims, n) = (a.shape().to_vec(), b.shape()[1]);
    let k = dims.pop().unwrap_or(1);
    let rows: u32 = dims.iter().product();
    let product = recorder.structural(Dot {}, &[reshape_to(recorder, a, &[rows, k]), b]);
    dims.push(n);
    reshape_to(recorder, product, &dims)
}

impl Recorder {
    /// The product of vectors, matrices or batches of matrices by NumPy's rules of rank.
    fn product<'r>(&'r self, a: Var<'r>, b: Var<'r>) -> Result<Var<'r>, TapeError> {
        let (left, right) = (self.shape(a), self.shape(b));
        for (name, shape) in [("`a` of `dot`", &left), ("`b` of `dot`", &right)] {
            if shape.is_scalar() {
                return Err(TapeError::shape(name, "have at least 1 axis (scale by `*`)", shape));
            }
        }
        let inner = right[right.len().saturating_sub(2)];
        if left.last() != Some(&inner) {
            let wanted = format!("have {} rows for `a` of shape {left}", left[left.len() - 1]);
            return Err(TapeError::shape("`b` of `dot`", wanted, &right));
        }
        let matrix_a = if left.len() == 1 { reshape_to(self, a, &[1, inner]) } else { a };
        let matrix_b = if right.len() == 1 { reshape_to(self, b, &[inner, 1]) } else { b };
        let y = self.matrix_product(matrix_a, matrix_b)?;
        let mut dims = self.shape(y).to_vec();
        if right.len() == 1 {
            dims.pop();
        }
        if left.len() == 1 {
            dims.remove(dims.len() - if right.len() == 1 { 1 } else { 2 });
        }
        Ok(reshape_to(self, y, &dims))
    }

    /// The product where both have two axes or more; leading ones broadcast.
    fn matrix_product<'r>(&'r self, a: Var<'r>, b: Var<'r>) -> Result<Var<'r>, TapeError> {
        let (left, right) = (self.shape(a), self.shape(b));
        if right.len() == 2 && left.len() > 2 {
            return Ok(rows_by_matrix(self, a, b));
        }
        let batch = |shape: &Shape| Shape::new(&shape[..shape.len() - 2]);
        let (before_a, before_b) = (batch(&left)?, batch(&right)?);
        let both = before_a.broadcast(&before_b).ok_or_else(|| {
            let wanted = format!("have leading axes that broadcast with {before_a}");
            TapeError::shape("`b` of `dot`", wanted, &right)
        })?;
        let whole = |x: Var<'r>, shape: &Shape| {
            let dims: Vec<u32> = both.iter().chain(&shape[shape.len() - 2..]).copied().collect();
            Ok::<_, TapeError>(broadcast_to(self, x, &Shape::new(&dims)?))
        };
        Ok(self.structural(Dot {}, &[whole(a, &left)?, whole(b, &right)?]))
    }
}

impl<'r> Var<'r> {
    /// The inner product of vectors, matrix by vector, vector by matrix or matrix by matrix, as the ranks say;
    /// axes before the last two are a batch and broadcast.
    pub fn dot(self, other: Var<'r>) -> Var<'r> {
        match self.recorder().or(other.recorder()) {
            Some(recorder) => {
                recorder.product(self, other).unwrap_or_else(|error| recorder.fail(error))
            }
            None => Var::from(f64::NAN),
        }
    }
}
