//! Nodes that Bridge has no counterpart for: kept whole, so that nothing is lost, under a connector that the catalogue
//! lacks, so that nothing runs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::document::Document;
use super::source::Target;

/// The connector of all of them. Its actions are n8n's types.
pub(super) const CONNECTOR: &str = "n8n";
/// Bytes of a type that are shown as the action.
const MAX_KIND: usize = 200;

/// The node at a place of the document as it was. Its parameters are taken out of there.
pub(super) fn keep(document: &mut Document, place: usize) -> Option<Target> {
    let parameters = std::mem::take(&mut document.nodes.get_mut(place)?.parameters);
    let raw = document.nodes.get(place)?;
    let own = document.connections.get(place).map(Vec::as_slice).unwrap_or_default();
    let mut serves: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for link in own.iter().filter(|link| link.kind != "main") {
        serves.entry(&link.kind).or_default().extend(document.nodes.get(link.target).map(|node| node.name.as_str()));
    }
    let outputs = 1 + own.iter().filter(|link| link.kind == "main").map(|link| link.output).max().unwrap_or_default();
    let target = Target::new(CONNECTOR, &raw.kind.chars().take(MAX_KIND).collect::<String>())
        .set("type", raw.kind.as_str())
        .set("type_version", raw.version)
        .set("parameters", Value::Object(parameters))
        .set_if("credentials", (!raw.credentials.is_empty()).then(|| json!(raw.credentials)))
        .set_if("serves", (!serves.is_empty()).then(|| json!(serves)))
        .set_if("outputs", (outputs > 1).then_some(outputs));
    let handles = (1..outputs).map(|output| (0, Some(output.to_string())));
    Some(Target { exits: std::iter::once((0, None)).chain(handles).collect(), ..target })
}

/// Whether it started runs.
pub(super) fn is_trigger(kind: &str) -> bool {
    kind.ends_with("Trigger") || kind.ends_with(".webhook") || kind.ends_with("PollTrigger")
}
