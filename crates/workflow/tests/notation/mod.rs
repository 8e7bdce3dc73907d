//! Graphs and batches as text, for tests that read like what they are about.
//!
//! The first letter of a node's name says what it is: `t` a manual trigger, `i` an If, `l` a Loop, `h` an HTTP request,
//! `s` a Slack message, `u` a node of an unknown connector, any other letter a Set node.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::LazyLock;

use bridge_domain::{Action, Config, Definition, Edge, EdgeId, Node, NodeData, NodeId, NodeType, Position, Problem};
use bridge_workflow::{Mode, Rules, apply};
use serde_json::{Value, json};

pub static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::new(bridge_connectors::catalog()));

/// Connector, action and a complete configuration of the node with this name.
pub fn kind(name: &str) -> (&'static str, &'static str, Config) {
    let (connector, action, config) = match &name[..1] {
        "t" => ("manual", "start", json!({})),
        "i" => ("if", "check", json!({ "conditions": [{ "left": "={{ $json.a }}", "operator": "exists" }] })),
        "l" => ("loop", "over_items", json!({})),
        "h" => ("http", "request", json!({ "url": "https://api.example.com/" })),
        "s" => ("slack", "send_message", json!({ "channel": "#general", "text": "Hello" })),
        "u" => ("from_a_newer_version", "act", json!({ "anything": [1, { "goes": null }] })),
        _ => ("set", "set_fields", json!({ "fields": {} })),
    };
    (connector, action, object(config))
}

pub fn object(value: Value) -> Config {
    value.as_object().expect("an object").clone()
}

pub fn node(name: &str) -> Node {
    let (connector_id, action_id, config) = kind(name);
    let node_type = RULES.action(connector_id, action_id).map_or(NodeType::Action, |action| action.node_type);
    let data = NodeData {
        label: name.to_uppercase(),
        connector_id: connector_id.to_owned(),
        action_id: action_id.to_owned(),
        config,
        settings: bridge_domain::NodeSettings::default(),
    };
    Node { id: NodeId::from(name), node_type, position: Position::default(), data }
}

/// `a`, `a -> b`, `i:true -> b`: a lone node, or an edge whose nodes are added when they are new.
pub fn graph(text: &str) -> Definition {
    let mut definition = Definition::default();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let names: Vec<&str> = part.split("->").map(str::trim).collect();
        for name in &names {
            let id = NodeId::from(name.split(':').next().unwrap());
            if definition.node(&id).is_none() {
                definition.nodes.push(node(id.as_str()));
            }
        }
        if let [source, target] = names[..] {
            definition.edges.push(edge(source, target));
        }
    }
    definition
}

pub fn edge(source: &str, target: &str) -> Edge {
    let (source_id, handle) = source.split_once(':').map_or((source, None), |(id, handle)| (id, Some(handle)));
    Edge {
        id: EdgeId(format!("{source}>{target}")),
        source: source_id.into(),
        target: target.into(),
        source_handle: handle.map(str::to_owned),
        target_handle: None,
    }
}

/// Actions, separated by commas: `+a` adds a node, `-a` deletes one, `~a` relabels one, `a -> b` connects and
/// `a x b` disconnects.
pub fn batch(text: &str) -> Vec<Action> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(action).collect()
}

fn action(text: &str) -> Action {
    if let Some(name) = text.strip_prefix('+') {
        return add(name);
    }
    if let Some(name) = text.strip_prefix('-') {
        return Action::DeleteNode { node_id: name.into() };
    }
    if let Some(name) = text.strip_prefix('~') {
        let label = Some(format!("New {name}"));
        return Action::UpdateNode { node_id: name.into(), label, config: None, position: None, settings: None };
    }
    if let Some((source, target)) = text.split_once(" x ") {
        let Edge { source, target, source_handle, .. } = edge(source, target);
        return Action::DeleteEdge { edge_id: None, source: Some(source), target: Some(target), source_handle };
    }
    let (source, target) = text.split_once(" -> ").expect(text);
    let Edge { id, source, target, source_handle, target_handle } = edge(source, target);
    Action::AddEdge { id: Some(id), source, target, source_handle, target_handle }
}

pub fn add(name: &str) -> Action {
    let Node { id, position, data, .. } = node(name);
    let NodeData { label, connector_id, action_id, config, .. } = data;
    Action::AddNode { id: Some(id), connector_id, action_id, label, position: Some(position), config, settings: None }
}

/// A definition as text: nodes without edges, then edges.
pub fn text(definition: &Definition) -> String {
    let is_alone = |node: &&Node| !definition.edges.iter().any(|edge| edge.source == node.id || edge.target == node.id);
    let alone = definition.nodes.iter().filter(is_alone).map(|node| node.id.to_string());
    let edges = definition.edges.iter().map(|edge| {
        let handle = edge.source_handle.as_ref().map_or(String::new(), |handle| format!(":{handle}"));
        format!("{}{handle} -> {}", edge.source, edge.target)
    });
    alone.chain(edges).collect::<Vec<_>>().join(", ")
}

/// Problems as text: `cycle at actions[0]`.
pub fn problems(problems: &[Problem]) -> String {
    let code = |problem: &Problem| serde_json::to_value(problem.code).unwrap().as_str().unwrap().to_owned();
    let each = |problem: &Problem| {
        assert!(!problem.message.is_empty(), "a problem without a message");
        format!("{} at {}", code(problem), problem.path)
    };
    problems.iter().map(each).collect::<Vec<_>>().join(", ")
}

/// What a batch makes of a graph: the graph, or its problems.
pub fn outcome(before: &str, actions: &str) -> String {
    match apply(&graph(before), &batch(actions), &RULES, Mode::Complete) {
        Ok(after) => text(&after),
        Err(found) => problems(&found),
    }
}

/// Every place an action of the batch can be faulted at starts with one of these.
pub fn points_into(path: &str, actions: &[Action]) -> bool {
    let Some((index, rest)) = path.strip_prefix("actions[").and_then(|path| path.split_once(']')) else { return false };
    let Some(action) = index.parse::<usize>().ok().and_then(|index| actions.get(index)) else { return false };
    let mut value = serde_json::to_value(action).unwrap();
    let mut rest = rest;
    while !rest.is_empty() {
        let (step, after) = if let Some(index) = rest.strip_prefix('[').filter(|rest| !rest.starts_with('"')) {
            let (index, after) = index.split_once(']').expect(path);
            (value.get(index.parse::<usize>().expect(path)).cloned(), after)
        } else if let Some(key) = rest.strip_prefix("[\"") {
            let (key, after) = key.split_once("\"]").expect(path);
            (value.get(key).cloned(), after)
        } else {
            let key = rest.strip_prefix('.').expect(path);
            let end = key.find(['.', '[']).unwrap_or(key.len());
            (value.get(&key[..end]).cloned(), &key[end..])
        };
        match step {
            Some(inner) => value = inner,
            // What is missing can only be the last step.
            None => return after.is_empty(),
        }
        rest = after;
    }
    true
}
