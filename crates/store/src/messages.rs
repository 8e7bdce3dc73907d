//! `chat_messages`: rows with their content hash. What a turn or a decision does with them is decided elsewhere.

use bridge_domain::{
    Error, Message, MessageId, MessageMetadata, MessageStatus, Result, Role, ThreadId, Timestamp, WorkflowId,
};
use serde::de::DeserializeOwned;
use sqlx::{FromRow, SqliteConnection, sqlite::SqliteRow};

use crate::{
    Store, decisions,
    error::{self, Attempt},
    hash::{self, text},
    versions::parse,
};

impl Store {
    /// One message, each action with what was decided on it.
    ///
    /// # Errors
    /// `NotFound`; `StoreDamaged` when it is not the one that was written.
    pub async fn message(&self, id: MessageId) -> Result<Message> {
        let mut view = self.database.read().await?;
        let mut message = get(&mut view, id).await?;
        decisions::overlay(&mut view, std::slice::from_mut(&mut message)).await?;
        Ok(message)
    }

    /// The workflow whose thread a message is in.
    ///
    /// # Errors
    /// `NotFound` when there is no such message.
    pub async fn message_workflow(&self, id: MessageId) -> Result<WorkflowId> {
        let mut view = self.database.read().await?;
        Ok(workflow_of(&mut view, id).await?)
    }
}

/// A message as stored.
pub(crate) struct MessageRow {
    pub(crate) id: String,
    pub(crate) thread_id: String,
    pub(crate) role: String,
    pub(crate) status: String,
    pub(crate) created_at: String,
    pub(crate) content_hash: String,
    pub(crate) content: String,
    pub(crate) actions: String,
    pub(crate) metadata: String,
}

impl FromRow<'_, SqliteRow> for MessageRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: text(row, "id")?,
            thread_id: text(row, "thread_id")?,
            role: text(row, "role")?,
            status: text(row, "status")?,
            created_at: text(row, "created_at")?,
            content_hash: text(row, "content_hash")?,
            content: text(row, "content")?,
            actions: text(row, "actions")?,
            metadata: text(row, "metadata")?,
        })
    }
}

impl MessageRow {
    fn of(message: &Message) -> Attempt<Self> {
        let mut row = Self {
            id: message.id.to_string(),
            thread_id: message.thread_id.to_string(),
            role: role_name(message.role).to_owned(),
            status: status_name(message.status).to_owned(),
            created_at: message.created_at.to_string(),
            content_hash: String::new(),
            content: message.content.clone(),
            actions: serde_json::to_string(&message.actions)?,
            metadata: serde_json::to_string(&message.metadata)?,
        };
        row.content_hash = row.hash();
        Ok(row)
    }

    fn hash(&self) -> String {
        hash::of_fields(&[
            &self.id,
            &self.thread_id,
            &self.role,
            &self.status,
            &self.created_at,
            &self.content,
            &self.actions,
            &self.metadata,
        ])
    }

    /// Whether the message is the one that was written.
    pub(crate) fn is_sound(&self) -> bool {
        self.hash() == self.content_hash
    }

    fn parse(self) -> Attempt<Message> {
        if !self.is_sound() {
            return Err(damaged().into());
        }
        Ok(Message {
            id: parse(&self.id)?,
            thread_id: parse(&self.thread_id)?,
            role: from_name(&self.role)?,
            content: self.content,
            actions: serde_json::from_str(&self.actions)?,
            metadata: serde_json::from_str(&self.metadata)?,
            status: from_name(&self.status)?,
            created_at: parse(&self.created_at)?,
        })
    }

    /// A message that says that this one is damaged, so that one bad row does not hide all others.
    fn parse_or_placeholder(self, thread_id: ThreadId) -> Message {
        let (id, created_at) = (parse(&self.id), parse(&self.created_at));
        self.parse().unwrap_or_else(|_| {
            let error = damaged();
            Message {
                id: id.unwrap_or_else(|_| MessageId::new()),
                thread_id,
                role: Role::Assistant,
                content: error.message.clone(),
                actions: Vec::new(),
                metadata: MessageMetadata { error: Some(error), ..MessageMetadata::default() },
                status: MessageStatus::Failed,
                created_at: created_at.unwrap_or_else(|_| Timestamp::from_microseconds(0)),
            }
        })
    }
}

fn damaged() -> Error {
    error::damaged("This message is damaged and cannot be shown.")
}

