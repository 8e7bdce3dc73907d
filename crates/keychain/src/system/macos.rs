//! The login keychain of macOS.

use std::error::Error;
use std::sync::Arc;

use apple_native_keyring_store::keychain::Store;
use keyring_core::api::CredentialStore;
use security_framework::base::Error as SecurityError;

use crate::VaultError;

pub(super) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(Store::new()?)
}

/// Codes are those of Apple's `SecBase.h`.
pub(super) fn classify(cause: &(dyn Error + Send + Sync + 'static)) -> VaultError {
    match cause.downcast_ref::<SecurityError>().map(|error| error.code()) {
        // errSecNotAvailable, errSecNoSuchKeychain, errSecInvalidKeychain, errSecNoDefaultKeychain
        Some(-25291 | -25294 | -25295 | -25307) => VaultError::Missing,
        // errSecInteractionNotAllowed, errSecInteractionRequired
        Some(-25308 | -25315) => VaultError::Locked,
        // errSecWrPerm, errSecInvalidOwnerEdit, errSecReadOnly, errSecAuthFailed, errSecUserCanceled
        Some(-61 | -25244 | -25292 | -25293 | -128) => VaultError::Denied,
        Some(code) => VaultError::Failed(format!("OSStatus {code}")),
        None => VaultError::Failed("the answer is not the keychain's".to_owned()),
    }
}
