//! Identifiers. Records have UUIDs; nodes and edges are named by whoever adds them, unique within one definition.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(export, type = "string")]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier that sorts by the time it was made (UUID version 7).
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a default identifier would be a different one every time")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

uuid_id! {
    /// A workflow.
    WorkflowId,
    /// One written version of a workflow.
    VersionId,
    /// The conversation of a workflow.
    ThreadId,
    /// One message of a thread.
    MessageId,
    /// One running request to a model, from the user's message to the last event.
    TurnId,
    /// One run of a workflow.
    RunId,
    /// A credential: a name and a kind; its values are kept apart from it.
    CredentialId,
    /// A data table that workflows share.
    TableId,
}

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(export, type = "string")]
        pub struct $name(pub String);

        impl $name {
            /// A new identifier, unique everywhere.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a default identifier would be a different one every time")]
            pub fn new() -> Self {
                Self(Uuid::new_v4().to_string())
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )*};
}

text_id! {
    /// A node, unique within its definition.
    NodeId,
    /// An edge, unique within its definition.
    EdgeId,
}
