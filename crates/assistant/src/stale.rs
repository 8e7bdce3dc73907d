//! What has changed in a workflow since a proposal was made, by anything but the proposal itself, and which of its
//! actions that concerns.

use std::collections::HashMap;

use bridge_domain::{Action, Definition, Edge, EdgeId, Message, Node, NodeId, Origin, Result, Snapshot};
use bridge_store::Store;

/// Changes by something else.
#[derive(Debug, Default)]
pub(crate) struct Foreign {
    /// Whether there is any, be it a node that was moved.
    pub any: bool,
    nodes: HashMap<NodeId, NodeChange>,
    edges: Vec<Edge>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum NodeChange {
    /// Its label or configuration.
    Content,
    /// What it is: another connector or action under the same identifier, or it came or went.
    Kind,
}

impl Foreign {
    /// Reads the versions since the proposal was made.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn since(store: &Store, message: &Message, now: &Snapshot) -> Result<Self> {
        let active = now.version.version_number;
        let base = message.metadata.base_version.unwrap_or(active);
        let own = Origin::Assistant { message_id: message.id };
        let mut versions = store.list_versions(now.workflow.id, active.saturating_sub(base)).await?;
        versions.reverse();
        let mut foreign = Self::default();
        // Versions by others that follow each other count as one change: what was done and undone is none.
        let mut rest = versions.as_slice();
        while let Some(first) = rest.iter().position(|version| version.origin != own) {
            let (_, run) = rest.split_at(first);
            let length = run.iter().position(|version| version.origin == own).unwrap_or(run.len());
            let (run, after) = run.split_at(length);
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                let before = store.version(now.workflow.id, first.version_number.saturating_sub(1)).await?;
                let after = store.version(now.workflow.id, last.version_number).await?;
                foreign.add(&before.definition, &after.definition);
            }
            rest = after;
        }
        Ok(foreign)
    }

    fn add(&mut self, before: &Definition, after: &Definition) {
        self.any |= before != after;
        compare(
            &before.nodes,
            &after.nodes,
            |node| node.id.clone(),
            |id, pair| {
                let change = match pair {
                    (Some(before), Some(after)) if before.data == after.data && before.node_type == after.node_type => {
                        return;
                    }
                    (Some(before), Some(after)) if is_same_kind(before, after) => NodeChange::Content,
                    _ => NodeChange::Kind,
                };
                let known = self.nodes.entry(id).or_insert(change);
                *known = change.max(*known);
            },
        );
        compare(
            &before.edges,
            &after.edges,
            |edge| edge.id.clone(),
            |_: EdgeId, pair| {
                if pair.0 != pair.1 {
                    self.edges.extend(pair.0.into_iter().chain(pair.1).cloned());
                }
            },
        );
    }

    /// Whether the action concerns something that was changed.
    pub fn concerns(&self, action: &Action) -> bool {
        let is_other = |node: &NodeId| self.nodes.get(node) == Some(&NodeChange::Kind);
        match action {
            Action::AddNode { .. } => false,
            Action::UpdateNode { node_id, .. } => self.nodes.contains_key(node_id),
            Action::DeleteNode { node_id } => {
                self.nodes.contains_key(node_id)
                    || self.edges.iter().any(|edge| edge.source == *node_id || edge.target == *node_id)
            }
            Action::AddEdge { source, target, .. } => is_other(source) || is_other(target),
            Action::DeleteEdge { edge_id: Some(id), .. } => self.edges.iter().any(|edge| edge.id == *id),
            Action::DeleteEdge { source, target, .. } => self.edges.iter().any(|edge| {
                source.as_ref().is_none_or(|id| *id == edge.source)
                    && target.as_ref().is_none_or(|id| *id == edge.target)
            }),
            Action::GenerateWorkflow { .. } => self.any,
        }
    }
}

fn is_same_kind(before: &Node, after: &Node) -> bool {
    before.node_type == after.node_type
        && before.data.connector_id == after.data.connector_id
        && before.data.action_id == after.data.action_id
}

/// Calls `with` for everything that is in either list, with what it is in both.
fn compare<'a, T, K: std::hash::Hash + Eq + Clone>(
    before: &'a [T],
    after: &'a [T],
    key: impl Fn(&T) -> K,
    mut with: impl FnMut(K, (Option<&'a T>, Option<&'a T>)),
) {
    let mut old: HashMap<K, &T> = before.iter().map(|item| (key(item), item)).collect();
    for item in after {
        let id = key(item);
        let was = old.remove(&id);
        with(id, (was, Some(item)));
    }
    for (id, item) in old {
        with(id, (Some(item), None));
    }
}
