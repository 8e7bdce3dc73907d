//! One action of a batch: replacing the whole graph.

use std::collections::HashSet;

use bridge_domain::{Definition, Edge, Node, Problem, ProblemCode};

use crate::batch::{Batch, Outcome, circle};
use crate::check::{self, NodePaths};
use crate::graph::{Graph, Origin};
use crate::limits::{MAX_EDGES, MAX_NODES};
use crate::path::problem;
use crate::visible::excerpt;

/// Replaces the graph if nothing is wrong with the new one. Nodes and edges that stand in the present graph unchanged
/// are kept without another look, so that those of an unknown connector survive.
pub(crate) fn step(batch: &mut Batch<'_>, index: usize, at: &str, definition: &Definition, outcome: &mut Outcome) {
    let at = format!("{at}.definition");
    outcome.problems = sizes(definition, &at);
    if !outcome.problems.is_empty() {
        return;
    }
    let mut next = Graph::default();
    for (entry, node) in definition.nodes.iter().enumerate() {
        outcome.problems.extend(add_node(batch, &mut next, node, &format!("{at}.nodes[{entry}]")));
    }
    for (entry, edge) in definition.edges.iter().enumerate() {
        let origin = Origin { action: index, entry: Some(entry) };
        outcome.problems.extend(add_edge(batch, &mut next, edge, origin, &format!("{at}.edges[{entry}]")));
    }
    let closing = next.closing_edges(batch.rules).into_iter();
    outcome.problems.extend(closing.map(|(origin, edge)| circle(&next, origin, edge)));
    if outcome.problems.is_empty() {
        note(batch, index, &next, outcome);
        batch.graph = next;
    } else {
        let is_new = |node: &&Node| batch.graph.node(&node.id).is_none();
        definition.nodes.iter().filter(is_new).for_each(|node| batch.ledger.node_failed(&node.id));
    }
}

fn sizes(definition: &Definition, at: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if definition.nodes.len() > MAX_NODES {
        let message = format!("A workflow has at most {MAX_NODES} nodes.");
        problems.push(problem(ProblemCode::TooLarge, format!("{at}.nodes"), message));
    }
    if definition.edges.len() > MAX_EDGES {
        let message = format!("A workflow has at most {MAX_EDGES} connections.");
        problems.push(problem(ProblemCode::TooLarge, format!("{at}.edges"), message));
    }
    problems
}

fn add_node(batch: &Batch<'_>, next: &mut Graph, node: &Node, at: &str) -> Vec<Problem> {
    let paths = NodePaths { node: at.to_owned(), data: format!("{at}.data") };
    let mut problems = check::node(batch.rules, batch.mode, node, &paths, batch.graph.node(&node.id));
    if next.node(&node.id).is_some() {
        let message = format!("The identifier {} is taken.", excerpt(node.id.as_str(), 60));
        problems.push(problem(ProblemCode::DuplicateId, format!("{at}.id"), message));
    } else {
        // Also when something is wrong with it, lest every edge at it be reported too.
        next.add_node(node.clone());
    }
    problems
}

fn add_edge(batch: &Batch<'_>, next: &mut Graph, edge: &Edge, origin: Origin, at: &str) -> Vec<Problem> {
    let kept = batch.graph.edge(&edge.id) == Some(edge);
    let mut problems = check::identifier(edge.id.as_str(), at, "connection");
    if next.edge(&edge.id).is_some() {
        let message = format!("The identifier {} is taken.", excerpt(edge.id.as_str(), 60));
        problems.push(problem(ProblemCode::DuplicateId, format!("{at}.id"), message));
    }
    for (id, end) in [(&edge.source, "source"), (&edge.target, "target")] {
        if next.node(id).is_none() {
            problems.push(check::unknown_node(id, format!("{at}.{end}")));
        }
    }
    problems.extend(check::edge(batch.rules, next, edge, at, kept));
    if problems.is_empty() {
        next.add_edge(edge.clone(), (!kept).then_some(origin), batch.rules);
    }
    problems
}

/// Notes what the new graph adds and removes.
fn note(batch: &mut Batch<'_>, index: usize, next: &Graph, outcome: &mut Outcome) {
    let kept: HashSet<_> = next.nodes().map(|node| &node.id).collect();
    let removed: Vec<_> =
        batch.graph.nodes().filter(|node| !kept.contains(&node.id)).map(|node| node.id.clone()).collect();
    for id in &removed {
        batch.ledger.node_removed(index, id);
    }
    for edge in batch.graph.edges().filter(|edge| next.edge(&edge.id).is_none()) {
        batch.ledger.edge_removed(index, edge);
    }
    for node in next.nodes() {
        if batch.graph.node(&node.id).is_none() {
            batch.ledger.node_added(index, &node.id);
        } else {
            outcome.depends_on.extend(batch.ledger.node_adder(&node.id));
        }
    }
    for edge in next.edges().filter(|edge| batch.graph.edge(&edge.id).is_none()) {
        batch.ledger.edge_added(index, edge);
    }
}
