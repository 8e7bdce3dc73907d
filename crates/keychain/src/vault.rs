//! The port to a keychain: three calls that may block, and what can go wrong, told apart. Knows no operating system.

use bridge_domain::{Error, ErrorCode, KeychainState, ProblemCode, SecretString};

use crate::{Account, key};

/// An open keychain. Its calls block, with a locked keychain until a person answers, so they are only made on the
/// thread of [`crate::Keys`].
pub trait Vault {
    /// The key kept under this account, if there is one.
    ///
    /// # Errors
    /// Why the keychain could not say.
    fn get(&self, account: &Account) -> Result<Option<SecretString>, VaultError>;

    /// Keeps a key under this account, in place of any other.
    ///
    /// # Errors
    /// Why the keychain did not keep it.
    fn set(&self, account: &Account, key: &SecretString) -> Result<(), VaultError>;

    /// Deletes what is kept under this account. Nothing there is fine too.
    ///
    /// # Errors
    /// Why the keychain did not delete it.
    fn delete(&self, account: &Account) -> Result<(), VaultError>;
}

/// Opens the keychain. Called again after a failure, always on the same thread as the calls to the vault it returns.
pub type OpenVault = dyn Fn() -> Result<Box<dyn Vault>, VaultError> + Send + Sync;

/// Why a keychain did not do as asked. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// There is no keychain, or it is not running.
    #[error("no keychain")]
    Missing,
    /// It is locked, or its prompt was dismissed.
    #[error("locked, or the prompt was dismissed")]
    Locked,
    /// It has no default keyring to keep something in.
    #[error("no default keyring")]
    NoDefaultKeyring,
    /// It refuses this application.
    #[error("access denied")]
    Denied,
    /// It does not answer in time.
    #[error("no answer in time")]
    NotAnswering,
    /// It takes no key as long as this; the most it takes, in its own units.
    #[error("longer than the keychain's limit of {0}")]
    TooLong(u32),
    /// What it keeps under this account is not text.
    #[error("the entry is not text")]
    Unreadable,
    /// It keeps more than one key under this account.
    #[error("more than one entry")]
    Ambiguous,
    /// Anything else, by the name the keychain gives it.
    #[error("{0}")]
    Failed(String),
}

impl VaultError {
    /// Whether the connection to the keychain may be what failed: opening it again may help.
    pub(crate) fn may_be_stale(&self) -> bool {
        matches!(self, Self::Missing | Self::NotAnswering | Self::Failed(_))
    }

    /// The state of a keychain that answers a probe with this.
    pub(crate) fn state(&self) -> KeychainState {
        match self {
            Self::Missing => KeychainState::Missing,
            Self::Locked | Self::NoDefaultKeyring => KeychainState::Locked,
            Self::NotAnswering => KeychainState::Waiting,
            Self::Denied | Self::TooLong(_) | Self::Unreadable | Self::Ambiguous | Self::Failed(_) => {
                KeychainState::Denied
            }
        }
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        let (code, message, advice) = match &error {
            VaultError::Missing => {
                (ErrorCode::KeychainMissing, "There is no keychain, or it is not running.", START_KEYCHAIN)
            }
            VaultError::Locked => (ErrorCode::KeychainLocked, "The keychain is locked.", "Unlock it and try again"),
            VaultError::NoDefaultKeyring => (
                ErrorCode::KeychainLocked,
                "The keychain has no default keyring to keep a key in.",
                "Make one in your system's password application and set it as the default",
            ),
            VaultError::Denied => (
                ErrorCode::KeychainDenied,
                "The keychain refuses this application.",
                "Allow it in your system's password application and try again",
            ),
            VaultError::NotAnswering => (
                ErrorCode::KeychainWaiting,
                "The keychain does not answer; it may be waiting for you in another window.",
                "Answer its question and try again",
            ),
            VaultError::TooLong(limit) => {
                let message = format!("The key is longer than this system's keychain takes (limit {limit}).");
                return key::invalid(ProblemCode::TooLarge, message);
            }
            VaultError::Unreadable => {
                return key::invalid(ProblemCode::InvalidValue, "The keychain's entry is not a key.".to_owned());
            }
            VaultError::Ambiguous => {
                let message = "The keychain has more than one key for this provider.".to_owned();
                return Self {
                    hint: "Set the key again: it replaces all of them.".to_owned(),
                    ..key::invalid(ProblemCode::InvalidValue, message)
                };
            }
            VaultError::Failed(_) => {
                (ErrorCode::KeychainDenied, "The keychain failed.", "Look at it in your system's password application")
            }
        };
        Self::new(code, message, format!("{advice}, or use the key for this session only."))
    }
}

#[cfg(target_os = "linux")]
const START_KEYCHAIN: &str = "Start your desktop's keyring service, such as GNOME Keyring or KWallet";
#[cfg(not(target_os = "linux"))]
const START_KEYCHAIN: &str = "Sign in to your desktop and try again";
