//! Parameters of structural ops as text and JavaScript know them, and back.
use crate::{Shape, TapeError};
use std::fmt;
use std::sync::Arc;

/// A parameter of a structural op as text and JavaScript know it.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// Whole numbers.
    List(Vec<i64>),
    /// One number of any kind.
    Number(f64),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::List(list) => write!(f, "{list:?}"),
            Field::Number(number) => write!(f, "{number}"),
        }
    }
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

/// The one field of that name.
pub(crate) fn find_field<'f>(
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
pub(crate) fn unexpected_field(
    op: &str,
    keys: &[&str],
    fields: &[(String, Field)],
) -> Result<(), TapeError> {
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
