//! Asks the planner as the application does, applies what it proposes, and draws the result as text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bridge_domain::{
    Action, Briefing, Catalog, Definition, Edge, EdgeId, FinishReason, Model, ModelEvent, ModelRequest, Node, NodeData,
    NodeId, Position, Turn,
};
use bridge_planner::Planner;
use bridge_workflow::{Mode, Rules, apply};
use futures_util::StreamExt;

pub static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(bridge_connectors::catalog);
static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::new(CATALOG.clone()));

#[derive(Debug, Clone)]
pub struct Reply {
    pub message: String,
    pub actions: Vec<Action>,
    pub raw: String,
}

pub fn request(message: &str, definition: Option<&Definition>, error: Option<&str>, turns: Vec<Turn>) -> ModelRequest {
    ModelRequest {
        model: "bridge-rules".to_owned(),
        system: String::new(),
        turns,
        schema: None,
        max_output_tokens: 1_000,
        temperature: None,
        briefing: Some(Briefing {
            message: message.to_owned(),
            workflow_name: definition.map(|_| "Orders".to_owned()),
            definition: definition.map(|definition| Arc::new(definition.clone())),
            catalog: CATALOG.clone(),
            last_error: error.map(str::to_owned),
            run_problem: None,
        }),
    }
}

pub fn read(request: ModelRequest) -> Reply {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let raw = runtime.block_on(async {
        let mut stream = Planner::new(Duration::ZERO).stream(request);
        let mut text = String::new();
        let mut finished = false;
        while let Some(event) = stream.next().await {
            assert!(!finished, "an event after the end");
            match event.unwrap() {
                ModelEvent::Text(part) => text.push_str(&part),
                ModelEvent::Finish(reason) => finished = reason == FinishReason::Stop,
                _ => {}
            }
        }
        assert!(finished);
        text
    });
    let value: serde_json::Value = serde_json::from_str(&raw).expect("valid JSON");
    assert_eq!(value.as_object().unwrap().keys().collect::<Vec<_>>(), ["message", "actions"]);
    let actions = serde_json::from_value(value["actions"].clone()).expect("readable actions");
    Reply { message: value["message"].as_str().unwrap().to_owned(), actions, raw }
}

pub fn ask(message: &str, definition: &Definition) -> Reply {
    read(request(message, Some(definition), None, Vec::new()))
}

/// The workflow after everything proposed is applied. Fails the test when anything is invalid.
pub fn applied(reply: &Reply, definition: &Definition) -> Definition {
    let actions = bridge_workflow::identify(definition, reply.actions.clone(), &RULES);
    apply(definition, &actions, &RULES, Mode::Complete).unwrap_or_else(|problems| panic!("{problems:#?}\n{:#?}", reply))
}

/// `webhook.receive -> if.check; if.check[true] -> slack.send_message`: nodes without edges first, then edges.
pub fn drawn(definition: &Definition) -> String {
    let mut names: HashMap<&NodeId, String> = HashMap::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for node in &definition.nodes {
        let name = format!("{}.{}", node.data.connector_id, node.data.action_id);
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        names.insert(&node.id, if *count == 1 { name } else { format!("{name}#{count}") });
    }
    let lone = definition
        .nodes
        .iter()
        .filter(|node| !definition.edges.iter().any(|edge| edge.source == node.id || edge.target == node.id));
    let mut lines: Vec<String> = lone.map(|node| names[&node.id].clone()).collect();
    let order: HashMap<&NodeId, usize> =
        definition.nodes.iter().enumerate().map(|(index, node)| (&node.id, index)).collect();
    let mut edges: Vec<&Edge> = definition.edges.iter().collect();
    edges.sort_by_key(|edge| (order[&edge.source], edge.source_handle.clone(), order[&edge.target]));
    lines.extend(edges.iter().map(|edge| {
        let handle = edge
            .source_handle
            .as_deref()
            .filter(|handle| *handle != "main")
            .map(|handle| format!("[{handle}]"))
            .unwrap_or_default();
        format!("{}{handle} -> {}", names[&edge.source], names[&edge.target])
    }));
    lines.join("; ")
}

/// All configurations in one text, in the order of the nodes.
pub fn configs(definition: &Definition) -> String {
    definition.nodes.iter().map(|node| serde_json::to_string(&node.data.config).unwrap()).collect::<Vec<_>>().join(" ")
}

/// A workflow from nodes `(label, connector.action, config)` and edges `(from, handle, to)` by index.
pub fn workflow(nodes: &[(&str, &str, serde_json::Value)], edges: &[(usize, Option<&str>, usize)]) -> Definition {
    let nodes: Vec<Node> = nodes
        .iter()
        .enumerate()
        .map(|(index, (label, name, config))| {
            let (connector, action) = name.split_once('.').unwrap();
            let manifest = CATALOG.action(connector, action).unwrap_or_else(|| panic!("{name}"));
            Node {
                id: NodeId(format!("node-{index}")),
                node_type: manifest.node_type,
                position: Position::default(),
                data: NodeData {
                    label: (*label).to_owned(),
                    connector_id: connector.to_owned(),
                    action_id: action.to_owned(),
                    config: config.as_object().unwrap().clone(),
                    settings: bridge_domain::NodeSettings::default(),
                },
            }
        })
        .collect();
    let edges = edges
        .iter()
        .enumerate()
        .map(|(index, (from, handle, to))| Edge {
            id: EdgeId(format!("edge-{index}")),
            source: nodes[*from].id.clone(),
            target: nodes[*to].id.clone(),
            source_handle: handle.map(str::to_owned),
            target_handle: None,
        })
        .collect();
    Definition { nodes, edges }
}
