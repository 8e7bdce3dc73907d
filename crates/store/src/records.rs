//! The text of what the journal keeps, and the hash that tells whether it is what was written. Reading and writing the
//! database is done elsewhere.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bridge_domain::{
    EndedStep, ItemRef, Lineage, NewRun, NodeId, Page, PageHash, RecordedPage, RunId, RunMode, RunScope, RunTrigger,
    StartedStep, StepEnd, StepError, StepKey, StepStatus, Timestamp,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::error::{self, Attempt};

/// The hash of a record: the first half of SHA-256. It finds damage; nobody is kept out by it.
pub(crate) type RecordHash = [u8; 16];

/// A record as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) text: Arc<str>,
    pub(crate) hash: RecordHash,
}

impl Record {
    fn of(run: RunId, place: Place, content: &impl Serialize) -> Attempt<Self> {
        let text = serde_json::to_string(content)?;
        let hash = hash(run, place, text.as_bytes());
        Ok(Self { text: text.into(), hash })
    }

    pub(crate) fn accepted(id: RunId, run: &NewRun) -> Attempt<Self> {
        let input: Vec<_> = run.input.iter().map(PageLine::of).collect();
        let content = (run.version_number, run.mode, &run.trigger, &run.trigger_node, input, &run.scope, run.at);
        Self::of(id, Place::Accepted, &content)
    }

    pub(crate) fn state(id: RunId, state: &State) -> Attempt<Self> {
        Self::of(id, Place::State, state)
    }

    pub(crate) fn begun(id: RunId, begun: &StartedStep) -> Attempt<Self> {
        let pages: Vec<Vec<_>> =
            begun.input_pages.iter().map(|input| input.iter().map(|hash| Hash(hash.0)).collect()).collect();
        let (at, inputs) = (begun.at.as_microseconds(), &begun.inputs);
        let content = (&begun.node_id, &begun.iteration, begun.attempt, begun.harmless, inputs, pages, at);
        Self::of(id, Place::Begun(begun.step), &content)
    }

    pub(crate) fn ended(id: RunId, ended: &EndedStep) -> Attempt<Self> {
        let outputs: Vec<_> =
            ended.outputs.iter().map(|o| (&o.port, o.pages.iter().map(PageLine::of).collect::<Vec<_>>())).collect();
        let content = (Hash(ended.key), ended.status, ended.reused, outputs, &ended.error, ended.duration_ms);
        Self::of(id, Place::Ended(ended.step), &content)
    }

    /// Bytes it takes.
    pub(crate) fn len(&self) -> i64 {
        i64::try_from(self.text.len()).unwrap_or(i64::MAX)
    }
}

/// Which record of a run: part of its hash, so that none can stand in another's place.
#[derive(Clone, Copy)]
enum Place {
    Accepted,
    State,
    Begun(u32),
    Ended(u32),
}

fn hash(run: RunId, place: Place, text: &[u8]) -> RecordHash {
    let (kind, step) = match place {
        Place::Accepted => (0_u8, 0),
        Place::State => (1, 0),
        Place::Begun(step) => (2, step),
        Place::Ended(step) => (3, step),
    };
    let digest = Sha256::new()
        .chain_update(run.0.as_bytes())
        .chain_update([kind])
        .chain_update(step.to_le_bytes())
        .chain_update(text)
        .finalize();
    let mut half = RecordHash::default();
    half.copy_from_slice(&digest[..16]);
    half
}

fn read<T: DeserializeOwned>(run: RunId, place: Place, text: &[u8], found: &[u8]) -> Attempt<T> {
    if hash(run, place, text) != found {
        return Err(damaged().into());
    }
    serde_json::from_slice(text).map_err(|_| damaged().into())
}

fn damaged() -> bridge_domain::Error {
    error::damaged("A record of this run is damaged and cannot be read.")
}

/// A run as it was accepted, its input without text.
pub(crate) struct Accepted {
    pub(crate) version_number: u32,
    pub(crate) mode: RunMode,
    pub(crate) trigger: RunTrigger,
    pub(crate) trigger_node: NodeId,
    pub(crate) input: Vec<RecordedPage>,
    pub(crate) scope: RunScope,
    pub(crate) at: Timestamp,
}

