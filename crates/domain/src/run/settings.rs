//! How a node is run, beside what it does.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::CredentialId;

/// How a node is run. Every field has a default; a definition holds only what differs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export)]
pub struct NodeSettings {
    /// Passed over: what arrives leaves by the first output unchanged.
    #[serde(skip_serializing_if = "is_default")]
    pub disabled: bool,
    /// What a failure does.
    #[serde(skip_serializing_if = "is_default")]
    pub on_error: OnError,
    /// Trying again after a failure that may pass; never when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// Seconds after which one try is ended, 1 to 86,400; the run's own limit when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u32>,
    /// Works on the first item only.
    #[serde(skip_serializing_if = "is_default")]
    pub execute_once: bool,
    /// Puts out one empty item where it would put out none.
    #[serde(skip_serializing_if = "is_default")]
    pub always_output: bool,
    /// When a node with several incoming edges starts.
    #[serde(skip_serializing_if = "is_default")]
    pub join: Join,
    /// The credential it uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<CredentialId>,
    /// What the user wrote beside it; never read by a run.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

impl NodeSettings {
    /// Whether nothing differs from the defaults.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What a node's failure does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum OnError {
    /// Ends the run.
    #[default]
    Stop,
    /// An item with the field `error` goes on by the first output.
    Continue,
    /// An item with the field `error` goes on by the output `error`.
    ErrorOutput,
}

/// Trying again: exponential with jitter, at least as long as the other side asks for, and only what may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Retry {
    /// Tries in all, 2 to 10.
    pub max_tries: u32,
    /// Milliseconds before the second try, 0 to 300,000; doubled for each further one.
    pub wait_ms: u32,
}

/// When a node with several incoming edges starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Join {
    /// When every edge that still can has brought its items; it is passed over when none has.
    #[default]
    Active,
    /// When every edge has brought items; that one cannot is an error that says which.
    All,
    /// When the first edge brings items, with those that have arrived by then; later ones are dropped and reported.
    Any,
    /// With the items of the edge that is first; all others are dropped.
    First,
}
