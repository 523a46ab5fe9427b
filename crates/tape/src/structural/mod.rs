//! Structural ops: those that move, fold or multiply elements. One row each, a type with its rules, in the file of its family.
//!
//! A row says its parameters, shape rule, form (what it does to elements, which is also its value), how a tangent and an
//! adjoint go through it, and how it reads over one more leading axis. Everything else derives.
mod broadcast;
mod fold;

pub use broadcast::*;
pub use fold::*;

use crate::{Form, Recorder, Shape, TapeError, Var};
use std::sync::Arc;

structural_ops! {
    "broadcast" = Broadcast { shape },
    "sum" = Sum { axes },
}

/// The rules of one structural op.
pub(crate) trait Rule {
    /// The names of its arguments; one name followed by `...` where it takes any number.
    const ARGUMENTS: &'static [&'static str];

    /// The shape of the value, or why these arguments cannot be taken.
    fn shape(&self, args: &[&Shape]) -> Result<Shape, TapeError>;

    /// What it does to the elements of arguments of these shapes.
    fn form(&self, args: &[&Shape]) -> Form;

    /// The tangent of `y`, given those of the arguments (`None` is a structural zero; not all are).
    ///
    /// By default the op is linear: it acts on tangents as on values.
    fn tangent<'r>(&self, at: At<'_, 'r>, tangents: &[Option<Var<'r>>]) -> Option<Var<'r>>
    where
        Self: Clone + Into<Structural>,
    {
        let zero = |i: usize| at.recorder.splat(0.0, &at.args[i].shape());
        let tangents: Vec<Var> =
            tangents.iter().enumerate().map(|(i, t)| t.unwrap_or_else(|| zero(i))).collect();
        Some(at.recorder.structural(self.clone(), &tangents))
    }

    /// The adjoint of argument `i`, given that of `y`.
    fn adjoint<'r>(&self, at: At<'_, 'r>, i: usize, adjoint: Var<'r>) -> Option<Var<'r>>;

    /// The same op on arguments that all have one more axis in front, each of that many entries.
    fn lifted(&self, args: &[&Shape], entries: u32) -> Structural;

    /// The op said in other ops, where its form is [`Form::Composed`].
    fn compose<'r>(&self, recorder: &'r Recorder, args: &[Var<'r>]) -> Var<'r> {
        let _ = (recorder, args);
        unreachable!("only an op whose form is composed is ever composed")
    }

    /// The cost of one evaluation, in multiply-adds; by default none, for elements only move.
    fn cost(&self, args: &[&Shape]) -> u64 {
        let _ = args;
        0
    }
}

/// Where a structural op stands when it is differentiated.
#[derive(Copy, Clone)]
pub(crate) struct At<'a, 'r> {
    /// The recording of the derivative.
    pub(crate) recorder: &'r Recorder,
    /// The arguments there.
    pub(crate) args: &'a [Var<'r>],
    /// The value there.
    pub(crate) y: Var<'r>,
}

/// A parameter of a structural op as text and JavaScript know it.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// Whole numbers.
    List(Vec<i64>),
    /// One number of any kind.
    Number(f64),
}

/// A type that a parameter may have.
pub(crate) trait Parameter: Sized {
    fn to_field(&self) -> Field;
    /// The parameter, or what was wanted instead.
    fn from_field(field: &Field) -> Result<Self, &'static str>;
}

impl Parameter for Vec<u32> {
    fn to_field(&self) -> Field {
        Field::List(self.iter().map(|&n| n.into()).collect())
    }
    fn from_field(field: &Field) -> Result<Self, &'static str> {
        let wanted = "be a list of whole numbers from 0 to 2^32 - 1";
        let Field::List(list) = field else { return Err(wanted) };
        list.iter().map(|&n| u32::try_from(n).map_err(|_| wanted)).collect()
    }
}

impl Parameter for Vec<i64> {
    fn to_field(&self) -> Field {
        Field::List(self.clone())
    }
    fn from_field(field: &Field) -> Result<Self, &'static str> {
        let Field::List(list) = field else { return Err("be a list of whole numbers") };
        Ok(list.clone())
    }
}