impl Accepted {
    pub(crate) fn read(run: RunId, text: &[u8], hash: &[u8]) -> Attempt<Self> {
        type Content = (u32, RunMode, RunTrigger, NodeId, Vec<PageLine>, RunScope, Timestamp);
        let (version_number, mode, trigger, trigger_node, input, scope, at) =
            read::<Content>(run, Place::Accepted, text, hash)?;
        let input = input.into_iter().map(PageLine::into_page).collect();
        Ok(Self { version_number, mode, trigger, trigger_node, input, scope, at })
    }
}

/// The newest change of a run's state.
#[derive(Serialize, Deserialize)]
pub(crate) struct State(pub(crate) Option<Box<StepError>>, pub(crate) u32, pub(crate) Timestamp);

impl State {
    pub(crate) fn read(run: RunId, text: &[u8], hash: &[u8]) -> Attempt<Self> {
        read(run, Place::State, text, hash)
    }
}

/// Reads how a step began.
pub(crate) fn begun(run: RunId, step: u32, text: &[u8], hash: &[u8]) -> Attempt<StartedStep> {
    type Content = (NodeId, Vec<u32>, u32, bool, Vec<u32>, Vec<Vec<Hash>>, i64);
    let (node_id, iteration, attempt, harmless, inputs, pages, at) =
        read::<Content>(run, Place::Begun(step), text, hash)?;
    let input_pages = pages.into_iter().map(|input| input.into_iter().map(|hash| PageHash(hash.0)).collect()).collect();
    let at = Timestamp::from_microseconds(at);
    Ok(StartedStep { step, node_id, iteration, attempt, harmless, inputs, input_pages, at })
}

/// Reads how a step ended.
pub(crate) fn ended(run: RunId, step: u32, text: &[u8], hash: &[u8]) -> Attempt<StepEnd> {
    type Content = (Hash, StepStatus, bool, Vec<(String, Vec<PageLine>)>, Option<StepError>, u32);
    let (key, status, reused, outputs, error, duration_ms) = read::<Content>(run, Place::Ended(step), text, hash)?;
    let outputs =
        outputs.into_iter().map(|(port, pages)| (port, pages.into_iter().map(PageLine::into_page).collect())).collect();
    Ok(StepEnd { key: key.0, status, reused, outputs, error, duration_ms })
}

/// What of a key is in the index.
pub(crate) fn key_head(key: &StepKey) -> i64 {
    let mut head = [0; 8];
    head.copy_from_slice(&key[..8]);
    i64::from_be_bytes(head)
}

/// 32 bytes as base64url.
struct Hash([u8; 32]);

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = [0_u8; 43];
        let length = URL_SAFE_NO_PAD.encode_slice(self.0, &mut text).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(std::str::from_utf8(&text[..length]).map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = URL_SAFE_NO_PAD.decode(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)?;
        bytes.try_into().map(Self).map_err(|_| serde::de::Error::custom("not 32 bytes"))
    }
}

/// A page without its text: hash, items, where they came from.
#[derive(Serialize, Deserialize)]
struct PageLine(Hash, u32, Links);

/// [`Lineage`] in few characters: `null`, `[input, index]`, or a list of such pairs for each item.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Links {
    None(()),
    Same([u32; 2]),
    Each(Vec<Vec<[u32; 2]>>),
}

impl PageLine {
    fn of(page: &Page) -> Self {
        let pair = |place: &ItemRef| [place.input, place.index];
        let links = match &page.lineage {
            Lineage::None => Links::None(()),
            Lineage::Same(first) => Links::Same(pair(first)),
            Lineage::Each(items) => Links::Each(items.iter().map(|from| from.iter().map(pair).collect()).collect()),
        };
        Self(Hash(page.hash.0), page.count, links)
    }

    fn into_page(self) -> RecordedPage {
        let place = |[input, index]: [u32; 2]| ItemRef { input, index };
        let lineage = match self.2 {
            Links::None(()) => Lineage::None,
            Links::Same(first) => Lineage::Same(place(first)),
            Links::Each(items) => {
                Lineage::Each(items.into_iter().map(|from| from.into_iter().map(place).collect()).collect())
            }
        };
        RecordedPage { hash: PageHash(self.0.0), count: self.1, lineage }
    }
}
