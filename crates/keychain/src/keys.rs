//! Keys as the application asks for them: which source comes first, what is remembered, and how long is waited. Makes no
//! keychain call itself; the worker does.

use std::fmt;
use std::sync::Arc;

use bridge_domain::{Error, KeySource, KeychainState, Result, SecretString};

use crate::memory::Memory;
use crate::probe::{Probed, probe};
use crate::worker::{Connection, Worker};
use crate::{Account, Environment, Limits, Lookup, Options, VaultError, key};

/// API keys: from the session, the keychain or the environment. Clones share everything.
#[derive(Clone)]
pub struct Keys {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) worker: Worker,
    pub(crate) memory: Arc<Memory>,
    probed: Arc<Probed>,
    pub(crate) environment: Box<Environment>,
    pub(crate) limits: Limits,
}

impl Default for Keys {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl Keys {
    /// Keys in the operating system's keychain. Opens nothing yet: nothing that a window waits for may depend on the
    /// keychain.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Options::default())
    }

    /// Keys in a keychain of the caller's.
    #[must_use]
    pub fn with(options: Options) -> Self {
        let Options { open, environment, limits } = options;
        let inner =
            Inner { worker: Worker::new(open), memory: Arc::default(), probed: Arc::default(), environment, limits };
        Self { inner: Arc::new(inner) }
    }

    /// The key of a provider at a host: the session's, else the keychain's.
    ///
    /// # Errors
    /// [`bridge_domain::ErrorCode::InvalidInput`] for a provider or host that cannot be one, or an entry that is no key;
    /// `KeychainMissing`, `KeychainLocked`, `KeychainDenied`; `KeychainWaiting` after [`Limits::read`], in which case a
    /// later call finds what the keychain answered in the end.
    pub async fn get(&self, provider: &str, host: &str) -> Result<Option<(SecretString, KeySource)>> {
        let account = Account::new(provider, host)?;
        if let Some(key) = self.inner.memory.session(&account) {
            return Ok(Some((key, KeySource::Session)));
        }
        if let Some(key) = self.inner.memory.read(&account) {
            return Ok(Some((key, KeySource::Keychain)));
        }
        let memory = Arc::clone(&self.inner.memory);
        let read = move |connection: &mut Connection| read_key(connection, &memory, account);
        let key = self.inner.worker.call_unless_hanging(self.inner.limits.read, read).await??;
        Ok(key.map(|key| (key, KeySource::Keychain)))
    }

    /// The key to use: the session's, else the keychain's, else the environment variable's, the last one only for the
    /// provider's own host. A keychain that fails does not keep the environment variable from serving.
    ///
    /// # Errors
    /// As [`Self::get`], when no other source has a key either; `InvalidInput` for a variable that holds no key.
    pub async fn find(&self, lookup: &Lookup) -> Result<Option<(SecretString, KeySource)>> {
        match self.look_up(lookup).await {
            (None, Some(error)) => Err(error),
            (found, _) => Ok(found),
        }
    }

    /// Where [`Self::find`] would take the key from, and what keeps a source before that from answering.
    pub async fn source(&self, lookup: &Lookup) -> (KeySource, Option<Error>) {
        let (found, error) = self.look_up(lookup).await;
        (found.map_or(KeySource::None, |(_, source)| source), error)
    }

