//! The body of a request as the configuration describes it. Contents of files are read later, when it is sent.

use bridge_domain::{Binary, Config, Item, StepFailure};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::parameters::{Parameters, text_of};

/// What a request sends.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Nothing.
    Empty,
    /// These bytes.
    Bytes(Vec<u8>),
    /// A file.
    File(Binary),
    /// A form with files.
    Multipart(Vec<Field>),
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    /// Name and value.
    Text(String, String),
    /// Name and file.
    File(String, Binary),
}

/// Kinds of body, as the manifest names them.
#[derive(Clone, Copy)]
enum Kind {
    None,
    Json,
    Form,
    Multipart,
    Text,
    Binary,
}

/// The body for an item, and its content type where the gate does not know it better.
///
/// # Errors
/// What is wrong with a parameter, or that the item has no such file.
pub fn read(parameters: &Parameters<'_>, item: &Item) -> Result<(Content, Option<String>), StepFailure> {
    let kinds = [
        ("none", Kind::None),
        ("json", Kind::Json),
        ("form", Kind::Form),
        ("multipart", Kind::Multipart),
        ("text", Kind::Text),
        ("binary", Kind::Binary),
    ];
    let with_type = |content, kind: &str| Ok((content, Some(kind.to_owned())));
    match parameters.choice("body_kind", &kinds)?.unwrap_or(Kind::None) {
        Kind::None => Ok((Content::Empty, None)),
        Kind::Json => with_type(Content::Bytes(json(parameters)?), "application/json"),
        Kind::Form => with_type(Content::Bytes(form(parameters)?), "application/x-www-form-urlencoded"),
        Kind::Text => {
            let text = parameters.text("body")?.unwrap_or_default();
            with_type(Content::Bytes(text.into_bytes()), "text/plain; charset=utf-8")
        }
        Kind::Multipart => Ok((Content::Multipart(fields(parameters, item)?), None)),
        Kind::Binary => {
            let file = file(parameters, "file", &parameters.text_or("file", "data")?, item)?;
            let kind = file.mime_type.clone();
            with_type(Content::File(file), if kind.is_empty() { "application/octet-stream" } else { &kind })
        }
    }
}

/// A value as JSON. Text is taken for JSON that somebody wrote, and sent as it is.
fn json(parameters: &Parameters<'_>) -> Result<Vec<u8>, StepFailure> {
    let value = parameters.required("body", Ok(parameters.value("body")))?;
    let Value::String(text) = value else { return Ok(value.to_string().into_bytes()) };
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(text.clone().into_bytes()),
        Err(error) => Err(parameters.failed(
            "body",
            format!("The body is not JSON: {error}."),
            "Correct it, give an object instead of text, or choose the body kind text.",
        )),
    }
}

/// Names and values as a form writes them. Text without an object in it is sent as it is.
fn form(parameters: &Parameters<'_>) -> Result<Vec<u8>, StepFailure> {
    if let Some(Value::String(text)) = parameters.value("body")
        && !text.trim_start().starts_with('{')
    {
        return Ok(text.clone().into_bytes());
    }
    let mut written = Serializer::new(String::new());
    for (name, value) in each_value(parameters.map("body")?.unwrap_or_default()) {
        written.append_pair(&name, &value);
    }
    Ok(written.finish().into_bytes())
}

fn fields(parameters: &Parameters<'_>, item: &Item) -> Result<Vec<Field>, StepFailure> {
    let texts = each_value(parameters.map("body")?.unwrap_or_default());
    let mut fields: Vec<Field> = texts.into_iter().map(|(name, value)| Field::Text(name, value)).collect();
    for (name, value) in parameters.map("files")?.unwrap_or_default() {
        let at = format!("files.{name}");
        fields.push(Field::File(name, file(parameters, &at, &text_of(&value), item)?));
    }
    if fields.is_empty() {
        let hint = "Give an object as the body, or name files of the item.";
        return Err(parameters.failed("body", "The form has no fields.", hint));
    }
    Ok(fields)
}

/// Names and values, a list as several of the same name; null is left out.
fn each_value(map: Config) -> Vec<(String, String)> {
    let values = map.into_iter().flat_map(|(name, value)| {
        let values = if let Value::Array(values) = value { values } else { vec![value] };
        values.into_iter().filter(|value| !value.is_null()).map(move |value| (name.clone(), text_of(&value)))
    });
    values.collect()
}

/// The file of an item with this name.
fn file(parameters: &Parameters<'_>, at: &str, name: &str, item: &Item) -> Result<Binary, StepFailure> {
    item.binary.get(name).cloned().ok_or_else(|| {
        let names: Vec<String> = item.binary.keys().map(|name| format!("`{name}`")).collect();
        let has = if names.is_empty() { "no files".to_owned() } else { names.join(", ") };
        let hint = "Name one of them, or let an earlier node read or download the file.";
        parameters.failed(at, format!("The item has no file `{name}`; it has {has}."), hint)
    })
}
