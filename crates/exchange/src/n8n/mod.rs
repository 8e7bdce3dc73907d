//! Reads n8n's format: `{name, nodes[], connections{}, settings{}, pinData{}}`.
//!
//! [`document`] is what stands in the file, [`source`] one node of it as a family's function sees it, [`families`] the table of
//! what becomes of which type, [`graph`] the connections. What has no counterpart is kept whole ([`unsupported`]).

mod document;
mod families;
mod graph;
mod settings;
mod source;
mod unsupported;

use std::collections::{HashMap, HashSet};

use bridge_domain::{Definition, ImportNotice, Item, Node, NodeId, Position, Result};
use bridge_workflow::{MAX_COORDINATE, Rules};
use serde_json::{Map, Value};

use self::document::Document;
use self::families::convert;
use self::source::{Source, Target};
use crate::Imported;
use crate::check::{self, notice};

/// Type of the notes that lie on n8n's canvas.
const STICKY_NOTE: &str = "n8n-nodes-base.stickyNote";
/// Bytes of notes that are kept in the description at most.
const MAX_DESCRIPTION: usize = 20_000;

/// How much further apart columns stand.
const STRETCH: f64 = 1.5;
/// Distance between the nodes that one became.
const PART_DISTANCE: f64 = 140.0;

/// Whether an object is meant to be in this format.
pub(crate) fn is_one(object: &Map<String, Value>) -> bool {
    let nodes = object.get("nodes").and_then(Value::as_array);
    nodes.is_some_and(|nodes| {
        object.get("connections").is_some_and(Value::is_object) || nodes.iter().any(|node| node["type"].is_string())
    })
}

/// A node of the file, and what became of it.
struct Converted {
    /// Identifiers of the nodes it became, in order; items enter at the first.
    ids: Vec<NodeId>,
    label: String,
    /// For each of its outputs in n8n: which of `ids`, and by which output.
    exits: Vec<(usize, Option<String>)>,
    /// The output by which each of `ids` but the last leads on to the next.
    ways_on: Vec<Option<String>>,
}

/// Reads one workflow.
///
/// # Errors
/// `invalid_input` for nodes without a type or a name, and for what exceeds a workflow's size.
pub(crate) fn read(object: Map<String, Value>, rules: &Rules) -> Result<Imported> {
    let document = Document::read(object)?;
    let mut reader = Reader { document, nodes: Vec::new(), notices: Vec::new() };
    let converted = reader.nodes();
    let Reader { document, nodes, mut notices } = reader;
    let (edges, unconnected) = graph::edges(&document, &converted);
    notices.extend(unconnected);
    let mut definition = Definition { nodes, edges };
    notices.extend(settle(&mut definition, rules)?);
    notices.extend(document.notices());
    let pins = pins(&document, &converted);
    Ok(Imported { name: document.name.clone(), description: description(&document), definition, pins, notices })
}

struct Reader {
    document: Document,
    nodes: Vec<Node>,
    notices: Vec<ImportNotice>,
}

impl Reader {
    /// Converts every node, by its place in the file; none for those that became a part of another.
    fn nodes(&mut self) -> Vec<Option<Converted>> {
        let document = &self.document;
        let mut targets = Vec::new();
        let mut absorbed_by = vec![0; document.nodes.len()];
        for raw in &document.nodes {
            if raw.kind == STICKY_NOTE {
                targets.push(None);
                continue;
            }
            let mut source = Source::new(document, raw);
            let target = convert(&mut source);
            let (told, absorbed) = source.finish(target.is_some());
            absorbed.into_iter().for_each(|place| absorbed_by[place] += 1);
            targets.push(Some((target, told)));
        }
        // A node that also serves one that is kept as it was stays beside it.
        let serves =
            |place: usize| document.connections.get(place).into_iter().flatten().filter(|link| link.kind != "main");
        let absorbed = absorbed_by.into_iter().enumerate();
        let is_absorbed: Vec<bool> = absorbed.map(|(place, by)| by > 0 && by == serves(place).count()).collect();
        let all = targets.into_iter().zip(is_absorbed).enumerate();
        all.map(|(place, (target, is_absorbed))| {
            let (target, told) = target.filter(|_| !is_absorbed)?;
            let target = target.or_else(|| unsupported::keep(&mut self.document, place))?;
            self.keep(place, target, told)
        })
        .collect()
    }

