//! What stands in a file of n8n. Knows nothing of Bridge's nodes.

use std::collections::{BTreeMap, HashMap, HashSet};

use bridge_domain::{Error, ImportNotice, Problem, ProblemCode, Result};
use serde_json::{Map, Value};

use super::STICKY_NOTE;
use crate::check::notice;
use crate::read::name;

/// Bytes of a node's name at most; n8n itself allows 128 characters.
const MAX_NAME: usize = 2_000;

/// A workflow.
pub(super) struct Document {
    pub name: Option<String>,
    pub description: String,
    pub nodes: Vec<RawNode>,
    /// Connections by the place of the node they leave.
    pub connections: Vec<Vec<Connection>>,
    pub pins: Map<String, Value>,
    /// IANA name of the time zone of its schedules.
    pub time_zone: Option<String>,
    pub settings: Map<String, Value>,
    /// Sub-nodes by the place of the node they serve: kind of connection and place.
    pub served: HashMap<usize, Vec<(String, usize)>>,
    has_other_names: bool,
}

/// A connection from an output of a node.
pub(super) struct Connection {
    /// `main`, or `ai_languageModel` and the like for what serves a node.
    pub kind: String,
    pub output: usize,
    /// Place of the node it leads to.
    pub target: usize,
    pub input: u64,
}

/// A node as it stands in the file.
pub(super) struct RawNode {
    /// In the document's list.
    pub place: usize,
    /// Unique in the document, made of letters, digits and dashes.
    pub id: String,
    /// Unique in the document.
    pub name: String,
    pub kind: String,
    pub version: f64,
    pub position: (f64, f64),
    pub parameters: Map<String, Value>,
    /// Names of credentials by n8n's names for their kinds.
    pub credentials: BTreeMap<String, String>,
    /// All else: how it is run.
    pub rest: Map<String, Value>,
}

impl Document {
    /// Takes an object apart.
    ///
    /// # Errors
    /// `invalid_input` for every node without a type.
    pub fn read(mut object: Map<String, Value>) -> Result<Self> {
        let list = match object.remove("nodes") {
            Some(Value::Array(list)) => list,
            _ => Vec::new(),
        };
        let (mut names, mut ids) = (Names::default(), HashSet::new());
        let (mut nodes, mut problems) = (Vec::new(), Vec::new());
        for (place, value) in list.into_iter().enumerate() {
            match RawNode::read(value, place, &mut names, &mut ids) {
                Ok(node) => nodes.push(node),
                Err(message) => problems.push(Problem {
                    path: format!("nodes[{place}]"),
                    code: ProblemCode::Malformed,
                    message: format!("nodes[{place}] {message}"),
                }),
            }
        }
        if !problems.is_empty() {
            return Err(Error::invalid(problems));
        }
        let settings = taken(&mut object, "settings");
        let text = |map: &Map<String, Value>, key: &str| map.get(key).and_then(Value::as_str).map(str::to_owned);
        let mut document = Self {
            name: text(&object, "name").as_deref().and_then(name),
            description: text(&object, "description").unwrap_or_default(),
            connections: nodes.iter().map(|_| Vec::new()).collect(),
            pins: taken(&mut object, "pinData"),
            time_zone: text(&settings, "timezone").filter(|zone| zone != "DEFAULT"),
            settings,
            served: HashMap::new(),
            has_other_names: names.has_other,
            nodes,
        };
        document.connect(taken(&mut object, "connections"));
        Ok(document)
    }

    /// Resolves the names in connections. What leads nowhere is not there.
    fn connect(&mut self, connections: Map<String, Value>) {
        let places: HashMap<String, usize> =
            self.nodes.iter().enumerate().map(|(place, node)| (node.name.clone(), place)).collect();
        for (source, kinds) in connections {
            let (Some(source), Value::Object(kinds)) = (places.get(&source), kinds) else { continue };
            for (kind, outputs) in kinds {
                let outputs = outputs.as_array().map(Vec::as_slice).unwrap_or_default();
                let links = outputs.iter().enumerate().flat_map(|(output, links)| {
                    let links = links.as_array().map(Vec::as_slice).unwrap_or_default();
                    links.iter().map(move |link| (output, link))
                });
                for (output, link) in links {
                    let Some(target) = link["node"].as_str().and_then(|name| places.get(name)) else { continue };
                    let input = link["index"].as_u64().unwrap_or_default();
                    if kind != "main" {
                        self.served.entry(*target).or_default().push((kind.clone(), *source));
                    }
                    let one = Connection { kind: kind.clone(), output, target: *target, input };
                    if let Some(own) = self.connections.get_mut(*source) {
                        own.push(one);
                    }
                }
            }
        }
    }

