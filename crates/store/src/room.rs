//! What runs may take and take now, and making room when the user asks for it.

use bridge_domain::{Error, Problem, ProblemCode, Result, RoomProgress, RunBudget, RunRoom, WorkflowRoom};
use sqlx::SqliteConnection;

use crate::{Store, error::Attempt, versions::parse};

const BYTES: std::ops::RangeInclusive<u64> = 1 << 20..=1 << 40;
const RUNS: std::ops::RangeInclusive<u32> = 10..=1_000_000;

impl Store {
    /// What the runs of each workflow may take.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn run_budget(&self) -> Result<RunBudget> {
        Ok(budget(&mut *self.database.read().await?).await?)
    }

    /// Sets what the runs of each workflow may take. It counts from the next run on; [`Self::make_room`] applies it at
    /// once.
    ///
    /// # Errors
    /// `InvalidInput` with every number out of range.
    pub async fn set_run_budget(&self, budget: RunBudget) -> Result<()> {
        check(budget)?;
        let mut write = self.database.write().await?;
        set_budget(&mut write, budget).await?;
        Ok(write.commit().await?)
    }

    /// What runs take now.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn run_room(&self) -> Result<RunRoom> {
        let mut view = self.database.read().await?;
        Ok(RunRoom { budget: budget(&mut view).await?, workflows: workflows(&mut view).await? })
    }

    /// Makes the runs of every workflow fit into the budget, and gives freed room back to the file system. Tells how far
    /// it is after each workflow.
    ///
    /// # Errors
    /// Those of the disk. What was done until then stays.
    pub async fn make_room(&self, mut tell: impl FnMut(RoomProgress) + Send) -> Result<RoomProgress> {
        let RunRoom { budget, workflows } = self.run_room().await?;
        let mut progress =
            RoomProgress { workflows: u32::try_from(workflows.len()).unwrap_or(u32::MAX), ..RoomProgress::default() };
        tell(progress);
        for workflow in workflows {
            let pruned = self.prune_runs(workflow.workflow_id, budget).await?;
            progress.workflows_done += 1;
            progress.dropped += pruned.dropped;
            progress.deleted += pruned.deleted;
            tell(progress);
        }
        Ok(progress)
    }
}

/// The budget that was set, or the default.
pub(crate) async fn budget(connection: &mut SqliteConnection) -> Attempt<RunBudget> {
    let text: Option<String> =
        sqlx::query_scalar("SELECT value FROM run_settings WHERE name = 'budget'").fetch_optional(connection).await?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
}

async fn set_budget(connection: &mut SqliteConnection, budget: RunBudget) -> Attempt<()> {
    sqlx::query(
        "INSERT INTO run_settings (name, value) VALUES ('budget', ?)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(serde_json::to_string(&budget)?)
    .execute(connection)
    .await?;
    Ok(())
}

async fn workflows(connection: &mut SqliteConnection) -> Attempt<Vec<WorkflowRoom>> {
    let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
        "SELECT w.id, w.name, sum(r.page_bytes + r.record_bytes) AS bytes, count(*)
         FROM runs r JOIN workflows w ON w.id = r.workflow_id GROUP BY w.id ORDER BY bytes DESC, w.id",
    )
    .fetch_all(connection)
    .await?;
    let room = |(id, name, bytes, runs): (String, String, i64, i64)| {
        Ok(WorkflowRoom {
            workflow_id: parse(&id)?,
            name,
            bytes: u64::try_from(bytes).unwrap_or_default(),
            runs: u32::try_from(runs).unwrap_or(u32::MAX),
        })
    };
    rows.into_iter().map(room).collect()
}

fn check(budget: RunBudget) -> Result<()> {
    let mut problems = Vec::new();
    let mut refuse = |path: &str, message: &str| {
        problems.push(Problem { path: path.to_owned(), code: ProblemCode::InvalidValue, message: message.to_owned() });
    };
    if !BYTES.contains(&budget.bytes) {
        refuse("bytes", "Must be from 1 MiB to 1 TiB.");
    }
    if !RUNS.contains(&budget.runs) {
        refuse("runs", "Must be from 10 to 1,000,000.");
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}
