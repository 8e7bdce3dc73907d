//! What a person sees of runs: lists, one run with its steps, items of a step. Newest first is by order of acceptance,
//! never by the clock.

use bridge_domain::{
    Error, Item, PageHash, PortCount, RecordedPage, Result, RunDetail, RunFilter, RunId, RunScope, RunStatus,
    RunSummary, StepPage, StepRecord, StepRef, StepStatus, StepSummary, WorkflowId,
};
use serde_json::Value;
use sqlx::{FromRow, QueryBuilder, Row, Sqlite, SqliteConnection, sqlite::SqliteRow};

use crate::{
    Store,
    error::Attempt,
    pages, pruning, records,
    runs::{self, RunRow},
    steps,
    versions::parse,
};

/// Runs in one list at most.
const LIST_LIMIT: u32 = 200;
/// Steps shown of a run, the newest ones.
const SHOWN_STEPS: u32 = 2_000;
/// Items of a step given at once.
const SHOWN_ITEMS: u32 = 1_000;
/// Bytes of a text that are shown.
const SHOWN_TEXT: usize = 64 << 10;

impl Store {
    /// Runs that fit the filter, newest first. Runs of workflows in the trash are left out.
    ///
    /// # Errors
    /// `NotFound` when the run of `before` does not exist.
    pub async fn list_runs(&self, filter: &RunFilter) -> Result<Vec<RunSummary>> {
        let mut view = self.database.read().await?;
        let rows = list(&mut view, filter).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            found.push(summary(row)?);
        }
        Ok(found)
    }

    /// Runs of a workflow that go on by themselves: all that have not ended, but for those that ask the user. Also of a
    /// workflow in the trash.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn runs_in_progress(&self, workflow: WorkflowId) -> Result<Vec<RunId>> {
        let mut view = self.database.read().await?;
        Ok(runs::in_progress(&mut view, workflow).await?)
    }

    /// One run without its steps.
    ///
    /// # Errors
    /// `NotFound`; `StoreDamaged` when its records are not what was written.
    pub async fn run_summary(&self, run: RunId) -> Result<RunSummary> {
        let mut view = self.database.read().await?;
        let row = named(&mut view, run).await?;
        Ok(summary(row)?)
    }

    /// One run with its newest 2,000 steps. `events` is 0: the runner counts them.
    ///
    /// # Errors
    /// As [`Self::run_summary`].
    pub async fn run_detail(&self, run: RunId) -> Result<RunDetail> {
        let mut view = self.database.read().await?;
        let row = named(&mut view, run).await?;
        let (seq, status) = (row.run.seq, row.run.status);
        let first = row.run.steps.saturating_sub(SHOWN_STEPS);
        let steps = steps::from(&mut view, seq, run, first).await?;
        let steps = steps.into_iter().map(|step| step_summary(step, status)).collect();
        Ok(RunDetail { run: summary(row)?, steps, events: 0 })
    }

    /// Items that a step put out by one output, `count` of them at most from place `first` on. Texts beyond 64 KiB are cut.
    ///
    /// # Errors
    /// `NotFound` for an unknown run or step; `StoreDamaged` when the data is not what was written.
    pub async fn step_output(&self, step: StepRef, port: &str, first: u32, count: u32) -> Result<StepPage> {
        let mut view = self.database.read().await?;
        let (seq, record) = step_of(&mut view, step).await?;
        let outputs = record.ended.map(|end| end.outputs).unwrap_or_default();
        let pages = outputs.into_iter().find(|(name, _)| name == port).map(|(_, pages)| pages).unwrap_or_default();
        Ok(read_items(&mut view, seq, &counted(&pages), first, count).await?)
    }

    /// Items that arrived at one input of a step, as [`Self::step_output`].
    ///
    /// # Errors
    /// As [`Self::step_output`].
    pub async fn step_input(&self, step: StepRef, input: u32, first: u32, count: u32) -> Result<StepPage> {
        let mut view = self.database.read().await?;
        let (seq, record) = step_of(&mut view, step).await?;
        let started = record.started;
        let at = input as usize;
        let hashes = started.input_pages.get(at).map(Vec::as_slice).unwrap_or_default();
        let total = started.inputs.get(at).copied().unwrap_or_default();
        Ok(read_hashes(&mut view, seq, hashes, total, first, count).await?)
    }

    /// Deletes a run that has ended. Pages that another run uses stay.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` while it has not ended.
    pub async fn delete_run(&self, run: RunId) -> Result<()> {
        let mut write = self.database.write().await?;
        let row = runs::get(&mut write, run).await?;
        if !runs::is_end(row.status) {
            return Err(not_ended());
        }
        sqlx::query("DELETE FROM runs WHERE seq = ?")
            .bind(row.seq)
            .execute(&mut *write)
            .await
            .map_err(crate::error::Failure::from)?;
        write.commit_aside().await?;
        Ok(pruning::shrink(&self.database).await?)
    }
}

