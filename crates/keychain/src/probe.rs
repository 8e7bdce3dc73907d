//! Whether the keychain works, tried out and remembered for a short time.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bridge_domain::{KeychainState, SecretString};

use crate::Account;
use crate::worker::Connection;

/// Writes and deletes an entry of no provider.
pub(crate) fn probe(connection: &mut Connection) -> KeychainState {
    let account = Account::probe();
    let content = SecretString::from("probe");
    let written = connection.call(|vault| vault.set(&account, &content));
    match written.and_then(|()| connection.call(|vault| vault.delete(&account))) {
        Ok(()) => KeychainState::Ready,
        Err(error) => error.state(),
    }
}

/// The outcome of the last probe.
#[derive(Default)]
pub(crate) struct Probed(Mutex<Option<(Instant, KeychainState)>>);

impl Probed {
    pub(crate) fn get(&self, lifetime: Duration) -> Option<KeychainState> {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.filter(|(when, _)| when.elapsed() < lifetime).map(|(_, state)| state)
    }

    pub(crate) fn keep(&self, state: KeychainState) {
        // A person may answer any moment.
        if state == KeychainState::Waiting {
            return;
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), state));
    }

    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
