//! Data every other crate speaks of, and the small ports through which crates meet that may not know each other.
//!
//! Nothing here does I/O: no file, no socket, no clock but [`Timestamp::now`]. Every type that crosses to the window
//! derives `TS`, and its TypeScript twin is committed under `ui/src/bindings`.

mod action;
mod catalog;
mod change;
mod chat;
mod error;
mod exchange;
mod id;
mod json;
mod model;
mod proposal;
mod provider;
mod run;
mod settings;
mod status;
mod time;
mod workflow;

pub use action::{Action, Problem, ProblemCode, Risk};
pub use catalog::{ActionManifest, Catalog, ConnectorManifest, CredentialKind, Port};
pub use change::{Change, EditRequest, Snapshot};
pub use chat::{
    ChatEvent, ChatRequest, ChatResponse, Cleared, History, Message, MessageMetadata, MessageStatus, Role, RunContext,
    Thread, ThreadSummary,
};
pub use error::{Error, ErrorCode, Result};
pub use exchange::{ImportNotice, ImportedWorkflow};
pub use id::{CredentialId, EdgeId, MessageId, NodeId, RunId, TableId, ThreadId, TurnId, VersionId, WorkflowId};
pub use json::{JsonFault, MAX_JSON_VALUES, json_fits, read_json};
pub use model::{
    Briefing, FinishReason, Model, ModelEvent, ModelInfo, ModelRequest, ModelStream, Payload, RunProblem, Turn, Usage,
};
pub use proposal::{Decided, Decision, DecisionRequest, FieldChange, Proposal, ProposedAction};
pub use provider::{KeySource, KeychainState, LocalServer, ProviderInfo};
pub use run::*;
pub use secrecy::{ExposeSecret, SecretString};
pub use settings::{ProviderSettings, Settings, Theme, WebhookSettings};
pub use status::{Entity, EntityChanged, Notice, NoticeKind, Status};
pub use time::Timestamp;
pub use workflow::{
    Config, Definition, Edge, Node, NodeData, NodeType, Origin, Position, VersionSummary, Workflow, WorkflowSummary,
    WorkflowVersion,
};
