//! A draft as one whole new graph, laid out from left to right.

use std::collections::HashMap;

use bridge_domain::{Action, Definition, Edge, EdgeId, Node, NodeData, Position};

use super::draft::Draft;

/// Distance between columns and between rows, in canvas units.
const STEP: (f64, f64) = (280.0, 140.0);

/// The action that replaces the whole graph by this draft's nodes.
pub(crate) fn generate(draft: &Draft<'_>) -> Action {
    let places = places(draft);
    let nodes = draft.alive().map(|index| {
        let node = &draft.nodes[index];
        Node {
            id: node.id.clone(),
            node_type: node.node_type,
            position: places.get(&index).copied().unwrap_or_default(),
            data: NodeData {
                label: node.label.clone(),
                connector_id: node.connector_id.clone(),
                action_id: node.action_id.clone(),
                config: node.config.clone(),
                settings: node.settings.clone(),
            },
        }
    });
    let edges = draft.edges.iter().filter(|edge| edge.alive).enumerate().map(|(index, edge)| Edge {
        id: EdgeId(format!("e{}", index + 1)),
        source: draft.nodes[edge.source].id.clone(),
        target: draft.nodes[edge.target].id.clone(),
        source_handle: edge.source_handle.clone(),
        target_handle: edge.target_handle.clone(),
    });
    Action::GenerateWorkflow { definition: Definition { nodes: nodes.collect(), edges: edges.collect() } }
}

/// A column per distance from the start, a row per node in it. Nodes were added in the order of the flow.
fn places(draft: &Draft<'_>) -> HashMap<usize, Position> {
    let mut columns: HashMap<usize, u32> = HashMap::new();
    let mut rows: HashMap<u32, u32> = HashMap::new();
    let mut places = HashMap::new();
    for node in draft.alive() {
        let before = draft.arriving(node).filter_map(|edge| columns.get(&draft.edges[edge].source)).max();
        let column = before.map_or(0, |column| column + 1);
        columns.insert(node, column);
        let row = rows.entry(column).or_default();
        places.insert(node, Position { x: STEP.0 * f64::from(column), y: STEP.1 * f64::from(*row) });
        *row += 1;
    }
    places
}
