//! `message_drafts`: what the user is writing to the assistant, one text a workflow. Knows nothing of what is sent.

use bridge_domain::{Error, Problem, ProblemCode, Result, Timestamp, WorkflowId};
use sqlx::SqliteConnection;

use crate::{Store, error::Attempt, workflows};

/// Bytes a draft may have, as in the table.
const LIMIT: usize = 4 << 20;

impl Store {
    /// What the user is writing to the assistant in a workflow; empty for nothing.
    ///
    /// # Errors
    /// `NotFound` when there is no such workflow; those of the disk.
    pub async fn draft(&self, workflow_id: WorkflowId) -> Result<String> {
        let mut view = self.database.read().await?;
        workflows::get(&mut view, workflow_id).await?;
        Ok(read(&mut view, workflow_id).await?.unwrap_or_default())
    }

    /// Keeps what the user is writing, in place of what was kept; an empty text is nothing. It goes into the trash with its
    /// workflow, and is deleted with it.
    ///
    /// # Errors
    /// `NotFound` when there is no such workflow; `InvalidInput` for more than 4 MiB; those of the disk.
    pub async fn save_draft(&self, workflow_id: WorkflowId, text: &str) -> Result<()> {
        if text.len() > LIMIT {
            let message = format!("A message of more than {} MiB is not kept while it is written.", LIMIT >> 20);
            return Err(Error::invalid(vec![Problem {
                path: "text".to_owned(),
                code: ProblemCode::TooLarge,
                message,
            }]));
        }
        let mut write = self.database.write().await?;
        workflows::get(&mut write, workflow_id).await?;
        if text.is_empty() {
            delete(&mut write, workflow_id).await?;
        } else {
            put(&mut write, workflow_id, text).await?;
        }
        // No program consists of it: nothing is read again because somebody types.
        Ok(write.commit_aside().await?)
    }
}

async fn read(connection: &mut SqliteConnection, id: WorkflowId) -> Attempt<Option<String>> {
    let query = sqlx::query_scalar("SELECT content FROM message_drafts WHERE workflow_id = ?");
    Ok(query.bind(id.to_string()).fetch_optional(connection).await?)
}

async fn put(connection: &mut SqliteConnection, id: WorkflowId, text: &str) -> Attempt<()> {
    sqlx::query(
        "INSERT INTO message_drafts (workflow_id, content, updated_at) VALUES (?, ?, ?)
         ON CONFLICT (workflow_id) DO UPDATE SET content = excluded.content, updated_at = excluded.updated_at",
    )
    .bind(id.to_string())
    .bind(text)
    .bind(Timestamp::now().to_string())
    .execute(connection)
    .await?;
    Ok(())
}

async fn delete(connection: &mut SqliteConnection, id: WorkflowId) -> Attempt<()> {
    sqlx::query("DELETE FROM message_drafts WHERE workflow_id = ?").bind(id.to_string()).execute(connection).await?;
    Ok(())
}
