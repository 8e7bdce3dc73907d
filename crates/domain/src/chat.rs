//! The conversation of a workflow, and one request in it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    Action, Error, FinishReason, MessageId, Problem, ProposedAction, RunId, ThreadId, Timestamp, TurnId, Usage,
    WorkflowId,
};

/// The conversation of a workflow. There is one per workflow at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Thread {
    /// Identifier.
    pub id: ThreadId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// `Chat for <workflow name>` at first; at most 200 characters.
    pub title: String,
    /// When the first message was sent.
    pub created_at: Timestamp,
    /// Moves with every message.
    pub updated_at: Timestamp,
}

/// A thread without its messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ThreadSummary {
    /// The thread.
    #[serde(flatten)]
    #[ts(flatten)]
    pub thread: Thread,
    /// Name of its workflow.
    pub workflow_name: String,
    /// Messages in it.
    pub message_count: u32,
    /// When the newest message was written; null when there is none.
    pub last_message_at: Option<Timestamp>,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Role {
    /// The person.
    User,
    /// The model or the built-in assistant.
    Assistant,
    /// The application: what was applied, rejected or failed.
    System,
}

/// Whether a message is all there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum MessageStatus {
    /// Being written right now.
    Streaming,
    /// All there.
    Complete,
    /// Cut off: the connection, the provider or the application ended early. Its actions cannot be applied.
    Interrupted,
    /// The request failed.
    Failed,
    /// The user stopped it. Its actions cannot be applied.
    Stopped,
}

/// One message of a thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Message {
    /// Identifier.
    pub id: MessageId,
    /// The thread.
    pub thread_id: ThreadId,
    /// Who wrote it.
    pub role: Role,
    /// The text for people.
    pub content: String,
    /// Proposed actions, in order, exactly as they would be applied.
    pub actions: Vec<ProposedAction>,
    /// How it came about.
    pub metadata: MessageMetadata,
    /// Whether it is all there.
    pub status: MessageStatus,
    /// When it was begun.
    pub created_at: Timestamp,
}

/// How a message came about. Everything is optional: a user's message has none of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export, optional_fields)]
pub struct MessageMetadata {
    /// The turn it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn_id: Option<TurnId>,
    /// Identifier of the provider that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The model that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Tokens in and out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// Cost in US dollars, where the price of the model is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// From sending the request to the last event, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u32>,
    /// From sending the request to the first text, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_text_ms: Option<u32>,
    /// Why the model stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<FinishReason>,
    /// What the model thought before it answered, where it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// The version of the workflow the model was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_version: Option<u32>,
    /// How often the answer was sent back to the model with its problems, 0 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repairs: Option<u32>,
    /// Why it failed or was cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
    /// For a system message: the assistant's message whose actions were applied or rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<MessageId>,
}

/// One request to the assistant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export, optional_fields)]
pub struct ChatRequest {
    /// The workflow it is about.
    pub workflow_id: WorkflowId,
    /// What the user wrote; not blank.
    pub message: String,
    /// A registered provider; the one from the settings when absent.
    #[serde(default)]
    pub llm_provider: Option<String>,
    /// A model of that provider; the one from the settings when absent.
    #[serde(default)]
    pub model: Option<String>,
    /// Whether the model is shown the workflow. Default true.
    #[serde(default = "yes")]
    #[ts(as = "Option<bool>")]
    pub include_workflow_context: bool,
    /// Whether the answer is wanted as it is written. Default true.
    #[serde(default = "yes")]
    #[ts(as = "Option<bool>")]
    pub stream: bool,
    /// The run the question is about.
    #[serde(default)]
    pub run: Option<RunContext>,
}

/// A run as context of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, optional_fields)]
pub struct RunContext {
    /// The run.
    pub run_id: RunId,
    /// The step concerned; the whole run when absent.
    #[serde(default)]
    pub step: Option<u32>,
    /// Whether the model sees values of the items. Otherwise it sees names and types of fields only.
    #[serde(default)]
    pub include_values: bool,
}

fn yes() -> bool {
    true
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ChatResponse {
    /// The text for people.
    pub message: String,
    /// Proposed actions, in order.
    pub actions: Vec<ProposedAction>,
    /// The assistant's message.
    pub message_id: MessageId,
    /// The thread.
    pub thread_id: ThreadId,
}

/// What happens in a turn, in order: `start`, any number of the middle ones, and exactly one of `done`, `stopped` and
/// `error`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum ChatEvent {
    /// The user's message is kept and the model is being asked.
    Start {
        /// The turn, for `stop`.
        turn_id: TurnId,
        /// The thread.
        thread_id: ThreadId,
        /// The assistant's message that is being written.
        message_id: MessageId,
    },
    /// More of the text for people.
    Chunk {
        /// To be appended.
        content: String,
    },
    /// More of what the model thinks.
    Reasoning {
        /// To be appended.
        content: String,
    },
    /// The text so far is void, because the answer is being repaired or tried again: start over from nothing.
    Reset,
    /// One action is complete.
    Action {
        /// Its place in the answer, from 0.
        index: u32,
        /// The action.
        action: Action,
        /// What keeps it from being applied.
        problems: Vec<Problem>,
    },
    /// Tokens so far.
    Usage {
        /// Tokens in and out.
        usage: Usage,
    },
    /// The answer is complete and kept.
    Done(ChatResponse),
    /// The user stopped it; what had arrived is kept.
    Stopped(ChatResponse),
    /// It failed; what had arrived is kept.
    Error(Error),
}

/// The newest messages of a workflow's thread, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct History {
    /// The thread; null when the workflow has none yet.
    pub thread: Option<Thread>,
    /// The messages.
    pub messages: Vec<Message>,
    /// Whether there are older ones.
    pub has_more: bool,
    /// The turn that is running, to be joined with `attach`.
    pub running_turn: Option<TurnId>,
}

/// What clearing a thread did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Cleared {
    /// Messages that were deleted; 0 when there was nothing to clear.
    pub deleted: u32,
}
