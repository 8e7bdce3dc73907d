//! A run's hand on the journal: gathers entries, so that what happens without a pause is one append, and says when they are
//! durable.

use std::sync::{Arc, Mutex, PoisonError};

use bridge_domain::{Entry, Journal, Result, RunId};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

/// Entries gathered at most before they are handed over.
const GATHERED: usize = 256;

type Durable = Shared<BoxFuture<'static, Result<()>>>;

/// The journal of one run.
pub(crate) struct Log {
    journal: Arc<dyn Journal>,
    run: RunId,
    /// Nothing is written while a run that has ended is followed once more.
    silent: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    gathered: Vec<Entry>,
    last: Option<Durable>,
}

impl Log {
    pub(crate) fn new(journal: Arc<dyn Journal>, run: RunId, silent: bool) -> Self {
        Self { journal, run, silent, state: Mutex::default() }
    }

    /// Adds an entry; it is handed over with the next [`Self::flush`].
    pub(crate) fn push(&self, entry: Entry) {
        if self.silent {
            return;
        }
        let is_full = {
            let mut state = self.state();
            state.gathered.push(entry);
            state.gathered.len() >= GATHERED
        };
        if is_full {
            self.flush();
        }
    }

    /// Hands over what is gathered; the future says when all of it so far is durable.
    pub(crate) fn flush(&self) -> Option<Durable> {
        let mut state = self.state();
        if !state.gathered.is_empty() {
            let entries = std::mem::take(&mut state.gathered);
            state.last = Some(self.journal.append(self.run, entries).shared());
        }
        state.last.clone()
    }

    /// Hands over what is gathered and waits until all of it so far is durable.
    pub(crate) async fn durable(&self) -> Result<()> {
        match self.flush() {
            Some(durable) => durable.await,
            None => Ok(()),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
