//! Keys in memory: those entered for this session only, and those read from the keychain. Nothing here outlives the
//! process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bridge_domain::SecretString;

use crate::Account;

/// A moment in the order of calls; later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(u64);

#[derive(Default)]
pub(crate) struct Memory {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    session: HashMap<Account, (Moment, SecretString)>,
    read: HashMap<Account, SecretString>,
    moments: u64,
}

impl Kept {
    fn now(&mut self) -> Moment {
        self.moments += 1;
        Moment(self.moments)
    }
}

impl Memory {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key entered for this session.
    pub(crate) fn session(&self, account: &Account) -> Option<SecretString> {
        self.kept().session.get(account).map(|(_, key)| key.clone())
    }

    pub(crate) fn keep_for_session(&self, account: Account, key: SecretString) {
        let mut kept = self.kept();
        let now = kept.now();
        kept.session.insert(account, (now, key));
    }

    /// Drops the session's key; says whether there was one.
    pub(crate) fn drop_session(&self, account: &Account) -> bool {
        self.kept().session.remove(account).is_some()
    }

    /// Drops the session's key unless it was entered after `moment`.
    pub(crate) fn drop_session_until(&self, account: &Account, moment: Moment) {
        let mut kept = self.kept();
        if kept.session.get(account).is_some_and(|(entered, _)| *entered <= moment) {
            kept.session.remove(account);
        }
    }

    /// The key last read from the keychain.
    pub(crate) fn read(&self, account: &Account) -> Option<SecretString> {
        self.kept().read.get(account).cloned()
    }

    pub(crate) fn keep_read(&self, account: Account, key: SecretString) {
        self.kept().read.insert(account, key);
    }

    /// Forgets what was read, because it is about to change in the keychain.
    pub(crate) fn forget_read(&self, account: &Account) -> Moment {
        let mut kept = self.kept();
        kept.read.remove(account);
        kept.now()
    }
}
