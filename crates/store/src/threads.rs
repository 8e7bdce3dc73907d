//! `conversation_threads`: one a workflow, made with its first message.

use bridge_domain::{Error, ErrorCode, Message, Result, Thread, ThreadId, ThreadSummary, Timestamp, WorkflowId};
use sqlx::{FromRow, SqliteConnection};

use crate::{Store, decisions, error::Attempt, messages, versions::parse, workflows};

/// Characters a title may have.
const TITLE_LIMIT: usize = 200;

/// The newest messages of a workflow's thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The thread; absent when the workflow has none yet.
    pub thread: Option<Thread>,
    /// The messages, oldest first, each action with what was decided on it.
    pub messages: Vec<Message>,
    /// Whether there are older ones.
    pub has_more: bool,
}

impl Store {
    /// The thread of a workflow, if it has one.
    ///
    /// # Errors
    /// `NotFound` when there is no such workflow.
    pub async fn thread(&self, workflow_id: WorkflowId) -> Result<Option<Thread>> {
        let mut view = self.database.read().await?;
        workflows::get(&mut view, workflow_id).await?;
        Ok(of_workflow(&mut view, workflow_id).await?)
    }

    /// The thread of a workflow without its messages, if it has one.
    ///
    /// # Errors
    /// `NotFound` when there is no such workflow.
    pub async fn thread_summary(&self, workflow_id: WorkflowId) -> Result<Option<ThreadSummary>> {
        let mut view = self.database.read().await?;
        let workflow = workflows::get(&mut view, workflow_id).await?;
        let Some(thread) = of_workflow(&mut view, workflow_id).await? else { return Ok(None) };
        let (message_count, last_message_at) = messages::tally(&mut view, thread.id).await?;
        Ok(Some(ThreadSummary { thread, workflow_name: workflow.name, message_count, last_message_at }))
    }

    /// The newest `limit` messages of a workflow's thread, oldest first. A message that is not the one that was written
    /// is shown as a failed one that says so.
    ///
    /// # Errors
    /// `NotFound` when there is no such workflow.
    pub async fn history(&self, workflow_id: WorkflowId, limit: u32) -> Result<Page> {
        let mut view = self.database.read().await?;
        workflows::get(&mut view, workflow_id).await?;
        let thread = of_workflow(&mut view, workflow_id).await?;
        let Some(thread_id) = thread.as_ref().map(|thread| thread.id) else {
            return Ok(Page { thread, messages: Vec::new(), has_more: false });
        };
        let (mut messages, has_more) = messages::newest(&mut view, thread_id, limit).await?;
        decisions::overlay(&mut view, &mut messages).await?;
        Ok(Page { thread, messages, has_more })
    }

    /// Deletes all messages of a workflow's thread and returns how many there were; the thread stays.
    ///
    /// # Errors
    /// `Busy` while an answer is being written; `NotFound` when there is no such workflow; those of the disk.
    pub async fn clear_history(&self, workflow_id: WorkflowId) -> Result<u32> {
        let mut write = self.database.write().await?;
        workflows::get(&mut write, workflow_id).await?;
        let Some(thread) = of_workflow(&mut write, workflow_id).await? else { return Ok(0) };
        if messages::is_streaming(&mut write, thread.id).await? {
            return Err(busy());
        }
        let deleted = messages::delete_all(&mut write, thread.id).await?;
        write.commit_aside().await?;
        Ok(deleted)
    }
}

/// An answer is being written in this thread already.
pub(crate) fn busy() -> Error {
    Error::new(ErrorCode::Busy, "An answer is being written already.", "Wait for it to end, or stop it.")
}

#[derive(FromRow)]
struct ThreadRow {
    id: String,
    workflow_id: String,
    title: String,
    created_at: String,
    updated_at: String,
}

pub(crate) async fn of_workflow(connection: &mut SqliteConnection, workflow_id: WorkflowId) -> Attempt<Option<Thread>> {
    let row: Option<ThreadRow> = sqlx::query_as(
        "SELECT id, workflow_id, title, created_at, updated_at FROM conversation_threads WHERE workflow_id = ?",
    )
    .bind(workflow_id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Thread {
            id: parse(&row.id)?,
            workflow_id: parse(&row.workflow_id)?,
            title: row.title,
            created_at: parse(&row.created_at)?,
            updated_at: parse(&row.updated_at)?,
        })
    })
    .transpose()
}

/// The thread of a workflow, made when there is none.
pub(crate) async fn ensure(connection: &mut SqliteConnection, workflow_id: WorkflowId) -> Attempt<ThreadId> {
    let workflow = workflows::get(connection, workflow_id).await?;
    if let Some(thread) = of_workflow(connection, workflow_id).await? {
        return Ok(thread.id);
    }
    let id = ThreadId::new();
    let title: String = format!("Chat for {}", workflow.name).chars().take(TITLE_LIMIT).collect();
    sqlx::query(
        "INSERT INTO conversation_threads (id, workflow_id, title, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
    )
    .bind(id.to_string())
    .bind(workflow_id.to_string())
    .bind(title)
    .bind(Timestamp::now().to_string())
    .execute(connection)
    .await?;
    Ok(id)
}
