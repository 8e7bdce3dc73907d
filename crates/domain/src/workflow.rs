//! Workflows, their versions, and the definition a version holds.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ts_rs::TS;

use crate::{EdgeId, MessageId, NodeId, NodeSettings, Timestamp, VersionId, WorkflowId};

/// A workflow, without its definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Workflow {
    /// Identifier.
    pub id: WorkflowId,
    /// Name the user gave it, 1 to 200 characters.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Number of the version that is active.
    pub active_version: u32,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its name, description or active version last changed.
    pub updated_at: Timestamp,
}

/// A workflow as the list of workflows shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WorkflowSummary {
    /// The workflow.
    #[serde(flatten)]
    #[ts(flatten)]
    pub workflow: Workflow,
    /// Nodes in the active version.
    pub node_count: u32,
    /// Connectors in the active version, in order of first use, each once.
    pub connector_ids: Vec<String>,
    /// Whether its triggers start runs by themselves.
    #[serde(default)]
    pub active: bool,
}

/// One version of a workflow. Never edited after it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WorkflowVersion {
    /// Identifier.
    pub id: VersionId,
    /// The workflow it belongs to.
    pub workflow_id: WorkflowId,
    /// 1, 2, 3 … per workflow.
    pub version_number: u32,
    /// Nodes and edges.
    pub definition: Definition,
    /// Whether this is the version in force; exactly one per workflow is.
    pub is_active: bool,
    /// Where it came from.
    pub origin: Origin,
    /// When it was written.
    pub created_at: Timestamp,
}

/// A version without its definition, for the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VersionSummary {
    /// 1, 2, 3 … per workflow.
    pub version_number: u32,
    /// Whether this is the version in force.
    pub is_active: bool,
    /// Where it came from.
    pub origin: Origin,
    /// Nodes in it.
    pub node_count: u32,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Where a version came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum Origin {
    /// The user's own edit: mouse, keyboard, form or paste.
    User,
    /// Approved actions of an assistant's message.
    Assistant {
        /// The message whose actions were applied.
        message_id: MessageId,
    },
    /// A file or another workflow.
    Import,
    /// The content of an earlier version, chosen from the history.
    Restore {
        /// The version whose content this is.
        version_number: u32,
    },
    /// One step back.
    Undo {
        /// The version whose content this is.
        version_number: u32,
    },
    /// One step forward again.
    Redo {
        /// The version whose content this is.
        version_number: u32,
    },
}

/// The graph: what a version holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Definition {
    /// Nodes, in the order they were added.
    #[serde(default)]
    pub nodes: Vec<Node>,
    /// Edges, in the order they were added.
    #[serde(default)]
    pub edges: Vec<Edge>,
}

impl Definition {
    /// The node with this identifier.
    #[must_use]
    pub fn node(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == *id)
    }

    /// The edge with this identifier.
    #[must_use]
    pub fn edge(&self, id: &EdgeId) -> Option<&Edge> {
        self.edges.iter().find(|edge| edge.id == *id)
    }

    /// The JSON text that is stored and hashed. Property order is the order of the fields here, and of configuration
    /// as it was entered.
    ///
    /// # Errors
    /// None in practice: every part of a definition has a JSON form.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// SHA-256 of [`Self::to_json`], as 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// As [`Self::to_json`].
    pub fn content_hash(&self) -> Result<String, serde_json::Error> {
        Ok(hex::encode(Sha256::digest(self.to_json()?)))
    }
}

/// A node: one connector's action with its configuration, at a place on the canvas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Node {
    /// Unique within the definition.
    pub id: NodeId,
    /// How the canvas draws it. The connector decides what it does.
    #[serde(rename = "type")]
    pub node_type: NodeType,
    /// Top left corner on the canvas.
    pub position: Position,
    /// What it is called and what it does.
    pub data: NodeData,
}

/// How the canvas draws a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum NodeType {
    /// Starts a run; nothing leads into it.
    Trigger,
    /// Does something with what arrives.
    Action,
    /// Chooses among its outputs.
    Condition,
}

/// A place on the canvas, in canvas units (CSS pixels at 100 % zoom), x to the right and y downwards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Position {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// What a node is called and what it does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct NodeData {
    /// What the user calls it. Stored byte for byte as entered.
    pub label: String,
    /// The connector.
    pub connector_id: String,
    /// One of the connector's actions.
    pub action_id: String,
    /// Values of the action's parameters. Never holds a secret.
    #[serde(default)]
    #[ts(type = "Record<string, unknown>")]
    pub config: Config,
    /// How it is run; a definition holds only what differs from the defaults.
    #[serde(default, skip_serializing_if = "NodeSettings::is_default")]
    #[ts(optional, as = "Option<NodeSettings>")]
    pub settings: NodeSettings,
}

/// Values of an action's parameters, in the order they were entered.
pub type Config = serde_json::Map<String, serde_json::Value>;

/// A connection from an output of one node to the input of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Edge {
    /// Unique within the definition.
    pub id: EdgeId,
    /// Where it starts.
    pub source: NodeId,
    /// Where it ends.
    pub target: NodeId,
    /// The output it leaves by; the first one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub source_handle: Option<String>,
    /// The input it arrives at; the only one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub target_handle: Option<String>,
}
