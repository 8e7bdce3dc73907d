//! Secrets the application makes for itself, such as the key that seals credentials. They are no provider's, belong to no
//! host, and never leave this machine.

use std::sync::Arc;

use bridge_domain::{Result, SecretString};

use crate::keys::read_key;
use crate::worker::Connection;
use crate::{Account, Keys, key};

impl Keys {
    /// A secret of the application's own: the environment variable's where it is set, for machines without a keychain,
    /// else the keychain's.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn own_secret(&self, name: &str, variable: &str) -> Result<Option<SecretString>> {
        let account = Account::own(name)?;
        if let Some(value) = (self.inner.environment)(variable) {
            let value = SecretString::from(value.to_string_lossy().into_owned());
            return key::check(&value, &format!("The environment variable {variable}")).map(Some);
        }
        if let Some(secret) = self.inner.memory.read(&account) {
            return Ok(Some(secret));
        }
        let memory = Arc::clone(&self.inner.memory);
        let read = move |connection: &mut Connection| read_key(connection, &memory, account);
        self.inner.worker.call_unless_hanging(self.inner.limits.read, read).await?
    }

    /// Keeps a secret of the application's own in the keychain, unless there is one already, and gives the one that is
    /// there in the end: of two that are made at once, one counts.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub async fn make_own_secret(&self, name: &str, made: SecretString) -> Result<SecretString> {
        let account = Account::own(name)?;
        let made = key::check(&made, "The secret")?;
        let memory = Arc::clone(&self.inner.memory);
        let make = move |connection: &mut Connection| {
            if let Some(present) = connection.call(|vault| vault.get(&account))? {
                return Ok(key::check(&present, "The keychain's entry"));
            }
            connection.call(|vault| vault.set(&account, &made))?;
            let kept = connection.call(|vault| vault.get(&account))?.unwrap_or(made);
            memory.keep_read(account, kept.clone());
            Ok(Ok(kept))
        };
        self.inner.worker.call(self.inner.limits.write, make).await?
    }
}
