//! What starts runs by itself: whether a workflow is active, addresses of webhooks and forms, times of schedules. A time
//! that was due starts one run or is recorded as missed, once.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bridge_domain::{Entry, Error, NewRun, NodeId, Result, RunId, Timestamp, WorkflowId};
use sqlx::SqliteConnection;

use crate::{
    Store, batch,
    error::{self, Attempt},
    journal::Line,
    versions::parse,
    workflows,
};

/// Times of a schedule that are remembered as used. Earlier ones count as used, too.
const REMEMBERED: u32 = 1_000;

/// Where a token leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggerAddress {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// Its webhook or form.
    pub node_id: NodeId,
    /// Whether the workflow is active now.
    pub active: bool,
}

/// A schedule and its next time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledTime {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// Its schedule.
    pub node_id: NodeId,
    /// When it is due.
    pub next_at: Timestamp,
}

/// What became of a time that was due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firing {
    /// The time.
    pub due_at: Timestamp,
    /// The run it started; none when it was missed.
    pub run_id: Option<RunId>,
}

impl Store {
    /// Switches a workflow's triggers on or off. Runs they start use the version that is active then. Switching off forgets
    /// the next times of its schedules.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn set_active(&self, workflow: WorkflowId, active: bool) -> Result<()> {
        let mut write = self.database.write().await?;
        workflows::get(&mut write, workflow).await?;
        set_active(&mut write, workflow, active).await?;
        Ok(write.commit().await?)
    }

    /// Workflows that are active and not in the trash, with the time each was switched on.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn active_workflows(&self) -> Result<Vec<(WorkflowId, Timestamp)>> {
        let mut view = self.database.read().await?;
        Ok(active(&mut view).await?)
    }

    /// The token of a webhook's or form's address: 128 random bits, base64url, the same until it is renewed.
    ///
    /// # Errors
    /// `NotFound` when there is no such workflow.
    pub async fn trigger_token(&self, workflow: WorkflowId, node: &NodeId) -> Result<String> {
        let mut write = self.database.write().await?;
        workflows::get(&mut write, workflow).await?;
        if let Some(token) = token(&mut write, workflow, node).await? {
            return Ok(token);
        }
        let token = put_token(&mut write, workflow, node).await?;
        write.commit().await?;
        Ok(token)
    }

    /// A new token; the old one leads nowhere at once.
    ///
    /// # Errors
    /// As [`Self::trigger_token`].
    pub async fn renew_trigger_token(&self, workflow: WorkflowId, node: &NodeId) -> Result<String> {
        let mut write = self.database.write().await?;
        workflows::get(&mut write, workflow).await?;
        let token = put_token(&mut write, workflow, node).await?;
        write.commit().await?;
        Ok(token)
    }

    /// Where a token leads.
    ///
    /// # Errors
    /// `NotFound` for an unknown token, and when its workflow is in the trash.
    pub async fn trigger_address(&self, token: &str) -> Result<TriggerAddress> {
        let mut view = self.database.read().await?;
        Ok(address(&mut view, token).await?)
    }

    /// Remembers when a schedule is due next; none when never again.
    ///
    /// # Errors
    /// `NotFound` when there is no such workflow.
    pub async fn set_next_time(&self, workflow: WorkflowId, node: &NodeId, next_at: Option<Timestamp>) -> Result<()> {
        let mut write = self.database.write().await?;
        workflows::get(&mut write, workflow).await?;
        set_next_time(&mut write, workflow, node, next_at).await?;
        Ok(write.commit_aside().await?)
    }

    /// Next times of the schedules of active workflows, earliest first.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn scheduled_times(&self) -> Result<Vec<ScheduledTime>> {
        let mut view = self.database.read().await?;
        Ok(scheduled(&mut view).await?)
    }

    /// Claims a time that was due and accepts its run, both or neither; the schedule's next time is set with it. False,
    /// and nothing is written, when that time has started a run or was recorded as missed before, or the workflow is not
    /// active any more.
    ///
    /// # Errors
    /// `NotFound`; those of the disk.
    pub async fn accept_scheduled(
        &self,
        due_at: Timestamp,
        run: RunId,
        new: NewRun,
        next_at: Option<Timestamp>,
    ) -> Result<bool> {
        let (workflow, node) = (new.workflow_id, new.trigger_node.clone());
        let line = Line::of(run, Entry::Started(Box::new(new)))?;
        let mut write = self.database.write().await?;
        workflows::get(&mut write, workflow).await?;
        let claimed =
            is_active(&mut write, workflow).await? && claim(&mut write, workflow, &node, due_at, Some(run)).await?;
        if !claimed {
            return Ok(false);
        }
        batch::begin(&mut write, run, &line).await?;
        set_next_time(&mut write, workflow, &node, next_at).await?;
        write.commit_aside().await?;
        Ok(true)
    }

    /// Records times that passed while nothing ran and are not caught up with. Gives how many were not recorded before.
    ///
    /// # Errors
    /// `NotFound`; those of the disk.
    pub async fn record_missed(&self, workflow: WorkflowId, node: &NodeId, times: &[Timestamp]) -> Result<u32> {
        let mut write = self.database.write().await?;
        workflows::get(&mut write, workflow).await?;
        let mut recorded = 0;
        for due_at in times {
            recorded += u32::from(claim(&mut write, workflow, node, *due_at, None).await?);
        }
        write.commit_aside().await?;
        Ok(recorded)
    }

    /// What became of the newest times of a schedule, newest first.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn firings(&self, workflow: WorkflowId, node: &NodeId, limit: u32) -> Result<Vec<Firing>> {
        let mut view = self.database.read().await?;
        Ok(firings(&mut view, workflow, node, limit).await?)
    }
}

