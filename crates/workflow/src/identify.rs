//! Makes a batch ready to be shown and applied: identifiers, labels, types and defaults that its author left
//! to us. Checks nothing; what is wrong stays wrong, for `apply` to report.

use std::collections::{HashMap, HashSet};

use bridge_domain::{Action, Config, Definition, EdgeId, Node, NodeId};
use serde_json::Value;
use uuid::Uuid;

use crate::config::{is_required, properties};
use crate::layout;
use crate::rules::Rules;

/// The batch with temporary identifiers replaced by fresh ones, in later actions too, and with missing identifiers,
/// blank labels, node types and places of generated definitions, and defaults of required parameters filled in. Places of
/// added nodes are chosen by [`crate::apply`].
///
/// Doing it again changes nothing. Identifiers of the definition, and UUIDs, are never replaced.
#[must_use]
pub fn identify(definition: &Definition, actions: Vec<Action>, rules: &Rules) -> Vec<Action> {
    let mut actions = actions;
    let mut names = Names::of(definition);
    let mut labels = Labels::new(definition.nodes.iter().map(|node| &node.data.label), &actions);
    for action in &mut actions {
        names.replace(action);
        fill(action, definition_nodes(definition, action), &mut labels, rules);
    }
    for action in &mut actions {
        if let Action::GenerateWorkflow { definition: new } = action {
            layout::spread(definition, new, rules);
        }
    }
    actions
}

/// The nodes that a generated definition may keep unchanged; only needed then.
fn definition_nodes<'a>(definition: &'a Definition, action: &Action) -> HashMap<&'a NodeId, &'a Node> {
    match action {
        Action::GenerateWorkflow { .. } => definition.nodes.iter().map(|node| (&node.id, node)).collect(),
        _ => HashMap::new(),
    }
}

/// Which identifiers are taken, and what the temporary ones stand for.
struct Names {
    nodes: HashSet<NodeId>,
    edges: HashSet<EdgeId>,
    fresh_nodes: HashMap<NodeId, NodeId>,
    fresh_edges: HashMap<EdgeId, EdgeId>,
}

impl Names {
    fn of(definition: &Definition) -> Self {
        Self {
            nodes: definition.nodes.iter().map(|node| node.id.clone()).collect(),
            edges: definition.edges.iter().map(|edge| edge.id.clone()).collect(),
            fresh_nodes: HashMap::new(),
            fresh_edges: HashMap::new(),
        }
    }

    fn replace(&mut self, action: &mut Action) {
        match action {
            Action::AddNode { id, .. } => *id = Some(self.new_node(id.take())),
            Action::UpdateNode { node_id, .. } | Action::DeleteNode { node_id } => self.refer(node_id),
            Action::AddEdge { id, source, target, source_handle, target_handle } => {
                *id = Some(self.new_edge(id.take()));
                self.refer(source);
                self.refer(target);
                forget_blank(source_handle);
                forget_blank(target_handle);
            }
            Action::DeleteEdge { edge_id, source, target, source_handle } => {
                *edge_id = edge_id.take().filter(|id| !id.as_str().is_empty());
                if let Some(fresh) = edge_id.as_ref().and_then(|id| self.fresh_edges.get(id)) {
                    *edge_id = Some(fresh.clone());
                }
                [source, target].into_iter().flatten().for_each(|id| self.refer(id));
                forget_blank(source_handle);
            }
            Action::GenerateWorkflow { definition } => self.replace_in(definition),
        }
    }

    fn replace_in(&mut self, definition: &mut Definition) {
        for node in &mut definition.nodes {
            node.id = self.new_node(Some(node.id.clone()));
        }
        for edge in &mut definition.edges {
            edge.id = self.new_edge(Some(edge.id.clone()));
            self.refer(&mut edge.source);
            self.refer(&mut edge.target);
            forget_blank(&mut edge.source_handle);
            forget_blank(&mut edge.target_handle);
        }
    }

