//! Providers as the settings page shows them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A registered provider with its settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProviderInfo {
    /// Identifier, such as `openai`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether it runs on this machine.
    pub local: bool,
    /// Whether it wants a key.
    pub needs_key: bool,
    /// Where its key comes from.
    pub key_source: KeySource,
    /// The environment variable that serves when the keychain has no key.
    pub key_variable: Option<String>,
    /// Where a person gets a key.
    pub key_page: Option<String>,
    /// Base URL in use; empty for the built-in assistant.
    pub base_url: String,
    /// Base URL unless overridden.
    pub default_base_url: String,
    /// Model in use.
    pub model: String,
    /// Model unless changed; empty when the server decides.
    pub default_model: String,
    /// What it is missing before it can be asked, in a person's words.
    pub missing: Option<String>,
}

/// Where a key comes from. The key itself never leaves the core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeySource {
    /// There is none.
    None,
    /// The operating system's keychain.
    Keychain,
    /// An environment variable.
    Environment,
    /// Entered for this session only, in memory.
    Session,
}

/// Whether the keychain can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeychainState {
    /// Not tried yet.
    Unknown,
    /// It takes and gives keys.
    Ready,
    /// This machine has none, or it is not running.
    Missing,
    /// It is locked, or the user dismissed its prompt.
    Locked,
    /// It refuses this application.
    Denied,
    /// It does not answer; it may be waiting for the user.
    Waiting,
}

/// A model server found on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LocalServer {
    /// The provider it is registered as.
    pub provider: String,
    /// Where it answers.
    pub base_url: String,
    /// Models it offers.
    pub models: Vec<String>,
}
