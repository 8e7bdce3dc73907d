//! Editing through the one write path, and what came of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Action, Edge, EdgeId, Node, NodeId, Workflow, WorkflowId, WorkflowVersion};

/// The user's own edit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EditRequest {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The version the edit was made on. Refused with `conflict` when another one is active by now.
    pub base_version: u32,
    /// What to change, in order, all or nothing; at least one.
    pub actions: Vec<Action>,
}

/// The difference between two versions: applying it to the first gives the second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Change {
    /// The workflow, with its new active version.
    pub workflow: Workflow,
    /// The version the difference starts from.
    pub from_version: u32,
    /// Nodes that are new or differ, whole.
    pub nodes: Vec<Node>,
    /// Nodes that are gone.
    pub removed_nodes: Vec<NodeId>,
    /// Edges that are new or differ, whole.
    pub edges: Vec<Edge>,
    /// Edges that are gone.
    pub removed_edges: Vec<EdgeId>,
    /// Whether there is a step to undo.
    pub can_undo: bool,
    /// Whether there is a step to redo.
    pub can_redo: bool,
}

/// A workflow as the canvas opens it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Snapshot {
    /// The workflow.
    pub workflow: Workflow,
    /// Its active version.
    pub version: WorkflowVersion,
    /// Whether there is a step to undo.
    pub can_undo: bool,
    /// Whether there is a step to redo.
    pub can_redo: bool,
}
