//! The Credential Manager of Windows.

use std::error::Error;
use std::sync::Arc;

use keyring_core::api::CredentialStore;
use windows_native_keyring_store::Store;

use crate::VaultError;

pub(super) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(Store::new()?)
}

/// The store keeps the type of its errors to itself, so their text is all there is; it is the store's own, in English
/// on every system.
pub(super) fn classify(cause: &(dyn Error + Send + Sync + 'static)) -> VaultError {
    match cause.to_string().as_str() {
        // A service or a network sign-in: it has no credential set.
        "Windows ERROR_NO_SUCH_LOGON_SESSION" => VaultError::Missing,
        // ERROR_ACCESS_DENIED
        "Windows error code 5" => VaultError::Denied,
        text => VaultError::Failed(text.to_owned()),
    }
}
