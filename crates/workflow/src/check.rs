//! What makes a node or an edge right, seen from the graph it is to join. Changes nothing.

use bridge_domain::{
    ActionManifest, ConnectorManifest, Edge, Node, NodeData, NodeId, OnError, Position, Problem, ProblemCode,
};

use crate::Mode;
use crate::config::{Check, sizes};
use crate::graph::{Graph, MAIN_INPUT};
use crate::limits::{MAX_COORDINATE, MAX_EDGES, MAX_ID_BYTES, MAX_LABEL_BYTES};
use crate::path::problem;
use crate::rules::Rules;
use crate::settings::{self, ERROR_OUTPUT};
use crate::visible::excerpt;

/// Where the parts of a node stand in the request.
pub(crate) struct NodePaths {
    /// The node itself.
    pub node: String,
    /// Its label, connector, action and configuration: `data` in a definition, the action itself elsewhere.
    pub data: String,
}

/// Problems of a node that is to be added. What stands in `before` unchanged is not looked at again.
pub(crate) fn node(rules: &Rules, mode: Mode, node: &Node, paths: &NodePaths, before: Option<&Node>) -> Vec<Problem> {
    if before == Some(node) {
        return Vec::new();
    }
    let mut problems = identifier(node.id.as_str(), &paths.node, "node");
    problems.extend(label(&node.data.label, &paths.data));
    problems.extend(position(node.position, &paths.node));
    let does_the_same = |before: &Node| {
        before.data.connector_id == node.data.connector_id
            && before.data.action_id == node.data.action_id
            && before.data.config == node.data.config
            && before.data.settings == node.data.settings
            && before.node_type == node.node_type
    };
    if !before.is_some_and(does_the_same) {
        problems.extend(work(rules, mode, node, paths));
    }
    problems
}

/// Problems of what a node does: connector, action, type, configuration.
fn work(rules: &Rules, mode: Mode, node: &Node, paths: &NodePaths) -> Vec<Problem> {
    let data = &node.data;
    let path = format!("{}.config", paths.data);
    let (connector, action) = match known(rules, data, &paths.data) {
        Ok(known) => known,
        // Nothing else says how large it may be.
        Err(unknown) => return std::iter::once(unknown).chain(sizes(&data.config, &path)).collect(),
    };
    let mut problems = Vec::new();
    if node.node_type != action.node_type {
        let message = format!("{} is of type {:?}.", action.name, action.node_type).to_lowercase();
        problems.push(problem(ProblemCode::WrongType, format!("{}.type", paths.node), message));
    }
    problems.extend(settings::problems(&data.settings, &paths.data));
    let check = Check { rules, connector_id: &connector.id, action, mode, path: &path, changed: None };
    problems.extend(check.problems(&data.config));
    problems
}

/// The connector and the action of a node, or that the catalogue lacks one of them.
fn known<'a>(
    rules: &'a Rules,
    data: &NodeData,
    path: &str,
) -> Result<(&'a ConnectorManifest, &'a ActionManifest), Problem> {
    let Some(connector) = rules.connector(&data.connector_id) else {
        let message = format!(
            "“{}” needs the connector `{}` ({}), which this version of Bridge does not have.",
            excerpt(&data.label, 60),
            excerpt(&data.connector_id, 60),
            excerpt(&data.action_id, 60)
        );
        return Err(problem(ProblemCode::UnknownConnector, format!("{path}.connector_id"), message));
    };
    let action = rules.action(&data.connector_id, &data.action_id).ok_or_else(|| {
        let known: Vec<&str> = connector.actions.iter().map(|action| action.id.as_str()).collect();
        let message = format!(
            "{} has no action `{}`. It has: {}.",
            connector.name,
            excerpt(&data.action_id, 60),
            known.join(", ")
        );
        problem(ProblemCode::UnknownAction, format!("{path}.action_id"), message)
    })?;
    Ok((connector, action))
}

/// Problems of a configuration that replaces another one in part.
pub(crate) fn update(
    rules: &Rules,
    mode: Mode,
    node: &Node,
    changed: &bridge_domain::Config,
    merged: &bridge_domain::Config,
    path: &str,
) -> Vec<Problem> {
    let path = format!("{path}.config");
    let data = &node.data;
    let Some(action) = rules.action_of(node) else {
        let message = format!("There is no connector `{}` to check this against.", excerpt(&data.connector_id, 60));
        let mut problems = vec![problem(ProblemCode::UnknownConnector, &path, message)];
        problems.extend(sizes(merged, &path));
        return problems;
    };
    Check { rules, connector_id: &data.connector_id, action, mode, path: &path, changed: Some(changed) }
        .problems(merged)
}

