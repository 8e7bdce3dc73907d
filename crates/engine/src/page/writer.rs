//! Makes pages from the items a step puts out: written as text at once, cut at the caps, with the lineage beside them.

use std::io::{self, Write};

use bridge_domain::{Error, ErrorCode, Item, ItemRef, Lineage, MAX_PAGE_BYTES, MAX_PAGE_ITEMS, Page, RunLimits};

/// How much a step may still put out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    limits: RunLimits,
    bytes: u64,
    items: u32,
    /// Bytes that the other steps of the run have put out.
    run_bytes: u64,
}

impl Budget {
    pub(crate) fn new(limits: RunLimits, run_bytes: u64) -> Self {
        Self { limits, bytes: 0, items: 0, run_bytes }
    }

    fn left(&self) -> u64 {
        let step = self.limits.step_output.saturating_sub(self.bytes);
        step.min(self.limits.output.saturating_sub(self.run_bytes.saturating_add(self.bytes)))
    }

    fn take_item(&mut self) -> Result<(), Error> {
        if self.items >= self.limits.items {
            return Err(limit(&format!("One step may put out {} items.", self.limits.items)));
        }
        self.items += 1;
        Ok(())
    }

    fn exceeded(&self) -> Error {
        if self.limits.step_output.saturating_sub(self.bytes) <= self.left() {
            limit(&format!("One step may put out {} MiB.", self.limits.step_output >> 20))
        } else {
            limit(&format!("The steps of one run may put out {} MiB together.", self.limits.output >> 20))
        }
    }
}

fn limit(what: &str) -> Error {
    Error::new(ErrorCode::LimitReached, what, "Work on fewer or smaller items, or in several runs.")
}

/// The pages of one output in the making.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    pages: Vec<Page>,
    text: Vec<u8>,
    count: usize,
    lineage: Links,
}

impl Writer {
    /// Adds an item.
    ///
    /// # Errors
    /// `limit_reached`, naming the cap.
    pub(crate) fn put(&mut self, item: &Item, from: &[ItemRef], budget: &mut Budget) -> Result<(), Error> {
        budget.take_item()?;
        let before = self.text.len();
        self.text.push(b',');
        let mut capped = Capped { text: &mut self.text, left: budget.left() };
        if serde_json::to_writer(&mut capped, item).is_err() {
            self.text.truncate(before);
            return Err(budget.exceeded());
        }
        let size = self.text.len() - before;
        budget.bytes += size as u64;
        if self.count > 0 && (self.count == MAX_PAGE_ITEMS || before + size > MAX_PAGE_BYTES) {
            let item = self.text.split_off(before);
            self.cut();
            self.text = item;
        }
        self.count += 1;
        self.lineage.add(from);
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0 && self.pages.is_empty()
    }

    /// The pages, when the step has ended.
    pub(crate) fn finish(mut self) -> Vec<Page> {
        if self.count > 0 {
            self.cut();
        }
        self.pages
    }

    fn cut(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        if let Some(first) = text.first_mut() {
            *first = b'[';
        }
        text.push(b']');
        let count = u32::try_from(std::mem::take(&mut self.count)).unwrap_or(u32::MAX);
        let text = String::from_utf8(text).unwrap_or_default();
        self.pages.push(Page::new(text, count, std::mem::take(&mut self.lineage).finish()));
    }
}

/// Stops a single item from filling the memory.
struct Capped<'a> {
    text: &'a mut Vec<u8>,
    left: u64,
}

impl Write for Capped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let size = bytes.len() as u64;
        if size > self.left {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.left -= size;
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lineage in its shortest form so far.
#[derive(Debug, Default)]
enum Links {
    #[default]
    Empty,
    None(usize),
    Same(ItemRef, usize),
    Each(Vec<Vec<ItemRef>>),
}

impl Links {
    fn add(&mut self, from: &[ItemRef]) {
        let next = match (std::mem::take(self), from) {
            (Self::Empty, []) => Self::None(1),
            (Self::Empty, [only]) => Self::Same(*only, 1),
            (Self::None(count), []) => Self::None(count + 1),
            (Self::Same(first, count), [only]) if *only == offset(first, count) => Self::Same(first, count + 1),
            (links, _) => {
                let mut each = links.spell_out();
                each.push(from.to_vec());
                Self::Each(each)
            }
        };
        *self = next;
    }

    fn spell_out(self) -> Vec<Vec<ItemRef>> {
        match self {
            Self::Empty => Vec::new(),
            Self::None(count) => vec![Vec::new(); count],
            Self::Same(first, count) => (0..count).map(|place| vec![offset(first, place)]).collect(),
            Self::Each(each) => each,
        }
    }

    fn finish(self) -> Lineage {
        match self {
            Self::Empty | Self::None(_) => Lineage::None,
            Self::Same(first, _) => Lineage::Same(first),
            Self::Each(each) => Lineage::Each(each),
        }
    }
}

fn offset(first: ItemRef, by: usize) -> ItemRef {
    ItemRef { index: first.index.saturating_add(u32::try_from(by).unwrap_or(u32::MAX)), ..first }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn item(number: usize) -> Item {
        Item::from(serde_json::json!({ "n": number }).as_object().cloned().unwrap_or_default())
    }

    fn at(index: u32) -> ItemRef {
        ItemRef { input: 0, index }
    }

    #[test]
    fn pages_are_cut_at_a_thousand_items_and_say_where_each_came_from() {
        let (mut writer, mut budget) = (Writer::default(), Budget::new(RunLimits::default(), 0));
        for number in 0..2_500 {
            writer.put(&item(number), &[at(u32::try_from(number).unwrap())], &mut budget).unwrap();
        }
        let pages = writer.finish();
        assert_eq!(pages.iter().map(|page| page.count).collect::<Vec<_>>(), [1_000, 1_000, 500]);
        assert_eq!(pages[2].lineage, Lineage::Same(at(2_000)));
        assert_eq!(pages[2].items().unwrap()[499], item(2_499));
    }

    #[test]
    fn a_page_is_cut_before_it_grows_beyond_its_bytes() {
        let (mut writer, mut budget) = (Writer::default(), Budget::new(RunLimits::default(), 0));
        let large = Item::from(serde_json::json!({ "text": "x".repeat(400_000) }).as_object().cloned().unwrap());
        for _ in 0..5 {
            writer.put(&large, &[], &mut budget).unwrap();
        }
        let pages = writer.finish();
        assert_eq!(pages.iter().map(|page| page.count).collect::<Vec<_>>(), [2, 2, 1]);
        assert!(pages.iter().all(|page| page.text.len() <= MAX_PAGE_BYTES && page.lineage == Lineage::None));
    }

    #[test]
    fn a_cap_is_named_and_nothing_of_the_item_is_kept() {
        let limits = RunLimits { step_output: 1_000, ..RunLimits::default() };
        let (mut writer, mut budget) = (Writer::default(), Budget::new(limits, 0));
        writer.put(&item(1), &[], &mut budget).unwrap();
        let large = Item::from(serde_json::json!({ "text": "x".repeat(2_000) }).as_object().cloned().unwrap());
        assert_eq!(writer.put(&large, &[], &mut budget).unwrap_err().code, ErrorCode::LimitReached);
        assert_eq!(writer.finish()[0].items().unwrap(), [item(1)]);
    }
}
