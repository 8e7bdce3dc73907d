//! What connectors can do: the source of the palette, the forms, validation and the assistant's knowledge.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{NodeType, Risk};

/// A connector: a service or a building block, with its actions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ConnectorManifest {
    /// `snake_case`, unique, never changed once released.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// One sentence: what it is for.
    pub description: String,
    /// Name of its icon in the interface's icon set.
    pub icon: String,
    /// Group in the palette, such as `Triggers`.
    pub category: String,
    /// Other words people use for it, lower case.
    pub synonyms: Vec<String>,
    /// The credential it needs, if any.
    pub credential: Option<CredentialKind>,
    /// What it can do; at least one.
    pub actions: Vec<ActionManifest>,
}

/// One thing a connector can do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ActionManifest {
    /// `snake_case`, unique within the connector, never changed once released.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// One sentence: what it does.
    pub description: String,
    /// How the canvas draws it.
    pub node_type: NodeType,
    /// Other words people use for it, lower case.
    pub synonyms: Vec<String>,
    /// JSON Schema (2020-12) of the configuration: an object, `additionalProperties: false`, each property with `title`
    /// and `description`, `default` where there is a sensible one. `format` says how a form shows it: `uri`,
    /// `multiline`, `code`, `expression`, `cron`, `email`, `path`, `time_zone`.
    #[ts(type = "Record<string, unknown>")]
    pub parameters: serde_json::Value,
    /// Outputs, in order. The first is the one an edge without a handle leaves by. Empty for a node that ends a branch.
    pub outputs: Vec<Port>,
    /// JSON Schema (2020-12) of one item it puts out, as far as it is known before a run.
    #[ts(type = "Record<string, unknown>")]
    pub output_schema: serde_json::Value,
    /// Whether an edge may lead back to it, closing a circle.
    pub allows_cycle: bool,
    /// Why it deserves a second look.
    pub risks: Vec<Risk>,
    /// The credential it needs, where that is another than its connector's. Read it by [`Catalog::credential_of`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub credential: Option<CredentialKind>,
}

/// An output of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Port {
    /// The handle's identifier.
    pub id: String,
    /// What the canvas writes beside it; empty for a single output.
    pub name: String,
}

/// Kinds of credential. The values live in the keychain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CredentialKind {
    /// A header with a secret value.
    Header,
    /// A bearer token.
    Bearer,
    /// User name and password.
    Basic,
    /// A mail server's account.
    Smtp,
    /// A query parameter with a secret value.
    Query,
    /// The address of a database, with user name and password.
    Database,
    /// A mailbox's account (IMAP).
    Imap,
    /// OAuth 2 with PKCE.
    OAuth2,
    /// The key of a model provider.
    ModelProvider,
}

/// All connectors, in palette order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalog {
    connectors: Vec<ConnectorManifest>,
}

impl Catalog {
    /// A catalogue of these connectors.
    #[must_use]
    pub fn new(connectors: Vec<ConnectorManifest>) -> Self {
        Self { connectors }
    }

    /// All connectors, in palette order.
    #[must_use]
    pub fn connectors(&self) -> &[ConnectorManifest] {
        &self.connectors
    }

    /// The connector with this identifier.
    #[must_use]
    pub fn connector(&self, id: &str) -> Option<&ConnectorManifest> {
        self.connectors.iter().find(|connector| connector.id == id)
    }

    /// The credential an action of a connector needs, if any.
    #[must_use]
    pub fn credential_of(&self, connector_id: &str, action_id: &str) -> Option<CredentialKind> {
        let connector = self.connector(connector_id)?;
        self.action(connector_id, action_id)?.credential.or(connector.credential)
    }

    /// The action of a connector.
    #[must_use]
    pub fn action(&self, connector_id: &str, action_id: &str) -> Option<&ActionManifest> {
        self.connector(connector_id)?.actions.iter().find(|action| action.id == action_id)
    }
}
