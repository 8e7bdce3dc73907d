//! Whether the nodes of a run are complete. Looks at the nodes that are asked for only: the rest of a canvas may be
//! unfinished.

use std::collections::HashSet;

use bridge_domain::{Definition, Node, NodeId, Problem, ProblemCode};

use crate::check::{self, NodePaths};
use crate::{Mode, Rules};

/// Problems that keep these nodes from running, with paths such as `nodes[<id>].config.url`. Nodes that are switched off are
/// not looked at.
#[must_use]
pub fn runnable(definition: &Definition, nodes: &HashSet<NodeId>, rules: &Rules) -> Vec<Problem> {
    let asked = definition.nodes.iter().filter(|node| nodes.contains(&node.id) && !node.data.settings.disabled);
    asked.flat_map(|node| problems(node, rules)).collect()
}

fn problems(node: &Node, rules: &Rules) -> Vec<Problem> {
    let path = format!("nodes[{}]", node.id);
    let paths = NodePaths { node: path.clone(), data: path };
    let found = check::node(rules, Mode::Complete, node, &paths, None);
    // What looks like a key keeps an assistant's proposal from being applied. What the user has put there runs.
    found.into_iter().filter(|problem| problem.code != ProblemCode::Secret).collect()
}
