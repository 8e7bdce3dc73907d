//! The text of what the journal keeps in a run's row, and the hashes that tell whether a record is what was written.
//! Entries about steps are in `lines`. Reading and writing the database is done elsewhere.

use std::sync::Arc;

use bridge_domain::{NewRun, NodeId, RecordedPage, RunId, RunMode, RunScope, RunTrigger, StepError, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::{
    encoding::{PageLine, Pages},
    error::{self, Attempt},
};

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
        let hash = hash(run, place, &[text.as_bytes()]);
        Ok(Self { text: text.into(), hash })
    }

    pub(crate) fn accepted(id: RunId, run: &NewRun) -> Attempt<Self> {
        let content =
            (run.version_number, run.mode, &run.trigger, &run.trigger_node, Pages(&run.input), &run.scope, run.at);
        Self::of(id, Place::Accepted, &content)
    }

    pub(crate) fn state(id: RunId, state: &State) -> Attempt<Self> {
        Self::of(id, Place::State, state)
    }
}

/// Which record of a run: part of its hash, so that none can stand in another's place.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Accepted,
    State,
    /// A part, and its first and last step.
    Part(u32, u32, u32),
}

/// The hash of a record that consists of these texts.
pub(crate) fn hash(run: RunId, place: Place, texts: &[&[u8]]) -> RecordHash {
    let (kind, part, first, last) = match place {
        Place::Accepted => (0_u8, 0, 0, 0),
        Place::State => (1, 0, 0, 0),
        Place::Part(part, first, last) => (2, part, first, last),
    };
    let mut digest = Sha256::new().chain_update(run.0.as_bytes()).chain_update([kind]);
    for number in [part, first, last] {
        digest.update(number.to_le_bytes());
    }
    for text in texts {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    }
    let mut half = RecordHash::default();
    half.copy_from_slice(&digest.finalize()[..16]);
    half
}

fn read<T: DeserializeOwned>(run: RunId, place: Place, text: &[u8], found: &[u8]) -> Attempt<T> {
    if hash(run, place, &[text]) != found {
        return Err(damaged().into());
    }
    serde_json::from_slice(text).map_err(|_| damaged().into())
}

/// A record that is not what was written.
pub(crate) fn damaged() -> bridge_domain::Error {
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