pub(crate) async fn is_active(connection: &mut SqliteConnection, workflow: WorkflowId) -> Attempt<bool> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM activations WHERE workflow_id = ?)")
        .bind(workflow.to_string())
        .fetch_one(connection)
        .await?)
}

async fn set_active(connection: &mut SqliteConnection, workflow: WorkflowId, active: bool) -> Attempt<()> {
    let id = workflow.to_string();
    if active {
        sqlx::query("INSERT INTO activations (workflow_id, activated_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(id)
            .bind(Timestamp::now().to_string())
            .execute(connection)
            .await?;
    } else {
        sqlx::query("DELETE FROM activations WHERE workflow_id = ?").bind(&id).execute(&mut *connection).await?;
        sqlx::query("DELETE FROM schedules WHERE workflow_id = ?").bind(id).execute(connection).await?;
    }
    Ok(())
}

async fn active(connection: &mut SqliteConnection) -> Attempt<Vec<(WorkflowId, Timestamp)>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT w.id, a.activated_at FROM activations a JOIN workflows w ON w.id = a.workflow_id WHERE w.deleted_at IS NULL ORDER BY w.id",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(|(id, at)| Ok((parse(id)?, parse(at)?))).collect()
}

async fn token(connection: &mut SqliteConnection, workflow: WorkflowId, node: &NodeId) -> Attempt<Option<String>> {
    Ok(sqlx::query_scalar("SELECT token FROM trigger_addresses WHERE workflow_id = ? AND node_id = ?")
        .bind(workflow.to_string())
        .bind(node.as_str())
        .fetch_optional(connection)
        .await?)
}

async fn put_token(connection: &mut SqliteConnection, workflow: WorkflowId, node: &NodeId) -> Attempt<String> {
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits).map_err(|_| error::unavailable())?;
    let token = URL_SAFE_NO_PAD.encode(bits);
    sqlx::query(
        "INSERT INTO trigger_addresses (token, workflow_id, node_id, created_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (workflow_id, node_id) DO UPDATE SET token = excluded.token, created_at = excluded.created_at",
    )
    .bind(&token)
    .bind(workflow.to_string())
    .bind(node.as_str())
    .bind(Timestamp::now().to_string())
    .execute(connection)
    .await?;
    Ok(token)
}

