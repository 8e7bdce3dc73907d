//! What the actions of a batch added, removed and failed to add, so that later ones know what they build on.

use std::collections::{HashMap, HashSet};

use bridge_domain::{Edge, EdgeId, NodeId};

/// Who did what, by the index of the action.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    nodes_added: HashMap<NodeId, usize>,
    nodes_removed: HashMap<NodeId, usize>,
    nodes_configured: HashMap<NodeId, usize>,
    nodes_failed: HashSet<NodeId>,
    edges_added: HashMap<EdgeId, usize>,
    edges_removed: HashMap<EdgeId, usize>,
    edges_failed: HashSet<EdgeId>,
    /// Two nodes whose connection was removed: adding one again builds on that.
    freed: HashMap<(NodeId, NodeId), usize>,
    removals: Vec<Removal>,
}

/// An edge that a batch removed.
#[derive(Debug)]
pub(crate) struct Removal {
    pub edge: Edge,
    /// The action that removed it.
    pub remover: usize,
    /// The action that had added it, unless it was there before.
    pub adder: Option<usize>,
}

impl Ledger {
    /// Notes a new node. Gives the removal that freed its identifier.
    pub(crate) fn node_added(&mut self, index: usize, id: &NodeId) -> Option<usize> {
        self.nodes_added.insert(id.clone(), index);
        self.nodes_removed.get(id).copied()
    }

    /// Notes a new configuration. Gives the one it was laid over.
    pub(crate) fn node_configured(&mut self, index: usize, id: &NodeId) -> Option<usize> {
        self.nodes_configured.insert(id.clone(), index)
    }

    pub(crate) fn node_removed(&mut self, index: usize, id: &NodeId) {
        self.nodes_added.remove(id);
        self.nodes_configured.remove(id);
        self.nodes_removed.insert(id.clone(), index);
    }

    pub(crate) fn node_failed(&mut self, id: &NodeId) {
        self.nodes_failed.insert(id.clone());
    }

    /// The action that added a node, unless it was there before.
    pub(crate) fn node_adder(&self, id: &NodeId) -> Option<usize> {
        self.nodes_added.get(id).copied()
    }

    /// Whether an action should have added this node, and could not.
    pub(crate) fn has_failed_node(&self, id: &NodeId) -> bool {
        self.nodes_failed.contains(id)
    }

    /// Notes a new edge. Gives the removals that made room for it.
    pub(crate) fn edge_added(&mut self, index: usize, edge: &Edge) -> Vec<usize> {
        self.edges_added.insert(edge.id.clone(), index);
        let freed = self.freed.get(&(edge.source.clone(), edge.target.clone()));
        freed.into_iter().chain(self.edges_removed.get(&edge.id)).copied().collect()
    }

    pub(crate) fn edge_removed(&mut self, index: usize, edge: &Edge) {
        let adder = self.edges_added.remove(&edge.id);
        self.edges_removed.insert(edge.id.clone(), index);
        self.freed.insert((edge.source.clone(), edge.target.clone()), index);
        self.removals.push(Removal { edge: edge.clone(), remover: index, adder });
    }

    pub(crate) fn edge_failed(&mut self, id: &EdgeId) {
        self.edges_failed.insert(id.clone());
    }

    /// The action that added an edge, unless it was there before.
    pub(crate) fn edge_adder(&self, id: &EdgeId) -> Option<usize> {
        self.edges_added.get(id).copied()
    }

    /// Whether an action should have added this edge, and could not.
    pub(crate) fn has_failed_edge(&self, id: &EdgeId) -> bool {
        self.edges_failed.contains(id)
    }

    /// Every edge that was removed.
    pub(crate) fn removals(&self) -> &[Removal] {
        &self.removals
    }
}
