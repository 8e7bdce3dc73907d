//! One transaction of the journal: the entries of many runs, in as few rows and statements as they need.

use std::collections::HashMap;

use bridge_domain::{Error, Page, RunId, RunStatus, WorkflowId};
use sqlx::SqliteConnection;

use crate::{
    connection::Write,
    error::Attempt,
    journal::Line,
    pages,
    parts::{self, NewPart, Part},
    progress::{Known, recorded_before},
    records::Record,
    rows::RowStatement,
    runs,
};

/// What was written of a run.
pub(crate) struct Written {
    pub(crate) id: RunId,
    pub(crate) workflow: WorkflowId,
    pub(crate) has_ended: bool,
    pub(crate) bytes: i64,
}

/// Writes the entries of a group inside the caller's transaction.
///
/// # Errors
/// `NotFound` for a run or workflow that does not exist; `Conflict` for what was recorded before. What is known of the
/// group's runs is then no longer true.
pub(crate) async fn write(
    write: &mut Write<'_>,
    entries: &[(RunId, &[Line])],
    known: &mut HashMap<RunId, Known>,
) -> Attempt<Vec<Written>> {
    let accepted = entries.iter().filter(|(_, lines)| matches!(lines.first(), Some(Line::Accepted { .. }))).count();
    let mut next_seq = write.run_numbers(size(accepted)).await?;
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
                known.insert(*id, runs::known(write, *id).await?);
            }
        }
        let run = known.get_mut(id).ok_or_else(|| Error::not_found("This run"))?;
        batch.add(*id, run, lines)?;
    }
    batch.flush(write, known).await
}

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

    async fn flush(
        mut self,
        connection: &mut SqliteConnection,
        known: &mut HashMap<RunId, Known>,
    ) -> Attempt<Vec<Written>> {
        for run in &mut self.runs {
            if let Some(known) = known.get_mut(&run.id)
                && !run.part.is_empty()
            {
                self.parts.push(run.close_part(known));
            }
        }
        let uses = self.write_pages(connection).await?;
        self.write_runs(connection).await?;
        pages::use_all(connection, uses).await?;
        parts::insert(connection, self.parts).await?;
        let written = |run: RunRow<'_>| Written {
            id: run.id,
            workflow: run.workflow,
            has_ended: run.state.is_some_and(|(status, _)| runs::is_end(status)),
            bytes: run.page_bytes + run.record_bytes,
        };
        Ok(self.runs.into_iter().map(written).collect())
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
        const INSERT: RowStatement = RowStatement {
            head: "INSERT INTO runs (seq, id, workflow_id, status, steps, page_bytes, record_bytes, accepted,
                       accepted_hash, state, state_hash)",
            width: 11,
            tail: "",
        };
        const UPDATE: RowStatement = RowStatement {
            head: "WITH change (seq, status, steps, page_bytes, record_bytes, state, state_hash) AS (",
            width: 7,
            tail:
                ") UPDATE runs SET status = ifnull(change.status, runs.status), steps = max(runs.steps, change.steps),
                       page_bytes = runs.page_bytes + change.page_bytes,
                       record_bytes = runs.record_bytes + change.record_bytes,
                       state = ifnull(change.state, runs.state), state_hash = ifnull(change.state_hash, runs.state_hash)
                     FROM change WHERE runs.seq = change.seq",
        };
        let (new, old): (Vec<_>, Vec<_>) = self.runs.iter().partition(|row| row.accepted.is_some());
        let new: Vec<_> = new.into_iter().filter_map(|row| row.accepted.map(|accepted| (row, accepted))).collect();
        INSERT
            .execute(connection, new, |query, (row, accepted)| {
                let query = query
                    .bind(row.seq)
                    .bind(row.id.to_string())
                    .bind(row.workflow.to_string())
                    .bind(runs::status_text(row.state.map_or(RunStatus::New, |(status, _)| status)));
                let query = query.bind(row.steps).bind(row.page_bytes).bind(row.record_bytes);
                let query = query.bind(accepted.text.clone()).bind(accepted.hash.to_vec());
                let state = row.state.map(|(_, record)| record);
                query.bind(state.map(|record| record.text.clone())).bind(state.map(|record| record.hash.to_vec()))
            })
            .await?;
        let count = old.len() as u64;
        let changed = UPDATE
            .execute(connection, old, |query, row| {
                let state = row.state.map(|(_, record)| record);
                query
                    .bind(row.seq)
                    .bind(row.state.map(|(status, _)| runs::status_text(status)))
                    .bind(row.steps)
                    .bind(row.page_bytes)
                    .bind(row.record_bytes)
                    .bind(state.map(|record| record.text.clone()))
                    .bind(state.map(|record| record.hash.to_vec()))
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

    fn close_part(&mut self, known: &mut Known) -> NewPart {
        let number = known.next_part;
        known.next_part += 1;
        NewPart { seq: self.seq, run: self.id, number, part: std::mem::take(&mut self.part) }
    }
}

fn size(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
