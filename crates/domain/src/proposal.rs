//! What the assistant proposes, and what the user decides.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Action, Change, Edge, Message, MessageId, Node, Problem, Risk};

/// One proposed action with everything a person needs to decide on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProposedAction {
    /// Its place in the answer, from 0.
    pub index: u32,
    /// Exactly what would be applied.
    pub action: Action,
    /// What keeps it from being applied; empty when nothing does.
    pub problems: Vec<Problem>,
    /// Why it deserves a second look.
    pub risks: Vec<Risk>,
    /// Other actions of the same answer, nearly always earlier ones, that must be applied with it or before it.
    pub depends_on: Vec<u32>,
    /// One line: what it does, with hidden characters made visible.
    pub title: String,
    /// Field by field, with hidden characters made visible.
    pub fields: Vec<FieldChange>,
    /// What the user decided.
    pub decision: Decision,
}

/// One field an action sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FieldChange {
    /// The field, in the manifest's words: `Label`, `URL`.
    pub name: String,
    /// What it is now; null when it is not set.
    pub before: Option<String>,
    /// What it would be; null when it would be removed.
    pub after: Option<String>,
}

/// What the user decided on a proposed action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum Decision {
    /// Nothing yet.
    Pending,
    /// Applied.
    Applied {
        /// The version it made.
        version_number: u32,
    },
    /// Rejected.
    Rejected,
}

/// A proposal held against the workflow as it is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Proposal {
    /// The assistant's message.
    pub message_id: MessageId,
    /// The version this was computed on: the active one.
    pub base_version: u32,
    /// Whether the workflow has changed since the proposal was made, by anything but this proposal.
    pub stale: bool,
    /// All its actions, with problems as of now.
    pub actions: Vec<ProposedAction>,
    /// The actions that were asked for, and those they depend on, that can be applied.
    pub applicable: Vec<u32>,
    /// Binds an approval to exactly this: SHA-256 over the base version, the applicable actions and the definition they
    /// lead to. 64 hexadecimal digits.
    pub hash: String,
    /// Nodes that would be new.
    pub added_nodes: Vec<Node>,
    /// Nodes that would differ, as they would be.
    pub changed_nodes: Vec<Node>,
    /// Nodes that would be gone, as they are.
    pub removed_nodes: Vec<Node>,
    /// Edges that would be new.
    pub added_edges: Vec<Edge>,
    /// Edges that would be gone.
    pub removed_edges: Vec<Edge>,
}

/// The user's yes or no to actions of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, optional_fields)]
pub struct DecisionRequest {
    /// The assistant's message.
    pub message_id: MessageId,
    /// Which of its actions.
    pub indexes: Vec<u32>,
    /// [`Proposal::hash`] of what was shown; required to approve, ignored to reject.
    #[serde(default)]
    pub hash: Option<String>,
    /// Why it was rejected, told to the model with the next request.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What a decision did, computed from what was stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Decided {
    /// The assistant's message, with the decisions on its actions.
    pub message: Message,
    /// The application's message in the thread that says what happened.
    pub note: Message,
    /// What changed in the workflow; null after a rejection.
    pub change: Option<Change>,
}
