//! From the answer's JSON to actions, and back for the conversation's record.
//!
//! The wire form of [`crate::schema`] has lists of name and value where an action has a map, and empty texts and lists
//! where an action has nothing; other forms models use (a plain object, JSON in a string, null) are read too. Settings are put over those the node has, so that a model changes only
//! the ones that are its to set. Nothing here checks an action against the workflow.

use std::collections::HashMap;

use bridge_domain::{Action, Config, Definition, NodeData, NodeSettings, Problem, ProblemCode};
use bridge_workflow::Rules;
use serde_json::{Map, Value};

use crate::node_settings;

/// Reads elements of `actions`, in order. Knows which connector's action each node has, to read its parameters' values.
pub struct Decoder<'a> {
    rules: &'a Rules,
    /// Every node known so far.
    nodes: HashMap<String, Known>,
}

/// What is known of a node.
#[derive(Debug, Clone)]
struct Known {
    connector_id: String,
    action_id: String,
    settings: NodeSettings,
}

impl<'a> Decoder<'a> {
    /// A decoder for actions on this definition.
    #[must_use]
    pub fn new(rules: &'a Rules, definition: &Definition) -> Self {
        let known = |data: &NodeData| Known {
            connector_id: data.connector_id.clone(),
            action_id: data.action_id.clone(),
            settings: data.settings.clone(),
        };
        let nodes = definition.nodes.iter().map(|node| (node.id.0.clone(), known(&node.data)));
        Self { rules, nodes: nodes.collect() }
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
        let is_change = fields.get("type").is_some_and(|kind| kind != "add_node");
        fields.retain(|name, value| !is_absent(name, value, is_change));
        if let Some(temporary) = fields.remove("temp_id") {
            fields.entry("id").or_insert(temporary);
        }
        for name in ["id", "node_id", "source", "target", "edge_id"] {
            if let Some(id @ Value::Number(_)) = fields.get_mut(name) {
                *id = Value::String(id.to_string());
            }
        }
        let mut known = self.known(&fields);
        if let Some(config) = fields.get_mut("config") {
            self.read_config(config, known.as_ref());
        }
        if let Some(settings) = fields.get_mut("settings") {
            let before = known.as_ref().map(|known| known.settings.clone()).unwrap_or_default();
            let read = node_settings::read(settings.take(), &before).map_err(at)?;
            *settings = serde_json::to_value(&read).unwrap_or_default();
            known = known.map(|known| Known { settings: read, ..known });
        }
        // In a new node, null is how a schema that requires everything says "not set"; in a change it removes a value.
        if !fields.contains_key("node_id")
            && let Some(Value::Object(config)) = fields.get_mut("config")
        {
            config.retain(|_, value| !value.is_null());
        }
        if let Some(definition) = fields.get_mut("definition") {
            if let Some(nodes) = definition.get_mut("nodes") {
                self.read_nodes(nodes).map_err(at)?;
            }
            let edges = definition.get_mut("edges").and_then(Value::as_array_mut).into_iter().flatten();
            for edge in edges.filter_map(Value::as_object_mut) {
                edge.retain(|name, value| !(name.ends_with("_handle") && is_absent(name, value, false)));
            }
        }
        let id = fields.get("id").or(fields.get("node_id")).and_then(Value::as_str);
        if let (Some(id), Some(known)) = (id, known) {
            self.nodes.insert(id.to_owned(), known);
        }
        serde_json::from_value(Value::Object(fields)).map_err(|error| at(format!("This is no action: {error}.")))
    }

    /// What is known of the node that these fields add or change.
    fn known(&self, fields: &Map<String, Value>) -> Option<Known> {
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        match (text("connector_id"), text("action_id"), text("node_id")) {
            (Some(connector), Some(action), _) => Some(Known {
                connector_id: connector.to_owned(),
                action_id: action.to_owned(),
                settings: NodeSettings::default(),
            }),
            (_, _, Some(node)) => self.nodes.get(node).cloned(),
            _ => None,
        }
    }

    /// Reads the nodes of a whole new graph. One that stays what it was keeps its settings.
    fn read_nodes(&self, nodes: &mut Value) -> Result<(), String> {
        for node in nodes.as_array_mut().into_iter().flatten() {
            let stood = node.get("id").and_then(Value::as_str).and_then(|id| self.nodes.get(id));
            let Some(data) = node.get_mut("data").and_then(Value::as_object_mut) else { continue };
            let known = self.known(data);
            if let Some(config) = data.get_mut("config") {
                self.read_config(config, known.as_ref());
                if let Value::Object(config) = config {
                    config.retain(|_, value| !value.is_null());
                }
            }
            let is_same = |stood: &&Known| {
                let same =
                    |known: &Known| (&known.connector_id, &known.action_id) == (&stood.connector_id, &stood.action_id);
                known.as_ref().is_some_and(same)
            };
            let before = stood.filter(is_same).map(|stood| stood.settings.clone()).unwrap_or_default();
            let settings = match data.remove("settings").filter(|written| !written.is_null()) {
                Some(written) => node_settings::read(written, &before)?,
                None => before,
            };
            if !settings.is_default() {
                data.insert("settings".to_owned(), serde_json::to_value(settings).unwrap_or_default());
            }
        }
        Ok(())
    }

    fn read_config(&self, config: &mut Value, known: Option<&Known>) {
        let parameters = known
            .and_then(|known| self.rules.action(&known.connector_id, &known.action_id))
            .map(|action| &action.parameters);
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

/// Whether a value says that there is none. In a change, that includes an empty label and an empty list of values.
fn is_absent(name: &str, value: &Value, is_change: bool) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) if text.is_empty() => match name {
            "id" | "edge_id" | "source_handle" | "target_handle" => true,
            _ => is_change && matches!(name, "label" | "source" | "target"),
        },
        Value::Array(list) => list.is_empty() && (name == "settings" || is_change && name == "config"),
        _ => false,
    }
}

/// A name and its value, as one of a list.
pub(crate) fn read_pair(pair: &Value, parameters: Option<&Value>) -> Option<(String, Value)> {
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
    write_settings(&mut value);
    let nodes = value.pointer_mut("/definition/nodes").and_then(Value::as_array_mut);
    for node in nodes.into_iter().flatten() {
        if let Some(config) = node.pointer_mut("/data/config") {
            write_config(config);
        }
        node.get_mut("data").into_iter().for_each(write_settings);
    }
    value
}

/// Settings as a model writes them; what is not a model's to set is left out.
fn write_settings(holder: &mut Value) {
    let Some(fields) = holder.as_object_mut() else { return };
    let Some(settings) = fields.get_mut("settings") else { return };
    let written = serde_json::from_value(settings.take()).ok().and_then(|settings| node_settings::write(&settings));
    match written {
        Some(written) => *settings = written,
        None => {
            fields.remove("settings");
        }
    }
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