    /// Notices on the workflow as a whole.
    pub fn notices(&self) -> Vec<ImportNotice> {
        let mut notices = Vec::new();
        let mut tell = |message: &str, hint: &str| notices.push(notice(None, message, hint));
        if self.nodes.iter().any(|node| node.kind == STICKY_NOTE) {
            tell("Sticky notes were put into the workflow's description.", "");
        }
        if self.has_other_names {
            tell(
                "Several nodes had the same name, or none; they were renamed.",
                "Check expressions that name these nodes.",
            );
        }
        if self.settings.get("errorWorkflow").and_then(Value::as_str).is_some_and(|id| !id.is_empty()) {
            tell(
                "In n8n its failures start another workflow.",
                "In Bridge a workflow with an error trigger hears of all failures.",
            );
        }
        notices
    }
}

impl RawNode {
    fn read(value: Value, place: usize, names: &mut Names, ids: &mut HashSet<String>) -> Result<Self, &'static str> {
        let Value::Object(mut object) = value else { return Err("is not an object.") };
        let Some(Value::String(kind)) = object.remove("type") else { return Err("has no type.") };
        let given = object.remove("name");
        let name = names.unique(given.as_ref().and_then(Value::as_str).unwrap_or_default(), &kind);
        let id = match object.remove("id") {
            Some(Value::String(id)) if is_plain(&id) && !ids.contains(&id) => id,
            _ => free(ids, place),
        };
        ids.insert(id.clone());
        let credentials = taken(&mut object, "credentials").into_iter().map(|(kind, named)| {
            let name = named["name"].as_str().or(named.as_str()).unwrap_or_default().to_owned();
            (kind, name)
        });
        let position = object.remove("position").unwrap_or_default();
        let number = |value: &Value| value.as_f64().unwrap_or_default();
        Ok(Self {
            place,
            id,
            name,
            version: object.get("typeVersion").and_then(Value::as_f64).unwrap_or(1.0),
            position: (number(&position[0]), number(&position[1])),
            parameters: taken(&mut object, "parameters"),
            credentials: credentials.collect(),
            kind,
            rest: object,
        })
    }
}

/// Names in use.
#[derive(Default)]
struct Names {
    used: HashSet<String>,
    next: HashMap<String, usize>,
    has_other: bool,
}

impl Names {
    /// The name that was given, or another one that is free.
    fn unique(&mut self, given: &str, kind: &str) -> String {
        let cut: String = given.chars().take(MAX_NAME).collect();
        let name = if cut.trim().is_empty() { kind.rsplit('.').next().unwrap_or("Node").to_owned() } else { cut };
        self.has_other |= name != given || self.used.contains(&name);
        if self.used.insert(name.clone()) {
            return name;
        }
        let next = self.next.entry(name.clone()).or_insert(2);
        loop {
            let candidate = format!("{name} {next}");
            *next += 1;
            if self.used.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

/// Whether an identifier can be taken over: no path, nothing that means something to a program.
fn is_plain(id: &str) -> bool {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || one == '-';
    (1..=100).contains(&id.len()) && id.chars().all(is_plain) && id != "constructor" && id != "prototype"
}

fn free(ids: &HashSet<String>, place: usize) -> String {
    let mut id = format!("node-{}", place + 1);
    while ids.contains(&id) {
        id.push_str("-x");
    }
    id
}

/// An object that is taken out of another; empty when it is none.
fn taken(object: &mut Map<String, Value>, key: &str) -> Map<String, Value> {
    match object.remove(key) {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    }
}
