//! What a change did, in one sentence for the thread. Computed from what was stored, not from what was promised.

use std::collections::HashMap;

use bridge_domain::{Definition, Edge, Node, NodeId};

use crate::difference::Difference;
use crate::visible::excerpt;

/// Most things of one kind that are named.
const MOST: usize = 5;
/// Longest label that is written out, in characters.
const LONGEST: usize = 60;

/// One sentence: `Applied: added Slack; connected If → Slack; removed Wait; moved 3 nodes.` Names at most five things of a
/// kind and counts the others. Hidden characters in labels are made visible.
#[must_use]
pub fn summary(before: &Definition, after: &Definition, difference: &Difference) -> String {
    if difference.is_empty() {
        return "Applied: nothing changed.".to_owned();
    }
    let old: HashMap<&NodeId, &Node> = before.nodes.iter().map(|node| (&node.id, node)).collect();
    let new: HashMap<&NodeId, &Node> = after.nodes.iter().map(|node| (&node.id, node)).collect();
    let label = |id: &NodeId| {
        let node = new.get(id).or_else(|| old.get(id));
        node.map_or_else(|| excerpt(id.as_str(), LONGEST), |node| name(node))
    };
    let arrow = |edge: &Edge| format!("{} → {}", label(&edge.source), label(&edge.target));
    let (kept, added): (Vec<&Node>, Vec<&Node>) = difference.nodes.iter().partition(|node| old.contains_key(&node.id));
    let only_moved = |node: &&Node| {
        old.get(&node.id).is_some_and(|before| before.data == node.data && before.node_type == node.node_type)
    };
    let (moved, changed): (Vec<&Node>, Vec<&Node>) = kept.into_iter().partition(only_moved);
    let removed_edges: HashMap<_, _> = before.edges.iter().map(|edge| (&edge.id, edge)).collect();
    // Edges that went with a node go without saying.
    let cut = difference.removed_edges.iter().filter_map(|id| removed_edges.get(id));
    let cut = cut.filter(|edge| new.contains_key(&edge.source) && new.contains_key(&edge.target));
    let parts = [
        list("added", added.into_iter().map(name)),
        list("changed", changed.into_iter().map(name)),
        list("removed", difference.removed_nodes.iter().map(label)),
        list("connected", difference.edges.iter().map(arrow)),
        list("disconnected", cut.map(|edge| arrow(edge))),
        moves(&moved),
    ];
    format!("Applied: {}.", parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
}

fn name(node: &Node) -> String {
    let label = excerpt(&node.data.label, LONGEST);
    if label.trim().is_empty() { "a node without a name".to_owned() } else { label }
}

/// Where a node stands matters less than what it does: one is named, more are counted.
fn moves(moved: &[&Node]) -> Option<String> {
    match moved {
        [] => None,
        [one] => Some(format!("moved {}", name(one))),
        several => Some(format!("moved {} nodes", several.len())),
    }
}

fn list(verb: &str, things: impl Iterator<Item = String>) -> Option<String> {
    let mut things = things;
    let named: Vec<String> = things.by_ref().take(MOST).collect();
    let others = match things.count() {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    (!named.is_empty()).then(|| format!("{verb} {}{others}", named.join(", ")))
}
