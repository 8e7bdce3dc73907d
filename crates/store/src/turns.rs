//! One turn of a conversation, as the database sees it: begun before anything is sent, kept while it is written, ended
//! exactly once. Talking to a model is not done here.

use bridge_domain::{
    Error, ErrorCode, Message, MessageId, MessageMetadata, MessageStatus, Problem, ProblemCode, ProposedAction, Result,
    Role, Thread, WorkflowId,
};

use crate::{Store, error::Attempt, messages, threads};

/// A turn that has begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Begun {
    /// The thread, made when this is its first turn.
    pub thread: Thread,
    /// What the user wrote, complete.
    pub user: Message,
    /// The answer to come: empty, streaming.
    pub answer: Message,
}

impl Store {
    /// Keeps what the user wrote and makes room for the answer, in one transaction that has reached the disk when this
    /// returns. `metadata` is the answer's.
    ///
    /// # Errors
    /// `InvalidInput` when `text` is blank; `Busy` while another answer is being written in the thread; `NotFound`;
    /// those of the disk.
    pub async fn begin_turn(&self, workflow_id: WorkflowId, text: &str, metadata: MessageMetadata) -> Result<Begun> {
        if text.trim().is_empty() {
            return Err(blank_message());
        }
        let mut write = self.database.write().await?;
        let thread_id = threads::ensure(&mut write, workflow_id).await?;
        if messages::is_streaming(&mut write, thread_id).await? {
            return Err(threads::busy());
        }
        let (mine, theirs) = (MessageStatus::Complete, MessageStatus::Streaming);
        let user = messages::append(&mut write, thread_id, Role::User, mine, text, MessageMetadata::default()).await?;
        let answer = messages::append(&mut write, thread_id, Role::Assistant, theirs, "", metadata).await?;
        let thread = threads::of_workflow(&mut write, workflow_id).await?;
        let thread = thread.ok_or_else(|| Error::not_found("This conversation"))?;
        write.commit_aside().await?;
        Ok(Begun { thread, user, answer })
    }

    /// Keeps what has been written of an answer so far, in place of what was kept before. Once the answer has ended this
    /// does nothing: progress that comes late must not undo the end.
    ///
    /// # Errors
    /// `NotFound`; those of the disk.
    pub async fn save_progress(&self, id: MessageId, content: &str) -> Result<()> {
        let mut write = self.database.write().await?;
        let message = messages::get(&mut write, id).await?;
        if message.status != MessageStatus::Streaming {
            return Ok(());
        }
        messages::update(&mut write, &Message { content: content.to_owned(), ..message }).await?;
        Ok(write.commit_aside().await?)
    }

    /// Ends an answer. `status` is anything but streaming.
    ///
    /// # Errors
    /// `Conflict` when it has ended already; `InvalidInput` for the status streaming; `NotFound`; those of the disk.
    pub async fn finish_message(
        &self,
        id: MessageId,
        content: &str,
        actions: Vec<ProposedAction>,
        metadata: MessageMetadata,
        status: MessageStatus,
    ) -> Result<Message> {
        if status == MessageStatus::Streaming {
            return Err(not_an_end());
        }
        let mut write = self.database.write().await?;
        let message = messages::get(&mut write, id).await?;
        if message.status != MessageStatus::Streaming {
            return Err(ended_already());
        }
        let message = Message { content: content.to_owned(), actions, metadata, status, ..message };
        messages::update(&mut write, &message).await?;
        write.commit_aside().await?;
        Ok(message)
    }

    /// Marks as interrupted what was being written when the application last ended. Called once, when the store is
    /// opened; the lock on the folder makes sure that nobody else is still writing it.
    pub(crate) async fn recover(&self) -> Attempt<()> {
        let mut write = self.database.write().await?;
        for message in messages::streaming(&mut write).await? {
            let status = MessageStatus::Interrupted;
            let metadata = MessageMetadata { error: Some(cut_off()), ..message.metadata.clone() };
            messages::update(&mut write, &Message { status, metadata, ..message }).await?;
        }
        write.commit_aside().await
    }
}

fn blank_message() -> Error {
    Error::invalid(vec![Problem {
        path: "message".to_owned(),
        code: ProblemCode::Missing,
        message: "The message is blank.".to_owned(),
    }])
}

fn not_an_end() -> Error {
    Error::invalid(vec![Problem {
        path: "status".to_owned(),
        code: ProblemCode::InvalidValue,
        message: "An answer cannot end with the status streaming.".to_owned(),
    }])
}

fn ended_already() -> Error {
    Error::new(ErrorCode::Conflict, "This answer has ended already.", "")
}

fn cut_off() -> Error {
    Error::new(
        ErrorCode::Interrupted,
        "The application ended before the answer did.",
        "What had arrived is kept. Send the message again for a whole answer.",
    )
}
