//! One transaction of the journal: the entries of many runs, in as few rows and statements as they need.

use std::collections::HashMap;

use bridge_domain::{Error, Page, RunId, RunStatus, WorkflowId};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{
    connection::{Database, Write},
    error::Attempt,
    journal::Line,
    pages,
    parts::{self, NewPart, Part},
    progress::{Known, recorded_before},
    records::Record,
    rows::{Bound, FEW, RowStatement},
    runs,
};

/// What was written of a run.
pub(crate) struct Written {
    pub(crate) id: RunId,
    pub(crate) workflow: WorkflowId,
    pub(crate) has_ended: bool,
    pub(crate) bytes: i64,
}

/// Writes the entries of a group in one transaction.
///
/// # Errors
/// `NotFound` for a run or workflow that does not exist; `Conflict` for what was recorded before. What is known of the
/// group's runs is then no longer true.
pub(crate) async fn write(
    database: &Database,
    entries: &[(RunId, &[Line])],
    known: &mut HashMap<RunId, Known>,
) -> Attempt<Vec<Written>> {
    let batch = gather(database, entries, known).await?;
    if batch.is_small_and_new() {
        return batch.insert_at_once(database).await;
    }
    let mut write = database.write().await?;
    let written = batch.flush(&mut write).await?;
    write.commit_aside().await?;
    Ok(written)
}

/// Writes how a run begins inside the caller's transaction.
///
/// # Errors
/// As [`write`].
pub(crate) async fn begin(write: &mut Write<'_>, run: RunId, accepted: &Line) -> Attempt<()> {
    let entries = [(run, std::slice::from_ref(accepted))];
    gather(write.database(), &entries, &mut HashMap::new()).await?.flush(write).await.map(drop)
}

async fn gather<'a>(
    database: &Database,
    entries: &[(RunId, &'a [Line])],
    known: &mut HashMap<RunId, Known>,
) -> Attempt<Batch<'a>> {
    let accepted = entries.iter().filter(|(_, lines)| matches!(lines.first(), Some(Line::Accepted { .. }))).count();
    let mut next_seq = database.run_numbers(size(accepted)).await?;
    let mut batch = Batch::default();
    for (id, lines) in entries {
        match lines.first() {
            Some(Line::Accepted { workflow, .. }) => {
                if known.insert(*id, Known::new(next_seq, *workflow)).is_some() {
                    return Err(recorded_before().into());
                }
                next_seq += 1;
            }
            _ if known.contains_key(id) => {}
            _ => {
                known.insert(*id, runs::known(&mut *database.read().await?, *id).await?);
            }
        }
        let run = known.get_mut(id).ok_or_else(|| Error::not_found("This run"))?;
        batch.add(*id, run, lines)?;
    }
    batch.close_parts(known);
    Ok(batch)
}

const INSERT: RowStatement = RowStatement {
    head: "INSERT INTO runs (seq, id, workflow_id, status, steps, page_bytes, record_bytes, accepted, accepted_hash, state,
               state_hash)",
    width: 11,
    tail: "",
};
const UPDATE: RowStatement = RowStatement {
    head: "WITH change (seq, status, steps, page_bytes, record_bytes, state, state_hash) AS (",
    width: 7,
    tail: ") UPDATE runs SET status = ifnull(change.status, runs.status), steps = max(runs.steps, change.steps),
               page_bytes = runs.page_bytes + change.page_bytes,
               record_bytes = runs.record_bytes + change.record_bytes,
               state = ifnull(change.state, runs.state), state_hash = ifnull(change.state_hash, runs.state_hash)
             FROM change WHERE runs.seq = change.seq",
};

/// Rows to be written.
#[derive(Default)]
struct Batch<'a> {
    runs: Vec<RunRow<'a>>,
    run_at: HashMap<RunId, usize>,
    parts: Vec<NewPart>,
    /// Pages that are kept once for all runs.
    pages: Vec<(usize, &'a Page)>,
}

struct RunRow<'a> {
    id: RunId,
    seq: i64,
    workflow: WorkflowId,
    accepted: Option<&'a Record>,
    state: Option<(RunStatus, &'a Record)>,
    /// Its part that is being put together.
    part: Part,
    /// The number of steps, if it has grown.
    steps: u32,
    page_bytes: i64,
    record_bytes: i64,
}

impl<'a> Batch<'a> {
    fn add(&mut self, id: RunId, known: &mut Known, lines: &'a [Line]) -> Attempt<()> {
        let at = *self.run_at.entry(id).or_insert_with(|| {
            self.runs.push(RunRow::of(id, known));
            self.runs.len() - 1
        });
        let run = &mut self.runs[at];
        for (place, line) in lines.iter().enumerate() {
            known.progress.take(line)?;
            let pages = match line {
                Line::Accepted { .. } if place > 0 => return Err(recorded_before().into()),
                Line::Accepted { record, pages, .. } => {
                    run.accepted = Some(record);
                    run.record_bytes += size(record.text.len());
                    pages
                }
                Line::State { status, record } => {
                    run.state = Some((*status, record));
                    continue;
                }
                Line::Step { step, text, key, pages, .. } => {
                    run.part.push(*step, text, key.as_ref());
                    run.record_bytes += size(text.len());
                    run.steps = run.steps.max(step.saturating_add(1));
                    pages
                }
            };
            for page in pages {
                if !parts::takes(page) {
                    self.pages.push((at, page));
                } else if known.own_pages.insert(page.hash) {
                    run.part.push_page(page);
                    run.page_bytes += size(page.text.len());
                }
            }
            if run.part.is_full() {
                self.parts.push(run.close_part(known));
            }
        }
        Ok(())
    }

