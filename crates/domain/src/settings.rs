//! What the user set. Keys are not settings: they live in the keychain.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// All settings. Every field has a default, so that a file from an older version stays readable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct Settings {
    /// Provider asked when a request names none.
    pub default_provider: String,
    /// What differs from the defaults, per provider.
    pub providers: BTreeMap<String, ProviderSettings>,
    /// Light, dark, or as the system has it.
    pub theme: Theme,
    /// Cap on what a model writes in one answer, in tokens: 1,024 to 131,072.
    pub max_output_tokens: u32,
    /// Tokens of context sent with a request at most: 2,048 to 1,000,000.
    pub context_tokens: u32,
    /// Where webhooks and forms are received.
    pub webhooks: WebhookSettings,
    /// Whether the user was told that closing the window leaves active workflows running.
    pub knows_closing: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            default_provider: "builtin".to_owned(),
            providers: BTreeMap::new(),
            theme: Theme::System,
            max_output_tokens: 16_384,
            context_tokens: 32_768,
            webhooks: WebhookSettings::default(),
            knows_closing: false,
        }
    }
}

/// Where webhooks and forms are received. A change counts from the next start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct WebhookSettings {
    /// Port on this machine, 1,024 to 65,535.
    pub port: u16,
    /// Listens on all network interfaces instead of this machine only.
    pub open: bool,
    /// Names it answers to beside those of this machine, such as that of a tunnel; with or without a port.
    pub hosts: Vec<String>,
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self { port: 5680, open: false, hosts: Vec::new() }
    }
}

/// Settings of one provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct ProviderSettings {
    /// Base URL instead of the provider's own.
    pub base_url: Option<String>,
    /// Model instead of the default one.
    pub model: Option<String>,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}
