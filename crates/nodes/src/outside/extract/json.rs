//! JSON: a list gives an item for each entry, anything else gives one. A list is passed on entry by entry, so that it is
//! never in memory as a whole.

use bridge_domain::{Config, JsonFault, StepFailure, read_json as read_value};
use serde::de::{Deserializer as _, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Deserializer, Value};

use crate::failure::{failed, limit};

/// Reads JSON and passes on what it holds, each as an object: a value that is none stands in the field `value`.
///
/// # Errors
/// That of the receiver; what is not JSON, with its line and column; a value that is too large.
pub fn read_json(text: &str, row: &mut dyn FnMut(Config) -> Result<(), StepFailure>) -> Result<(), StepFailure> {
    if !text.trim_start().starts_with('[') {
        return row(object(read_value(text).map_err(|fault| unread(&fault))?));
    }
    let mut refused = None;
    let mut reader = Deserializer::from_str(text);
    let read = reader.deserialize_seq(Entries { row, refused: &mut refused }).and_then(|()| reader.end());
    match (refused, read) {
        (Some(failure), _) => Err(failure),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => Err(unread(&JsonFault::NotJson(error))),
    }
}

/// The failure of a file that cannot be read.
pub fn unread(fault: &JsonFault) -> StepFailure {
    match fault {
        JsonFault::NotJson(error) => {
            failed(format!("The file is not JSON: {error}."), "Check the file and its encoding.")
        }
        JsonFault::TooMany => {
            limit(format!("The JSON is too large for one item: {fault}."), "Split it into a list of smaller entries.")
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
    /// Why no more is taken.
    refused: &'r mut Option<StepFailure>,
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        use serde::de::Error;
        while let Some(entry) = list.next_element::<&RawValue>()? {
            // Depth and numbers are looked at here; the place of an error in an entry counts from the entry.
            let passed = match read_value(entry.get()) {
                Ok(value) => (self.row)(object(value)),
                Err(fault) => Err(unread(&fault)),
            };
            if let Err(failure) = passed {
                *self.refused = Some(failure);
                return Err(A::Error::custom("refused"));
            }
        }
        Ok(())
    }
}
