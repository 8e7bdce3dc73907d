//! The one thread that talks to the keychain. It is never waited for: not by an async worker, and not at the end of the
//! application, which ends it wherever it is.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::{OpenVault, Vault, VaultError};

/// Calls that may wait while the keychain is busy with another. More than a person can cause.
const QUEUE: usize = 64;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

pub(crate) struct Worker {
    open: Arc<OpenVault>,
    queue: Mutex<Option<SyncSender<Job>>>,
    busy: Arc<Busy>,
}

impl Worker {
    /// Opens nothing and starts nothing yet.
    pub(crate) fn new(open: Arc<OpenVault>) -> Self {
        Self { open, queue: Mutex::new(None), busy: Arc::default() }
    }

    /// Makes a call on the thread and waits at most `limit` for its answer. A call that has begun by then still finishes;
    /// one that has not is dropped.
    ///
    /// # Errors
    /// The call's own; [`VaultError::NotAnswering`] when the limit is over.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        limit: Duration,
        call: impl FnOnce(&mut Connection) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let (reply, answer) = oneshot::channel();
        self.enqueue(Box::new(move |connection| {
            if !reply.is_closed() {
                // Nobody may be listening any more; what the call did stays done.
                let _ = reply.send(call(connection));
            }
        }))?;
        match tokio::time::timeout(limit, answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(VaultError::Failed("the call broke off".to_owned())),
            Err(_) => Err(VaultError::NotAnswering),
        }
    }

    /// Like [`Self::call`], but fails at once while another call has been hanging for longer than `limit`: waiting again
    /// for each key would add up.
    pub(crate) async fn call_unless_hanging<T: Send + 'static>(
        &self,
        limit: Duration,
        call: impl FnOnce(&mut Connection) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        if self.busy.since().is_some_and(|since| since.elapsed() >= limit) {
            return Err(VaultError::NotAnswering);
        }
        self.call(limit, call).await
    }

    /// Starts the thread with the first call, and again should a call have panicked.
    fn enqueue(&self, mut job: Job) -> Result<(), VaultError> {
        let mut queue: MutexGuard<'_, Option<SyncSender<Job>>> =
            self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = queue.as_ref() {
            match sender.try_send(job) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Full(_)) => return Err(VaultError::NotAnswering),
                Err(TrySendError::Disconnected(returned)) => job = returned,
            }
        }
        let (sender, jobs) = sync_channel(QUEUE);
        let (open, busy) = (Arc::clone(&self.open), Arc::clone(&self.busy));
        std::thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || work(&jobs, open, &busy))
            .map_err(|error| VaultError::Failed(error.to_string()))?;
        // An empty queue takes one job.
        let _ = sender.try_send(job);
        *queue = Some(sender);
        Ok(())
    }
}

/// Ends with the last [`Worker`] that can send a job.
fn work(jobs: &Receiver<Job>, open: Arc<OpenVault>, busy: &Busy) {
    let mut connection = Connection { open, vault: None };
    while let Ok(job) = jobs.recv() {
        let _mark = busy.mark();
        job(&mut connection);
    }
}

/// Since when the thread has been in one call.
#[derive(Default)]
struct Busy(Mutex<Option<Instant>>);

impl Busy {
    fn since(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    fn mark(&self) -> BusyMark<'_> {
        self.set(Some(Instant::now()));
        BusyMark(self)
    }
}

/// Takes the mark away even when the call panics.
struct BusyMark<'a>(&'a Busy);

impl Drop for BusyMark<'_> {
    fn drop(&mut self) {
        self.0.set(None);
    }
}

/// The keychain as the thread holds it: opened with the first call, and opened again after a failure.
pub(crate) struct Connection {
    open: Arc<OpenVault>,
    vault: Option<Box<dyn Vault>>,
}

impl Connection {
    /// Makes a call. Should a keychain that was open before fail, because its service was started anew or the bus broke
    /// off, it is opened again and asked once more: all three calls of a vault can be repeated.
    ///
    /// # Errors
    /// The keychain's.
    pub(crate) fn call<T>(&mut self, call: impl Fn(&dyn Vault) -> Result<T, VaultError>) -> Result<T, VaultError> {
        let was_open = self.vault.is_some();
        let result = self.attempt(&call);
        match &result {
            // Asking again what was not answered in time would only double the time.
            Err(VaultError::NotAnswering) => result,
            Err(error) if was_open && error.may_be_stale() => {
                tracing::debug!(%error, "opening the keychain again");
                self.attempt(&call)
            }
            _ => result,
        }
    }

    fn attempt<T>(&mut self, call: impl Fn(&dyn Vault) -> Result<T, VaultError>) -> Result<T, VaultError> {
        let vault = match self.vault.take() {
            Some(vault) => vault,
            None => (self.open)()?,
        };
        let result = call(vault.as_ref());
        if !result.as_ref().is_err_and(VaultError::may_be_stale) {
            self.vault = Some(vault);
        }
        result
    }
}
