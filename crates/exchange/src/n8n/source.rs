//! A node of n8n as the function of its family sees it, and what that function makes of it.
//!
//! A source keeps account of which parameters were looked at: those that were not, and are not empty, become a notice, so
//! that no conversion leaves something out silently.

use std::collections::BTreeSet;

use bridge_domain::{Config, Node, NodeData, NodeId, NodeSettings, NodeType, OnError, Position};
use serde_json::{Map, Value};

use super::document::{Document, RawNode};
use super::{settings, unsupported};

/// Parameters that group settings; what they hold is accounted for one by one.
const GROUPS: &[&str] = &["options", "additionalFields", "additionalParameters", "otherOptions", "additionalOptions"];
/// Parameters that change nothing about what a node does.
const WITHOUT_EFFECT: &[&str] =
    &["notice", "resource", "operation", "requiresVersion", "curlImport", "preBuiltAgentsCallout"];

/// A node that is to be converted.
pub(super) struct Source<'a> {
    pub document: &'a Document,
    pub raw: &'a RawNode,
    used: BTreeSet<String>,
    told: Vec<(String, String)>,
    absorbed: Vec<usize>,
}

impl<'a> Source<'a> {
    pub fn new(document: &'a Document, raw: &'a RawNode) -> Self {
        Self { document, raw, used: BTreeSet::new(), told: Vec::new(), absorbed: Vec::new() }
    }

    /// A parameter, without what only n8n's own lists need; none when it is null.
    pub fn value(&mut self, key: &str) -> Option<&'a Value> {
        self.used.insert(key.to_owned());
        self.raw.parameters.get(key).map(located).filter(|value| !value.is_null())
    }

    /// A parameter within one of the groups.
    pub fn option(&mut self, key: &str) -> Option<&'a Value> {
        let mut found = None;
        for group in GROUPS {
            if let Some(value) = self.raw.parameters.get(*group).and_then(|group| group.get(key)) {
                self.used.insert(format!("{group}.{key}"));
                found = found.or(Some(located(value)));
            }
        }
        found.filter(|value| !value.is_null())
    }

    /// A parameter as text, or as the text of an expression; none when it is blank.
    pub fn text(&mut self, key: &str) -> Option<String> {
        self.value(key).and_then(as_text)
    }

    /// [`Self::text`] of an option.
    pub fn option_text(&mut self, key: &str) -> Option<String> {
        self.option(key).and_then(as_text)
    }

    /// Which of several words a parameter is; `default` when it is absent. An expression is none of them.
    pub fn word(&mut self, key: &str, default: &'static str) -> &'a str {
        self.value(key).and_then(Value::as_str).unwrap_or(default)
    }

    /// A parameter that is yes or no; `default` when it is absent or an expression.
    pub fn flag(&mut self, key: &str, default: bool) -> bool {
        self.value(key).and_then(Value::as_bool).unwrap_or(default)
    }

    /// [`Self::flag`] of an option.
    pub fn option_flag(&mut self, key: &str, default: bool) -> bool {
        self.option(key).and_then(Value::as_bool).unwrap_or(default)
    }

    /// A parameter that is a number, or an expression for one.
    pub fn number(&mut self, key: &str) -> Option<Value> {
        self.value(key).and_then(as_number)
    }

    /// [`Self::number`] of an option.
    pub fn option_number(&mut self, key: &str) -> Option<Value> {
        self.option(key).and_then(as_number)
    }

    /// The entries of a parameter such as `{"values": [{…}]}`.
    pub fn entries(&mut self, key: &str, inner: &str) -> Vec<&'a Map<String, Value>> {
        objects(self.value(key).map(|value| &value[inner]))
    }

    /// Tells the user of something that is not the same.
    pub fn tell(&mut self, message: impl Into<String>, hint: impl Into<String>) {
        self.told.push((message.into(), hint.into()));
    }

    /// The sub-nodes that serve this one by a kind of connection.
    pub fn served_by(&self, kind: &str) -> Vec<&'a RawNode> {
        let served = self.document.served.get(&self.raw.place).map(Vec::as_slice).unwrap_or_default();
        let places = served.iter().filter(|(one, _)| one == kind).map(|(_, place)| *place);
        places.filter_map(|place| self.document.nodes.get(place)).collect()
    }

    /// Kinds of connection by which sub-nodes serve this one.
    pub fn served_kinds(&self) -> BTreeSet<&'a str> {
        let served = self.document.served.get(&self.raw.place).map(Vec::as_slice).unwrap_or_default();
        served.iter().map(|(kind, _)| kind.as_str()).collect()
    }

    /// Makes a sub-node a part of this one.
    pub fn absorb(&mut self, sub: &RawNode) {
        self.absorbed.push(sub.place);
    }

    /// What is to be told of the node, and the places of the nodes that became a part of it.
    pub fn finish(mut self, is_converted: bool) -> (Vec<(String, String)>, Vec<usize>) {
        if !is_converted {
            let message =
                format!("Bridge has no counterpart of “{}”; it was kept as it is and cannot run.", self.raw.kind);
            let told = vec![(message, "Replace it by other nodes, or disable it.".to_owned())];
            return (told, Vec::new());
        }
        self.tell_of_unused();
        self.tell_of_credentials();
        if settings::on_error(self.raw) != OnError::Stop {
            self.tell(
                "What is passed on after a failure has another form: `error` with `message`, `code` and `node`.",
                "Check expressions that read the error.",
            );
        }
        (self.told, self.absorbed)
    }

    fn tell_of_unused(&mut self) {
        let mut unused = Vec::new();
        for (key, value) in &self.raw.parameters {
            match value {
                Value::Object(group) if GROUPS.contains(&key.as_str()) && !self.used.contains(key) => {
                    let path = |inner: &String| format!("{key}.{inner}");
                    let left = group.iter().filter(|(inner, value)| !self.used.contains(&path(inner)) && is_set(value));
                    unused.extend(left.map(|(inner, _)| inner.clone()));
                }
                value if is_set(value) && !self.used.contains(key) && !WITHOUT_EFFECT.contains(&key.as_str()) => {
                    unused.push(key.clone());
                }
                _ => {}
            }
        }
        if !unused.is_empty() {
            unused.truncate(20);
            let names: Vec<String> = unused.iter().map(|name| name.chars().take(60).collect()).collect();
            self.tell(format!("Not taken over: {}.", names.join(", ")), "Check whether that matters.");
        }
    }

    fn tell_of_credentials(&mut self) {
        for (kind, name) in &self.raw.credentials {
            let cut = |text: &str| text.chars().take(100).collect::<String>();
            let message = format!("It used the credential “{}” ({}).", cut(name), cut(kind));
            self.told.push((message, "Choose a credential in the node's settings.".to_owned()));
        }
    }
}

