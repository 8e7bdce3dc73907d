//! What starts runs.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Error, NodeId, RunId, Timestamp};

/// What started a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum RunTrigger {
    /// A person, in the window.
    Manual,
    /// A person or a script, on the command line.
    CommandLine,
    /// A request from outside.
    Webhook,
    /// A form that somebody filled in.
    Form,
    /// The clock.
    Schedule {
        /// The time it was due, which may be earlier than the time it started.
        due_at: Timestamp,
    },
    /// Another workflow.
    Workflow {
        /// The run that called.
        parent: RunId,
    },
    /// The failure of another run.
    Error {
        /// The run that failed.
        failed: RunId,
    },
}

/// A trigger of an active workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TriggerInfo {
    /// The trigger node.
    pub node_id: NodeId,
    /// What kind.
    pub kind: TriggerKind,
    /// Where a webhook or form is reached, with its unguessable path; null for others and while it cannot be reached.
    pub url: Option<String>,
    /// When a schedule is due next.
    pub next_at: Option<Timestamp>,
    /// Why it does not work now.
    pub problem: Option<Error>,
}

/// Kinds of trigger that work without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TriggerKind {
    /// A request from outside.
    Webhook,
    /// A form that somebody fills in.
    Form,
    /// The clock.
    Schedule,
    /// The failure of another run.
    Error,
}

/// What becomes of scheduled times that passed while nothing ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatchUp {
    /// One run for all of them.
    #[default]
    Once,
    /// None; they are recorded as missed.
    Skip,
}
