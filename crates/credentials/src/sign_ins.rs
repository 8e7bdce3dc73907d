//! Sign-ins that wait for the person in the browser, one for each credential. Nothing here knows OAuth 2.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bridge_domain::CredentialId;
use tokio::sync::oneshot;

/// The sign-ins under way. One that is begun anew or cancelled loses its sender, which its waiter sees.
#[derive(Default)]
pub(crate) struct SignIns(Mutex<HashMap<CredentialId, oneshot::Sender<()>>>);

/// Resolves when a sign-in is no longer wanted.
pub(crate) type Canceled = oneshot::Receiver<()>;

impl SignIns {
    /// Begins a sign-in, and ends an earlier one of the same credential: the person sees one page in the browser.
    pub(crate) fn begin(&self, id: CredentialId) -> Canceled {
        let (sender, canceled) = oneshot::channel();
        let mut waiting = self.waiting();
        waiting.retain(|_, sender| !sender.is_closed());
        waiting.insert(id, sender);
        canceled
    }

    /// Ends the sign-in of a credential, if there is one.
    pub(crate) fn cancel(&self, id: CredentialId) {
        self.waiting().remove(&id);
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<CredentialId, oneshot::Sender<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
