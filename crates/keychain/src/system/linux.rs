//! The Secret Service on the session bus: GNOME Keyring, KWallet, KeePassXC.

use std::error::Error;
use std::sync::Arc;

use dbus_secret_service::Error as ServiceError;
use dbus_secret_service_keyring_store::Store;
use keyring_core::api::CredentialStore;

use crate::VaultError;

pub(super) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(Store::new()?)
}

/// The store marks the same cause as "no access" or as "platform failure" depending on the call, so only the cause
/// counts.
pub(super) fn classify(cause: &(dyn Error + Send + Sync + 'static)) -> VaultError {
    match cause.downcast_ref::<ServiceError>() {
        Some(ServiceError::Locked | ServiceError::Prompt) => VaultError::Locked,
        Some(ServiceError::NoResult) => VaultError::NoDefaultKeyring,
        Some(ServiceError::Unavailable) => VaultError::Missing,
        Some(ServiceError::Dbus(error)) => by_name(error.name().unwrap_or_default()),
        Some(ServiceError::Crypto(_)) => VaultError::Failed("the encrypted session broke".to_owned()),
        _ => VaultError::Failed("the answer is not the Secret Service's".to_owned()),
    }
}

/// Names are those of the D-Bus specification ("Message Bus Messages") and of the Secret Service's ("Errors").
fn by_name(name: &str) -> VaultError {
    let own = name.strip_prefix("org.freedesktop.DBus.Error.").unwrap_or(name);
    match own {
        // No bus at that address, none at all, or nobody on it who could be the keychain.
        "NoServer" | "NoNetwork" | "FileNotFound" | "BadAddress" | "NotSupported" | "Disconnected"
        | "ServiceUnknown" | "NameHasNoOwner" => VaultError::Missing,
        _ if own.starts_with("Spawn.") => VaultError::Missing,
        "AccessDenied" | "AuthFailed" => VaultError::Denied,
        "NoReply" | "Timeout" | "TimedOut" => VaultError::NotAnswering,
        "org.freedesktop.Secret.Error.IsLocked" => VaultError::Locked,
        _ => VaultError::Failed(name.to_owned()),
    }
}