    async fn look_up(&self, lookup: &Lookup) -> (Option<(SecretString, KeySource)>, Option<Error>) {
        let error = match self.get(&lookup.provider, &lookup.host).await {
            Ok(Some(found)) => return (Some(found), None),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        match self.environment_key(lookup) {
            Ok(found) => (found.map(|key| (key, KeySource::Environment)), error),
            Err(invalid) => (None, error.or(Some(invalid))),
        }
    }

    fn environment_key(&self, lookup: &Lookup) -> Result<Option<SecretString>> {
        let Some(name) = lookup.variable.as_deref() else { return Ok(None) };
        let same_host =
            Account::new(&lookup.provider, &lookup.host)? == Account::new(&lookup.provider, &lookup.default_host)?;
        if !same_host {
            return Ok(None);
        }
        let Some(value) = (self.inner.environment)(name) else { return Ok(None) };
        // What is not Unicode fails the check for the character that replaces it.
        let value = value.to_string_lossy();
        if value.trim().is_empty() {
            return Ok(None);
        }
        let origin = format!("The environment variable {name}");
        let hint = format!("Correct {name} and start the application again, or set the key here.");
        let checked = key::check(&SecretString::from(value.as_ref()), &origin);
        checked.map(Some).map_err(|error| Error { hint, ..error })
    }

    /// Keeps a key in the keychain, without the white space around it. A key entered for this session before goes.
    ///
    /// # Errors
    /// [`bridge_domain::ErrorCode::InvalidInput`] with the path `key` for text that cannot be a key; `KeychainMissing`,
    /// `KeychainLocked`, `KeychainDenied`; `KeychainWaiting` after [`Limits::write`], in which case a write that the
    /// keychain has begun is kept once it answers, and one that it has not begun is dropped.
    pub async fn set(&self, provider: &str, host: &str, key: SecretString) -> Result<()> {
        let account = Account::new(provider, host)?;
        let key = key::check(&key, "The key")?;
        let moment = self.inner.memory.forget_read(&account);
        let (memory, probed) = (Arc::clone(&self.inner.memory), Arc::clone(&self.inner.probed));
        let write = move |connection: &mut Connection| {
            // Once more: a read may have come in between.
            memory.forget_read(&account);
            probed.forget();
            connection.call(|vault| vault.set(&account, &key))?;
            memory.drop_session_until(&account, moment);
            Ok(())
        };
        Ok(self.inner.worker.call(self.inner.limits.write, write).await?)
    }

    /// Keeps a key in memory until the application ends. It comes before the keychain's.
    ///
    /// # Errors
    /// [`bridge_domain::ErrorCode::InvalidInput`] as for [`Self::set`].
    pub fn set_session(&self, provider: &str, host: &str, key: SecretString) -> Result<()> {
        let account = Account::new(provider, host)?;
        self.inner.memory.keep_for_session(account, key::check(&key, "The key")?);
        Ok(())
    }

    /// Removes the session's key and the keychain's. None there is fine too, and so is a missing keychain when the
    /// session had a key.
    ///
    /// # Errors
    /// As for [`Self::set`]; the session's key is gone in any case.
    pub async fn remove(&self, provider: &str, host: &str) -> Result<()> {
        let account = Account::new(provider, host)?;
        let had_session_key = self.inner.memory.drop_session(&account);
        self.inner.memory.forget_read(&account);
        let (memory, probed) = (Arc::clone(&self.inner.memory), Arc::clone(&self.inner.probed));
        let delete = move |connection: &mut Connection| {
            memory.forget_read(&account);
            probed.forget();
            connection.call(|vault| vault.delete(&account))
        };
        match self.inner.worker.call(self.inner.limits.write, delete).await {
            Err(VaultError::Missing) if had_session_key => Ok(()),
            result => Ok(result?),
        }
    }

    /// Whether the keychain takes and gives keys, found out by writing and deleting an entry of no provider: a locked one
    /// opens and reads without complaint.
    pub async fn state(&self) -> KeychainState {
        let lifetime = self.inner.limits.state;
        if let Some(state) = self.inner.probed.get(lifetime) {
            return state;
        }
        let probed = Arc::clone(&self.inner.probed);
        let probe = move |connection: &mut Connection| {
            // Another caller may have probed while this one was waiting.
            Ok(probed.get(lifetime).unwrap_or_else(|| {
                let state = probe(connection);
                probed.keep(state);
                state
            }))
        };
        let answer = self.inner.worker.call_unless_hanging(self.inner.limits.read, probe).await;
        answer.unwrap_or_else(|error| error.state())
    }
}

/// Reads, and remembers what was read even if the caller has given up waiting.
pub(crate) fn read_key(
    connection: &mut Connection,
    memory: &Memory,
    account: Account,
) -> Result<Result<Option<SecretString>>, VaultError> {
    if let Some(key) = memory.read(&account) {
        return Ok(Ok(Some(key)));
    }
    let Some(entry) = connection.call(|vault| vault.get(&account))? else { return Ok(Ok(None)) };
    let checked = key::check(&entry, "The keychain's entry");
    if let Ok(key) = &checked {
        memory.keep_read(account, key.clone());
    }
    Ok(checked.map(Some))
}
