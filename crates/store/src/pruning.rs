//! Making the runs of a workflow fit, and what goes first. Data that is not to be kept; data of successful runs, oldest
//! first; then data of failed runs; then whole runs. Nothing of a run that has not ended, and nothing of the newest one.

use bridge_domain::{Result, RunBudget, WorkflowId};
use sqlx::SqliteConnection;

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
const PART: usize = 50;
/// Free pages from which on the file is made smaller.
const FREE_PAGES: i64 = 1_024;
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

struct Row {
    seq: i64,
    failed: bool,
    /// Its data is not to be kept, whatever room there is.
    unwanted: bool,
    page_bytes: u64,
    record_bytes: u64,
}

pub(crate) async fn prune(database: &Database, workflow: WorkflowId, budget: RunBudget) -> Attempt<Pruned> {
    let mut view = database.read().await?;
    let total = size(&mut view, workflow).await?;
    if budget.keep_success_data && total.0 <= budget.bytes && total.1 <= budget.runs as usize {
        return Ok(Pruned::default());
    }
    let ended = ended(&mut view, workflow, budget.keep_success_data).await?;
    drop(view);
    let (drop, delete) = plan(total, &ended, budget);
    for part in drop.chunks(PART) {
        let mut write = database.write().await?;
        for seq in part {
            drop_data(&mut write, *seq).await?;
        }
        write.commit_aside().await?;
    }
    for part in delete.chunks(PART) {
        let mut write = database.write().await?;
        for seq in part {
            sqlx::query("DELETE FROM runs WHERE seq = ?").bind(seq).execute(&mut *write).await?;
        }
        write.commit_aside().await?;
    }
    let count = |list: &[i64]| u32::try_from(list.len()).unwrap_or(u32::MAX);
    Ok(Pruned { dropped: count(&drop), deleted: count(&delete) })
}

/// Bytes and number of all runs.
async fn size(connection: &mut SqliteConnection, workflow: WorkflowId) -> Attempt<(u64, usize)> {
    let (bytes, runs): (i64, i64) =
        sqlx::query_as("SELECT ifnull(sum(page_bytes + record_bytes), 0), count(*) FROM runs WHERE workflow_id = ?")
            .bind(workflow.to_string())
            .fetch_one(connection)
            .await?;
    Ok((u64::try_from(bytes).unwrap_or_default(), usize::try_from(runs).unwrap_or_default()))
}

/// Runs that have ended, oldest first, without the newest run.
async fn ended(connection: &mut SqliteConnection, workflow: WorkflowId, keep_success_data: bool) -> Attempt<Vec<Row>> {
    // The second part of what was accepted is the run's mode.
    let rows: Vec<(i64, bool, bool, i64, i64)> = sqlx::query_as(
        "SELECT seq, status = 'error',
             NOT ?2 AND NOT data_dropped AND status = 'success' AND accepted ->> 1 = 'production',
             page_bytes, record_bytes FROM runs
         WHERE workflow_id = ?1 AND status IN ('success', 'error', 'canceled')
             AND seq < (SELECT max(seq) FROM runs WHERE workflow_id = ?1)
         ORDER BY seq",
    )
    .bind(workflow.to_string())
    .bind(keep_success_data)
    .fetch_all(connection)
    .await?;
    let size = |bytes: i64| u64::try_from(bytes).unwrap_or_default();
    let row = |(seq, failed, unwanted, pages, records)| Row {
        seq,
        failed,
        unwanted,
        page_bytes: size(pages),
        record_bytes: size(records),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Which runs lose their data, and which go whole.
fn plan((mut total, mut count): (u64, usize), ended: &[Row], budget: RunBudget) -> (Vec<i64>, Vec<i64>) {
    let mut delete = Vec::new();
    let mut rest = ended.iter();
    while count > budget.runs as usize {
        let Some(row) = rest.next() else { break };
        delete.push(row.seq);
        total = total.saturating_sub(row.page_bytes + row.record_bytes);
        count -= 1;
    }
    let rest = rest.as_slice();
    let mut drop = Vec::new();
    for row in rest.iter().filter(|row| row.unwanted) {
        drop.push(row.seq);
        total = total.saturating_sub(row.page_bytes);
    }
    for failed in [false, true] {
        for row in rest.iter().filter(|row| row.failed == failed && row.page_bytes > 0 && !row.unwanted) {
            if total <= budget.bytes {
                return (drop, delete);
            }
            drop.push(row.seq);
            total = total.saturating_sub(row.page_bytes);
        }
    }
    for row in rest {
        if total <= budget.bytes {
            break;
        }
        delete.push(row.seq);
        total = total.saturating_sub(row.record_bytes);
    }
    (drop, delete)
}

/// The run's pages are deleted unless another run uses them.
async fn drop_data(connection: &mut SqliteConnection, seq: i64) -> Attempt<()> {
    sqlx::query("DELETE FROM page_uses WHERE run = ?").bind(seq).execute(&mut *connection).await?;
    sqlx::query("UPDATE run_parts SET texts = '' WHERE run = ?").bind(seq).execute(&mut *connection).await?;
    sqlx::query("UPDATE runs SET data_dropped = 1, page_bytes = 0 WHERE seq = ?").bind(seq).execute(connection).await?;
    Ok(())
}

/// Gives free pages back to the file system, some at a time.
pub(crate) async fn shrink(database: &Database) -> Attempt<()> {
    let free: i64 = sqlx::query_scalar("PRAGMA freelist_count").fetch_one(&mut *database.read().await?).await?;
    if free < FREE_PAGES {
        return Ok(());
    }
    for _ in 0..=free / VACUUM_PAGES {
        let mut write = database.write().await?;
        sqlx::query("PRAGMA incremental_vacuum(512)").fetch_all(&mut *write).await?;
        write.commit_aside().await?;
    }
    Ok(())
}
