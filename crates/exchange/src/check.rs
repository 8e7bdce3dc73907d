//! Whether a definition that was read can be opened and edited, by the same rules as every other change.
//!
//! What keeps a node from running (an unknown connector, a value of the wrong kind) is noted; what keeps the definition
//! from being one (a name that stands for two nodes, an edge to nowhere) is refused.

use bridge_domain::{Action, Definition, Error, ImportNotice, Node, NodeId, Problem, ProblemCode, Result};
use bridge_workflow::{MAX_EDGES, MAX_NODES, Mode, Rules, apply, hides_something, visible};

use crate::refuse::too_large;

/// What paths of problems begin with.
const AT: &str = "actions[0].definition.";

/// A notice on a node, by identifier and label, or on the workflow.
pub(crate) fn notice(
    node: Option<(&NodeId, &str)>,
    message: impl Into<String>,
    hint: impl Into<String>,
) -> ImportNotice {
    let (node_id, node_label) = node.map_or((None, ""), |(id, label)| (Some(id.clone()), label));
    ImportNotice { node_id, node_label: node_label.to_owned(), message: message.into(), hint: hint.into() }
}

/// What is wrong with a definition.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// What a node cannot run with, by the node's place.
    pub nodes: Vec<(usize, Problem)>,
    /// What an edge cannot stay for, by the edge's place.
    pub edges: Vec<(usize, Problem)>,
    /// What the definition cannot be opened with.
    pub fatal: Vec<Problem>,
}

impl Found {
    /// Refuses what cannot be opened.
    ///
    /// # Errors
    /// `invalid_input` with every such problem.
    pub(crate) fn refuse_fatal(&self) -> Result<()> {
        if self.fatal.is_empty() { Ok(()) } else { Err(Error::invalid(self.fatal.clone())) }
    }
}

/// Looks at a definition, and has the connectors decide how its nodes are drawn. Paths of problems are within it.
///
/// # Errors
/// `invalid_input` for more nodes or edges than a workflow may have.
pub(crate) fn look(definition: &mut Definition, rules: &Rules) -> Result<Found> {
    if definition.nodes.len() > MAX_NODES {
        return Err(too_large(format!("A workflow has at most {MAX_NODES} nodes.")));
    }
    if definition.edges.len() > MAX_EDGES {
        return Err(too_large(format!("A workflow has at most {MAX_EDGES} connections.")));
    }
    for node in &mut definition.nodes {
        if let Some(action) = rules.action(&node.data.connector_id, &node.data.action_id) {
            node.node_type = action.node_type;
        }
    }
    // Lent to the action and taken back: a copy would take as much room again.
    let whole = [Action::GenerateWorkflow { definition: std::mem::take(definition) }];
    let problems = apply(&Definition::default(), &whole, rules, Mode::Draft).err().unwrap_or_default();
    let [Action::GenerateWorkflow { definition: lent }] = whole else { return Ok(Found::default()) };
    *definition = lent;
    let mut found = Found::default();
    for mut problem in problems {
        problem.path = problem.path.strip_prefix(AT).map(str::to_owned).unwrap_or(problem.path);
        let place = |list: &str| problem.path.strip_prefix(list)?.split_once(']')?.0.parse::<usize>().ok();
        match (place("nodes["), place("edges[")) {
            _ if is_fatal(&problem) => found.fatal.push(problem),
            (Some(place), _) => found.nodes.push((place, problem)),
            (_, Some(place)) => found.edges.push((place, problem)),
            _ => found.fatal.push(problem),
        }
    }
    Ok(found)
}

fn is_fatal(problem: &Problem) -> bool {
    use ProblemCode::{DuplicateId, Malformed, TooLarge, UnknownNode};
    let at_node = |part: &str| problem.path.ends_with(part) && !problem.path.contains(".data.config");
    matches!(problem.code, TooLarge | DuplicateId | Malformed | UnknownNode)
        || [".id", ".position"].into_iter().any(at_node)
}

/// Notices on what the nodes cannot run with. Those of an unknown connector are left out for the nodes that `is_known` is
/// told of already.
pub(crate) fn node_notices(
    definition: &Definition,
    problems: &[(usize, Problem)],
    is_known: impl Fn(&Node) -> bool,
) -> Vec<ImportNotice> {
    let told = problems.iter().filter_map(|(place, problem)| {
        let node = definition.nodes.get(*place)?;
        let is_unknown = matches!(problem.code, ProblemCode::UnknownConnector | ProblemCode::UnknownAction);
        if is_unknown && is_known(node) {
            return None;
        }
        let hint = if is_unknown {
            "The node stays as it is, but cannot run. Replace it, or disable it."
        } else {
            "Correct it before you run the workflow."
        };
        Some(notice(Some((&node.id, &node.data.label)), problem.message.clone(), hint))
    });
    told.collect()
}

/// Notices on labels that look other than they are.
pub(crate) fn hidden_text(definition: &Definition) -> impl Iterator<Item = ImportNotice> {
    let hiding = definition.nodes.iter().filter(|node| hides_something(&node.data.label));
    hiding.map(|node| {
        let shown: String = visible(&node.data.label).chars().take(120).collect();
        let message = format!("The label holds characters that are not seen: {shown}");
        notice(Some((&node.id, &node.data.label)), message, "Rename the node if that is not meant.")
    })
}
