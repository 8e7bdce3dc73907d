//! JSON: a list gives an item for each entry, anything else gives one. A list is passed on entry by entry, so that it is
//! never in memory as a whole.

use bridge_domain::{Config, StepFailure};
use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Deserializer, Value};

use crate::failure::failed;

/// Reads JSON and passes on what it holds, each as an object: a value that is none stands in the field `value`.
///
/// # Errors
/// That of the receiver; what is not JSON, with its line and column.
pub fn read_json(text: &str, row: &mut dyn FnMut(Config) -> Result<(), StepFailure>) -> Result<(), StepFailure> {
    let mut refused = None;
    let mut reader = Deserializer::from_str(text);
    let read = reader.deserialize_any(Entries { row, refused: &mut refused }).and_then(|()| reader.end());
    match (refused, read) {
        (Some(failure), _) => Err(failure),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => {
            Err(failed(format!("The file is not JSON: {error}."), "Check the file and its encoding."))
        }
    }
}

/// An object of any value.
fn object(value: Value) -> Config {
    match value {
        Value::Object(object) => object,
        other => Config::from_iter([("value".to_owned(), other)]),
    }
}

struct Entries<'r> {
    row: &'r mut dyn FnMut(Config) -> Result<(), StepFailure>,
    /// Why the receiver takes no more.
    refused: &'r mut Option<StepFailure>,
}

impl Entries<'_> {
    fn pass<E: serde::de::Error>(&mut self, value: Value) -> Result<(), E> {
        (self.row)(object(value)).map_err(|failure| {
            *self.refused = Some(failure);
            E::custom("refused")
        })
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element()? {
            self.pass(value)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut object = Config::new();
        while let Some((name, value)) = map.next_entry()? {
            object.insert(name, value);
        }
        self.pass(Value::Object(object))
    }

    fn visit_str<E: serde::de::Error>(mut self, text: &str) -> Result<(), E> {
        self.pass(text.into())
    }

    fn visit_bool<E: serde::de::Error>(mut self, value: bool) -> Result<(), E> {
        self.pass(value.into())
    }

    fn visit_i64<E: serde::de::Error>(mut self, value: i64) -> Result<(), E> {
        self.pass(value.into())
    }

    fn visit_u64<E: serde::de::Error>(mut self, value: u64) -> Result<(), E> {
        self.pass(value.into())
    }

    fn visit_f64<E: serde::de::Error>(mut self, value: f64) -> Result<(), E> {
        self.pass(value.into())
    }

    fn visit_unit<E: serde::de::Error>(mut self) -> Result<(), E> {
        self.pass(Value::Null)
    }
}
