//! What a person sees of a run.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Error, Grant, Item, NodeId, RunId, Timestamp, WorkflowId};

use super::RunTrigger;

/// Starting a run by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, optional_fields)]
pub struct RunRequest {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// How much of it.
    pub scope: RunScope,
    /// The trigger to start from; the only one, or the manual one, when absent.
    #[serde(default)]
    pub trigger_node: Option<NodeId>,
    /// What the trigger puts out; one empty item when absent.
    #[serde(default)]
    pub input: Option<Vec<Item>>,
}

/// How much of a workflow a run executes anew. What the journal has under the same key is used instead of executing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum RunScope {
    /// Everything, anew.
    Whole,
    /// What leads to a node, from the journal where it can be, and the node itself anew.
    To {
        /// The last node.
        node_id: NodeId,
    },
    /// What leads to a node, from the journal where it can be; the node and what follows it anew.
    From {
        /// The first node executed anew.
        node_id: NodeId,
    },
    /// What a failed or cancelled run did not finish: its finished steps are taken over.
    Retry {
        /// The run.
        run_id: RunId,
        /// Whether the version that is active now is used instead of the version of that run.
        active_version: bool,
    },
}

/// Test or production.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RunMode {
    /// Started by hand: pinned output is used.
    Test,
    /// Started by a trigger or a script: pinned output is never used.
    Production,
}

/// State of a run. The words are n8n's where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RunStatus {
    /// Accepted, not begun: others of its workflow are running.
    New,
    /// Running.
    Running,
    /// Every unfinished step waits for a time.
    Waiting,
    /// Every node that was reached succeeded.
    Success,
    /// A node failed. Also when the failure was passed on: then the run went to its end, but is not green.
    Error,
    /// Stopped by the user.
    Canceled,
    /// A step that may not be repeated was in flight when the application ended: the user decides.
    Unknown,
}

/// A run without its steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RunSummary {
    /// Identifier.
    pub id: RunId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// Its name now.
    pub workflow_name: String,
    /// The exact version that ran.
    pub version_number: u32,
    /// Test or production.
    pub mode: RunMode,
    /// What started it.
    pub trigger: RunTrigger,
    /// State.
    pub status: RunStatus,
    /// When it was accepted.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Milliseconds from start to end, by a clock that is never set back; null while it runs.
    pub duration_ms: Option<u32>,
    /// The first failure, for a run that is not green.
    pub error: Option<StepError>,
    /// The run it repeats.
    pub retry_of: Option<RunId>,
    /// Steps executed or taken over.
    pub step_count: u32,
}

/// A run with its steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RunDetail {
    /// The run.
    pub run: RunSummary,
    /// Its steps in the order they started, the newest 2,000 at most.
    pub steps: Vec<StepSummary>,
    /// Events so far: what follows has higher numbers.
    pub events: u32,
}

/// One execution of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StepSummary {
    /// Place in the run, from 0, in the order of starting.
    pub step: u32,
    /// The node.
    pub node_id: NodeId,
    /// Iteration of each loop around it, outermost first, from 0.
    pub iteration: Vec<u32>,
    /// State.
    pub status: StepStatus,
    /// Tries so far.
    pub attempts: u32,
    /// When it started.
    pub started_at: Timestamp,
    /// Milliseconds it took; null until it ends.
    pub duration_ms: Option<u32>,
    /// Items that arrived, per input.
    pub inputs: Vec<u32>,
    /// Items put out, per output; outputs without items are left out.
    pub outputs: Vec<PortCount>,
    /// Whether its output was taken from an earlier run, or pinned.
    pub reused: bool,
    /// When it will go on, for a waiting step.
    pub waits_until: Option<Timestamp>,
    /// Why it failed.
    pub error: Option<StepError>,
    /// What a person should know although nothing failed, such as items that came too late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub notice: Option<String>,
}

/// Items at an output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PortCount {
    /// The output's identifier.
    pub port: String,
    /// Items.
    pub items: u32,
}

/// State of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum StepStatus {
    /// In flight.
    Running,
    /// Waits for a time.
    Waiting,
    /// Done.
    Success,
    /// Failed. Depending on the node's settings the run went on.
    Error,
    /// Ended because the run was cancelled.
    Canceled,
    /// It was in flight when the application ended, and may not be repeated without the user.
    Unknown,
    /// Passed over: switched off.
    Skipped,
}

/// Why a step failed, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StepError {
    /// The node.
    pub node_id: NodeId,
    /// Its label when it ran.
    pub node_label: String,
    /// What happened and what to do.
    pub error: Error,
    /// The parameter concerned.
    pub parameter: Option<String>,
    /// Place in the parameter's text, from 0, in UTF-16 units.
    pub position: Option<u32>,
    /// Place of the item in the input, from 0.
    pub item: Option<u32>,
    /// Something that would have to be granted to this workflow.
    pub grant: Option<Grant>,
    /// What the other side said; redacted and bounded.
    #[ts(type = "unknown")]
    pub detail: Option<serde_json::Value>,
}

/// A step of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StepRef {
    /// The run.
    pub run_id: RunId,
    /// Place in the run; see [`StepSummary::step`].
    pub step: u32,
}

/// Items of one output or input of a step, for reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StepPage {
    /// Items of this page. Texts beyond 64 KiB are cut when `cut` says so.
    pub items: Vec<Item>,
    /// Place of the first one among all.
    pub first: u32,
    /// Items in all.
    pub total: u32,
    /// Whether long values were cut for display.
    pub cut: bool,
    /// The data was not kept, or was dropped to make room.
    pub dropped: bool,
}

/// What the user decides on a step whose outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum StepDecision {
    /// Execute it again: it may happen twice.
    Repeat,
    /// Go on as if it had been done; its input is passed on.
    Skip,
    /// End the run.
    Stop,
}

/// Which runs to list, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export, optional_fields)]
pub struct RunFilter {
    /// Of this workflow only.
    pub workflow_id: Option<WorkflowId>,
    /// In one of these states; any when empty.
    pub statuses: Vec<RunStatus>,
    /// Older than this run.
    pub before: Option<RunId>,
    /// At most, 1 to 200.
    pub limit: u32,
}

/// Output of a node that test runs use instead of executing it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Pin {
    /// The node.
    pub node_id: NodeId,
    /// What its first output puts out.
    pub items: Vec<Item>,
    /// When it was pinned or last edited.
    pub updated_at: Timestamp,
}
