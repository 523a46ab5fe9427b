//! Plain data across the boundary. The one place with `unsafe`: output arrays are written where they lie.
#![allow(unsafe_code, reason = "napi lends an output array only through an unsafe method")]
use crate::error::{Result, coded, thrown};
use chainrule::tape::structural::Field;
use chainrule::tape::{Shape, Structural, TapeError};
use napi::bindgen_prelude::{Float64Array, Float64ArraySlice};
use napi_derive::napi;

/// A structural op with its parameters.
#[napi(object)]
pub struct Rule {
    /// The name of the op.
    pub op: String,
    /// Its parameters.
    pub fields: Vec<RuleField>,
}

/// A parameter of a structural op: a list or a number.
#[napi(object)]
pub struct RuleField {
    /// The name of the parameter.
    pub name: String,
    /// Its whole numbers, if it is a list.
    pub list: Option<Float64Array>,
    /// Its number, if it is one.
    pub number: Option<f64>,
}

impl Rule {
    pub(crate) fn structural(&self) -> Result<Structural> {
        let field = |field: &RuleField| Ok((field.name.clone(), field.value(&self.op)?));
        let fields = self.fields.iter().map(field).collect::<Result<Vec<_>>>()?;
        Structural::from_fields(&self.op, &fields).map_err(thrown)
    }
}

impl RuleField {
    fn value(&self, op: &str) -> Result<Field> {
        let Some(list) = &self.list else {
            return Ok(Field::Number(self.number.unwrap_or_default()));
        };
        match list.iter().find(|number| number.fract() != 0.0 || number.abs() > 2_f64.powi(53)) {
            None => Ok(Field::List(list.iter().map(|&number| number as i64).collect())),
            Some(number) => {
                let argument = format!("`{}` of `{op}`", self.name);
                let came = format!("holds {number}");
                Err(thrown(TapeError::invalid(&argument, "be a list of whole numbers", came)))
            }
        }
    }
}

/// A shape whose sizes JavaScript has checked to be whole, checked for the rest.
pub(crate) fn shape(sizes: &[f64], argument: &str) -> Result<Shape> {
    let size = |(axis, &size): (usize, &f64)| count(size, || format!("{argument}[{axis}]"));
    let sizes = sizes.iter().enumerate().map(size).collect::<Result<Vec<_>>>()?;
    Shape::new(&sizes).map_err(thrown)
}

/// The sizes of a shape.
pub(crate) fn sizes(shape: &Shape) -> Vec<u32> {
    shape.to_vec()
}

/// A whole number below 2^32.
pub(crate) fn count(number: f64, argument: impl Fn() -> String) -> Result<u32> {
    let whole = number as u32; // saturates, so the comparison sees what did not fit
    if f64::from(whole) == number {
        return Ok(whole);
    }
    let argument = argument();
    let message = format!("{argument} must be a whole number below 2^32, but is {number}");
    Err(coded("INVALID_ARGUMENT", &argument, &message))
}

/// A whole number up to 2^53.
pub(crate) fn long(number: f64, argument: &str) -> Result<u64> {
    if (0.0..=2_f64.powi(53)).contains(&number) && number.fract() == 0.0 {
        return Ok(number as u64);
    }
    let message = format!("{argument} must be a whole number up to 2^53, but is {number}");
    Err(coded("INVALID_ARGUMENT", argument, &message))
}

/// The memory of output arrays, to be written during one synchronous call.
pub(crate) fn outputs<'a>(
    arrays: &'a mut [Option<Float64ArraySlice<'_>>],
) -> Vec<Option<&'a mut [f64]>> {
    arrays
        .iter_mut()
        .map(|array| {
            // SAFETY: the facade has refused output arrays that share memory with each other or with an input, and no
            // JavaScript runs during the call, so this is the only reference to the memory.
            array.as_mut().map(|array| unsafe { array.as_mut() })
        })
        .collect()
}
