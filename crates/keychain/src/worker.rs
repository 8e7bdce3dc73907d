//! The one thread that talks to the keychain. It is never waited for: not by an async worker, and not at the end of the
//! application, which ends it wherever it is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::{OpenVault, Vault, VaultError};

/// Calls that may wait while the keychain is busy with another. More than a person can cause.
const QUEUE: usize = 64;

/// How long a keychain that did not answer counts as one that would not answer the next reader either. Short, because a
/// person may just have unlocked it.
const SILENCE: Duration = Duration::from_secs(2);

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

pub(crate) struct Worker {
    open: Arc<OpenVault>,
    queue: Mutex<Option<SyncSender<Job>>>,
    busy: Arc<Moment>,
    silent: Arc<Moment>,
}

impl Worker {
    /// Opens nothing and starts nothing yet.
    pub(crate) fn new(open: Arc<OpenVault>) -> Self {
        Self { open, queue: Mutex::new(None), busy: Arc::default(), silent: Arc::default() }
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
        let (busy, silent) = (Arc::clone(&self.busy), Arc::clone(&self.silent));
        self.enqueue(Box::new(move |connection| {
            if reply.is_closed() {
                return;
            }
            busy.set(Some(Instant::now()));
            let result = call(connection);
            silent.set(matches!(result, Err(VaultError::NotAnswering)).then(Instant::now));
            // Before the answer, or its receiver's next call would find a keychain that still seems to hang.
            busy.set(None);
            // Nobody may be listening any more; what the call did stays done.
            let _ = reply.send(result);
        }))?;
        match tokio::time::timeout(limit, answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(VaultError::Failed("the call broke off".to_owned())),
            Err(_) => Err(VaultError::NotAnswering),
        }
    }

    /// Like [`Self::call`], but counts the time that the call in progress has taken already, and gives up at once when the
    /// last call has just ended without an answer: waiting anew for each key while the keychain hangs would add up.
    pub(crate) async fn call_unless_hanging<T: Send + 'static>(
        &self,
        limit: Duration,
        call: impl FnOnce(&mut Connection) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let waited = self.busy.since().map_or(Duration::ZERO, |since| since.elapsed());
        let limit = limit.saturating_sub(waited);
        let silent = self.silent.since().is_some_and(|since| since.elapsed() < SILENCE);
        if silent || limit.is_zero() {
            return Err(VaultError::NotAnswering);
        }
        self.call(limit, call).await
    }

    /// Starts the thread with the first call.
    fn enqueue(&self, job: Job) -> Result<(), VaultError> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = match queue.as_ref() {
            Some(sender) => sender,
            None => queue.insert(self.start()?),
        };
        sender.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => VaultError::NotAnswering,
            TrySendError::Disconnected(_) => VaultError::Failed("its thread has ended".to_owned()),
        })
    }

    fn start(&self) -> Result<SyncSender<Job>, VaultError> {
        let (sender, jobs) = sync_channel(QUEUE);
        let (open, busy) = (Arc::clone(&self.open), Arc::clone(&self.busy));
        let thread = std::thread::Builder::new().name("keychain".to_owned());
        match thread.spawn(move || work(&jobs, open, &busy)) {
            Ok(_) => Ok(sender),
            Err(error) => Err(VaultError::Failed(error.to_string())),
        }
    }
}

/// Ends with the last [`Worker`] that can send a job.
fn work(jobs: &Receiver<Job>, open: Arc<OpenVault>, busy: &Moment) {
    let mut connection = Connection { open, vault: None };
    while let Ok(job) = jobs.recv() {
        // A store that panics must not take the calls behind it along. Its caller sees that no answer comes, and the
        // vault it was in is gone: `Connection::attempt` puts back only one that returned.
        if catch_unwind(AssertUnwindSafe(|| job(&mut connection))).is_err() {
            busy.set(None);
        }
    }
}

/// Since when something is so: that the thread is in one call, or that the keychain does not answer.
#[derive(Default)]
struct Moment(Mutex<Option<Instant>>);

impl Moment {
    fn since(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
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
