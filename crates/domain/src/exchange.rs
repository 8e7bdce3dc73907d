//! What comes of reading a workflow from a file.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{NodeId, Workflow};

/// Something the user should look at after an import: what is not as it was where the workflow came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportNotice {
    /// The node it concerns; null when it concerns the workflow as a whole.
    pub node_id: Option<NodeId>,
    /// Label of that node; empty when it concerns the workflow as a whole.
    pub node_label: String,
    /// What is different, one sentence.
    pub message: String,
    /// What to check or do, one sentence; may be empty.
    pub hint: String,
}

/// A workflow that was made from a file. It is not active, and has neither credentials nor grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportedWorkflow {
    /// The new workflow.
    pub workflow: Workflow,
    /// What to look at, in the order of the nodes.
    pub notices: Vec<ImportNotice>,
}
