//! Texts of a run's pages, held in memory up to a budget and read back from the journal beyond it. The items of the newest
//! small pages wait beside them for the step that reads them next, which then need not parse them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use bridge_domain::{Item, Journal, Page, PageHash, Result};

/// Bytes of page text that one run holds in memory; what is older is read back from the journal.
pub(crate) const HELD_BYTES: usize = 64 << 20;

/// Bytes of text up to which a page's items are held as well.
const SMALL_PAGE: usize = 16 << 10;
/// Pages whose items are held at most.
const WITH_ITEMS: usize = 8;

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
    /// Oldest first.
    items: VecDeque<(PageHash, Vec<Item>)>,
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

    /// Holds the items of a page as well, if it is small.
    pub(crate) fn hold_items(&self, page: &Page, items: Vec<Item>) {
        if page.text.len() > SMALL_PAGE {
            return;
        }
        let mut held = self.held();
        if held.items.len() == WITH_ITEMS {
            held.items.pop_front();
        }
        held.items.push_back((page.hash, items));
    }

    /// The items of a page, unless they were taken before or are not held.
    pub(crate) fn take_items(&self, hash: PageHash) -> Option<Vec<Item>> {
        let mut held = self.held();
        let place = held.items.iter().rposition(|(other, _)| *other == hash)?;
        held.items.remove(place).map(|(_, items)| items)
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use bridge_domain::{Lineage, RunLimits};

    use super::*;
    use crate::memory::MemoryJournal;
    use crate::page::{Budget, Writer};

    fn page(item: &Item) -> Page {
        let (mut writer, mut budget) = (Writer::default(), Budget::new(RunLimits::default(), 0));
        writer.put(item, &[], &mut budget).unwrap();
        writer.finish().remove(0)
    }

    fn item(value: serde_json::Value) -> Item {
        Item::from(value.as_object().cloned().unwrap_or_default())
    }

    #[test]
    fn items_are_given_once_to_the_next_reader_and_are_what_the_text_says() {
        let pages = Pages::new(Arc::new(MemoryJournal::default()));
        let value =
            serde_json::json!({ "z": 0.1, "a": [1, 1.0, -0.0, 1e300, u64::MAX, i64::MIN, null, "\u{0}é\u{2028}"] });
        let item = item(value);
        let page = page(&item);
        pages.hold_items(&page, vec![item]);
        assert_eq!(pages.take_items(page.hash).unwrap(), page.items().unwrap());
        assert_eq!(pages.take_items(page.hash), None);
    }

    #[test]
    fn items_of_large_and_of_older_pages_are_left_to_the_text() {
        let pages = Pages::new(Arc::new(MemoryJournal::default()));
        let large = Page::new("x".repeat(SMALL_PAGE + 1), 1, Lineage::None);
        pages.hold_items(&large, vec![Item::default()]);
        assert_eq!(pages.take_items(large.hash), None);
        let small: Vec<Page> = (0..=WITH_ITEMS).map(|n| page(&item(serde_json::json!({ "n": n })))).collect();
        small.iter().for_each(|page| pages.hold_items(page, vec![Item::default()]));
        let held: Vec<bool> = small.iter().map(|page| pages.take_items(page.hash).is_some()).collect();
        assert_eq!(held.iter().filter(|held| **held).count(), WITH_ITEMS);
        assert!(!held[0]);
    }
}