fn not_ended() -> Error {
    Error::new(
        bridge_domain::ErrorCode::Conflict,
        "This run has not ended yet.",
        "Cancel it first, or wait until it has ended.",
    )
}

struct NamedRow {
    run: RunRow,
    workflow_name: String,
}

impl FromRow<'_, SqliteRow> for NamedRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self { run: RunRow::from_row(row)?, workflow_name: row.try_get("workflow_name")? })
    }
}

const NAMED: &str = "SELECT r.*, w.name AS workflow_name FROM runs r JOIN workflows w ON w.id = r.workflow_id
    WHERE w.deleted_at IS NULL";

async fn named(connection: &mut SqliteConnection, id: RunId) -> Attempt<NamedRow> {
    let mut query = QueryBuilder::<Sqlite>::new(NAMED);
    query.push(" AND r.id = ").push_bind(id.to_string());
    let row = query.build_query_as().fetch_optional(connection).await?;
    Ok(row.ok_or_else(|| Error::not_found("This run"))?)
}

async fn list(connection: &mut SqliteConnection, filter: &RunFilter) -> Attempt<Vec<NamedRow>> {
    let mut query = QueryBuilder::<Sqlite>::new(NAMED);
    if let Some(workflow) = filter.workflow_id {
        query.push(" AND r.workflow_id = ").push_bind(workflow.to_string());
    }
    if let Some(before) = filter.before {
        let before = runs::seq(&mut *connection, before).await?;
        query.push(" AND r.seq < ").push_bind(before);
    }
    if !filter.statuses.is_empty() {
        query.push(" AND r.status IN (");
        let mut list = query.separated(", ");
        for status in &filter.statuses {
            list.push_bind(runs::status_text(*status));
        }
        query.push(")");
    }
    query.push(" ORDER BY r.seq DESC LIMIT ").push_bind(filter.limit.clamp(1, LIST_LIMIT));
    Ok(query.build_query_as().fetch_all(connection).await?)
}

fn summary(row: NamedRow) -> Attempt<RunSummary> {
    let NamedRow { run, workflow_name } = row;
    let accepted = run.accepted()?;
    let state = run.state()?;
    let has_ended = runs::is_end(run.status);
    let ended = state.as_ref().filter(|_| has_ended);
    Ok(RunSummary {
        id: run.id,
        workflow_id: parse(&run.workflow_id)?,
        workflow_name,
        version_number: accepted.version_number,
        mode: accepted.mode,
        trigger: accepted.trigger,
        status: run.status,
        started_at: accepted.at,
        ended_at: ended.map(|state| state.2),
        duration_ms: ended.map(|state| state.1),
        error: state.and_then(|state| state.0).map(|error| *error),
        retry_of: match accepted.scope {
            RunScope::Retry { run_id, .. } => Some(run_id),
            _ => None,
        },
        step_count: run.steps,
    })
}

