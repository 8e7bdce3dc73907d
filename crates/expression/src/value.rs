//! Values on the way through a path, borrowed as long as possible, and their text. JavaScript's rules, for own fields only.

use std::collections::BTreeMap;

use bridge_domain::{Binary, Config, Item};
use serde_json::Value;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Member {
    /// `.name` or `["name"]`.
    Name(String),
    /// `[0]`.
    Index(usize),
}

impl Member {
    /// The name; nothing for an index.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Index(_) => None,
        }
    }
}

/// Something a path leads to.
#[derive(Debug, Clone)]
pub(crate) enum Found<'a> {
    /// `undefined`.
    Missing,
    /// JSON.
    Json(&'a Value),
    /// A JSON object.
    Object(&'a Config),
    /// An item: `json` and `binary`.
    Item(&'a Item),
    /// A list of items.
    Items(&'a [Item]),
    /// Files of an item.
    Files(&'a BTreeMap<String, Binary>),
    /// One of them.
    File(&'a Binary),
    /// A value made on the way.
    Made(Value),
}

impl<'a> Found<'a> {
    /// The field or element. What has none gives [`Found::Missing`], also when it is missing itself.
    pub fn member(self, member: &Member) -> Self {
        match self {
            Self::Missing => Self::Missing,
            Self::Json(Value::Object(object)) | Self::Object(object) => field(object, member),
            Self::Json(Value::Array(list)) => match member {
                Member::Name(name) if name == "length" => length(list.len()),
                Member::Name(name) => index_of(name).and_then(|at| list.get(at)).map_or(Self::Missing, Self::Json),
                Member::Index(at) => list.get(*at).map_or(Self::Missing, Self::Json),
            },
            Self::Json(Value::String(text)) => character(text, member),
            Self::Made(value) => owned_member(value, member),
            Self::Json(_) => Self::Missing,
            Self::Item(item) => match member {
                Member::Name(name) if name == "json" => Self::Object(&item.json),
                Member::Name(name) if name == "binary" => Self::Files(&item.binary),
                _ => Self::Missing,
            },
            Self::Items(items) => match member {
                Member::Index(at) => items.get(*at).map_or(Self::Missing, Self::Item),
                Member::Name(name) if name == "length" => length(items.len()),
                Member::Name(_) => Self::Missing,
            },
            Self::Files(files) => match member {
                Member::Name(name) => files.get(name).map_or(Self::Missing, Self::File),
                Member::Index(at) => files.get(&at.to_string()).map_or(Self::Missing, Self::File),
            },
            Self::File(file) => match member {
                Member::Name(name) => file_field(file, name),
                Member::Index(_) => Self::Missing,
            },
        }
    }

    /// Whether it is `undefined` or null, of which nothing can be read.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Missing | Self::Json(Value::Null) | Self::Made(Value::Null))
    }

    /// Names of the fields of an object.
    pub fn names(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Self::Object(object) => Box::new(object.keys().map(String::as_str)),
            Self::Json(Value::Object(object)) => Box::new(object.keys().map(String::as_str)),
            Self::Made(Value::Object(object)) => Box::new(object.keys().map(String::as_str)),
            Self::Files(files) => Box::new(files.keys().map(String::as_str)),
            _ => Box::new(std::iter::empty()),
        }
    }

    /// The value; nothing for `undefined`.
    pub fn into_value(self) -> Option<Value> {
        Some(match self {
            Self::Missing => return None,
            Self::Json(value) => value.clone(),
            Self::Object(object) => Value::Object(object.clone()),
            Self::Item(item) => item_value(item),
            Self::Items(items) => Value::Array(items.iter().map(item_value).collect()),
            Self::Files(files) => {
                Value::Object(files.iter().map(|(name, file)| (name.clone(), file_value(file))).collect())
            }
            Self::File(file) => file_value(file),
            Self::Made(value) => value,
        })
    }
}

fn length<'a>(length: usize) -> Found<'a> {
    Found::Made(Value::from(length))
}

fn field<'a>(object: &'a Config, member: &Member) -> Found<'a> {
    match member {
        Member::Name(name) => object.get(name),
        Member::Index(at) => object.get(&at.to_string()),
    }
    .map_or(Found::Missing, Found::Json)
}

fn owned_member<'a>(value: Value, member: &Member) -> Found<'a> {
    match Found::Json(&value).member(member).into_value() {
        Some(value) => Found::Made(value),
        None => Found::Missing,
    }
}

fn index_of(name: &str) -> Option<usize> {
    name.parse().ok().filter(|at: &usize| at.to_string() == name)
}

/// `length` and characters of a text, counted in UTF-16 units as JavaScript does.
fn character<'a>(text: &str, member: &Member) -> Found<'a> {
    let at = match member {
        Member::Name(name) if name == "length" => return length(text.encode_utf16().count()),
        Member::Name(name) => index_of(name),
        Member::Index(at) => Some(*at),
    };
    match at.and_then(|at| text.encode_utf16().nth(at)) {
        Some(unit) => Found::Made(Value::String(String::from_utf16_lossy(&[unit]))),
        None => Found::Missing,
    }
}

fn item_value(item: &Item) -> Value {
    let mut object = Config::new();
    object.insert("json".to_owned(), Value::Object(item.json.clone()));
    if !item.binary.is_empty() {
        let files = Found::Files(&item.binary).into_value().unwrap_or_default();
        object.insert("binary".to_owned(), files);
    }
    Value::Object(object)
}

fn file_value(file: &Binary) -> Value {
    serde_json::to_value(file).unwrap_or_default()
}

/// A field of a file, also by the names that n8n has for it.
fn file_field<'a>(file: &Binary, name: &str) -> Found<'a> {
    Found::Made(match name {
        "hash" | "id" => Value::from(file.hash.as_str()),
        "size" | "fileSize" | "bytes" => Value::from(file.size),
        "mime_type" | "mimeType" => Value::from(file.mime_type.as_str()),
        "file_name" | "fileName" => Value::from(file.file_name.as_str()),
        "fileExtension" => match file.file_name.rsplit_once('.') {
            Some((_, extension)) => Value::from(extension),
            None => return Found::Missing,
        },
        _ => return Found::Missing,
    })
}

/// The text of a value amid other text: nothing for `undefined` and null, JSON for objects and lists.
pub(crate) fn push_text(value: Option<&Value>, text: &mut String) {
    match value {
        None | Some(Value::Null) => {}
        Some(Value::String(string)) => text.push_str(string),
        Some(Value::Number(number)) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (None, None, Some(float)) => text.push_str(&number_text(float)),
            _ => text.push_str(&number.to_string()),
        },
        Some(value @ (Value::Bool(_) | Value::Array(_) | Value::Object(_))) => text.push_str(&value.to_string()),
    }
}

/// A number as JavaScript writes it (ECMAScript, Number::toString).
fn number_text(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{number:e}");
        return if text.contains("e-") { text } else { text.replace('e', "e+") };
    }
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_does() {
        for (number, text) in [
            (1.0, "1"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (1e-7, "1e-7"),
            (0.000001, "0.000001"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }
}