/// One message, its stored actions without decisions.
pub(crate) async fn get(connection: &mut SqliteConnection, id: MessageId) -> Attempt<Message> {
    let row: Option<MessageRow> = sqlx::query_as("SELECT * FROM chat_messages WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.ok_or_else(not_found)?.parse()
}

/// The newest `limit` messages, oldest first, and whether there are older ones.
pub(crate) async fn newest(
    connection: &mut SqliteConnection,
    thread_id: ThreadId,
    limit: u32,
) -> Attempt<(Vec<Message>, bool)> {
    let mut rows: Vec<MessageRow> =
        sqlx::query_as("SELECT * FROM chat_messages WHERE thread_id = ? ORDER BY created_at DESC, seq DESC LIMIT ?")
            .bind(thread_id.to_string())
            .bind(i64::from(limit) + 1)
            .fetch_all(connection)
            .await?;
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let messages = rows.into_iter().rev().map(|row| row.parse_or_placeholder(thread_id)).collect();
    Ok((messages, has_more))
}

/// What is being written right now, or was when the application ended.
pub(crate) async fn streaming(connection: &mut SqliteConnection) -> Attempt<Vec<Message>> {
    let rows: Vec<MessageRow> =
        sqlx::query_as("SELECT * FROM chat_messages WHERE status = 'streaming'").fetch_all(connection).await?;
    // A damaged one stays as it is: the search for damage finds it.
    Ok(rows.into_iter().filter_map(|row| row.parse().ok()).collect())
}

/// A new message at the end of a thread.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    thread_id: ThreadId,
    role: Role,
    status: MessageStatus,
    content: &str,
    metadata: MessageMetadata,
) -> Attempt<Message> {
    let message = Message {
        id: MessageId::new(),
        thread_id,
        role,
        content: content.to_owned(),
        actions: Vec::new(),
        metadata,
        status,
        created_at: next_time(connection, thread_id).await?,
    };
    let row = MessageRow::of(&message)?;
    sqlx::query(
        "INSERT INTO chat_messages (id, thread_id, role, status, created_at, content_hash, content, actions, metadata)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(row.id)
    .bind(row.thread_id)
    .bind(row.role)
    .bind(row.status)
    .bind(row.created_at)
    .bind(row.content_hash)
    .bind(row.content)
    .bind(row.actions)
    .bind(row.metadata)
    .execute(connection)
    .await?;
    Ok(message)
}

/// Replaces what may change while a message is written.
pub(crate) async fn update(connection: &mut SqliteConnection, message: &Message) -> Attempt<()> {
    let row = MessageRow::of(message)?;
    sqlx::query(
        "UPDATE chat_messages SET status = ?, content_hash = ?, content = ?, actions = ?, metadata = ? WHERE id = ?",
    )
    .bind(row.status)
    .bind(row.content_hash)
    .bind(row.content)
    .bind(row.actions)
    .bind(row.metadata)
    .bind(row.id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Now, or the time of the newest message when the clock was set back since.
async fn next_time(connection: &mut SqliteConnection, thread_id: ThreadId) -> Attempt<Timestamp> {
    let last: Option<String> = sqlx::query_scalar("SELECT max(created_at) FROM chat_messages WHERE thread_id = ?")
        .bind(thread_id.to_string())
        .fetch_one(connection)
        .await?;
    let now = Timestamp::now();
    Ok(last.as_deref().map(parse).transpose()?.map_or(now, |last: Timestamp| last.max(now)))
}

/// How many messages a thread has, and when the newest was written.
pub(crate) async fn tally(connection: &mut SqliteConnection, thread_id: ThreadId) -> Attempt<(u32, Option<Timestamp>)> {
    let (count, last): (u32, Option<String>) =
        sqlx::query_as("SELECT count(*), max(created_at) FROM chat_messages WHERE thread_id = ?")
            .bind(thread_id.to_string())
            .fetch_one(connection)
            .await?;
    Ok((count, last.as_deref().map(parse).transpose()?))
}

pub(crate) async fn is_streaming(connection: &mut SqliteConnection, thread_id: ThreadId) -> Attempt<bool> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM chat_messages WHERE thread_id = ? AND status = 'streaming')")
        .bind(thread_id.to_string())
        .fetch_one(connection)
        .await?)
}

pub(crate) async fn delete_all(connection: &mut SqliteConnection, thread_id: ThreadId) -> Attempt<u32> {
    let done = sqlx::query("DELETE FROM chat_messages WHERE thread_id = ?")
        .bind(thread_id.to_string())
        .execute(connection)
        .await?;
    Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
}

pub(crate) async fn workflow_of(connection: &mut SqliteConnection, id: MessageId) -> Attempt<WorkflowId> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT t.workflow_id FROM chat_messages m JOIN conversation_threads t ON t.id = m.thread_id WHERE m.id = ?",
    )
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    parse(&found.ok_or_else(not_found)?)
}

fn not_found() -> Error {
    Error::not_found("This message")
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::System => "system",
    }
}

fn status_name(status: MessageStatus) -> &'static str {
    match status {
        MessageStatus::Streaming => "streaming",
        MessageStatus::Complete => "complete",
        MessageStatus::Interrupted => "interrupted",
        MessageStatus::Failed => "failed",
        MessageStatus::Stopped => "stopped",
    }
}

/// The columns hold the same names as the wire format.
fn from_name<T: DeserializeOwned>(name: &str) -> Attempt<T> {
    serde_json::from_value(name.into()).map_err(|_| damaged().into())
}
