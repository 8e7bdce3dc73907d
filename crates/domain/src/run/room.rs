//! How much room the history of runs may take, and takes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::WorkflowId;

/// What the runs of each workflow may take. The oldest give way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct RunBudget {
    /// Bytes of data and records: 1 MiB to 1 TiB.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Runs: 10 to 1,000,000.
    pub runs: u32,
    /// Whether data of successful production runs is kept while there is room. If not, the list of their steps stays.
    pub keep_success_data: bool,
}

impl Default for RunBudget {
    fn default() -> Self {
        Self { bytes: 200 << 20, runs: 10_000, keep_success_data: true }
    }
}

/// What runs take now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RunRoom {
    /// What they may take.
    pub budget: RunBudget,
    /// The workflows that have runs, the one that takes most first.
    pub workflows: Vec<WorkflowRoom>,
}

/// What the runs of one workflow take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WorkflowRoom {
    /// The workflow; one in the trash counts, too.
    pub workflow_id: WorkflowId,
    /// Its name.
    pub name: String,
    /// Bytes of data and records.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Runs.
    pub runs: u32,
}

/// How far making room has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RoomProgress {
    /// Workflows looked at.
    pub workflows_done: u32,
    /// Workflows to look at.
    pub workflows: u32,
    /// Runs whose data was dropped.
    pub dropped: u32,
    /// Runs that were deleted.
    pub deleted: u32,
}
