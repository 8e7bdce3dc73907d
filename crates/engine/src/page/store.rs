//! Texts of a run's pages, held in memory up to a budget and read back from the journal beyond it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use bridge_domain::{Journal, Page, PageHash, Result};

/// Bytes of page text that one run holds in memory; what is older is read back from the journal.
pub(crate) const HELD_BYTES: usize = 64 << 20;

/// The pages of one run. The same text is held once.
pub(crate) struct Pages {
    journal: Arc<dyn Journal>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    texts: HashMap<PageHash, Arc<str>>,
    order: VecDeque<PageHash>,
    bytes: usize,
}

impl Pages {
    pub(crate) fn new(journal: Arc<dyn Journal>) -> Self {
        Self { journal, held: Mutex::default() }
    }

    /// Holds a page.
    pub(crate) fn hold(&self, page: &Page) {
        let mut held = self.held();
        if held.texts.insert(page.hash, Arc::clone(&page.text)).is_none() {
            held.bytes += page.text.len();
            held.order.push_back(page.hash);
        }
    }

    /// Whether more is held than there is room for.
    pub(crate) fn is_full(&self) -> bool {
        self.held().bytes > HELD_BYTES
    }

    /// Drops the oldest pages until half the room is free. All of them must be in the journal by now.
    pub(crate) fn make_room(&self) {
        let mut held = self.held();
        while held.bytes > HELD_BYTES / 2 {
            let Some(oldest) = held.order.pop_front() else { return };
            if let Some(text) = held.texts.remove(&oldest) {
                held.bytes -= text.len();
            }
        }
    }

    /// The text of a page, if it is in memory.
    pub(crate) fn in_memory(&self, hash: PageHash) -> Option<Arc<str>> {
        self.held().texts.get(&hash).cloned()
    }

    /// The text of a page.
    ///
    /// # Errors
    /// Those of [`Journal::page`].
    pub(crate) async fn text(&self, hash: PageHash) -> Result<Arc<str>> {
        match self.in_memory(hash) {
            Some(text) => Ok(text),
            None => self.journal.page(hash).await,
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
