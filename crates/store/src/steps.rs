//! `run_steps`, `run_timers`, `run_decisions`: the steps of a run as the journal has them. Writing them is done in `batch`.

use bridge_domain::{RunId, StepDecision, StepKey, StepRecord, StepRef, WorkflowId};
use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    error::Attempt,
    records::{self, key_head},
    runs,
    versions::parse,
};

/// A step as stored.
struct StepRow {
    step: u32,
    begun: Vec<u8>,
    begun_hash: Vec<u8>,
    ended: Option<Vec<u8>>,
    ended_hash: Option<Vec<u8>>,
    due_at: Option<String>,
    decision: Option<String>,
}

impl FromRow<'_, SqliteRow> for StepRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            step: row.try_get("step")?,
            begun: row.try_get_unchecked("begun")?,
            begun_hash: row.try_get("begun_hash")?,
            ended: row.try_get_unchecked("ended")?,
            ended_hash: row.try_get("ended_hash")?,
            due_at: row.try_get("due_at")?,
            decision: row.try_get("decision")?,
        })
    }
}

impl StepRow {
    fn parse(self, run: RunId) -> Attempt<StepRecord> {
        let started = records::begun(run, self.step, &self.begun, &self.begun_hash)?;
        let ended = match (&self.ended, &self.ended_hash) {
            (Some(text), Some(hash)) => Some(records::ended(run, self.step, text, hash)?),
            _ => None,
        };
        let due_at = self.due_at.map(|due_at| parse(&due_at)).transpose()?.filter(|_| ended.is_none());
        let decision = match self.decision.as_deref() {
            None => None,
            Some("repeat") => Some(StepDecision::Repeat),
            Some("skip") => Some(StepDecision::Skip),
            Some("stop") => Some(StepDecision::Stop),
            Some(_) => return Err(runs::unreadable().into()),
        };
        Ok(StepRecord { started, ended, due_at, decision })
    }
}

/// All steps of a run by place.
pub(crate) async fn all(connection: &mut SqliteConnection, seq: i64, run: RunId) -> Attempt<Vec<StepRecord>> {
    from(connection, seq, run, 0).await
}

/// The steps from this place on.
pub(crate) async fn from(
    connection: &mut SqliteConnection,
    seq: i64,
    run: RunId,
    first: u32,
) -> Attempt<Vec<StepRecord>> {
    let rows: Vec<StepRow> = sqlx::query_as(
        "SELECT s.*, t.due_at, d.decision FROM run_steps s LEFT JOIN run_timers t USING (run, step)
         LEFT JOIN run_decisions d USING (run, step) WHERE s.run = ? AND s.step >= ? ORDER BY s.step",
    )
    .bind(seq)
    .bind(first)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| row.parse(run)).collect()
}

/// One step.
pub(crate) async fn get(connection: &mut SqliteConnection, seq: i64, step: StepRef) -> Attempt<Option<StepRecord>> {
    let row: Option<StepRow> = sqlx::query_as(
        "SELECT s.*, t.due_at, d.decision FROM run_steps s LEFT JOIN run_timers t USING (run, step)
         LEFT JOIN run_decisions d USING (run, step) WHERE s.run = ? AND s.step = ?",
    )
    .bind(seq)
    .bind(step.step)
    .fetch_optional(connection)
    .await?;
    row.map(|row| row.parse(step.run_id)).transpose()
}

/// Place of the newest step of a run.
pub(crate) async fn newest(connection: &mut SqliteConnection, seq: i64) -> Attempt<Option<u32>> {
    Ok(sqlx::query_scalar("SELECT max(step) FROM run_steps WHERE run = ?").bind(seq).fetch_one(connection).await?)
}

/// The newest step of a workflow that succeeded under this key and whose pages were not dropped.
pub(crate) async fn recorded(
    connection: &mut SqliteConnection,
    workflow: WorkflowId,
    key: StepKey,
) -> Attempt<Option<StepRecord>> {
    let places: Vec<(i64, String, u32)> = sqlx::query_as(
        "SELECT s.run, r.id, s.step FROM run_steps s INDEXED BY steps_by_key JOIN runs r ON r.seq = s.run
         WHERE s.key_head = ? AND r.workflow_id = ? AND r.data_dropped = 0 ORDER BY s.run DESC, s.step DESC LIMIT 8",
    )
    .bind(key_head(&key))
    .bind(workflow.to_string())
    .fetch_all(&mut *connection)
    .await?;
    for (seq, run_id, step) in places {
        let record = get(connection, seq, StepRef { run_id: parse(&run_id)?, step }).await;
        // A damaged record is no record: the step is executed anew.
        if let Ok(Some(record)) = record
            && record.ended.as_ref().is_some_and(|end| end.key == key)
        {
            return Ok(Some(record));
        }
    }
    Ok(None)
}
