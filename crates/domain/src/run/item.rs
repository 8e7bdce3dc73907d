//! What flows between nodes: items, in pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ts_rs::TS;

use crate::Config;

/// Items in one page at most.
pub const MAX_PAGE_ITEMS: usize = 1_000;
/// Bytes of JSON text in one page at most, unless a single item is larger.
pub const MAX_PAGE_BYTES: usize = 1 << 20;

/// One item: an object, and files beside it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Item {
    /// The object, `$json` in expressions.
    #[ts(type = "Record<string, unknown>")]
    pub json: Config,
    /// Files by name, `$binary` in expressions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[ts(optional, as = "Option<BTreeMap<String, Binary>>")]
    pub binary: BTreeMap<String, Binary>,
}

impl From<Config> for Item {
    fn from(json: Config) -> Self {
        Self { json, binary: BTreeMap::new() }
    }
}

/// A file beside an item. Its content is kept once, under its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Binary {
    /// SHA-256 of the content, 64 lower-case hexadecimal digits: where the content is kept.
    pub hash: String,
    /// Bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// Media type, such as `text/csv`.
    pub mime_type: String,
    /// Name without folders; may be empty.
    #[serde(default)]
    pub file_name: String,
}

/// A run of consecutive items that one output of one step put out: the unit of flow, history and journal.
///
/// The items are kept as text until somebody asks for fields: parsed values take ten times the room.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// JSON list of [`Item`].
    pub text: Arc<str>,
    /// Items in it, 1 to [`MAX_PAGE_ITEMS`].
    pub count: u32,
    /// Of `text`.
    pub hash: PageHash,
    /// Which input items each came from.
    pub lineage: Lineage,
}

impl Page {
    /// A page of this text, which must be a JSON list of `count` items.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>, count: u32, lineage: Lineage) -> Self {
        let text = text.into();
        let hash = PageHash::of(text.as_bytes());
        Self { text, count, hash, lineage }
    }

    /// The items.
    ///
    /// # Errors
    /// When the text is not a list of items, which a page that was not damaged never is.
    pub fn items(&self) -> Result<Vec<Item>, serde_json::Error> {
        serde_json::from_str(&self.text)
    }
}

/// SHA-256 of a page's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageHash(pub [u8; 32]);

impl PageHash {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl std::fmt::Debug for PageHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(&self.0[..6]))
    }
}

/// Which input items the items of a page came from. Assigned by the engine, never guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lineage {
    /// From none: made here.
    None,
    /// Item `n` of the page came from item `first + n` of this input.
    Same(ItemRef),
    /// For each item, the input items it came from.
    Each(Vec<Vec<ItemRef>>),
}

/// The place of an item in the input of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ItemRef {
    /// Which of the step's inputs, in the order of its incoming edges, from 0.
    pub input: u32,
    /// Place among all items of that input, from 0.
    pub index: u32,
}

/// Consecutive items of one input, read for work.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Place of the first item; the others follow.
    pub first: Option<ItemRef>,
    /// The items.
    pub items: Vec<Item>,
}

impl Batch {
    /// Place of the item at this position of the batch.
    #[must_use]
    pub fn place(&self, position: usize) -> ItemRef {
        let first = self.first.unwrap_or(ItemRef { input: 0, index: 0 });
        let offset = u32::try_from(position).unwrap_or(u32::MAX);
        ItemRef { input: first.input, index: first.index.saturating_add(offset) }
    }
}
