//! What a lookup asks for, and what [`crate::Keys`] is made of. Values only.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use crate::{OpenVault, system};

/// Which key is wanted, and where it may come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Identifier of the provider.
    pub provider: String,
    /// The host that will be asked, with its port where the caller tells ports apart.
    pub host: String,
    /// The provider's own host: the only one the environment variable's key is for.
    pub default_host: String,
    /// Name of the environment variable that serves when neither the session nor the keychain has a key.
    pub variable: Option<String>,
}

/// How long is waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For a read, and for a probe of the keychain's state.
    pub read: Duration,
    /// For a write: enough for a person to unlock the keychain.
    pub write: Duration,
    /// How long the outcome of a probe counts.
    pub state: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { read: Duration::from_secs(3), write: Duration::from_secs(60), state: Duration::from_secs(10) }
    }
}

/// Reads an environment variable.
pub type Environment = dyn Fn(&str) -> Option<OsString> + Send + Sync;

/// What [`Keys`] is made of. The default is the real thing.
pub struct Options {
    /// Opens the keychain.
    pub open: Arc<OpenVault>,
    /// Reads an environment variable.
    pub environment: Box<Environment>,
    /// How long is waited.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            open: Arc::new(system::open),
            environment: Box::new(|name| std::env::var_os(name)),
            limits: Limits::default(),
        }
    }
}
