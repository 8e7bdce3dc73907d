//! `run_parts`: what happened in a run, many entries a row, and the small pages that belong to it alone.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use bridge_domain::{Page, PageHash, RunId, StepKey};
use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    blobs,
    error::{self, Attempt},
    lines::{self, Event},
    records::{self, Place},
    rows::{Bound, RowStatement},
};

/// Bytes up to which a page is kept in its run's part, unless it names files.
const SMALL_PAGE: usize = 4 << 10;
/// Bytes from which on a part is closed: what is read to find one step or page in it.
const FULL_PART: usize = 64 << 10;
/// Bytes of a hash by which a key or a page is looked for.
const HEAD: usize = 8;
/// Bytes that a page takes in `own_pages`.
const OWN_PAGE: usize = HEAD + size_of::<u32>();

/// Whether a page is kept in a part, instead of once for all runs.
pub(crate) fn takes(page: &Page) -> bool {
    page.text.len() <= SMALL_PAGE && blobs::named_in(&page.text).is_empty()
}

/// A part that is being put together.
#[derive(Default)]
pub(crate) struct Part {
    steps: Option<(u32, u32)>,
    keys: Vec<u8>,
    own_pages: Vec<u8>,
    records: String,
    texts: String,
}

impl Part {
    /// Adds the line of an entry about a step, and the step's key if it succeeded.
    pub(crate) fn push(&mut self, step: u32, line: &str, key: Option<&StepKey>) {
        let (first, last) = self.steps.unwrap_or((step, step));
        self.steps = Some((first.min(step), last.max(step)));
        self.records.push_str(line);
        if let Some(key) = key {
            self.keys.extend_from_slice(&key[..HEAD]);
        }
    }

    /// Adds a page that the run does not have yet.
    pub(crate) fn push_page(&mut self, page: &Page) {
        self.own_pages.extend_from_slice(&page.hash.0[..HEAD]);
        let length = u32::try_from(page.text.len()).unwrap_or(u32::MAX);
        self.own_pages.extend_from_slice(&length.to_le_bytes());
        self.texts.push_str(&page.text);
    }

    pub(crate) fn is_full(&self) -> bool {
        self.records.len() + self.texts.len() >= FULL_PART
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.own_pages.is_empty()
    }
}

/// A part and its place.
pub(crate) struct NewPart {
    pub(crate) seq: i64,
    pub(crate) run: RunId,
    pub(crate) number: u32,
    pub(crate) part: Part,
}

/// Writes parts; each is bound by [`NewPart::bind`].
pub(crate) const INSERT: RowStatement = RowStatement {
    head: "INSERT INTO run_parts (run, part, first_step, last_step, keys, own_pages, records, hash, texts)",
    width: 9,
    tail: "",
};

impl NewPart {
    /// Gives a statement the values of its row.
    pub(crate) fn bind(query: Bound, Self { seq, run, number, part }: Self) -> Bound {
        let (first, last) = part.steps.unwrap_or_default();
        let place = Place::Part(number, first, last);
        let hash = records::hash(run, place, &[part.records.as_bytes(), &part.keys, &part.own_pages]);
        let query = query.bind(seq).bind(number).bind(first).bind(last).bind(part.keys).bind(part.own_pages);
        query.bind(part.records).bind(hash.to_vec()).bind(part.texts)
    }
}

/// A part as stored, without the texts of its pages.
struct PartRow {
    part: u32,
    first_step: u32,
    last_step: u32,
    keys: Vec<u8>,
    own_pages: Vec<u8>,
    records: Vec<u8>,
    hash: Vec<u8>,
}

impl FromRow<'_, SqliteRow> for PartRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            part: row.try_get("part")?,
            first_step: row.try_get("first_step")?,
            last_step: row.try_get("last_step")?,
            keys: row.try_get_unchecked("keys")?,
            own_pages: row.try_get_unchecked("own_pages")?,
            records: row.try_get_unchecked("records")?,
            hash: row.try_get("hash")?,
        })
    }
}

impl PartRow {
    fn events(&self, run: RunId) -> Attempt<Vec<Event>> {
        let place = Place::Part(self.part, self.first_step, self.last_step);
        if records::hash(run, place, &[&self.records, &self.keys, &self.own_pages])[..] != self.hash {
            return Err(records::damaged().into());
        }
        Ok(lines::read(&self.records).ok_or_else(records::damaged)?)
    }
}

/// What happened to the steps from `first` to `last`, in order; maybe also to others.
pub(crate) async fn events(
    connection: &mut SqliteConnection,
    seq: i64,
    run: RunId,
    (first, last): (u32, u32),
) -> Attempt<Vec<Event>> {
    let rows: Vec<PartRow> = sqlx::query_as(
        "SELECT part, first_step, last_step, keys, own_pages, records, hash FROM run_parts
         WHERE run = ? AND last_step >= ? AND first_step <= ? ORDER BY part",
    )
    .bind(seq)
    .bind(first)
    .bind(last)
    .fetch_all(connection)
    .await?;
    let mut events = Vec::new();
    for row in rows {
        events.append(&mut row.events(run)?);
    }
    Ok(events)
}

/// The number of the next part of a run.
pub(crate) async fn next_number(connection: &mut SqliteConnection, seq: i64) -> Attempt<u32> {
    let newest: Option<u32> =
        sqlx::query_scalar("SELECT max(part) FROM run_parts WHERE run = ?").bind(seq).fetch_one(connection).await?;
    Ok(newest.map_or(0, |newest| newest.saturating_add(1)))
}

