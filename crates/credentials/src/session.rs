//! Credentials for this session only. Nothing here outlives the process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bridge_domain::{CredentialId, CredentialSummary};

use crate::seal::Secrets;

/// A credential with its values.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) summary: CredentialSummary,
    pub(crate) secrets: Secrets,
}

#[derive(Default)]
pub(crate) struct Session(Mutex<HashMap<CredentialId, Kept>>);

impl Session {
    fn kept(&self) -> MutexGuard<'_, HashMap<CredentialId, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, id: CredentialId) -> Option<Kept> {
        self.kept().get(&id).cloned()
    }

    pub(crate) fn put(&self, kept: Kept) {
        self.kept().insert(kept.summary.id, kept);
    }

    /// Says whether it was there.
    pub(crate) fn remove(&self, id: CredentialId) -> bool {
        self.kept().remove(&id).is_some()
    }

    pub(crate) fn summaries(&self) -> Vec<CredentialSummary> {
        self.kept().values().map(|kept| kept.summary.clone()).collect()
    }
}
