//! From a definition to a plan. Pure, and linear in nodes and edges.

use std::collections::HashMap;
use std::sync::Arc;

use bridge_domain::{
    ActionManifest, Catalog, ConnectorManifest, Definition, Edge, Join, Node, NodeId, NodeSettings, Problem,
    ProblemCode,
};

use super::scopes::find_scopes;
use super::{ERROR_PORT, Label, Plan, PlanEdge, PlanNode, Route};
use crate::key;

/// The part of a definition that a trigger reaches, with its loops.
///
/// # Errors
/// Every reason why it cannot run, with its path: an unknown trigger, connector, action, node or output; a circle that does
/// not run through the output `loop` of a loop node; loops nested too deeply.
pub fn plan(definition: &Definition, catalog: &Catalog, trigger: &NodeId) -> Result<Plan, Vec<Problem>> {
    let graph = Graph::read(definition, trigger)?;
    let manifests = Manifests::new(catalog);
    let mut problems = graph.problems;
    let mut nodes = Vec::with_capacity(graph.order.len());
    for index in &graph.order {
        match plan_node(&definition.nodes[*index], &manifests) {
            Ok(node) => nodes.push(node),
            Err((code, message)) => problems.push(problem(format!("nodes[{index}]"), code, message)),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut edges = Vec::with_capacity(graph.edges.len());
    for index in graph.edges {
        let edge = &definition.edges[index];
        let (source, target) = (graph.place[graph.by_id[&edge.source]], graph.place[graph.by_id[&edge.target]]);
        match output_of(&nodes[source], edge) {
            Some(output) => {
                edges.push(PlanEdge { id: edge.id.clone(), source, output, target, route: Route::Direct });
            }
            None => problems.push(unknown_output(index, edge, &nodes[source].node)),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    assemble(definition, nodes, edges)
}

fn assemble(definition: &Definition, mut nodes: Vec<PlanNode>, edges: Vec<PlanEdge>) -> Result<Plan, Vec<Problem>> {
    let by_id: HashMap<NodeId, usize> =
        nodes.iter().enumerate().map(|(index, node)| (node.node.id.clone(), index)).collect();
    let labels = labels(definition, &by_id);
    if nodes.iter().any(|node| node.reads_definition) {
        let whole = serde_json::to_vec(definition).unwrap_or_default();
        nodes.iter_mut().filter(|node| node.reads_definition).for_each(|node| key::add(&mut node.digest, &whole));
    }
    let mut plan = Plan { nodes, edges, scopes: Vec::new(), trigger: 0, labels, by_id };
    find_scopes(&mut plan)?;
    Ok(plan)
}

pub(super) fn labels(definition: &Definition, by_id: &HashMap<NodeId, usize>) -> HashMap<String, Label> {
    let mut labels: HashMap<String, Label> = HashMap::with_capacity(definition.nodes.len());
    for node in &definition.nodes {
        let label = labels.entry(node.data.label.clone()).or_insert(Label { node: None, count: 0 });
        label.count += 1;
        label.node = label.node.or_else(|| by_id.get(&node.id).copied());
    }
    labels
}

/// What the trigger reaches: positions of nodes and edges in the definition, in its order, the trigger first.
struct Graph<'a> {
    by_id: HashMap<&'a NodeId, usize>,
    order: Vec<usize>,
    /// For each node of the definition, its place in `order`.
    place: Vec<usize>,
    edges: Vec<usize>,
    problems: Vec<Problem>,
}

impl<'a> Graph<'a> {
    fn read(definition: &'a Definition, trigger: &NodeId) -> Result<Self, Vec<Problem>> {
        let by_id: HashMap<&NodeId, usize> =
            definition.nodes.iter().enumerate().map(|(index, node)| (&node.id, index)).collect();
        let Some(start) = by_id.get(trigger).copied() else {
            let message = format!("There is no node {trigger} to start from.");
            return Err(vec![problem("trigger_node".to_owned(), ProblemCode::UnknownNode, message)]);
        };
        let mut problems = Vec::new();
        let mut outgoing = vec![Vec::new(); definition.nodes.len()];
        for (index, edge) in definition.edges.iter().enumerate() {
            match (by_id.get(&edge.source), by_id.get(&edge.target)) {
                (Some(source), Some(target)) => outgoing[*source].push(*target),
                _ => problems.push(problem(
                    format!("edges[{index}]"),
                    ProblemCode::UnknownNode,
                    "This connection leads from or to a node that does not exist.".to_owned(),
                )),
            }
        }
        let reached = reach(&outgoing, start);
        let mut order: Vec<usize> = (0..definition.nodes.len()).filter(|index| reached[*index]).collect();
        order.retain(|index| *index != start);
        order.insert(0, start);
        let mut place = vec![usize::MAX; definition.nodes.len()];
        for (position, index) in order.iter().enumerate() {
            place[*index] = position;
        }
        let edges = definition.edges.iter().enumerate();
        let edges = edges.filter(|(_, edge)| by_id.get(&edge.source).is_some_and(|source| reached[*source]));
        let edges = edges.filter(|(_, edge)| by_id.contains_key(&edge.target)).map(|(index, _)| index).collect();
        Ok(Self { by_id, order, place, edges, problems })
    }
}

pub(super) fn reach(outgoing: &[Vec<usize>], start: usize) -> Vec<bool> {
    let mut reached = vec![false; outgoing.len()];
    let mut open = vec![start];
    reached[start] = true;
    while let Some(node) = open.pop() {
        for next in &outgoing[node] {
            if !std::mem::replace(&mut reached[*next], true) {
                open.push(*next);
            }
        }
    }
    reached
}

/// The catalogue by name: a plan of many nodes must not search the whole list for each.
struct Manifests<'a>(HashMap<&'a str, &'a ConnectorManifest>);

impl<'a> Manifests<'a> {
    fn new(catalog: &'a Catalog) -> Self {
        Self(catalog.connectors().iter().map(|connector| (connector.id.as_str(), connector)).collect())
    }

    fn action(&self, node: &Node) -> Result<&'a ActionManifest, (ProblemCode, String)> {
        let data = &node.data;
        let connector = self.0.get(data.connector_id.as_str()).ok_or_else(|| {
            let message =
                format!("\"{}\" needs the connector {}, which does not exist.", data.label, data.connector_id);
            (ProblemCode::UnknownConnector, message)
        })?;
        connector.actions.iter().find(|action| action.id == data.action_id).ok_or_else(|| {
            let message = format!("\"{}\": {} has no action {}.", data.label, connector.name, data.action_id);
            (ProblemCode::UnknownAction, message)
        })
    }
}

fn plan_node(node: &Node, manifests: &Manifests<'_>) -> Result<PlanNode, (ProblemCode, String)> {
    let manifest = manifests.action(node)?;
    let mut ports: Vec<String> = manifest.outputs.iter().map(|port| port.id.clone()).collect();
    if ports.is_empty() {
        ports.push("main".to_owned());
    }
    if !ports.iter().any(|port| port == ERROR_PORT) {
        ports.push(ERROR_PORT.to_owned());
    }
    let config = serde_json::to_string(&node.data.config).unwrap_or_default();
    Ok(PlanNode {
        ports: ports.into(),
        incoming: Vec::new(),
        outgoing: Vec::new(),
        scope: super::ROOT,
        opens: None,
        join: join_of(node),
        digest: key::node_digest(node, &config),
        reads_others: key::reads_others(&config),
        reads_definition: key::reads_definition(&config),
        node: Arc::new(node.clone()),
    })
}

/// A merge node in the mode `first` has the join of that name, whatever its settings say.
fn join_of(node: &Node) -> Join {
    let NodeSettings { join, .. } = node.data.settings;
    let is_first = node.data.connector_id == "merge"
        && node.data.config.get("mode").and_then(serde_json::Value::as_str) == Some("first");
    if is_first { Join::First } else { join }
}

fn output_of(source: &PlanNode, edge: &Edge) -> Option<usize> {
    match &edge.source_handle {
        None => Some(0),
        Some(handle) => source.ports.iter().position(|port| port == handle),
    }
}

fn unknown_output(index: usize, edge: &Edge, source: &Node) -> Problem {
    let handle = edge.source_handle.as_deref().unwrap_or_default();
    let message = format!("\"{}\" has no output {handle}.", source.data.label);
    problem(format!("edges[{index}].source_handle"), ProblemCode::UnknownHandle, message)
}

pub(super) fn problem(path: String, code: ProblemCode, message: String) -> Problem {
    Problem { path, code, message }
}
