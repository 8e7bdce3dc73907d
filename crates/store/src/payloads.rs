//! `sent_payloads`: exactly what was sent to a provider, for the user to read. Keys are redacted before they get here.

use bridge_domain::{MessageId, Payload, Result, Timestamp};
use sqlx::SqliteConnection;

use crate::{Store, error::Attempt, messages};

impl Store {
    /// Keeps what was sent for an answer, after what was kept for it before: one payload a try.
    ///
    /// # Errors
    /// `NotFound` when there is no such message; those of the disk.
    pub async fn save_payload(&self, message_id: MessageId, payload: &Payload) -> Result<()> {
        let mut write = self.database.write().await?;
        messages::workflow_of(&mut write, message_id).await?;
        insert(&mut write, message_id, payload).await?;
        Ok(write.commit_aside().await?)
    }

    /// What was sent for an answer, oldest first; empty when nothing was.
    ///
    /// # Errors
    /// `NotFound` when there is no such message.
    pub async fn payloads(&self, message_id: MessageId) -> Result<Vec<Payload>> {
        let mut view = self.database.read().await?;
        messages::workflow_of(&mut view, message_id).await?;
        Ok(list(&mut view, message_id).await?)
    }
}

async fn insert(connection: &mut SqliteConnection, message_id: MessageId, payload: &Payload) -> Attempt<()> {
    sqlx::query(
        "INSERT INTO sent_payloads (message_id, attempt, url, headers, sent_at, body)
         VALUES (?1, (SELECT ifnull(max(attempt), 0) + 1 FROM sent_payloads WHERE message_id = ?1), ?2, ?3, ?4, ?5)",
    )
    .bind(message_id.to_string())
    .bind(&payload.url)
    .bind(serde_json::to_string(&payload.headers)?)
    .bind(Timestamp::now().to_string())
    .bind(&payload.body)
    .execute(connection)
    .await?;
    Ok(())
}

async fn list(connection: &mut SqliteConnection, message_id: MessageId) -> Attempt<Vec<Payload>> {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("SELECT url, headers, body FROM sent_payloads WHERE message_id = ? ORDER BY attempt")
            .bind(message_id.to_string())
            .fetch_all(connection)
            .await?;
    rows.into_iter()
        .map(|(url, headers, body)| Ok(Payload { url, headers: serde_json::from_str(&headers)?, body }))
        .collect()
}