/// What a node becomes: one node of Bridge, or several that are connected by their exits.
pub(super) struct Target {
    pub parts: Vec<Part>,
    /// For each output in n8n: which part, and by which output of it.
    pub exits: Vec<(usize, Option<String>)>,
    /// The output by which each part but the last leads on to the next.
    pub ways_on: Vec<Option<String>>,
}

/// One node of Bridge.
pub(super) struct Part {
    pub connector: String,
    pub action: String,
    pub config: Config,
}

impl Target {
    /// A node with one output.
    pub fn new(connector: &str, action: &str) -> Self {
        let part = Part { connector: connector.to_owned(), action: action.to_owned(), config: Config::new() };
        Self { parts: vec![part], exits: vec![(0, None)], ways_on: Vec::new() }
    }

    /// Sets a parameter of the last part.
    pub fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        if let Some(part) = self.parts.last_mut() {
            part.config.insert(key.to_owned(), value.into());
        }
        self
    }

    /// Sets a parameter if there is a value for it.
    pub fn set_if(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }

    /// One more part, to which the last one so far leads on by this output; the target's output is now that of the new one.
    pub fn then(mut self, way_on: Option<&str>, connector: &str, action: &str) -> Self {
        self.ways_on.push(way_on.map(str::to_owned));
        self.exits = vec![(self.parts.len(), None)];
        self.parts.push(Part { connector: connector.to_owned(), action: action.to_owned(), config: Config::new() });
        self
    }

    /// Its outputs, in n8n's order.
    pub fn outputs(mut self, handles: &[&str]) -> Self {
        self.exits = handles.iter().map(|handle| (0, Some((*handle).to_owned()))).collect();
        self
    }

    /// Where its outputs lead from, with the one for failures behind the others.
    pub fn exits(&self, raw: &RawNode) -> Vec<(usize, Option<String>)> {
        let mut exits = self.exits.clone();
        if settings::on_error(raw) == OnError::ErrorOutput {
            let is_kept = self.parts.first().is_some_and(|part| part.connector == unsupported::CONNECTOR);
            if is_kept && exits.len() > 1 {
                exits.pop();
            }
            exits.push((0, Some("error".to_owned())));
        }
        exits
    }
}

impl Part {
    /// The node, drawn as a trigger only where nobody else says how: the catalogue decides for the nodes it has.
    pub fn node(self, raw: &RawNode, id: NodeId, label: String, position: Position) -> Node {
        let is_trigger = self.connector == unsupported::CONNECTOR && unsupported::is_trigger(&raw.kind);
        let node_type = if is_trigger { NodeType::Trigger } else { NodeType::Action };
        let settings: NodeSettings = settings::of(raw);
        let data =
            NodeData { label, connector_id: self.connector, action_id: self.action, config: self.config, settings };
        Node { id, node_type, position, data }
    }
}

/// Takes the value out of n8n's `{"__rl": true, "mode": …, "value": …}`.
fn located(value: &Value) -> &Value {
    match value {
        Value::Object(object) if object.contains_key("__rl") => object.get("value").unwrap_or(&Value::Null),
        value => value,
    }
}

fn as_text(value: &Value) -> Option<String> {
    match located(value) {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.clone()),
        number @ Value::Number(_) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn as_number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(value.clone()),
        Value::String(text) if text.starts_with('=') => Some(value.clone()),
        Value::String(text) => text.trim().parse::<i64>().ok().map(Value::from),
        _ => None,
    }
}

fn is_set(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => list.iter().any(is_set),
        Value::Object(object) => object.iter().any(|(key, value)| key != "__rl" && key != "mode" && is_set(value)),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// The text of a field of an entry; none when it is blank.
pub(super) fn field(entry: &Map<String, Value>, key: &str) -> Option<String> {
    entry.get(key).and_then(as_text)
}

/// The objects of a list.
pub(super) fn objects(list: Option<&Value>) -> Vec<&Map<String, Value>> {
    list.and_then(Value::as_array).map(|list| list.iter().filter_map(Value::as_object).collect()).unwrap_or_default()
}

/// Whether a text is an expression.
pub(super) fn is_expression(text: &str) -> bool {
    text.starts_with('=')
}
