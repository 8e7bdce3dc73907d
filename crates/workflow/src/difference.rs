//! What lies between two definitions.

use std::collections::{HashMap, HashSet};

use bridge_domain::{Definition, Edge, EdgeId, Node, NodeId};

/// Applying it to the first definition gives the second, but for the order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Difference {
    /// Nodes that are new or differ, whole, in the order of the second definition.
    pub nodes: Vec<Node>,
    /// Nodes that are gone, in the order of the first definition.
    pub removed_nodes: Vec<NodeId>,
    /// Edges that are new or differ, whole.
    pub edges: Vec<Edge>,
    /// Edges that are gone.
    pub removed_edges: Vec<EdgeId>,
}

impl Difference {
    /// Whether the two definitions hold the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.removed_nodes.is_empty() && self.edges.is_empty() && self.removed_edges.is_empty()
    }
}

/// What lies between two definitions. Takes time linear in both.
#[must_use]
pub fn difference(before: &Definition, after: &Definition) -> Difference {
    let nodes: HashMap<_, _> = before.nodes.iter().map(|node| (&node.id, node)).collect();
    let edges: HashMap<_, _> = before.edges.iter().map(|edge| (&edge.id, edge)).collect();
    let kept_nodes: HashSet<_> = after.nodes.iter().map(|node| &node.id).collect();
    let kept_edges: HashSet<_> = after.edges.iter().map(|edge| &edge.id).collect();
    Difference {
        nodes: after.nodes.iter().filter(|node| nodes.get(&node.id) != Some(node)).cloned().collect(),
        removed_nodes: before
            .nodes
            .iter()
            .map(|node| &node.id)
            .filter(|id| !kept_nodes.contains(id))
            .cloned()
            .collect(),
        edges: after.edges.iter().filter(|edge| edges.get(&edge.id) != Some(edge)).cloned().collect(),
        removed_edges: before
            .edges
            .iter()
            .map(|edge| &edge.id)
            .filter(|id| !kept_edges.contains(id))
            .cloned()
            .collect(),
    }
}
