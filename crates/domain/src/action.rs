//! The one vocabulary of change: mouse, keyboard, paste, import and assistant all produce these.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Config, Definition, EdgeId, NodeId, NodeSettings, Position};

/// One change to a definition.
///
/// A batch is applied in order, all or nothing. Later actions of a batch may refer to the identifier an earlier one
/// gives; a model may use any short text for it (`temp_id` is read as a synonym of `id`), which is replaced by a fresh
/// identifier before anything is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export, optional_fields)]
pub enum Action {
    /// Adds a node.
    AddNode {
        /// Its identifier; a fresh one when absent.
        #[serde(default, alias = "temp_id", skip_serializing_if = "Option::is_none")]
        id: Option<NodeId>,
        /// The connector.
        connector_id: String,
        /// One of the connector's actions.
        action_id: String,
        /// What it is called; the connector's name, with a number if that is taken, when absent or blank.
        #[serde(default)]
        label: String,
        /// Where it stands; beside its neighbours when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        position: Option<Position>,
        /// Values of the action's parameters.
        #[serde(default)]
        #[ts(type = "Record<string, unknown>")]
        config: Config,
        /// How it is run; the defaults when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        settings: Option<Box<NodeSettings>>,
    },
    /// Changes a node. What is absent stays as it is.
    UpdateNode {
        /// The node.
        node_id: NodeId,
        /// New label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
        /// Parameters to set, each replacing its value whole; null removes one. Parameters not named stay.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(type = "Record<string, unknown>")]
        config: Option<Config>,
        /// New place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        position: Option<Position>,
        /// How it is run from now on, whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        settings: Option<Box<NodeSettings>>,
    },
    /// Removes a node and the edges at it.
    DeleteNode {
        /// The node.
        node_id: NodeId,
    },
    /// Connects two nodes.
    AddEdge {
        /// Its identifier; a fresh one when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<EdgeId>,
        /// Where it starts.
        source: NodeId,
        /// Where it ends.
        target: NodeId,
        /// The output it leaves by; the first one when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_handle: Option<String>,
        /// The input it arrives at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_handle: Option<String>,
    },
    /// Removes an edge, named by its identifier or by its two ends.
    DeleteEdge {
        /// The edge.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        edge_id: Option<EdgeId>,
        /// Where it starts, when no identifier is given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<NodeId>,
        /// Where it ends, when no identifier is given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<NodeId>,
        /// Narrows to one output when the two nodes are connected more than once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_handle: Option<String>,
    },
    /// Replaces the whole graph.
    GenerateWorkflow {
        /// The new graph.
        definition: Definition,
    },
}

/// Something that keeps an action from being applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Problem {
    /// Where, from the request's root: `actions[2].config.url`, `message`.
    pub path: String,
    /// What kind.
    pub code: ProblemCode,
    /// What is wrong and what would be right, for a person and for a model that repairs its answer.
    pub message: String,
}

/// Kinds of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ProblemCode {
    /// Not readable as an action or a request at all.
    Malformed,
    /// A required value is absent or blank.
    Missing,
    /// A value is of the wrong type or out of range.
    InvalidValue,
    /// A parameter the action does not have.
    UnknownParameter,
    /// No such connector.
    UnknownConnector,
    /// The connector has no such action.
    UnknownAction,
    /// No such node.
    UnknownNode,
    /// No such edge.
    UnknownEdge,
    /// The node has no such output or input.
    UnknownHandle,
    /// The identifier is taken.
    DuplicateId,
    /// The same connection is there already.
    DuplicateEdge,
    /// A node connected to itself.
    SelfEdge,
    /// A circle where none is allowed.
    Cycle,
    /// Something leads into a trigger.
    IntoTrigger,
    /// The node's type is not the one its connector's action has.
    WrongType,
    /// Too many or too large.
    TooLarge,
    /// The workflow has changed since this was proposed, in the very part it concerns.
    Stale,
    /// It depends on an action that is not applied.
    Dependency,
    /// A value looks like a key or a password; those belong in the keychain.
    Secret,
}

/// Why an action deserves a second look. Found by code, never by a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Risk {
    /// Removes something.
    Deletion,
    /// Runs code.
    Code,
    /// Uses a credential.
    Credential,
    /// Talks to a host this workflow does not talk to yet.
    NewHost,
    /// Sends something to people or services outside.
    Sends,
    /// Can be started from outside.
    Webhook,
    /// Starts by itself.
    Schedule,
    /// Reads or writes files.
    Files,
    /// Holds text that a person would not see: direction marks, invisible characters, long runs of spaces.
    HiddenText,
}