    fn keep(&mut self, place: usize, target: Target, told: Vec<(String, String)>) -> Option<Converted> {
        let raw = self.document.nodes.get(place)?;
        let mut ids = Vec::new();
        let (exits, ways_on) = (target.exits(raw), target.ways_on);
        for (place, part) in target.parts.into_iter().enumerate() {
            let is_first = place == 0;
            let id = NodeId(if is_first { raw.id.clone() } else { format!("{}-{}", raw.id, place + 1) });
            let label = if is_first { raw.name.clone() } else { format!("{} ({})", raw.name, place + 1) };
            self.nodes.push(part.node(raw, id.clone(), label, at(raw.position, place)));
            ids.push(id);
        }
        if let Some(first) = ids.first() {
            let told = told.into_iter().map(|(message, hint)| notice(Some((first, &raw.name)), message, hint));
            self.notices.extend(told);
        }
        Some(Converted { ids, label: raw.name.clone(), exits, ways_on })
    }
}

/// The place of a node, or of one of the nodes it became, on the canvas. The arrangement stays; the columns stand further
/// apart, because Bridge's nodes are wider.
fn at(position: (f64, f64), part: usize) -> Position {
    let within = |one: f64| if one.is_finite() { one.clamp(-MAX_COORDINATE, MAX_COORDINATE) } else { 0.0 };
    let below = u32::try_from(part).map_or(0.0, |part| f64::from(part) * PART_DISTANCE);
    Position { x: within(position.0 * STRETCH), y: within(position.1 + below) }
}

/// Takes out the connections that Bridge refuses, and tells of them and of what a node cannot run with.
fn settle(definition: &mut Definition, rules: &Rules) -> Result<Vec<ImportNotice>> {
    let found = check::look(definition, rules)?;
    found.refuse_fatal()?;
    let mut notices =
        check::node_notices(definition, &found.nodes, |node| node.data.connector_id == unsupported::CONNECTOR);
    let labels: HashMap<&NodeId, &str> =
        definition.nodes.iter().map(|node| (&node.id, node.data.label.as_str())).collect();
    for (place, problem) in &found.edges {
        let Some(edge) = definition.edges.get(*place) else { continue };
        let label = |id| labels.get(id).copied().unwrap_or_default();
        notices.push(notice(
            Some((&edge.source, label(&edge.source))),
            format!("Its connection to “{}” was left out: {}", label(&edge.target), problem.message),
            "Connect the two in another way if it matters.",
        ));
    }
    let left_out: HashSet<usize> = found.edges.iter().map(|(place, _)| *place).collect();
    let mut place = 0;
    definition.edges.retain(|_| {
        place += 1;
        !left_out.contains(&(place - 1))
    });
    notices.extend(check::hidden_text(definition));
    Ok(notices)
}

/// Pinned output, of nodes that are still there.
fn pins(document: &Document, converted: &[Option<Converted>]) -> Vec<(NodeId, Vec<Item>)> {
    let pin = |converted: &Converted| {
        let list = document.pins.get(&converted.label)?.as_array()?;
        let item = |value: &Value| match value.get("json").unwrap_or(value) {
            Value::Object(json) => Some(Item::from(json.clone())),
            _ => None,
        };
        Some((converted.ids.first()?.clone(), list.iter().filter_map(item).collect::<Vec<_>>()))
    };
    converted.iter().flatten().filter_map(pin).filter(|(_, items)| !items.is_empty()).collect()
}

/// The description, with the notes that lay on the canvas.
fn description(document: &Document) -> String {
    let notes = document.nodes.iter().filter(|node| node.kind == STICKY_NOTE);
    let notes = notes.filter_map(|node| node.parameters.get("content")?.as_str()).map(str::trim);
    let mut text = document.description.clone();
    for note in notes.filter(|note| !note.is_empty()) {
        if text.len() + note.len() > MAX_DESCRIPTION {
            break;
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(note);
    }
    text
}
