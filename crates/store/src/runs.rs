//! `runs`: one row each, and a run as the engine loads it. What a person sees of runs is in `history`.

use bridge_domain::{Error, NewRun, Page, RunId, RunLog, RunStatus, WorkflowId};
use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    error::Attempt,
    pages,
    parts::{self, Recent},
    progress::{Known, Progress},
    records::{self, Accepted, State},
    steps,
    versions::parse,
};

/// A run as stored.
pub(crate) struct RunRow {
    pub(crate) seq: i64,
    pub(crate) id: RunId,
    pub(crate) workflow_id: String,
    pub(crate) status: RunStatus,
    /// Steps that have begun.
    pub(crate) steps: u32,
    accepted: Vec<u8>,
    accepted_hash: Vec<u8>,
    state: Option<Vec<u8>>,
    state_hash: Option<Vec<u8>>,
}

impl FromRow<'_, SqliteRow> for RunRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let decode = |column: &str| sqlx::Error::ColumnDecode { index: column.to_owned(), source: "damaged".into() };
        Ok(Self {
            seq: row.try_get("seq")?,
            id: row.try_get::<String, _>("id")?.parse().map_err(|_| decode("id"))?,
            workflow_id: row.try_get("workflow_id")?,
            status: status(row.try_get("status")?).ok_or_else(|| decode("status"))?,
            steps: row.try_get("steps")?,
            accepted: row.try_get_unchecked("accepted")?,
            accepted_hash: row.try_get("accepted_hash")?,
            state: row.try_get_unchecked("state")?,
            state_hash: row.try_get("state_hash")?,
        })
    }
}

impl RunRow {
    pub(crate) fn accepted(&self) -> Attempt<Accepted> {
        Accepted::read(self.id, &self.accepted, &self.accepted_hash)
    }

    pub(crate) fn state(&self) -> Attempt<Option<State>> {
        match (&self.state, &self.state_hash) {
            (Some(text), Some(hash)) => Ok(Some(State::read(self.id, text, hash)?)),
            _ => Ok(None),
        }
    }
}

/// The run, unless its workflow is in the trash.
pub(crate) async fn get(connection: &mut SqliteConnection, id: RunId) -> Attempt<RunRow> {
    let row = sqlx::query_as(
        "SELECT r.* FROM runs r JOIN workflows w ON w.id = r.workflow_id WHERE r.id = ? AND w.deleted_at IS NULL",
    )
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(row.ok_or_else(|| Error::not_found("This run"))?)
}

/// What is needed to append to a run that this process has not begun.
pub(crate) async fn known(connection: &mut SqliteConnection, id: RunId) -> Attempt<Known> {
    let row: Option<RunRow> =
        sqlx::query_as("SELECT * FROM runs WHERE id = ?").bind(id.to_string()).fetch_optional(&mut *connection).await?;
    let row = row.ok_or_else(|| Error::not_found("This run"))?;
    // Nothing is appended to a run that has ended: its steps do not matter.
    let events =
        if is_end(row.status) { Vec::new() } else { parts::events(connection, row.seq, id, (0, u32::MAX)).await? };
    let progress = Progress::after(&events, row.status);
    let next_part = parts::next_number(connection, row.seq).await?;
    Ok(Known { next_part, progress, ..Known::new(row.seq, parse(&row.workflow_id)?) })
}

/// The number of a run.
pub(crate) async fn seq(connection: &mut SqliteConnection, id: RunId) -> Attempt<i64> {
    let seq: Option<i64> =
        sqlx::query_scalar("SELECT seq FROM runs WHERE id = ?").bind(id.to_string()).fetch_optional(connection).await?;
    Ok(seq.ok_or_else(|| Error::not_found("This run"))?)
}

/// Runs that have not ended, oldest first. One of a workflow in the trash is not gone on with.
pub(crate) async fn unfinished(connection: &mut SqliteConnection) -> Attempt<Vec<RunId>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT r.id FROM runs r INDEXED BY unfinished_runs JOIN workflows w ON w.id = r.workflow_id
         WHERE r.status NOT IN ('success', 'error', 'canceled') AND w.deleted_at IS NULL ORDER BY r.seq",
    )
    .fetch_all(connection)
    .await?;
    ids.iter().map(|id| parse(id)).collect()
}

/// Runs of a workflow that go on by themselves, oldest first.
pub(crate) async fn in_progress(connection: &mut SqliteConnection, workflow: WorkflowId) -> Attempt<Vec<RunId>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM runs INDEXED BY unfinished_runs
         WHERE status NOT IN ('success', 'error', 'canceled') AND status <> 'unknown' AND workflow_id = ? ORDER BY seq",
    )
    .bind(workflow.to_string())
    .fetch_all(connection)
    .await?;
    ids.iter().map(|id| parse(id)).collect()
}

/// Everything kept of a run. Input pages that were dropped to make room are left out.
pub(crate) async fn load(connection: &mut SqliteConnection, id: RunId, recent: &Recent) -> Attempt<RunLog> {
    let row = get(connection, id).await?;
    recent.add(row.seq);
    let accepted = row.accepted()?;
    let mut input = Vec::with_capacity(accepted.input.len());
    for page in accepted.input {
        match pages::of_run(connection, row.seq, page.hash).await? {
            Some(text) => input.push(Page { text, count: page.count, hash: page.hash, lineage: page.lineage }),
            None if is_end(row.status) => {}
            None => return Err(records::damaged().into()),
        }
    }
    let run = NewRun {
        workflow_id: parse(&row.workflow_id)?,
        version_number: accepted.version_number,
        mode: accepted.mode,
        trigger: accepted.trigger,
        trigger_node: accepted.trigger_node,
        input,
        scope: accepted.scope,
        at: accepted.at,
    };
    let steps = steps::all(connection, row.seq, id).await?;
    Ok(RunLog { run, status: row.status, steps })
}

/// Whether nothing follows this state.
pub(crate) fn is_end(status: RunStatus) -> bool {
    matches!(status, RunStatus::Success | RunStatus::Error | RunStatus::Canceled)
}

/// The word of a state in the database.
pub(crate) fn status_text(status: RunStatus) -> &'static str {
    match status {
        RunStatus::New => "new",
        RunStatus::Running => "running",
        RunStatus::Waiting => "waiting",
        RunStatus::Success => "success",
        RunStatus::Error => "error",
        RunStatus::Canceled => "canceled",
        RunStatus::Unknown => "unknown",
    }
}

fn status(text: &str) -> Option<RunStatus> {
    use RunStatus::{Canceled, Error, New, Running, Success, Unknown, Waiting};
    [New, Running, Waiting, Success, Error, Canceled, Unknown].into_iter().find(|status| status_text(*status) == text)
}