impl Parameter for Arc<[u32]> {
    fn to_field(&self) -> Field {
        self.to_vec().to_field()
    }
    fn from_field(field: &Field) -> Result<Self, &'static str> {
        Vec::<u32>::from_field(field).map(Into::into)
    }
}

impl Parameter for Shape {
    fn to_field(&self) -> Field {
        self.to_vec().to_field()
    }
    fn from_field(field: &Field) -> Result<Self, &'static str> {
        let dims = Vec::<u32>::from_field(field)?;
        Shape::new(&dims).map_err(|_| "be a shape of at most 16 axes and fewer than 2^32 elements")
    }
}

impl Parameter for u32 {
    fn to_field(&self) -> Field {
        Field::Number((*self).into())
    }
    fn from_field(field: &Field) -> Result<Self, &'static str> {
        let wanted = "be a whole number from 0 to 2^32 - 1";
        let Field::Number(number) = *field else { return Err(wanted) };
        let whole = number as u32; // saturates, so the comparison sees what did not fit
        if f64::from(whole) == number { Ok(whole) } else { Err(wanted) }
    }
}

impl Parameter for f64 {
    fn to_field(&self) -> Field {
        Field::Number(*self)
    }
    fn from_field(field: &Field) -> Result<Self, &'static str> {
        let Field::Number(number) = *field else { return Err("be a number") };
        Ok(number)
    }
}

/// The shapes of one argument, or an error that counts them.
pub(crate) fn one<'a>(name: &str, args: &[&'a Shape]) -> Result<&'a Shape, TapeError> {
    match args {
        [x] => Ok(x),
        _ => Err(wrong_count(name, "1", args.len())),
    }
}

/// The shapes of two arguments, or an error that counts them.
pub(crate) fn two<'a>(name: &str, args: &[&'a Shape]) -> Result<[&'a Shape; 2], TapeError> {
    match args {
        [a, b] => Ok([a, b]),
        _ => Err(wrong_count(name, "2", args.len())),
    }
}

pub(crate) fn wrong_count(name: &str, wanted: &str, came: usize) -> TapeError {
    TapeError::invalid(
        &format!("the arguments of `{name}`"),
        format!("be {wanted} in number"),
        format!("there are {came}"),
    )
}

/// Checks axes: each below the rank, in increasing order, so that there is one way to write each op.
pub(crate) fn check_axes(name: &str, axes: &[u32], shape: &Shape) -> Result<(), TapeError> {
    let increasing = axes.windows(2).all(|pair| pair[0] < pair[1]);
    if increasing && axes.iter().all(|&axis| (axis as usize) < shape.len()) {
        return Ok(());
    }
    let wanted = format!("be different, in increasing order and below the rank {}", shape.len());
    Err(TapeError::invalid(&format!("`axes` of `{name}`"), wanted, format!("are {axes:?}")))
}

/// The one field of that name.
fn find_field<'f>(
    op: &str,
    key: &str,
    fields: &'f [(String, Field)],
) -> Result<&'f Field, TapeError> {
    let mut found = fields.iter().filter(|(name, _)| name == key);
    match (found.next(), found.next()) {
        (Some((_, field)), None) => Ok(field),
        (None, _) => {
            Err(TapeError::invalid(&format!("`{key}` of `{op}`"), "be given", "is missing"))
        }
        _ => Err(TapeError::invalid(
            &format!("`{key}` of `{op}`"),
            "be given once",
            "is given more than once",
        )),
    }
}

/// Refuses a field that the op does not have.
fn unexpected_field(op: &str, keys: &[&str], fields: &[(String, Field)]) -> Result<(), TapeError> {
    match fields.iter().find(|(name, _)| !keys.contains(&name.as_str())) {
        None => Ok(()),
        Some((name, _)) => Err(TapeError::UnknownName {
            argument: format!("a parameter of `{op}`"),
            wanted: if keys.is_empty() {
                "left out".into()
            } else {
                format!("one of {}", keys.join(", "))
            },
            came: name.clone(),
        }),
    }
}