    fn close_parts(&mut self, known: &mut HashMap<RunId, Known>) {
        for run in &mut self.runs {
            if let Some(known) = known.get_mut(&run.id)
                && !run.part.is_empty()
            {
                self.parts.push(run.close_part(known));
            }
        }
    }

    /// Whether it is a few new rows, as most groups are.
    fn is_small_and_new(&self) -> bool {
        let is_few = |rows: usize| (1..=FEW).contains(&rows);
        let is_new = self.runs.iter().all(|row| row.accepted.is_some());
        is_new && self.pages.is_empty() && is_few(self.runs.len()) && is_few(self.parts.len())
    }

    async fn insert_at_once(self, database: &Database) -> Attempt<Vec<Written>> {
        let (runs, parts) = (INSERT.text(self.runs.len()), parts::INSERT.text(self.parts.len()));
        let query = sqlx::query(AssertSqlSafe(format!("BEGIN IMMEDIATE; {runs}; {parts}; COMMIT")));
        let query = self.runs.iter().fold(query, |query, row| row.bind_new(query));
        database.write_at_once(self.parts.into_iter().fold(query, NewPart::bind)).await?;
        Ok(self.runs.into_iter().map(RunRow::written).collect())
    }

    async fn flush(mut self, connection: &mut SqliteConnection) -> Attempt<Vec<Written>> {
        let uses = self.write_pages(connection).await?;
        self.write_runs(connection).await?;
        pages::use_all(connection, uses).await?;
        parts::INSERT.execute(connection, self.parts, NewPart::bind).await?;
        Ok(self.runs.into_iter().map(RunRow::written).collect())
    }

    /// Large pages that are not there yet; gives which run uses which.
    async fn write_pages(&mut self, connection: &mut SqliteConnection) -> Attempt<Vec<(i64, i64)>> {
        let kept = pages::keep(connection, self.pages.iter().map(|(_, page)| *page)).await?;
        let mut uses = Vec::with_capacity(self.pages.len());
        let mut counted = std::collections::HashSet::new();
        for (at, page) in &self.pages {
            let Some(kept) = kept.get(&page.hash) else { continue };
            let run = &mut self.runs[*at];
            if kept.is_new && counted.insert(kept.id) {
                run.page_bytes += size(page.text.len());
            }
            uses.push((run.seq, kept.id));
        }
        uses.sort_unstable();
        uses.dedup();
        Ok(uses)
    }

    async fn write_runs(&self, connection: &mut SqliteConnection) -> Attempt<()> {
        let (new, old): (Vec<_>, Vec<_>) = self.runs.iter().partition(|row| row.accepted.is_some());
        INSERT.execute(connection, new, |query, row| row.bind_new(query)).await?;
        let count = old.len() as u64;
        let changed = UPDATE
            .execute(connection, old, |query, row| {
                let status = row.state.map(|(status, _)| runs::status_text(status));
                row.bind_state(
                    query.bind(row.seq).bind(status).bind(row.steps).bind(row.page_bytes).bind(row.record_bytes),
                )
            })
            .await?;
        // One that is gone was deleted with its workflow.
        if changed == count { Ok(()) } else { Err(Error::not_found("This run").into()) }
    }
}

impl RunRow<'_> {
    fn of(id: RunId, known: &Known) -> Self {
        let (seq, workflow) = (known.seq, known.workflow);
        let part = Part::default();
        Self { id, seq, workflow, accepted: None, state: None, part, steps: 0, page_bytes: 0, record_bytes: 0 }
    }

    /// Gives a statement the values of a new run.
    fn bind_new(&self, query: Bound) -> Bound {
        let status = runs::status_text(self.state.map_or(RunStatus::New, |(status, _)| status));
        let query = query.bind(self.seq).bind(self.id.to_string()).bind(self.workflow.to_string()).bind(status);
        let query = query.bind(self.steps).bind(self.page_bytes).bind(self.record_bytes);
        let query = query.bind(self.accepted.map(|record| record.text.clone()));
        self.bind_state(query.bind(self.accepted.map(|record| record.hash.to_vec())))
    }

    fn bind_state(&self, query: Bound) -> Bound {
        let state = self.state.map(|(_, record)| record);
        query.bind(state.map(|record| record.text.clone())).bind(state.map(|record| record.hash.to_vec()))
    }

    fn written(self) -> Written {
        let has_ended = self.state.is_some_and(|(status, _)| runs::is_end(status));
        Written { id: self.id, workflow: self.workflow, has_ended, bytes: self.page_bytes + self.record_bytes }
    }

    fn close_part(&mut self, known: &mut Known) -> NewPart {
        let number = known.next_part;
        known.next_part += 1;
        NewPart { seq: self.seq, run: self.id, number, part: std::mem::take(&mut self.part) }
    }
}

fn size(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
