//! Nodes that Bridge has no counterpart for: kept whole, so that nothing is lost, under a connector that the catalogue
//! lacks, so that nothing runs.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::document::{Document, RawNode};
use super::source::{Part, Target};

/// The connector of all of them. Its actions are n8n's types.
pub(super) const CONNECTOR: &str = "n8n";
/// Bytes of a type that are shown as the action.
const MAX_KIND: usize = 200;

/// The node as it was.
pub(super) fn keep(document: &Document, raw: &RawNode) -> Target {
    let mut config = Map::new();
    config.insert("type".to_owned(), raw.kind.clone().into());
    config.insert("type_version".to_owned(), json!(raw.version));
    config.insert("parameters".to_owned(), Value::Object(raw.parameters.clone()));
    if !raw.credentials.is_empty() {
        config.insert("credentials".to_owned(), json!(raw.credentials));
    }
    let own = document.connections.get(raw.place).map(Vec::as_slice).unwrap_or_default();
    let mut serves: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for link in own.iter().filter(|link| link.kind != "main") {
        serves.entry(&link.kind).or_default().extend(document.nodes.get(link.target).map(|node| node.name.as_str()));
    }
    if !serves.is_empty() {
        config.insert("serves".to_owned(), json!(serves));
    }
    let outputs = 1 + own.iter().filter(|link| link.kind == "main").map(|link| link.output).max().unwrap_or_default();
    if outputs > 1 {
        config.insert("outputs".to_owned(), json!(outputs));
    }
    let kind: String = raw.kind.chars().take(MAX_KIND).collect();
    let handles = (1..outputs).map(|output| Some(output.to_string()));
    let exits = std::iter::once(None).chain(handles).map(|handle| (0, handle)).collect();
    Target { parts: vec![Part { connector: CONNECTOR.to_owned(), action: kind, config }], exits, ways_on: Vec::new() }
}

/// Whether it started runs.
pub(super) fn is_trigger(kind: &str) -> bool {
    kind.ends_with("Trigger") || kind.ends_with(".webhook") || kind.ends_with("PollTrigger")
}
