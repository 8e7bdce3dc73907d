//! Making the runs of a workflow fit, and what goes first. Whole runs beyond the number; data that is not to be kept; data of
//! successful runs, oldest first; then data of failed runs; then whole runs. Nothing of a run that has not ended, and nothing
//! of the newest one.

use bridge_domain::{Result, RunBudget, WorkflowId};
use futures_util::TryStreamExt;
use sqlx::AssertSqlSafe;

use crate::{Store, connection::Database, error::Attempt};

/// What was given up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Runs whose data was dropped; their steps are still listed.
    pub dropped: u32,
    /// Runs that were deleted.
    pub deleted: u32,
}

/// Runs in one transaction: others write in between.
const PART: usize = 100;
/// Free pages that are kept for what comes next, at least, and as a part of the file.
const FREE_PAGES: i64 = 1_024;
const FREE_PART: i64 = 4;
/// Pages given back in one transaction.
const VACUUM_PAGES: i64 = 512;

impl Store {
    /// Makes the runs of a workflow fit. The journal does this by itself with the budget that is set.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn prune_runs(&self, workflow: WorkflowId, budget: RunBudget) -> Result<Pruned> {
        let pruned = prune(&self.database, workflow, budget).await?;
        shrink(&self.database).await?;
        Ok(pruned)
    }
}

/// Makes the runs of a workflow fit. What is read grows with what has to go, but for one sum over all runs.
pub(crate) async fn prune(database: &Database, workflow: WorkflowId, budget: RunBudget) -> Attempt<Pruned> {
    let runs = Runs { database, workflow: workflow.to_string() };
    let mut pruned = Pruned::default();
    let (mut bytes, count) = runs.size().await?;
    let surplus = count.saturating_sub(budget.runs.into());
    if surplus > 0 {
        pruned.deleted += runs.delete(&runs.oldest("TRUE", "1", surplus).await?).await?;
        bytes = runs.size().await?.0;
    }
    if !budget.keep_success_data {
        pruned.dropped += runs.drop_data(&runs.oldest(UNWANTED, "0", 1).await?).await?;
        bytes = runs.size().await?.0;
    }
    for which in ["status <> 'error' AND page_bytes > 0", "status = 'error' AND page_bytes > 0"] {
        if bytes > budget.bytes {
            let dropped = runs.oldest(which, "page_bytes", bytes - budget.bytes).await?;
            pruned.dropped += runs.drop_data(&dropped).await?;
            bytes = runs.size().await?.0;
        }
    }
    if bytes > budget.bytes {
        pruned.deleted += runs.delete(&runs.oldest("TRUE", "record_bytes", bytes - budget.bytes).await?).await?;
    }
    Ok(pruned)
}

/// Data of successful runs, when it is not to be kept. The second part of what was accepted is the run's mode.
const UNWANTED: &str = "status = 'success' AND NOT data_dropped AND accepted ->> 1 = 'production'";

/// The runs of one workflow.
struct Runs<'a> {
    database: &'a Database,
    workflow: String,
}

impl Runs<'_> {
    /// Bytes and number of all runs.
    async fn size(&self) -> Attempt<(u64, u64)> {
        let (bytes, runs): (i64, i64) = sqlx::query_as(
            "SELECT ifnull(sum(page_bytes + record_bytes), 0), count(*) FROM runs WHERE workflow_id = ?",
        )
        .bind(&self.workflow)
        .fetch_one(&mut *self.database.read().await?)
        .await?;
        Ok((u64::try_from(bytes).unwrap_or_default(), u64::try_from(runs).unwrap_or_default()))
    }

    /// The oldest of those that may go, until what one counts has come to `enough`.
    async fn oldest(&self, which: &str, counts: &str, enough: u64) -> Attempt<Vec<i64>> {
        let text = format!(
            "SELECT seq, {counts} FROM runs
             WHERE workflow_id = ?1 AND status IN ('success', 'error', 'canceled')
                 AND seq < (SELECT max(seq) FROM runs WHERE workflow_id = ?1) AND {which}
             ORDER BY seq"
        );
        let mut view = self.database.read().await?;
        let mut rows = sqlx::query_as::<_, (i64, i64)>(AssertSqlSafe(text)).bind(&self.workflow).fetch(&mut *view);
        let (mut oldest, mut counted) = (Vec::new(), 0_u64);
        while counted < enough
            && let Some((seq, counts)) = rows.try_next().await?
        {
            oldest.push(seq);
            counted = counted.saturating_add(u64::try_from(counts).unwrap_or_default());
        }
        Ok(oldest)
    }

    async fn delete(&self, runs: &[i64]) -> Attempt<u32> {
        self.change(runs, &["DELETE FROM runs WHERE seq IN (SELECT value FROM json_each(?))"]).await
    }

    /// The runs' pages are deleted unless other runs use them.
    async fn drop_data(&self, runs: &[i64]) -> Attempt<u32> {
        let statements = [
            "DELETE FROM page_uses WHERE run IN (SELECT value FROM json_each(?))",
            "UPDATE run_parts SET texts = '' WHERE run IN (SELECT value FROM json_each(?))",
            "UPDATE runs SET data_dropped = 1, page_bytes = 0 WHERE seq IN (SELECT value FROM json_each(?))",
        ];
        self.change(runs, &statements).await
    }

    /// Runs statements for these runs, some runs at a time. Gives how many runs there are.
    async fn change(&self, runs: &[i64], statements: &[&'static str]) -> Attempt<u32> {
        for part in runs.chunks(PART) {
            let part = serde_json::to_string(part)?;
            let mut write = self.database.write().await?;
            for statement in statements {
                sqlx::query(*statement).bind(&part).execute(&mut *write).await?;
            }
            write.commit_aside().await?;
        }
        Ok(u32::try_from(runs.len()).unwrap_or(u32::MAX))
    }
}

/// Gives free pages back to the file system, some at a time, when there are more than what comes next will soon use.
pub(crate) async fn shrink(database: &Database) -> Attempt<()> {
    let mut view = database.read().await?;
    let free: i64 = sqlx::query_scalar("PRAGMA freelist_count").fetch_one(&mut *view).await?;
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *view).await?;
    drop(view);
    if free < FREE_PAGES.max(pages / FREE_PART) {
        return Ok(());
    }
    for _ in 0..=free / VACUUM_PAGES {
        let mut write = database.write().await?;
        sqlx::query("PRAGMA incremental_vacuum(512)").fetch_all(&mut *write).await?;
        write.commit_aside().await?;
    }
    Ok(())
}
