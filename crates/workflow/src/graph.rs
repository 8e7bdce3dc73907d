//! A definition in the making: found by identifier, changed in place. Checks nothing.

use std::collections::{BTreeSet, HashMap};

use bridge_domain::{Definition, Edge, EdgeId, Node, NodeId};

use crate::cycle::{self, Link};
use crate::rules::Rules;

/// Where in a batch an edge came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The action.
    pub action: usize,
    /// Its place among the edges of a generated definition.
    pub entry: Option<usize>,
}

/// One connection: two nodes by slot, an output, an input, and the slot of the edge. Ordered, so that all between two
/// nodes lie side by side.
type Connection = (usize, usize, String, String, usize);

#[derive(Debug, Clone)]
struct Wire {
    edge: Edge,
    origin: Option<Origin>,
    /// None for an edge that dangled from the start.
    connection: Option<Connection>,
}

/// Nodes and edges with their indexes. What is removed leaves an empty slot, so that slots stay valid.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    nodes: Vec<Option<Node>>,
    node_slots: HashMap<NodeId, usize>,
    wires: Vec<Option<Wire>>,
    edge_slots: HashMap<EdgeId, usize>,
    /// For each node slot, the slots of all edges that were ever at it.
    incident: Vec<Vec<usize>>,
    connections: BTreeSet<Connection>,
}

impl Graph {
    /// The graph of a definition. Takes it as it is, mistakes included.
    pub(crate) fn new(definition: &Definition, rules: &Rules) -> Self {
        let mut graph = Self::default();
        for node in &definition.nodes {
            graph.add_node(node.clone());
        }
        for edge in &definition.edges {
            graph.add_edge(edge.clone(), None, rules);
        }
        graph
    }

    pub(crate) fn into_definition(self) -> Definition {
        Definition {
            nodes: self.nodes.into_iter().flatten().collect(),
            edges: self.wires.into_iter().flatten().map(|wire| wire.edge).collect(),
        }
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().flatten()
    }