async fn address(connection: &mut SqliteConnection, token: &str) -> Attempt<TriggerAddress> {
    let row: Option<(String, String, bool)> = sqlx::query_as(
        "SELECT w.id, t.node_id, a.workflow_id IS NOT NULL FROM trigger_addresses t
         JOIN workflows w ON w.id = t.workflow_id LEFT JOIN activations a ON a.workflow_id = w.id
         WHERE t.token = ? AND w.deleted_at IS NULL",
    )
    .bind(token)
    .fetch_optional(connection)
    .await?;
    let (workflow, node, active) = row.ok_or_else(|| Error::not_found("This address"))?;
    Ok(TriggerAddress { workflow_id: parse(&workflow)?, node_id: NodeId(node), active })
}

async fn set_next_time(
    connection: &mut SqliteConnection,
    workflow: WorkflowId,
    node: &NodeId,
    next_at: Option<Timestamp>,
) -> Attempt<()> {
    let query = match next_at {
        Some(next_at) => sqlx::query(
            "INSERT INTO schedules (workflow_id, node_id, next_at) VALUES (?, ?, ?)
             ON CONFLICT (workflow_id, node_id) DO UPDATE SET next_at = excluded.next_at",
        )
        .bind(workflow.to_string())
        .bind(node.as_str())
        .bind(next_at.to_string()),
        None => sqlx::query("DELETE FROM schedules WHERE workflow_id = ? AND node_id = ?")
            .bind(workflow.to_string())
            .bind(node.as_str()),
    };
    query.execute(connection).await?;
    Ok(())
}

async fn scheduled(connection: &mut SqliteConnection) -> Attempt<Vec<ScheduledTime>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT s.workflow_id, s.node_id, s.next_at FROM schedules s JOIN workflows w ON w.id = s.workflow_id
         JOIN activations a ON a.workflow_id = w.id WHERE w.deleted_at IS NULL ORDER BY s.next_at",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(workflow, node, next_at)| {
            Ok(ScheduledTime { workflow_id: parse(&workflow)?, node_id: NodeId(node), next_at: parse(&next_at)? })
        })
        .collect()
}

/// True when the time was not used before.
async fn claim(
    connection: &mut SqliteConnection,
    workflow: WorkflowId,
    node: &NodeId,
    due_at: Timestamp,
    run: Option<RunId>,
) -> Attempt<bool> {
    let (workflow, due_at) = (workflow.to_string(), due_at.to_string());
    let oldest: Option<String> = sqlx::query_scalar(
        "SELECT due_at FROM trigger_firings WHERE workflow_id = ? AND node_id = ? ORDER BY due_at DESC LIMIT 1 OFFSET ?",
    )
    .bind(&workflow)
    .bind(node.as_str())
    .bind(REMEMBERED)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(oldest) = oldest {
        if due_at <= oldest {
            return Ok(false);
        }
        sqlx::query("DELETE FROM trigger_firings WHERE workflow_id = ? AND node_id = ? AND due_at < ?")
            .bind(&workflow)
            .bind(node.as_str())
            .bind(oldest)
            .execute(&mut *connection)
            .await?;
    }
    let inserted = sqlx::query(
        "INSERT INTO trigger_firings (workflow_id, node_id, due_at, run_id, recorded_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING",
    )
    .bind(workflow)
    .bind(node.as_str())
    .bind(due_at)
    .bind(run.map(|run| run.to_string()))
    .bind(Timestamp::now().to_string())
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

async fn firings(
    connection: &mut SqliteConnection,
    workflow: WorkflowId,
    node: &NodeId,
    limit: u32,
) -> Attempt<Vec<Firing>> {
    let rows: Vec<(String, Option<String>)> = sqlx::query_as(
        "SELECT due_at, run_id FROM trigger_firings WHERE workflow_id = ? AND node_id = ? ORDER BY due_at DESC LIMIT ?",
    )
    .bind(workflow.to_string())
    .bind(node.as_str())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(due_at, run)| Ok(Firing { due_at: parse(&due_at)?, run_id: run.as_deref().map(parse).transpose()? }))
        .collect()
}
