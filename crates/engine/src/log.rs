//! A run's hand on the journal: gathers entries, so that what happens without a pause is one append, and says when they are
//! durable. What is said of a step goes behind its beginning, whenever it is said.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    /// Steps that have begun and not ended.
    open: HashSet<u32>,
    /// What is to be said of steps that have not begun yet.
    notices: HashMap<u32, String>,
}

impl State {
    fn add(&mut self, entry: Entry) {
        let mut said = None;
        match &entry {
            Entry::StepStarted(begun) => {
                self.open.insert(begun.step);
                said = self.notices.remove(&begun.step).map(|notice| Entry::Noted { step: begun.step, notice });
            }
            Entry::StepEnded(ended) => {
                self.open.remove(&ended.step);
            }
            _ => {}
        }
        self.gathered.push(entry);
        self.gathered.extend(said);
    }
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
            state.add(entry);
            state.gathered.len() >= GATHERED
        };
        if is_full {
            self.flush();
        }
    }

    /// Whether a step has begun and not ended.
    pub(crate) fn is_open(&self, step: u32) -> bool {
        self.state().open.contains(&step)
    }

    /// A step that was begun before this process took the run on goes on.
    pub(crate) fn reopen(&self, step: u32) {
        self.state().open.insert(step);
    }

    /// Says something of a step: now when it has begun, else as soon as it does.
    pub(crate) fn note(&self, step: u32, has_begun: bool, notice: String) {
        if has_begun {
            self.push(Entry::Noted { step, notice });
        } else {
            self.state().notices.insert(step, notice);
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

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
