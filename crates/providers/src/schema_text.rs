//! The schema as words, for servers that do not hold a model to it: the word JSON, the schema, and an example of its
//! form, all of which DeepSeek's JSON mode asks for in the prompt.

use bridge_domain::ModelRequest;
use serde_json::{Map, Value};

use crate::SchemaSupport;

/// Depth of the example; deeper values are null.
const DEEPEST: usize = 8;

/// The rules, with the schema told in words where the server does not take it.
pub(crate) fn system(request: &ModelRequest, support: SchemaSupport) -> String {
    match &request.schema {
        Some(schema) if support != SchemaSupport::JsonSchema => format!(
            "{}\n\nAnswer with one JSON object and nothing else. It follows this JSON Schema:\n{schema}\n\nAn example of its \
             form, not of its content:\n{}",
            request.system,
            example(schema, DEEPEST),
        ),
        _ => request.system.clone(),
    }
}

/// A value of the form a schema describes.
fn example(schema: &Value, depth: usize) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    if let Some(first) = schema.pointer("/enum/0") {
        return first.clone();
    }
    if let Some(first) = schema.pointer("/anyOf/0") {
        return example(first, depth - 1);
    }
    let kind = schema.get("type").map(|kind| kind.get(0).unwrap_or(kind)).and_then(Value::as_str);
    match kind {
        Some("object") => {
            let properties = schema.get("properties").and_then(Value::as_object);
            let fields =
                properties.into_iter().flatten().map(|(name, schema)| (name.clone(), example(schema, depth - 1)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Some("array") => Value::Array(schema.get("items").map(|items| example(items, depth - 1)).into_iter().collect()),
        Some("string") => Value::from("…"),
        Some("integer" | "number") => Value::from(0),
        Some("boolean") => Value::from(false),
        _ => Value::Null,
    }
}