fn step_summary(record: StepRecord, run: RunStatus) -> StepSummary {
    let StepRecord { started, ended, due_at, notice, .. } = record;
    let status = match &ended {
        Some(end) => end.status,
        None if due_at.is_some() => StepStatus::Waiting,
        None if run == RunStatus::Unknown && !started.harmless => StepStatus::Unknown,
        None if runs::is_end(run) => StepStatus::Canceled,
        None => StepStatus::Running,
    };
    let outputs = ended
        .iter()
        .flat_map(|end| &end.outputs)
        .map(|(port, pages)| PortCount { port: port.clone(), items: pages.iter().map(|page| page.count).sum() });
    StepSummary {
        step: started.step,
        node_id: started.node_id,
        iteration: started.iteration,
        status,
        attempts: started.attempt,
        started_at: started.at,
        duration_ms: ended.as_ref().map(|end| end.duration_ms),
        inputs: started.inputs,
        outputs: outputs.filter(|count| count.items > 0).collect(),
        reused: ended.as_ref().is_some_and(|end| end.reused),
        waits_until: due_at,
        error: ended.and_then(|end| end.error),
        notice,
    }
}

async fn step_of(connection: &mut SqliteConnection, step: StepRef) -> Attempt<(i64, StepRecord)> {
    let run = runs::get(&mut *connection, step.run_id).await?;
    let record = steps::get(connection, run.seq, step).await?;
    Ok((run.seq, record.ok_or_else(|| Error::not_found("This step"))?))
}

fn counted(pages: &[RecordedPage]) -> Vec<(PageHash, u32)> {
    pages.iter().map(|page| (page.hash, page.count)).collect()
}

/// Items from place `first` on, of pages whose lengths are known: only those are read that are needed.
async fn read_items(
    connection: &mut SqliteConnection,
    seq: i64,
    pages: &[(PageHash, u32)],
    first: u32,
    count: u32,
) -> Attempt<StepPage> {
    let total = pages.iter().map(|(_, count)| count).sum();
    let mut found = Found::of(seq, first, count, total);
    let mut begin = 0;
    for (hash, length) in pages {
        if begin + length > first && !found.is_full() && !found.take(connection, *hash, begin).await? {
            break;
        }
        begin += length;
    }
    Ok(found.page)
}

/// The same for pages whose lengths are known only when they are read.
async fn read_hashes(
    connection: &mut SqliteConnection,
    seq: i64,
    hashes: &[PageHash],
    total: u32,
    first: u32,
    count: u32,
) -> Attempt<StepPage> {
    let mut found = Found::of(seq, first, count, total);
    for hash in hashes {
        let begin = found.seen;
        if found.is_full() || !found.take(connection, *hash, begin).await? {
            break;
        }
    }
    Ok(found.page)
}

/// Items gathered so far.
struct Found {
    /// The run.
    seq: i64,
    page: StepPage,
    limit: usize,
    /// Items in the pages read so far.
    seen: u32,
}

impl Found {
    fn of(seq: i64, first: u32, count: u32, total: u32) -> Self {
        let page = StepPage { items: Vec::new(), first, total, cut: false, dropped: false };
        Self { seq, page, limit: count.min(SHOWN_ITEMS) as usize, seen: 0 }
    }

    fn is_full(&self) -> bool {
        self.page.items.len() >= self.limit
    }

    /// Takes what is wanted of a page that begins at this place; false when it was dropped.
    async fn take(&mut self, connection: &mut SqliteConnection, hash: PageHash, begin: u32) -> Attempt<bool> {
        let Some(text) = pages::of_run(connection, self.seq, hash).await? else {
            self.page.dropped = true;
            return Ok(false);
        };
        let items: Vec<Item> = serde_json::from_str(&text).map_err(|_| records::damaged())?;
        self.seen = begin.saturating_add(u32::try_from(items.len()).unwrap_or(u32::MAX));
        let skip = self.page.first.saturating_sub(begin) as usize;
        let room = self.limit - self.page.items.len();
        for mut item in items.into_iter().skip(skip).take(room) {
            item.json.values_mut().for_each(|value| self.page.cut |= cut(value));
            self.page.items.push(item);
        }
        Ok(true)
    }
}

/// Cuts long texts in a value; true when there were some.
fn cut(value: &mut Value) -> bool {
    match value {
        Value::String(text) if text.len() > SHOWN_TEXT => {
            text.truncate(text.floor_char_boundary(SHOWN_TEXT));
            true
        }
        Value::Array(values) => values.iter_mut().fold(false, |any, value| cut(value) | any),
        Value::Object(fields) => fields.values_mut().fold(false, |any, value| cut(value) | any),
        _ => false,
    }
}