    pub(crate) fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.wires.iter().flatten().map(|wire| &wire.edge)
    }

    pub(crate) fn node_count(&self) -> usize {
        self.node_slots.len()
    }

    pub(crate) fn edge_count(&self) -> usize {
        self.edge_slots.len()
    }

    pub(crate) fn node(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.get(*self.node_slots.get(id)?)?.as_ref()
    }

    pub(crate) fn node_mut(&mut self, id: &NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(*self.node_slots.get(id)?)?.as_mut()
    }

    pub(crate) fn edge(&self, id: &EdgeId) -> Option<&Edge> {
        self.wires.get(*self.edge_slots.get(id)?)?.as_ref().map(|wire| &wire.edge)
    }

    pub(crate) fn add_node(&mut self, node: Node) {
        self.node_slots.insert(node.id.clone(), self.nodes.len());
        self.nodes.push(Some(node));
        self.incident.push(Vec::new());
    }

    /// Takes a node away with the edges at it, which are given back.
    pub(crate) fn remove_node(&mut self, id: &NodeId) -> Vec<Edge> {
        let Some(slot) = self.node_slots.remove(id) else { return Vec::new() };
        self.nodes[slot] = None;
        std::mem::take(&mut self.incident[slot]).into_iter().filter_map(|wire| self.remove_wire(wire)).collect()
    }

    pub(crate) fn add_edge(&mut self, edge: Edge, origin: Option<Origin>, rules: &Rules) {
        let slot = self.wires.len();
        let ends = self.node_slots.get(&edge.source).copied().zip(self.node_slots.get(&edge.target).copied());
        let connection = ends.map(|(source, target)| {
            let exit = self.nodes[source]
                .as_ref()
                .map_or(String::new(), |node| exit(node, edge.source_handle.as_deref(), rules));
            let entry = entry(edge.target_handle.as_deref());
            (source, target, exit, entry, slot)
        });
        if let Some(connection) = &connection {
            self.incident[connection.0].push(slot);
            self.incident[connection.1].push(slot);
            self.connections.insert(connection.clone());
        }
        self.edge_slots.insert(edge.id.clone(), slot);
        self.wires.push(Some(Wire { edge, origin, connection }));
    }

    pub(crate) fn remove_edge(&mut self, id: &EdgeId) -> Option<Edge> {
        let slot = *self.edge_slots.get(id)?;
        self.remove_wire(slot)
    }

    fn remove_wire(&mut self, slot: usize) -> Option<Edge> {
        let wire = self.wires.get_mut(slot)?.take()?;
        self.edge_slots.remove(&wire.edge.id);
        if let Some(connection) = &wire.connection {
            self.connections.remove(connection);
        }
        Some(wire.edge)
    }

    /// The edges from one node to another, in order of their outputs.
    pub(crate) fn between<'a>(&'a self, source: &NodeId, target: &NodeId) -> impl Iterator<Item = &'a Edge> {
        let ends = self.node_slots.get(source).copied().zip(self.node_slots.get(target).copied());
        ends.into_iter()
            .flat_map(|(source, target)| {
                let first = (source, target, String::new(), String::new(), 0);
                self.connections.range(first..).take_while(move |one| (one.0, one.1) == (source, target))
            })
            .filter_map(|connection| self.wires[connection.4].as_ref().map(|wire| &wire.edge))
    }

    /// The edge that makes the same connection.
    pub(crate) fn same_connection(&self, edge: &Edge, rules: &Rules) -> Option<&Edge> {
        let source = *self.node_slots.get(&edge.source)?;
        let target = *self.node_slots.get(&edge.target)?;
        let exit = exit(self.nodes[source].as_ref()?, edge.source_handle.as_deref(), rules);
        let entry = entry(edge.target_handle.as_deref());
        let first = (source, target, exit, entry, 0);
        let found = self.connections.range(first.clone()..).next()?;
        let is_same = (found.0, found.1, &found.2, &found.3) == (first.0, first.1, &first.2, &first.3);
        is_same.then(|| self.wires[found.4].as_ref().map(|wire| &wire.edge)).flatten()
    }

    /// How many edges are at a node.
    pub(crate) fn degree(&self, id: &NodeId) -> usize {
        let slot = self.node_slots.get(id);
        slot.map_or(0, |slot| self.incident[*slot].iter().filter(|wire| self.wires[**wire].is_some()).count())
    }

    /// The edges of a batch that close a circle which passes through no node that allows one, with their origins.
    pub(crate) fn closing_edges(&self, rules: &Rules) -> Vec<(Origin, &Edge)> {
        let is_open: Vec<bool> =
            self.nodes.iter().map(|node| node.as_ref().is_some_and(|node| !rules.allows_cycle(node))).collect();
        let (mut links, mut wires) = (Vec::new(), Vec::new());
        for wire in self.wires.iter().flatten() {
            let Some(connection) = &wire.connection else { continue };
            if is_open[connection.0] && is_open[connection.1] {
                links.push(Link { source: connection.0, target: connection.1, is_new: wire.origin.is_some() });
                wires.push(wire);
            }
        }
        let found = cycle::closing(self.nodes.len(), &links);
        found.into_iter().filter_map(|index| wires[index].origin.map(|origin| (origin, &wires[index].edge))).collect()
    }
}

/// The output an edge leaves by: the first one when it does not say.
pub(crate) fn exit(node: &Node, handle: Option<&str>, rules: &Rules) -> String {
    let first = || rules.action_of(node).and_then(|action| action.outputs.first()).map_or("", |port| port.id.as_str());
    handle.unwrap_or_else(first).to_owned()
}

/// The input an edge arrives at. A node has one, which may go unnamed.
fn entry(handle: Option<&str>) -> String {
    handle.filter(|name| *name != MAIN_INPUT).unwrap_or_default().to_owned()
}

/// Name of a node's only input.
pub(crate) const MAIN_INPUT: &str = "main";
