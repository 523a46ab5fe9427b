//! The largest and the smallest element along axes.
//!
//! NaN propagates, and 0 is above -0. Where several elements are the largest, each moves the result by its equal share;
//! the others are selected away, never multiplied by 0. If there is a NaN, every element counts as the largest.
use super::fold::{fold, folded_shape, group_size, lifted_axes, spread};
use super::{At, Rule, Structural, Sum};
use crate::form::{Combine, Form};
use crate::{Scalar, Shape, TapeError, Var};

/// The largest element of `x` along `axes`, which are removed; of nothing there is none.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ReduceMax {
    /// The axes, in increasing order.
    pub axes: Vec<u32>,
}

/// The smallest element of `x` along `axes`, which are removed; of nothing there is none.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ReduceMin {
    /// The axes, in increasing order.
    pub axes: Vec<u32>,
}

/// The rules of one of the two, given which elements are beaten by the extreme one.
macro_rules! reduction {
    ($row:ident, $name:literal, $combine:expr, |$x:ident, $extreme:ident| $beaten:expr) => {
        impl Rule for $row {
            const ARGUMENTS: &'static [&'static str] = &["x"];

            fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError> {
                let shape = folded_shape($name, &self.axes, args)?;
                if group_size(&self.axes, args[0]) > 0 {
                    return Ok(shape);
                }
                let wanted = "have at least one element along the folded axes";
                Err(TapeError::shape(concat!("the argument of `", $name, "`"), wanted, args[0]))
            }

            fn form(&self, args: &[&Shape]) -> Form {
                Form::Fold(fold($combine, 1, &self.axes, args[0]))
            }

            fn tangent<'r>(&self, at: At<'_, 'r>, tangents: &[Option<Var<'r>>]) -> Var<'r> {
                let Ties { beaten, count } = self.ties(at);
                let tangent = tangents[0].unwrap_or(Var::from(0.0));
                let moving = Var::select(beaten, Var::from(0.0), tangent);
                at.recorder.structural(Sum { axes: self.axes.clone() }, &[moving]) / count
            }

            fn adjoint<'r>(&self, at: At<'_, 'r>, _: usize, adjoint: Var<'r>) -> Var<'r> {
                let Ties { beaten, count } = self.ties(at);
                let share = spread(at.recorder, adjoint / count, &self.axes, &at.args[0].shape());
                Var::select(beaten, Var::from(0.0), share)
            }

            fn lifted(&self, _: u32) -> Result<Structural, TapeError> {
                Ok($row { axes: lifted_axes(&self.axes) }.into())
            }

            fn cost(&self, args: &[&Shape]) -> u64 {
                args[0].elements() as u64
            }
        }

        impl $row {
            fn ties<'r>(&self, at: At<'_, 'r>) -> Ties<'r> {
                let $x = at.args[0];
                let $extreme = spread(at.recorder, at.y, &self.axes, &$x.shape());
                let beaten = $beaten;
                let ones = Var::select(beaten, Var::from(0.0), Var::from(1.0));
                let count = at.recorder.structural(Sum { axes: self.axes.clone() }, &[ones]);
                Ties { beaten, count }
            }
        }
    };
}

reduction!(ReduceMax, "reduce_max", Combine::Max, |x, largest| x.lt(largest));
reduction!(ReduceMin, "reduce_min", Combine::Min, |x, smallest| smallest.lt(x));

/// Who shares the extreme value.
struct Ties<'r> {
    /// 1 for each element that does not, else 0.
    beaten: Var<'r>,
    /// How many elements of each group do.
    count: Var<'r>,
}

impl<'r> Var<'r> {
    /// The largest element along `axes` (in increasing order), which are removed.
    pub fn reduce_max(self, axes: &[u32]) -> Var<'r> {
        self.structural(ReduceMax { axes: axes.to_vec() })
    }

    /// The smallest element along `axes` (in increasing order), which are removed.
    pub fn reduce_min(self, axes: &[u32]) -> Var<'r> {
        self.structural(ReduceMin { axes: axes.to_vec() })
    }
}
