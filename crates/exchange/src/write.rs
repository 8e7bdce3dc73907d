//! Writes Bridge's own format: pretty, in a stable order, so that two versions of a file compare line by line.

use std::collections::{BTreeMap, HashMap};

use bridge_domain::{
    CredentialId, CredentialKind, CredentialSummary, Definition, Edge, Error, ErrorCode, Item, Node, NodeId, Pin,
    Result, Snapshot,
};
use serde::{Deserialize, Serialize};

/// What marks a file as one of Bridge's.
pub(crate) const FORMAT: &str = "bridge-workflow";
/// Version of the format.
pub(crate) const VERSION: u64 = 1;

/// How a credential is told apart elsewhere: its identifier means nothing on another machine, its values never leave this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialName {
    /// What kind.
    pub kind: CredentialKind,
    /// What the user calls it.
    pub name: String,
}

impl CredentialName {
    /// The kind as a file has it, such as `bearer`.
    pub(crate) fn kind_text(&self) -> String {
        serde_json::to_value(self.kind).ok().and_then(|kind| Some(kind.as_str()?.to_owned())).unwrap_or_default()
    }
}

/// A workflow that is to be written.
#[derive(Debug, Clone, Default)]
pub struct Exported {
    /// Its name.
    pub name: String,
    /// What it is for; left out when empty.
    pub description: String,
    /// Nodes and edges, in the order they are written in.
    pub definition: Definition,
    /// The credentials its nodes use; those not in here are left out.
    pub credentials: BTreeMap<NodeId, CredentialName>,
    /// Pinned output, if it is to be in the file.
    pub pins: BTreeMap<NodeId, Vec<Item>>,
}

impl Exported {
    /// A workflow as it is open, with the names of those credentials that it uses, and with these pins.
    #[must_use]
    pub fn of(snapshot: Snapshot, credentials: &[CredentialSummary], pins: Vec<Pin>) -> Self {
        let known: HashMap<CredentialId, &CredentialSummary> = credentials.iter().map(|one| (one.id, one)).collect();
        let used = snapshot.version.definition.nodes.iter().filter_map(|node| {
            let credential = known.get(&node.data.settings.credential_id?)?;
            Some((node.id.clone(), CredentialName { kind: credential.kind, name: credential.name.clone() }))
        });
        Self {
            credentials: used.collect(),
            pins: pins.into_iter().map(|pin| (pin.node_id, pin.items)).collect(),
            name: snapshot.workflow.name,
            description: snapshot.workflow.description,
            definition: snapshot.version.definition,
        }
    }
}

#[derive(Serialize)]
struct File<'a> {
    format: &'static str,
    version: u64,
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    nodes: &'a [Node],
    edges: &'a [Edge],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    credentials: Vec<Wanted<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pins: Vec<Pinned<'a>>,
}

#[derive(Serialize)]
struct Wanted<'a> {
    node: &'a NodeId,
    #[serde(flatten)]
    credential: &'a CredentialName,
}

#[derive(Serialize)]
struct Pinned<'a> {
    node: &'a NodeId,
    items: Vec<serde_json::Value>,
}

/// The file of a workflow, ending in a line break. [`crate::read`] gives the same definition back, without credentials.
///
/// The same workflow always gives the same bytes. Credentials stand in it by kind and name, never by identifier or value;
/// files beside pinned items are left out.
///
/// # Errors
/// None in practice: every part of a workflow has a JSON form.
pub fn write(mut exported: Exported) -> Result<Vec<u8>> {
    for node in &mut exported.definition.nodes {
        node.data.settings.credential_id = None;
    }
    let Exported { name, description, definition, credentials, pins } = &exported;
    let wanted = definition.nodes.iter().filter_map(|node| {
        let credential = credentials.get(&node.id)?;
        Some(Wanted { node: &node.id, credential })
    });
    let json = |item: &Item| serde_json::json!({ "json": item.json });
    let pinned = definition.nodes.iter().filter_map(|node| {
        let items = pins.get(&node.id)?.iter().map(json).collect();
        Some(Pinned { node: &node.id, items })
    });
    let file = File {
        format: FORMAT,
        version: VERSION,
        name,
        description,
        nodes: &definition.nodes,
        edges: &definition.edges,
        credentials: wanted.collect(),
        pins: pinned.collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&file)
        .map_err(|error| Error::new(ErrorCode::Internal, format!("The workflow cannot be written: {error}."), ""))?;
    bytes.push(b'\n');
    Ok(bytes)
}
