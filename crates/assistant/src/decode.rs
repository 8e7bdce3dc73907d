//! From the answer's JSON to actions, and back for the conversation's record.
//!
//! The wire form of [`crate::schema`] has lists of name and value where an action has a map; other forms models use (a
//! plain object, JSON in a string) are read too. Nothing here checks an action against the workflow.

use std::collections::HashMap;

use bridge_domain::{Action, Config, Definition, Problem, ProblemCode};
use bridge_workflow::Rules;
use serde_json::{Map, Value};

/// Reads elements of `actions`, in order. Knows which connector's action each node has, to read its parameters' values.
pub struct Decoder<'a> {
    rules: &'a Rules,
    /// Connector and action of every node known so far.
    kinds: HashMap<String, (String, String)>,
}

impl<'a> Decoder<'a> {
    /// A decoder for actions on this definition.
    #[must_use]
    pub fn new(rules: &'a Rules, definition: &Definition) -> Self {
        let kinds = definition
            .nodes
            .iter()
            .map(|node| (node.id.0.clone(), (node.data.connector_id.clone(), node.data.action_id.clone())));
        Self { rules, kinds: kinds.collect() }
    }

    /// Reads the element at `index` of the answer.
    ///
    /// # Errors
    /// What is wrong with it, with its path, when it is no action at all.
    pub fn decode(&mut self, index: usize, element: Value) -> Result<Action, Problem> {
        let at = |message: String| Problem { path: format!("actions[{index}]"), code: ProblemCode::Malformed, message };
        let Value::Object(mut fields) = element else {
            return Err(at("An action must be an object with a `type`.".to_owned()));
        };
        fields.retain(|_, value| !value.is_null());
        if let Some(temporary) = fields.remove("temp_id") {
            fields.entry("id").or_insert(temporary);
        }
        for name in ["id", "node_id", "source", "target", "edge_id"] {
            if let Some(id @ Value::Number(_)) = fields.get_mut(name) {
                *id = Value::String(id.to_string());
            }
        }
        let kind = self.kind_of(&fields);
        if let Some(config) = fields.get_mut("config") {
            self.read_config(config, kind.as_ref());
        }
        // In a new node, null is how a schema that requires everything says "not set"; in a change it removes a value.
        if !fields.contains_key("node_id")
            && let Some(Value::Object(config)) = fields.get_mut("config")
        {
            config.retain(|_, value| !value.is_null());
        }
        if let Some(nodes) = fields.get_mut("definition").and_then(|definition| definition.get_mut("nodes")) {
            self.read_nodes(nodes);
        }
        if let (Some(id), Some(kind)) = (fields.get("id").and_then(Value::as_str), kind) {
            self.kinds.insert(id.to_owned(), kind);
        }
        serde_json::from_value(Value::Object(fields)).map_err(|error| at(format!("This is no action: {error}.")))
    }

    fn kind_of(&self, fields: &Map<String, Value>) -> Option<(String, String)> {
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        match (text("connector_id"), text("action_id"), text("node_id")) {
            (Some(connector), Some(action), _) => Some((connector.to_owned(), action.to_owned())),
            (_, _, Some(node)) => self.kinds.get(node).cloned(),
            _ => None,
        }
    }

    fn read_nodes(&self, nodes: &mut Value) {
        for node in nodes.as_array_mut().into_iter().flatten() {
            let Some(data) = node.get_mut("data").and_then(Value::as_object_mut) else { continue };
            let kind = self.kind_of(data);
            if let Some(config) = data.get_mut("config") {
                self.read_config(config, kind.as_ref());
                if let Value::Object(config) = config {
                    config.retain(|_, value| !value.is_null());
                }
            }
        }
    }

    fn read_config(&self, config: &mut Value, kind: Option<&(String, String)>) {
        let parameters =
            kind.and_then(|(connector, action)| self.rules.action(connector, action)).map(|action| &action.parameters);
        if let Value::String(text) = config
            && let Ok(parsed @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
        {
            *config = parsed;
        }
        if let Value::Array(pairs) = config
            && let Some(map) = pairs.iter().map(|pair| read_pair(pair, parameters)).collect::<Option<Config>>()
        {
            *config = Value::Object(map);
        }
    }
}

fn read_pair(pair: &Value, parameters: Option<&Value>) -> Option<(String, Value)> {
    let name = pair.get("name").or_else(|| pair.get("key"))?.as_str()?;
    let value = pair.get("value").cloned().unwrap_or_default();
    let schema = parameters.and_then(|parameters| parameters.get("properties")?.get(name));
    Some((name.to_owned(), as_expected(value, schema)))
}

/// A value that is written as text although the parameter takes none: a list or an object as JSON, or a number in quotes.
fn as_expected(value: Value, schema: Option<&Value>) -> Value {
    let Value::String(text) = &value else { return value };
    let takes = |kind: &str| match schema.and_then(|schema| schema.get("type")) {
        Some(Value::String(one)) => one == kind,
        Some(Value::Array(many)) => many.iter().any(|one| one == kind),
        _ => false,
    };
    if schema.is_none() || takes("string") {
        return value;
    }
    match serde_json::from_str::<Value>(text) {
        Ok(parsed @ (Value::Array(_) | Value::Object(_) | Value::Number(_) | Value::Bool(_))) => parsed,
        _ => value,
    }
}

/// An action in the form a model writes it.
#[must_use]
pub fn encode(action: &Action) -> Value {
    let mut value = serde_json::to_value(action).unwrap_or_default();
    if let Some(config) = value.get_mut("config") {
        write_config(config);
    }
    let nodes = value.pointer_mut("/definition/nodes").and_then(Value::as_array_mut);
    for node in nodes.into_iter().flatten() {
        if let Some(config) = node.pointer_mut("/data/config") {
            write_config(config);
        }
    }
    value
}

fn write_config(config: &mut Value) {
    if let Value::Object(map) = config {
        let pairs = std::mem::take(map).into_iter().map(|(name, value)| {
            let value = match value {
                Value::Array(_) | Value::Object(_) => Value::String(value.to_string()),
                scalar => scalar,
            };
            serde_json::json!({"name": name, "value": value})
        });
        *config = Value::Array(pairs.collect());
    }
}
