//! The operating system's keychain, through `keyring-core` and the store of the platform. Decides nothing: it passes
//! calls on and sorts errors.

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod platform;

use std::sync::Arc;

use bridge_domain::{ExposeSecret, SecretString};
use keyring_core::api::CredentialStore;
use keyring_core::{Entry, Error};

use crate::{Account, SERVICE, Vault, VaultError};

/// Opens the operating system's keychain.
pub(crate) fn open() -> Result<Box<dyn Vault>, VaultError> {
    Ok(Box::new(System { store: platform::open().map_err(classify)? }))
}

struct System {
    store: Arc<CredentialStore>,
}

impl System {
    fn entry(&self, account: &Account) -> Result<Entry, VaultError> {
        // Only Linux keeps a name for people beside the account; the other stores refuse to be told one.
        let label = format!("Bridge: {account}");
        let modifiers = cfg!(target_os = "linux").then(|| [("label", label.as_str())].into());
        self.store.build(SERVICE, account.as_str(), modifiers.as_ref()).map_err(classify)
    }
}

impl Vault for System {
    fn get(&self, account: &Account) -> Result<Option<SecretString>, VaultError> {
        match self.entry(account)?.get_password() {
            Ok(key) => Ok(Some(SecretString::from(key))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(classify(error)),
        }
    }

    fn set(&self, account: &Account, key: &SecretString) -> Result<(), VaultError> {
        let entry = self.entry(account)?;
        match entry.set_password(key.expose_secret()) {
            Err(Error::Ambiguous(duplicates)) => {
                delete_all(&duplicates)?;
                entry.set_password(key.expose_secret()).map_err(classify)
            }
            result => result.map_err(classify),
        }
    }

    fn delete(&self, account: &Account) -> Result<(), VaultError> {
        match self.entry(account)?.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            Err(Error::Ambiguous(duplicates)) => delete_all(&duplicates),
            result => result.map_err(classify),
        }
    }
}

/// Keychains that hold several keyrings can have the same account in more than one.
fn delete_all(entries: &[Entry]) -> Result<(), VaultError> {
    entries.iter().try_for_each(|entry| entry.delete_credential().map_err(classify))
}

/// Sorts an error and lets go of it: some hold what was read from the keychain.
fn classify(error: Error) -> VaultError {
    match error {
        Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => platform::classify(cause.as_ref()),
        Error::TooLong(_, limit) => VaultError::TooLong(limit),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => VaultError::Unreadable,
        Error::Ambiguous(_) => VaultError::Ambiguous,
        Error::NoEntry => VaultError::Failed("the entry is gone".to_owned()),
        _ => VaultError::Failed("the store does not take this".to_owned()),
    }
}