    fn refer(&self, id: &mut NodeId) {
        if let Some(fresh) = self.fresh_nodes.get(id) {
            *id = fresh.clone();
        }
    }

    fn new_node(&mut self, id: Option<NodeId>) -> NodeId {
        match id {
            Some(id) if self.nodes.contains(&id) || is_fresh(id.as_str()) => id,
            Some(id) if !id.as_str().trim().is_empty() => {
                self.fresh_nodes.entry(id).or_insert_with(NodeId::new).clone()
            }
            _ => NodeId::new(),
        }
    }

    fn new_edge(&mut self, id: Option<EdgeId>) -> EdgeId {
        match id {
            Some(id) if self.edges.contains(&id) || is_fresh(id.as_str()) => id,
            Some(id) if !id.as_str().trim().is_empty() => {
                self.fresh_edges.entry(id).or_insert_with(EdgeId::new).clone()
            }
            _ => EdgeId::new(),
        }
    }
}

/// Whether an identifier is one of ours: a UUID as we write it.
fn is_fresh(id: &str) -> bool {
    Uuid::try_parse(id).is_ok_and(|uuid| uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == id)
}

fn forget_blank(handle: &mut Option<String>) {
    *handle = handle.take().filter(|name| !name.is_empty());
}

/// Labels in use, and the next number for each name.
struct Labels {
    used: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Labels {
    fn new<'a>(used: impl Iterator<Item = &'a String>, actions: &'a [Action]) -> Self {
        let in_batch = actions.iter().filter_map(|action| match action {
            Action::AddNode { label, .. } | Action::UpdateNode { label: Some(label), .. } => Some(label),
            _ => None,
        });
        Self { used: used.chain(in_batch).cloned().collect(), next: HashMap::new() }
    }

    /// The name itself, or the first of `Slack 2`, `Slack 3` … that is not in use.
    fn unique(&mut self, name: &str) -> String {
        if self.used.insert(name.to_owned()) {
            return name.to_owned();
        }
        let next = self.next.entry(name.to_owned()).or_insert(2);
        loop {
            let label = format!("{name} {next}");
            *next += 1;
            if self.used.insert(label.clone()) {
                return label;
            }
        }
    }
}

fn fill(action: &mut Action, existing: HashMap<&NodeId, &Node>, labels: &mut Labels, rules: &Rules) {
    match action {
        Action::AddNode { connector_id, action_id, label, config, .. } => {
            name(label, connector_id, labels, rules);
            complete(config, connector_id, action_id, rules);
        }
        Action::GenerateWorkflow { definition } => {
            let used = definition.nodes.iter().map(|node| &node.data.label);
            *labels = Labels::new(used, &[]);
            for node in definition.nodes.iter_mut().filter(|node| existing.get(&node.id) != Some(&&**node)) {
                name(&mut node.data.label, &node.data.connector_id, labels, rules);
                if let Some(action) = rules.action(&node.data.connector_id, &node.data.action_id) {
                    node.node_type = action.node_type;
                    complete(&mut node.data.config, &node.data.connector_id, &node.data.action_id, rules);
                }
            }
        }
        _ => {}
    }
}

fn name(label: &mut String, connector_id: &str, labels: &mut Labels, rules: &Rules) {
    if label.trim().is_empty() {
        *label = labels.unique(rules.connector(connector_id).map_or("Node", |connector| &connector.name));
    }
}

/// Takes out parameters that are null, which stands for absence, and puts in defaults of required ones that are absent.
fn complete(config: &mut Config, connector_id: &str, action_id: &str, rules: &Rules) {
    config.retain(|_, value| *value != Value::Null);
    let Some(action) = rules.action(connector_id, action_id) else { return };
    for (key, schema) in properties(&action.parameters) {
        if let Some(default) = schema.get("default")
            && is_required(&action.parameters, key)
            && !config.contains_key(key)
        {
            config.insert(key.to_owned(), default.clone());
        }
    }
}