/// Problems of an identifier.
pub(crate) fn identifier(id: &str, path: &str, of: &str) -> Vec<Problem> {
    let message = match id.len() {
        0 => format!("The {of} has no identifier."),
        1..=MAX_ID_BYTES => return Vec::new(),
        _ => format!("The identifier is longer than {MAX_ID_BYTES} bytes."),
    };
    let code = if id.is_empty() { ProblemCode::Missing } else { ProblemCode::TooLarge };
    vec![problem(code, format!("{path}.id"), message)]
}

/// Problems of a label.
pub(crate) fn label(label: &str, path: &str) -> Option<Problem> {
    let is_long = label.len() > MAX_LABEL_BYTES;
    is_long.then(|| problem(ProblemCode::TooLarge, format!("{path}.label"), "The label is larger than 1 MiB."))
}

/// Problems of a place.
pub(crate) fn position(position: Position, path: &str) -> Option<Problem> {
    let fits = |one: f64| one.is_finite() && one.abs() <= MAX_COORDINATE;
    let is_far = !fits(position.x) || !fits(position.y);
    let message = format!("A node must stand within {MAX_COORDINATE} units of the origin.");
    is_far.then(|| problem(ProblemCode::InvalidValue, format!("{path}.position"), message))
}

/// Problems of an edge that is to be added, whose ends both exist. With `kept`, it was there before with the same ends
/// and handles, and only what it would break anew counts.
pub(crate) fn edge(rules: &Rules, graph: &Graph, edge: &Edge, path: &str, kept: bool) -> Vec<Problem> {
    let (Some(source), Some(target)) = (graph.node(&edge.source), graph.node(&edge.target)) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    if edge.source == edge.target {
        problems.push(problem(ProblemCode::SelfEdge, path, "A node cannot be connected to itself."));
    }
    if !kept {
        problems.extend(handles(rules, source, target, edge, path));
    }
    if let Some(same) = graph.same_connection(edge, rules) {
        let message = format!("This connection is there already, as edge {}.", excerpt(same.id.as_str(), 60));
        problems.push(problem(ProblemCode::DuplicateEdge, path, message));
    }
    if graph.edge_count() >= MAX_EDGES {
        let message = format!("A workflow has at most {MAX_EDGES} connections.");
        problems.push(problem(ProblemCode::TooLarge, path, message));
    }
    problems
}

fn handles(rules: &Rules, source: &Node, target: &Node, edge: &Edge, path: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if rules.is_trigger(target) {
        let message = format!("“{}” starts the workflow; nothing can lead into it.", excerpt(&target.data.label, 60));
        problems.push(problem(ProblemCode::IntoTrigger, format!("{path}.target"), message));
    }
    if let Some(action) = rules.action_of(source) {
        let has_error_output = source.data.settings.on_error == OnError::ErrorOutput;
        let outputs = action.outputs.iter().map(|port| port.id.as_str());
        let outputs: Vec<&str> = outputs.chain(has_error_output.then_some(ERROR_OUTPUT)).collect();
        let is_known = edge.source_handle.as_deref().map_or(!outputs.is_empty(), |handle| outputs.contains(&handle));
        if !is_known {
            let message = match outputs.as_slice() {
                [] => format!("“{}” has no outputs.", excerpt(&source.data.label, 60)),
                known => format!("“{}” has these outputs: {}.", excerpt(&source.data.label, 60), known.join(", ")),
            };
            problems.push(problem(ProblemCode::UnknownHandle, format!("{path}.source_handle"), message));
        }
    }
    let is_known = edge.target_handle.as_deref().is_none_or(|handle| handle == MAIN_INPUT);
    if !is_known && rules.action_of(target).is_some() {
        let message = format!("“{}” has one input; leave the target handle out.", excerpt(&target.data.label, 60));
        problems.push(problem(ProblemCode::UnknownHandle, format!("{path}.target_handle"), message));
    }
    problems
}

/// The problem of a node that is not there.
pub(crate) fn unknown_node(id: &NodeId, path: String) -> Problem {
    problem(ProblemCode::UnknownNode, path, format!("There is no node {}.", excerpt(id.as_str(), 60)))
}
