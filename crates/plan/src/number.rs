//! Whole numbers in JSON: plain up to 2^53, which every reader keeps exactly, and text above.
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;

const EXACT: u128 = 1 << 53;

/// Writes a number below 2^53 as a number, others as text.
pub(crate) fn serialize<S: Serializer>(value: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    match u64::try_from(*value) {
        Ok(small) if *value <= EXACT => serializer.serialize_u64(small),
        _ => serializer.collect_str(value),
    }
}

/// Reads either form.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
    deserializer.deserialize_any(Number)
}

struct Number;

impl Visitor<'_> for Number {
    type Value = u128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, or one in text")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<u128, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<u128, E> {
        // JavaScript writes whole numbers as they are, but other writers append ".0".
        if value >= 0.0 && value <= EXACT as f64 && value.trunc() == value {
            return Ok(value as u128);
        }
        Err(E::invalid_value(Unexpected::Float(value), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<u128, E> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let value = if digits { text.parse().ok() } else { None };
        value.ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}