/// Where to look for a page.
pub(crate) enum Within<'a> {
    /// In this run.
    Run(i64),
    /// In these runs.
    Runs(&'a [i64]),
    /// In all runs, newest first.
    All,
}

/// The text of a small page, if it is what was written; none when no run there has it, or all that had it were dropped.
pub(crate) async fn page(
    connection: &mut SqliteConnection,
    within: Within<'_>,
    hash: PageHash,
) -> Attempt<Option<Arc<str>>> {
    let runs = match within {
        Within::Run(seq) => serde_json::to_string(&[seq])?,
        Within::Runs(list) => serde_json::to_string(list)?,
        Within::All => String::new(),
    };
    let mut is_damaged = false;
    for skipped in 0_i64.. {
        let Some((seq, part)) = find(connection, &runs, hash, skipped).await? else { break };
        match read_page(connection, seq, part, hash).await? {
            Found::Text(text) => return Ok(Some(text)),
            Found::Damaged => is_damaged = true,
            Found::Nothing => {}
        }
    }
    if is_damaged {
        Err(error::damaged("The data of this step is damaged and cannot be read.").into())
    } else {
        Ok(None)
    }
}

/// The newest part that may have a page, after so many others.
async fn find(
    connection: &mut SqliteConnection,
    runs: &str,
    hash: PageHash,
    skipped: i64,
) -> Attempt<Option<(i64, u32)>> {
    const ANY: &str = "SELECT run, part FROM run_parts INDEXED BY part_contents WHERE instr(own_pages, ?1)
        ORDER BY run DESC, part DESC LIMIT 1 OFFSET ?2";
    const SOME: &str = "SELECT run, part FROM run_parts INDEXED BY part_contents
        WHERE run IN (SELECT value FROM json_each(?3)) AND instr(own_pages, ?1)
        ORDER BY run DESC, part DESC LIMIT 1 OFFSET ?2";
    let query = sqlx::query_as(if runs.is_empty() { ANY } else { SOME }).bind(hash.0[..HEAD].to_vec()).bind(skipped);
    let query = if runs.is_empty() { query } else { query.bind(runs) };
    Ok(query.fetch_optional(connection).await?)
}

enum Found {
    Text(Arc<str>),
    Damaged,
    /// Its data was dropped, or these bytes are part of something else.
    Nothing,
}

async fn read_page(connection: &mut SqliteConnection, seq: i64, part: u32, hash: PageHash) -> Attempt<Found> {
    let row = sqlx::query("SELECT own_pages, texts FROM run_parts WHERE run = ? AND part = ?")
        .bind(seq)
        .bind(part)
        .fetch_one(connection)
        .await?;
    let (own_pages, texts): (Vec<u8>, Vec<u8>) = (row.try_get_unchecked(0)?, row.try_get_unchecked(1)?);
    let (mut begin, mut found) = (0_usize, Found::Nothing);
    for entry in own_pages.chunks_exact(OWN_PAGE) {
        let (head, length) = entry.split_at(HEAD);
        let length = length.try_into().map_or(0, u32::from_le_bytes) as usize;
        let end = begin.saturating_add(length);
        if *head == hash.0[..HEAD] && !texts.is_empty() {
            let text = texts.get(begin..end).unwrap_or_default();
            match std::str::from_utf8(text) {
                Ok(sound) if PageHash::of(text) == hash => return Ok(Found::Text(sound.into())),
                _ => found = Found::Damaged,
            }
        }
        begin = end;
    }
    Ok(found)
}

/// Places of steps of a workflow that may have succeeded under this key, newest first: run, its identifier, part.
pub(crate) async fn with_key(
    connection: &mut SqliteConnection,
    workflow: &str,
    key: &StepKey,
) -> Attempt<Vec<(i64, String, u32)>> {
    Ok(sqlx::query_as(
        "SELECT p.run, r.id, p.part FROM runs r INDEXED BY runs_by_workflow
         CROSS JOIN run_parts p INDEXED BY part_contents ON p.run = r.seq
         WHERE r.workflow_id = ? AND instr(p.keys, ?) AND r.data_dropped = 0
         ORDER BY r.seq DESC, p.part DESC LIMIT 8",
    )
    .bind(workflow)
    .bind(key[..HEAD].to_vec())
    .fetch_all(connection)
    .await?)
}

/// Events of one part.
pub(crate) async fn events_of_part(
    connection: &mut SqliteConnection,
    seq: i64,
    run: RunId,
    part: u32,
) -> Attempt<Vec<Event>> {
    let row: PartRow = sqlx::query_as(
        "SELECT part, first_step, last_step, keys, own_pages, records, hash FROM run_parts WHERE run = ? AND part = ?",
    )
    .bind(seq)
    .bind(part)
    .fetch_one(connection)
    .await?;
    row.events(run)
}

/// Runs that were read lately: their pages are asked for next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recent(Arc<Mutex<VecDeque<i64>>>);

impl Recent {
    /// Runs that are remembered.
    const RUNS: usize = 64;

    pub(crate) fn add(&self, seq: i64) {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.retain(|other| *other != seq);
        runs.push_front(seq);
        runs.truncate(Self::RUNS);
    }

    pub(crate) fn runs(&self) -> Vec<i64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }
}
