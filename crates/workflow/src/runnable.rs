//! Whether the nodes of a run are complete. Looks at the nodes that are asked for only: the rest of a canvas may be
//! unfinished.

use std::collections::HashSet;

use bridge_domain::{Definition, Node, NodeId, Problem, ProblemCode};

use crate::check::{self, NodePaths};
use crate::{Mode, Rules};

/// Problems that keep these nodes from running, with paths such as `nodes[3].data.config.url`, by the node's place in the
/// definition. Nodes that are switched off are not looked at.
#[must_use]
pub fn runnable(definition: &Definition, nodes: &HashSet<NodeId>, rules: &Rules) -> Vec<Problem> {
    let all = definition.nodes.iter().enumerate();
    let asked = all.filter(|(_, node)| nodes.contains(&node.id) && !node.data.settings.disabled);
    asked.flat_map(|(place, node)| problems(place, node, rules)).collect()
}

fn problems(place: usize, node: &Node, rules: &Rules) -> Vec<Problem> {
    let paths = NodePaths { node: format!("nodes[{place}]"), data: format!("nodes[{place}].data") };
    let found = check::node(rules, Mode::Complete, node, &paths, None);
    // What looks like a key keeps an assistant's proposal from being applied. What the user has put there runs.
    found.into_iter().filter(|problem| problem.code != ProblemCode::Secret).collect()
}
