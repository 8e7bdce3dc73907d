//! API keys in the operating system's keychain.
//!
//! A key belongs to the host it was set for: it is kept under the account `<provider>@<host>` of the service
//! [`SERVICE`], and a lookup for another host does not find it. Keys are in the keychain or, for this session only, in
//! memory; this crate must never write one to a file, a log or an error, and opens no connection of its own to
//! anything but the keychain.
//!
//! [`Keys`] is what the application uses. Everything that can block runs on one thread behind it, because a locked
//! keychain answers only when the person in front of it does. [`Vault`] is the port to the keychain; its real
//! implementation is `keyring-core` with the store of the operating system.
//!
//! # A secret does not leak by accident
//! Its `Debug` is redacted:
//! ```
//! let key = bridge_domain::SecretString::from("sk-canary");
//! assert!(!format!("{key:?}").contains("canary"));
//! assert_eq!(serde_json::to_string("a plain text").unwrap(), "\"a plain text\"");
//! ```
//! It has no `Display`:
//! ```compile_fail
//! let key = bridge_domain::SecretString::from("sk-canary");
//! println!("{key}");
//! ```
//! It cannot be turned into a plain `String` by `to_string`:
//! ```compile_fail
//! let key = bridge_domain::SecretString::from("sk-canary");
//! let text: String = key.to_string();
//! ```
//! It cannot be serialized:
//! ```compile_fail
//! let key = bridge_domain::SecretString::from("sk-canary");
//! serde_json::to_string(&key).unwrap();
//! ```

mod account;
mod key;
mod keys;
mod memory;
mod options;
mod own;
mod probe;
mod system;
mod vault;
mod worker;

pub use account::Account;
pub use keys::Keys;
pub use options::{Environment, Limits, Lookup, Options};
pub use vault::{OpenVault, Vault, VaultError};

/// The service all keys are kept under.
pub const SERVICE: &str = "dev.bridge.desktop";
