//! The JSON Schema an answer is held to, in the strictest subset the vendors share: an object at the root, everything
//! required, one-value `enum` instead of `const`, `anyOf`, no open maps, no limits. Anthropic refuses a schema with more
//! than 16 values of several types or null, so what may be absent is an empty text or an empty list instead.
//! Property order is the order a model writes in: `message` first, so that it can be shown early, `type` first in every
//! action. [`crate::decode`] reads what comes back.

use serde_json::{Map, Value, json};

use crate::node_settings;

/// The schema. The same bytes every time.
#[must_use]
pub fn schema() -> Value {
    object(&[
        ("message", json!({"type": "string"})),
        (
            "actions",
            list(json!({"anyOf": [add_node(), update_node(), delete_node(), add_edge(), delete_edge(), generate()]})),
        ),
    ])
}

fn add_node() -> Value {
    action(
        "add_node",
        &[
            ("id", text()),
            ("connector_id", text()),
            ("action_id", text()),
            ("label", text()),
            ("position", json!({"anyOf": [position(), {"type": "null"}]})),
            ("config", config()),
            ("settings", settings()),
        ],
    )
}

fn update_node() -> Value {
    action("update_node", &[("node_id", text()), ("label", text()), ("config", config()), ("settings", settings())])
}

fn delete_node() -> Value {
    action("delete_node", &[("node_id", text())])
}

fn add_edge() -> Value {
    action("add_edge", &[("source", text()), ("target", text()), ("source_handle", text()), ("target_handle", text())])
}

fn delete_edge() -> Value {
    action("delete_edge", &[("edge_id", text()), ("source", text()), ("target", text()), ("source_handle", text())])
}

fn generate() -> Value {
    let node = object(&[
        ("id", text()),
        ("type", json!({"type": "string", "enum": ["trigger", "action", "condition"]})),
        ("position", position()),
        ("data", object(&[("label", text()), ("connector_id", text()), ("action_id", text()), ("config", config())])),
    ]);
    let edge = object(&[
        ("id", text()),
        ("source", text()),
        ("target", text()),
        ("source_handle", text()),
        ("target_handle", text()),
    ]);
    action("generate_workflow", &[("definition", object(&[("nodes", list(node)), ("edges", list(edge))]))])
}

/// A node's configuration: an open map cannot be asked for, a list of names and values can.
fn config() -> Value {
    named_values(text())
}

/// How a node is run, as far as that is a model's to say; what is not named stays. See [`bridge_domain::NodeSettings`].
fn settings() -> Value {
    named_values(json!({"type": "string", "enum": node_settings::NAMES}))
}

fn named_values(name: Value) -> Value {
    let value = json!({"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}, {"type": "null"}]});
    list(object(&[("name", name), ("value", value)]))
}

fn position() -> Value {
    object(&[("x", json!({"type": "number"})), ("y", json!({"type": "number"}))])
}

fn action(kind: &str, fields: &[(&str, Value)]) -> Value {
    let mut all = vec![("type", json!({"type": "string", "enum": [kind]}))];
    all.extend_from_slice(fields);
    object(&all)
}

fn object(fields: &[(&str, Value)]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    let required: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

fn text() -> Value {
    json!({"type": "string"})
}
