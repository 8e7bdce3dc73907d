//! `action_decisions`: what the user decided on proposed actions. A decision, the version it made and the note in the
//! thread are one transaction: after a crash there are all three or none.

use std::{
    collections::{HashMap, HashSet},
    slice,
};

use bridge_domain::{
    Decision, Definition, Error, ErrorCode, Message, MessageId, MessageMetadata, MessageStatus, Origin, Problem,
    ProblemCode, Result, Role, Timestamp,
};
use sqlx::SqliteConnection;

use crate::{
    Store,
    commit::{self, Committed},
    error::Attempt,
    messages, workflows,
};

/// The user's yes or no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Apply the actions.
    Apply {
        /// The version the actions were held against; refused with `Conflict` when another one is active.
        expected_version: Option<u32>,
    },
    /// Reject the actions.
    Reject {
        /// Why, in the user's words.
        reason: Option<String>,
    },
}

/// What a decision did.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionStored {
    /// The change; absent after a rejection.
    pub committed: Option<Committed>,
    /// The message with the decisions on its actions.
    pub answer: Message,
    /// The application's message in the thread that says what happened.
    pub note: Message,
}

impl Store {
    /// Stores a decision on actions of a message: the decision, the new version when they are applied, and a note in the
    /// thread, all or nothing. `edit` applies the actions and is not called for a rejection; `note` writes the note from
    /// what was stored.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when one of the actions was decided before, the message is not complete, or another
    /// version than the expected one is active; `InvalidInput` when the indexes are not actions of the message; what
    /// `edit` returns; `StoreDamaged`; those of the disk.
    pub async fn decide(
        &self,
        message_id: MessageId,
        indexes: &[u32],
        verdict: Verdict,
        note: impl FnOnce(Option<&Committed>) -> String + Send,
        edit: impl FnOnce(&Definition) -> Result<Definition> + Send,
    ) -> Result<DecisionStored> {
        let mut write = self.database.write().await?;
        let mut answer = messages::get(&mut write, message_id).await?;
        overlay(&mut write, slice::from_mut(&mut answer)).await?;
        check(&answer, indexes)?;
        let workflow_id = messages::workflow_of(&mut write, message_id).await?;
        workflows::get(&mut write, workflow_id).await?;

        let (committed, reason) = match verdict {
            Verdict::Apply { expected_version } => {
                let origin = Origin::Assistant { message_id };
                (Some(commit::edit_in(&mut write, workflow_id, expected_version, origin, edit).await?), None)
            }
            Verdict::Reject { reason } => (None, reason),
        };
        for &index in indexes {
            insert(&mut write, message_id, index, committed.as_ref(), reason.as_deref()).await?;
        }
        overlay(&mut write, slice::from_mut(&mut answer)).await?;
        let metadata = MessageMetadata { about: Some(message_id), ..MessageMetadata::default() };
        let (text, status) = (note(committed.as_ref()), MessageStatus::Complete);
        let note = messages::append(&mut write, answer.thread_id, Role::System, status, &text, metadata).await?;
        write.commit().await?;
        Ok(DecisionStored { committed, answer, note })
    }
}

/// Whether these actions can still be decided.
fn check(answer: &Message, indexes: &[u32]) -> Result<()> {
    if answer.role != Role::Assistant || answer.status != MessageStatus::Complete {
        return Err(Error::new(
            ErrorCode::Conflict,
            "Only the actions of a complete answer can be applied or rejected.",
            "Ask again for a whole answer.",
        ));
    }
    let problem = |path: String, code, message: String| Problem { path, code, message };
    let mut problems = Vec::new();
    if indexes.is_empty() {
        problems.push(problem("indexes".to_owned(), ProblemCode::Missing, "No action was chosen.".to_owned()));
    }
    let pending: HashMap<u32, Decision> = answer.actions.iter().map(|action| (action.index, action.decision)).collect();
    let mut seen = HashSet::new();
    for (at, index) in indexes.iter().enumerate() {
        let path = format!("indexes[{at}]");
        if !seen.insert(index) {
            problems.push(problem(path, ProblemCode::DuplicateId, format!("Action {index} is named twice.")));
        } else if !pending.contains_key(index) {
            problems.push(problem(path, ProblemCode::InvalidValue, format!("The answer has no action {index}.")));
        }
    }
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    if indexes.iter().any(|index| pending.get(index) != Some(&Decision::Pending)) {
        return Err(Error::new(
            ErrorCode::Conflict,
            "One of these actions was decided already.",
            "Look at the answer as it is now and decide on what is left.",
        ));
    }
    Ok(())
}

async fn insert(
    connection: &mut SqliteConnection,
    message_id: MessageId,
    index: u32,
    committed: Option<&Committed>,
    reason: Option<&str>,
) -> Attempt<()> {
    sqlx::query(
        "INSERT INTO action_decisions (message_id, action_index, decision, version_id, reason, decided_at)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(message_id.to_string())
    .bind(index)
    .bind(if committed.is_some() { "applied" } else { "rejected" })
    .bind(committed.map(|committed| committed.after.id.to_string()))
    .bind(reason)
    .bind(Timestamp::now().to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Lays what was decided over the actions of messages.
pub(crate) async fn overlay(connection: &mut SqliteConnection, messages: &mut [Message]) -> Attempt<()> {
    let with_actions = messages.iter().filter(|message| !message.actions.is_empty());
    let ids: Vec<String> = with_actions.map(|message| message.id.to_string()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let decided = of_messages(connection, &ids).await?;
    for message in messages {
        let id = message.id.to_string();
        for action in &mut message.actions {
            action.decision = decided.get(&(id.clone(), action.index)).copied().unwrap_or(Decision::Pending);
        }
    }
    Ok(())
}

/// Decisions by message and action, in one query however many messages there are.
async fn of_messages(connection: &mut SqliteConnection, ids: &[String]) -> Attempt<HashMap<(String, u32), Decision>> {
    let rows: Vec<(String, u32, Option<u32>)> = sqlx::query_as(
        "SELECT d.message_id, d.action_index, v.version_number
         FROM action_decisions d LEFT JOIN workflow_versions v ON v.id = d.version_id
         WHERE d.message_id IN (SELECT value FROM json_each(?))",
    )
    .bind(serde_json::to_string(ids)?)
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(message_id, index, version)| {
            let decision = version.map_or(Decision::Rejected, |version_number| Decision::Applied { version_number });
            ((message_id, index), decision)
        })
        .collect())
}
