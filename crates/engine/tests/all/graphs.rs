//! Workflows written as text.

use std::collections::{HashMap, HashSet};

use bridge_domain::*;
use serde_json::Value;

/// A workflow from lines such as `manual -> a:twice, b:parity.odd -> c`. A node's kind stands behind its first mention;
/// without one it is `pass`. The trigger is `manual`.
pub fn graph(text: &str) -> Definition {
    let mut definition = Definition::default();
    let mut kinds: HashMap<String, usize> = HashMap::new();
    for part in text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        let ends: Vec<&str> = part.split("->").map(str::trim).collect();
        for pair in ends.windows(2) {
            for source in pair[0].split(',').map(str::trim) {
                for target in pair[1].split(',').map(str::trim) {
                    connect(&mut definition, &mut kinds, source, target);
                }
            }
        }
    }
    definition
}

/// A graph of many nodes that all pass items on, from lines `n0 n1`; the trigger is `n0`, which is called `manual`.
pub fn graph_of_lines(text: &str) -> Definition {
    let mut definition = graph("manual -> n1");
    let pattern = definition.nodes[1].clone();
    let mut known: HashSet<NodeId> = definition.nodes.iter().map(|node| node.id.clone()).collect();
    definition.edges.clear();
    for (number, line) in text.lines().enumerate() {
        let id = |name: &str| NodeId::from(if name == "n0" { "manual" } else { name });
        let (source, target) = line.split_once(' ').map(|(source, target)| (id(source), id(target))).unwrap();
        for end in [&source, &target] {
            if known.insert(end.clone()) {
                let data = NodeData { label: end.to_string(), ..pattern.data.clone() };
                definition.nodes.push(Node { id: end.clone(), data, ..pattern.clone() });
            }
        }
        let id = EdgeId(format!("e{number}"));
        definition.edges.push(Edge { id, source, target, source_handle: None, target_handle: None });
    }
    definition
}

fn connect(definition: &mut Definition, kinds: &mut HashMap<String, usize>, source: &str, target: &str) {
    let (source, port) = source.split_once('.').map_or((source, None), |(source, port)| (source, Some(port)));
    let (source, target) =
        (name(definition, kinds, source), name(definition, kinds, target.split('.').next().unwrap()));
    definition.edges.push(Edge {
        id: EdgeId(format!("e{}", definition.edges.len())),
        source,
        target,
        source_handle: port.map(str::to_owned),
        target_handle: None,
    });
}

fn name(definition: &mut Definition, kinds: &mut HashMap<String, usize>, text: &str) -> NodeId {
    let (name, kind) = text.split_once(':').unwrap_or((text, "pass"));
    let kind = if name == "manual" { "manual" } else { kind };
    kinds.entry(name.to_owned()).or_insert_with(|| {
        definition.nodes.push(Node {
            id: NodeId::from(name),
            node_type: if kind == "manual" { NodeType::Trigger } else { NodeType::Action },
            position: Position::default(),
            data: NodeData {
                label: name.to_owned(),
                connector_id: kind.to_owned(),
                action_id: if kind == "loop" { "over_items" } else { "do" }.to_owned(),
                config: Config::new(),
                settings: NodeSettings::default(),
            },
        });
        definition.nodes.len() - 1
    });
    NodeId::from(name)
}

pub fn node<'a>(definition: &'a mut Definition, name: &str) -> &'a mut NodeData {
    &mut definition.nodes.iter_mut().find(|node| node.id.as_str() == name).unwrap().data
}

pub fn set(definition: &mut Definition, name: &str, config: Value) {
    node(definition, name).config = config.as_object().unwrap().clone();
}
