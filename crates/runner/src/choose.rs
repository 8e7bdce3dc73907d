//! Which trigger a run by hand starts from, and what that trigger puts out when nobody says.

use std::collections::{HashMap, HashSet};

use bridge_domain::{
    Catalog, Config, Definition, Edge, Error, Item, Node, NodeId, NodeType, Problem, ProblemCode, Program, Result,
    RunMode, RunScope, Timestamp,
};
use serde_json::{Value, json};

/// Trigger nodes, in the order they were added.
pub(crate) fn triggers<'a>(definition: &'a Definition, catalog: &'a Catalog) -> impl Iterator<Item = &'a Node> {
    definition.nodes.iter().filter(|node| {
        let action = catalog.action(&node.data.connector_id, &node.data.action_id);
        action.map_or(node.node_type, |action| action.node_type) == NodeType::Trigger && !node.data.settings.disabled
    })
}

/// The trigger to start from: the one that is asked for, the manual one, or the only one. `for_node` narrows to those that
/// lead to a node.
pub(crate) fn trigger<'a>(
    definition: &'a Definition,
    catalog: &'a Catalog,
    asked: Option<&NodeId>,
    for_node: Option<&NodeId>,
) -> Result<&'a Node> {
    let all: Vec<&Node> = triggers(definition, catalog).collect();
    if let Some(asked) = asked {
        let found = all.iter().find(|node| node.id == *asked);
        return found.copied().ok_or_else(|| refuse("That node does not start the workflow, or is switched off."));
    }
    let leads = |node: &&&Node| for_node.is_none_or(|target| leads_to(definition, &node.id, target));
    let fitting: Vec<&Node> = all.iter().filter(leads).copied().collect();
    let manual = fitting.iter().find(|node| node.data.connector_id == "manual");
    match (manual, fitting.as_slice(), all.is_empty()) {
        (Some(manual), _, _) => Ok(manual),
        (None, [first, ..], _) => Ok(first),
        (None, [], true) => Err(refuse("The workflow has no trigger, so nothing starts it. Add a manual start.")),
        (None, [], false) => Err(refuse("No trigger leads to that node. Connect it.")),
    }
}

fn refuse(message: &str) -> Error {
    Error::invalid(vec![Problem {
        path: "trigger_node".to_owned(),
        code: ProblemCode::Missing,
        message: message.to_owned(),
    }])
}

/// Whether edges lead from one node to another one, or they are the same.
fn leads_to(definition: &Definition, from: &NodeId, to: &NodeId) -> bool {
    reached(definition, from).contains(to)
}

/// All nodes that edges lead to from this one, and itself.
fn reached(definition: &Definition, from: &NodeId) -> HashSet<NodeId> {
    follow(definition, HashSet::from([from.clone()]), |edge| (&edge.source, &edge.target))
}

/// These nodes, and all that edges lead to from them.
fn follow(
    definition: &Definition,
    mut seen: HashSet<NodeId>,
    ends: impl Fn(&Edge) -> (&NodeId, &NodeId),
) -> HashSet<NodeId> {
    let mut next = HashMap::<&NodeId, Vec<&NodeId>>::new();
    for (from, to) in definition.edges.iter().map(ends) {
        next.entry(from).or_default().push(to);
    }
    let mut open: Vec<NodeId> = seen.iter().cloned().collect();
    while let Some(node) = open.pop() {
        for target in next.get(&node).into_iter().flatten() {
            if seen.insert((*target).clone()) {
                open.push((*target).clone());
            }
        }
    }
    seen
}

/// The nodes of a run: what the trigger leads to, as far as the scope goes.
pub(crate) fn part(definition: &Definition, trigger: &NodeId, scope: &RunScope) -> HashSet<NodeId> {
    let mut part = reached(definition, trigger);
    let ends = match scope {
        RunScope::Whole | RunScope::Retry { .. } => return part,
        RunScope::To { node_id } => HashSet::from([node_id.clone()]),
        RunScope::From { node_id } => reached(definition, node_id),
    };
    let leading = follow(definition, ends, |edge| (&edge.target, &edge.source));
    part.retain(|node| leading.contains(node));
    part
}

/// Takes out the nodes whose pinned output a test run uses instead of executing them.
pub(crate) fn without_pinned(part: &mut HashSet<NodeId>, program: &Program, mode: RunMode) {
    if mode == RunMode::Test {
        for pin in program.pins.iter() {
            part.remove(&pin.node_id);
        }
    }
}

/// What a trigger puts out when it is started by hand without data: as little as its kind always has.
pub(crate) fn empty_input(trigger: &Node, now: Timestamp) -> Vec<Item> {
    let json = match trigger.data.connector_id.as_str() {
        "webhook" => json!({
            "headers": {}, "query": {}, "body": {},
            "method": trigger.data.config.get("method").cloned().unwrap_or_else(|| "POST".into()),
            "path": trigger.data.config.get("path").cloned().unwrap_or_else(|| "".into()),
        }),
        "schedule" => json!({ "scheduled_at": now, "started_at": now }),
        _ => json!({}),
    };
    let json = if let Value::Object(object) = json { object } else { Config::new() };
    vec![Item::from(json)]
}
