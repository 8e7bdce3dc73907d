//! What the editor of a node asks about its data.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Item, NodeId, RunId, WorkflowId};

/// Asks what a text gives as an expression. Only paths and pure expressions are evaluated, on data that is there already;
/// no node is executed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, optional_fields)]
pub struct PreviewRequest {
    /// The workflow, as it is now.
    pub workflow_id: WorkflowId,
    /// The node the text belongs to.
    pub node_id: NodeId,
    /// The run whose data is used; the newest one that has data for the node when absent.
    #[serde(default)]
    pub run_id: Option<RunId>,
    /// Place of the item in the node's input.
    pub item: u32,
    /// The text.
    pub text: String,
}

/// Data that expressions of a node can use: one for what arrives (`$json`), one for each node before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, optional_fields)]
pub struct DataSource {
    /// The node whose output it is; null for what arrives at the node itself.
    pub node_id: Option<NodeId>,
    /// Its label; `$json` for what arrives.
    pub label: String,
    /// The run the data is from; null when there is none yet.
    pub run_id: Option<RunId>,
    /// Some items, values cut to a readable length.
    pub items: Vec<Item>,
    /// Items in all.
    pub total: u32,
    /// JSON Schema (2020-12) of an item, from the data or, without any, from the connector's manifest.
    #[ts(type = "Record<string, unknown>")]
    pub schema: serde_json::Value,
}
