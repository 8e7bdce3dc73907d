//! JSON that came from outside, read within bounds: a parsed value takes many times the room of its text, so a text of a few
//! megabytes could take gigabytes.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// What one text may hold: values, objects counted eight times. At most 300 MiB when parsed, texts not counted.
pub const MAX_JSON_VALUES: usize = 4_000_000;
/// An object takes the room of so many numbers.
const OBJECT: usize = 8;
/// A text this short cannot hold too much.
const SHORT: usize = 1 << 20;

/// Why a text was not read.
#[derive(Debug)]
pub enum JsonFault {
    /// It is not JSON, or nested too deeply.
    NotJson(serde_json::Error),
    /// It holds more than [`MAX_JSON_VALUES`].
    TooMany,
}

impl fmt::Display for JsonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson(error) => error.fmt(f),
            Self::TooMany => write!(f, "it holds more than {MAX_JSON_VALUES} values"),
        }
    }
}

impl std::error::Error for JsonFault {}

/// Reads a text that holds one value.
///
/// # Errors
/// When it is none, or too large to be one.
pub fn read_json(text: &str) -> Result<Value, JsonFault> {
    if !json_fits(text) {
        return Err(JsonFault::TooMany);
    }
    serde_json::from_str(text).map_err(JsonFault::NotJson)
}

/// Whether a text can be parsed without taking too much room. What is not JSON fits: the parser says so better.
#[must_use]
pub fn json_fits(text: &str) -> bool {
    if text.len() <= SHORT {
        return true;
    }
    let mut left = Some(MAX_JSON_VALUES);
    // An error is either that nothing is left, or one of the text.
    let _ = Count(&mut left).deserialize(&mut serde_json::Deserializer::from_str(text));
    left.is_some()
}

/// Counts values without keeping them. What is left is none after one too many.
struct Count<'c>(&'c mut Option<usize>);

impl Count<'_> {
    fn take<E: serde::de::Error>(&mut self, values: usize) -> Result<(), E> {
        *self.0 = self.0.and_then(|left| left.checked_sub(values));
        self.0.map(drop).ok_or_else(|| E::custom("too many values"))
    }
}

impl<'de> DeserializeSeed<'de> for Count<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Count<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        self.take(1)?;
        while list.next_element_seed(Count(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.take(OBJECT)?;
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(Count(&mut *self.0))?;
        }
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(mut self, _: &str) -> Result<(), E> {
        self.take(1)
    }

    fn visit_bool<E: serde::de::Error>(mut self, _: bool) -> Result<(), E> {
        self.take(1)
    }

    fn visit_i64<E: serde::de::Error>(mut self, _: i64) -> Result<(), E> {
        self.take(1)
    }

    fn visit_u64<E: serde::de::Error>(mut self, _: u64) -> Result<(), E> {
        self.take(1)
    }

    fn visit_f64<E: serde::de::Error>(mut self, _: f64) -> Result<(), E> {
        self.take(1)
    }

    fn visit_unit<E: serde::de::Error>(mut self) -> Result<(), E> {
        self.take(1)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn x5_a_text_of_a_few_megabytes_is_not_parsed_into_gigabytes() {
        let list = |value: &str, count: usize| format!("[{}{value}]", format!("{value},").repeat(count - 1));
        for (value, most) in [("0", 3_999_999), ("{}", 499_999), (r#"{"a":0}"#, 444_444), ("[]", 3_999_999)] {
            assert!(json_fits(&list(value, most)), "{value}");
            assert!(!json_fits(&list(value, most + 1)), "{value}");
            assert!(matches!(read_json(&list(value, most + 1)), Err(JsonFault::TooMany)), "{value}");
        }
        let nested = format!("{}{}", r#"{"a":["#.repeat(60), list("null", 4_000_000));
        assert!(!json_fits(&nested));
        // Long texts are no values, and what is not JSON is told as that.
        assert_eq!(read_json(&format!("[\"{}\"]", ",[{".repeat(2_000_000))).unwrap().as_array().unwrap().len(), 1);
        for broken in ["x".repeat(2 << 20), "[".repeat(2 << 20), format!("{}]", list("1", 1_000_000))] {
            assert!(matches!(read_json(&broken), Err(JsonFault::NotJson(_))));
        }
    }
}
