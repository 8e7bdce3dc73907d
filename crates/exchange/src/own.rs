//! Reads Bridge's own format: `{name, nodes, edges}`, as [`crate::write`] writes it and as people write it by hand.

use std::collections::HashMap;

use bridge_domain::{Definition, Edge, Error, ImportNotice, Item, Node, NodeId, Problem, ProblemCode, Result};
use bridge_workflow::Rules;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::Imported;
use crate::check::{self, notice};
use crate::read::name;
use crate::refuse::malformed;
use crate::write::{CredentialName, FORMAT, VERSION};

/// Names that mean something to every object in JavaScript, where the window keeps things by identifier.
const RESERVED: &[&str] = &["__proto__", "constructor", "prototype"];

/// Whether an object is meant to be in this format.
pub(crate) fn is_one(object: &Map<String, Value>) -> bool {
    let is_marked = object.get("format").is_some_and(|format| format == FORMAT);
    let has_connectors = || {
        let nodes = object.get("nodes").and_then(Value::as_array);
        nodes.is_some_and(|nodes| nodes.is_empty() || nodes.iter().any(|node| node.get("data").is_some()))
    };
    is_marked || (!object.contains_key("connections") && object.contains_key("nodes") && has_connectors())
}

/// A credential that a node used, and the node.
#[derive(Debug, Deserialize)]
struct Wanted {
    node: NodeId,
    #[serde(flatten)]
    credential: CredentialName,
}

/// Output that was pinned to a node.
#[derive(Debug, Deserialize)]
struct Pinned {
    node: NodeId,
    items: Vec<Item>,
}

/// Reads one workflow.
///
/// # Errors
/// `invalid_input` with every node and edge that is not right.
pub(crate) fn read(mut object: Map<String, Value>, rules: &Rules) -> Result<Imported> {
    check_version(&object)?;
    let mut problems = Vec::new();
    let mut definition = Definition {
        nodes: entries::<Node>(&mut object, "nodes", &mut problems),
        edges: entries::<Edge>(&mut object, "edges", &mut problems),
    };
    let wanted = entries::<Wanted>(&mut object, "credentials", &mut problems);
    let mut pins = entries::<Pinned>(&mut object, "pins", &mut problems);
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    for pinned in &mut pins {
        // Files are kept by the machine that made them.
        pinned.items.iter_mut().for_each(|item| item.binary.clear());
    }
    rename_reserved(&mut definition);
    let mut notices = unlink(&mut definition, &wanted);
    let found = check::look(&mut definition, rules)?;
    found.refuse_fatal()?;
    if !found.edges.is_empty() {
        return Err(Error::invalid(found.edges.into_iter().map(|(_, problem)| problem).collect()));
    }
    notices.extend(check::node_notices(&definition, &found.nodes, |_| false));
    notices.extend(definition.nodes.iter().filter_map(calls_elsewhere));
    notices.extend(check::hidden_text(&definition));
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    Ok(Imported {
        name: text("name").and_then(name),
        description: text("description").unwrap_or_default().to_owned(),
        pins: pins.into_iter().map(|pinned| (pinned.node, pinned.items)).collect(),
        definition,
        notices,
    })
}

fn check_version(object: &Map<String, Value>) -> Result<()> {
    let version = match object.get("version") {
        // Without its mark, a version is somebody else's.
        _ if !object.contains_key("format") => return Ok(()),
        None => return Ok(()),
        Some(version) => version.as_u64(),
    };
    match version {
        Some(1..=VERSION) => Ok(()),
        Some(newer) => Err(malformed(format!(
            "The file is of a newer version of Bridge (format {newer}; this one reads up to {VERSION})."
        ))),
        None => Err(malformed("The version of the file's format is not a whole number.")),
    }
}

/// The entries of a list of the file. What is not right with one is told of.
fn entries<T: DeserializeOwned>(object: &mut Map<String, Value>, key: &str, problems: &mut Vec<Problem>) -> Vec<T> {
    let list = match object.get_mut(key).map(Value::take) {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(list)) => list,
        Some(_) => {
            problems.push(wrong(key.to_owned(), format!("`{key}` is not a list.")));
            return Vec::new();
        }
    };
    let read = |(place, value)| match serde_json::from_value(value) {
        Ok(entry) => Some(entry),
        Err(error) => {
            let path = format!("{key}[{place}]");
            problems.push(wrong(path.clone(), format!("{path}: {error}.")));
            None
        }
    };
    list.into_iter().enumerate().filter_map(read).collect()
}

fn wrong(path: String, message: String) -> Problem {
    Problem { path, code: ProblemCode::Malformed, message }
}

/// Gives nodes other identifiers whose own are [`RESERVED`].
fn rename_reserved(definition: &mut Definition) {
    let mut renamed = HashMap::new();
    for (place, node) in definition.nodes.iter_mut().enumerate() {
        if RESERVED.contains(&node.id.as_str()) {
            let id = NodeId(format!("node-{}-{}", place + 1, node.id.as_str().trim_matches('_')));
            renamed.insert(std::mem::replace(&mut node.id, id.clone()), id);
        }
    }
    if renamed.is_empty() {
        return;
    }
    for end in definition.edges.iter_mut().flat_map(|edge| [&mut edge.source, &mut edge.target]) {
        if let Some(id) = renamed.get(end) {
            end.clone_from(id);
        }
    }
}

/// Takes the credentials of the machine the file comes from away, and says which ones they were.
fn unlink(definition: &mut Definition, wanted: &[Wanted]) -> Vec<ImportNotice> {
    let named: HashMap<&NodeId, &CredentialName> = wanted.iter().map(|one| (&one.node, &one.credential)).collect();
    let mut notices = Vec::new();
    for node in &mut definition.nodes {
        let linked = node.data.settings.credential_id.take();
        let message = match (named.get(&node.id), linked) {
            (Some(name), _) => format!("It used the credential “{}” ({}).", shortened(&name.name), name.kind_text()),
            (None, Some(_)) => "It used a credential of another machine.".to_owned(),
            (None, None) => continue,
        };
        notices.push(notice(
            Some((&node.id, &node.data.label)),
            message,
            "Choose a credential in the node's settings.",
        ));
    }
    notices
}

/// A notice on a node that calls another workflow: its identifier may mean nothing here.
fn calls_elsewhere(node: &Node) -> Option<ImportNotice> {
    let id = node.data.config.get("workflow_id").filter(|_| node.data.connector_id == "subworkflow")?.as_str()?;
    let message = format!("It calls the workflow {}, which only the machine it comes from may have.", shortened(id));
    (!id.trim().is_empty()).then(|| {
        notice(
            Some((&node.id, &node.data.label)),
            message,
            "Check that it is here, or enter the identifier of another one.",
        )
    })
}

fn shortened(text: &str) -> String {
    bridge_workflow::visible(&text.chars().take(200).collect::<String>())
}
