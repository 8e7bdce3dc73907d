//! The assistant as the rest of the application calls it. Every method is a few lines: what happens is in the modules
//! it calls.

use std::sync::Arc;

use bridge_domain::{
    Catalog, Change, ChatEvent, ChatResponse, Cleared, Decided, DecisionRequest, EditRequest, Error, ErrorCode,
    History, Message, MessageId, MessageMetadata, MessageStatus, Payload, Proposal, Result, ThreadSummary, TurnId,
    WorkflowId,
};
use bridge_store::{Begun, Store};
use bridge_workflow::Rules;
use tokio::sync::mpsc;

use crate::ask::{self, Ask};
use crate::live::{Feed, Live};
use crate::redact::Redactor;
use crate::turn::{self, Turn};
use crate::{edit, end, payload, proposal};

/// Messages of a thread that are read unless another number is asked for.
const HISTORY: u32 = 50;
/// Most messages that are read at once.
const MOST_HISTORY: u32 = 1_000;

/// The assistant: turns, conversations, proposals. Clones share everything.
#[derive(Clone)]
pub struct Assistant {
    store: Store,
    rules: Arc<Rules>,
    live: Live,
}

/// A turn that has begun.
#[derive(Debug)]
pub struct Running {
    /// The turn, to stop it or to join it.
    pub turn_id: TurnId,
    /// Its events from the first one on, several at a time; ends after the last one. Dropping this does not end the turn.
    pub events: mpsc::Receiver<Vec<ChatEvent>>,
}

impl Assistant {
    /// An assistant that keeps its conversations here and proposes what these connectors can do.
    #[must_use]
    pub fn new(store: Store, catalog: Arc<Catalog>) -> Self {
        Self { store, rules: Arc::new(Rules::new(catalog)), live: Live::default() }
    }

    /// Begins a turn. When this returns, the user's message is on the disk; the turn runs on its own, whoever listens.
    ///
    /// # Errors
    /// `invalid_input` for a blank or too long message; `busy` while an answer is being written in the thread;
    /// `not_found`; those of the store.
    pub async fn start(&self, ask: Ask) -> Result<Running> {
        let problems = ask::message_problems(&ask.request.message);
        if !problems.is_empty() {
            return Err(Error::invalid(problems));
        }
        let feed = self.live.claim(ask.request.workflow_id)?;
        // A future that is dropped half-way must not leave the workflow occupied: the beginning has a task of its own.
        let beginning = tokio::spawn(self.clone().begin(ask, Arc::clone(&feed)));
        beginning.await.unwrap_or_else(|_| Err(end::defect()))?;
        Ok(Running { turn_id: feed.turn_id, events: feed.subscribe() })
    }

    async fn begin(self, ask: Ask, feed: Arc<Feed>) -> Result<()> {
        let redactor = Redactor::new(&ask.secrets);
        let begun = match self.make_room(&ask, &feed, &redactor).await {
            Ok(begun) => begun,
            Err(error) => {
                self.live.release(&feed);
                return Err(error);
            }
        };
        let message_id = begun.answer.id;
        feed.tell(ChatEvent::Start { turn_id: feed.turn_id, thread_id: begun.thread.id, message_id });
        let turn = Turn {
            store: self.store.clone(),
            rules: Arc::clone(&self.rules),
            ask,
            redactor,
            live: self.live.clone(),
            feed: Arc::clone(&feed),
            message_id,
            user_message: begun.user.id,
        };
        tokio::spawn(async move {
            if tokio::spawn(turn.run()).await.is_err() {
                self.break_down(&feed, message_id).await;
            }
        });
        Ok(())
    }

    /// Keeps the user's message and makes the answer's place. An answer that nobody writes any more, because its end
    /// could not be stored, is ended first.
    async fn make_room(&self, ask: &Ask, feed: &Feed, redactor: &Redactor) -> Result<Begun> {
        let text = redactor.text(&ask.request.message);
        let metadata = MessageMetadata {
            turn_id: Some(feed.turn_id),
            provider: Some(ask.provider.clone()),
            model: Some(ask.model_name.clone()),
            ..MessageMetadata::default()
        };
        let workflow_id = ask.request.workflow_id;
        match self.store.begin_turn(workflow_id, &text, metadata.clone()).await {
            Err(error) if error.code == ErrorCode::Busy => {
                self.end_abandoned(workflow_id).await?;
                self.store.begin_turn(workflow_id, &text, metadata).await
            }
            begun => begun,
        }
    }

    async fn end_abandoned(&self, workflow_id: WorkflowId) -> Result<()> {
        let page = self.store.history(workflow_id, HISTORY).await?;
        for Message { id, content, actions, metadata, status, .. } in page.messages {
            if status == MessageStatus::Streaming {
                let ended =
                    self.store.finish_message(id, &content, actions, metadata, MessageStatus::Interrupted).await;
                // It may have ended on its own just now.
                ended.map(drop).or_else(|error| if error.code == ErrorCode::Conflict { Ok(()) } else { Err(error) })?;
            }
        }
        Ok(())
    }

    /// Ends a turn whose task broke down.
    async fn break_down(&self, feed: &Feed, message_id: MessageId) {
        let error = end::defect();
        tracing::error!("a turn broke down");
        if let Ok(Message { content, actions, metadata, .. }) = self.store.message(message_id).await {
            let metadata = MessageMetadata { error: Some(error.clone()), ..metadata };
            let kept = self.store.finish_message(message_id, &content, actions, metadata, MessageStatus::Failed).await;
            if let Err(error) = kept {
                tracing::error!(code = ?error.code, "the end of a turn could not be stored");
            }
        }
        self.live.release(feed);
        feed.tell(ChatEvent::Error(error));
    }

    /// Asks and waits for the whole answer.
    ///
    /// # Errors
    /// Those of [`Self::start`], and the error the turn ended with.
    pub async fn chat(&self, ask: Ask) -> Result<ChatResponse> {
        let mut running = self.start(ask).await?;
        while let Some(events) = running.events.recv().await {
            for event in events {
                match event {
                    ChatEvent::Done(response) | ChatEvent::Stopped(response) => return Ok(response),
                    ChatEvent::Error(error) => return Err(error),
                    _ => {}
                }
            }
        }
        Err(end::defect())
    }

    /// Joins a turn: all its events from the first one on.
    ///
    /// # Errors
    /// `not_found` when there is no such turn or it ended long ago.
    pub fn attach(&self, turn_id: TurnId) -> Result<mpsc::Receiver<Vec<ChatEvent>>> {
        Ok(self.live.feed(turn_id)?.subscribe())
    }

    /// Stops a turn and waits until that is recorded. Does nothing when it is over already.
    ///
    /// # Errors
    /// `not_found` when there is no such turn or it ended long ago.
    pub async fn stop(&self, turn_id: TurnId) -> Result<()> {
        let feed = self.live.feed(turn_id)?;
        feed.ask_to_stop();
        feed.over().await;
        Ok(())
    }

    /// Stops the turn of a workflow, if one runs, and waits until that is recorded. To be called before the workflow is
    /// deleted.
    pub async fn stop_workflow(&self, workflow_id: WorkflowId) {
        if let Some(feed) = self.live.running(workflow_id) {
            feed.ask_to_stop();
            feed.over().await;
        }
    }

    /// The newest messages of a workflow's thread, oldest first: 50 unless another number up to 1,000 is asked for.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub async fn history(&self, workflow_id: WorkflowId, limit: Option<u32>) -> Result<History> {
        // Asked first: a turn that ends in between is in the page then, and one that begins in between announces itself.
        let running_turn = self.live.running(workflow_id).map(|feed| feed.turn_id);
        let limit = limit.unwrap_or(HISTORY).clamp(1, MOST_HISTORY);
        let mut page = self.store.history(workflow_id, limit).await?;
        let is_written = page.messages.iter().any(|message| message.status == MessageStatus::Streaming);
        if is_written && self.live.running(workflow_id).is_none() && !self.store.is_read_only() {
            self.end_abandoned(workflow_id).await?;
            page = self.store.history(workflow_id, limit).await?;
        }
        Ok(History { thread: page.thread, messages: page.messages, has_more: page.has_more, running_turn })
    }

    /// The thread of a workflow without its messages, if it has one.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub async fn thread(&self, workflow_id: WorkflowId) -> Result<Option<ThreadSummary>> {
        self.store.thread_summary(workflow_id).await
    }

    /// Deletes all messages of a workflow's thread; the thread stays. A turn that runs is stopped first.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub async fn clear_history(&self, workflow_id: WorkflowId) -> Result<Cleared> {
        self.stop_workflow(workflow_id).await;
        let deleted = match self.store.clear_history(workflow_id).await {
            Err(error) if error.code == ErrorCode::Busy && self.live.running(workflow_id).is_none() => {
                self.end_abandoned(workflow_id).await?;
                self.store.clear_history(workflow_id).await?
            }
            deleted => deleted?,
        };
        Ok(Cleared { deleted })
    }

    /// Exactly what [`Self::start`] would send first for this request.
    ///
    /// # Errors
    /// `context_too_long`; `not_found`; those of the store.
    pub async fn preview_payload(&self, ask: Ask) -> Result<Payload> {
        let redactor = Redactor::new(&ask.secrets);
        let context = turn::read_context(&self.store, &ask, None).await?;
        let request = turn::build_prompt(&context, &ask, &self.rules, &redactor)?;
        Ok(payload::of(&ask, &request, &redactor))
    }

    /// Exactly what was sent for the answer in this message, one per try.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub async fn sent_payloads(&self, message_id: MessageId) -> Result<Vec<Payload>> {
        self.store.payloads(message_id).await
    }

    /// Holds pending actions of a message against the workflow as it is now; all of them when no indexes are given.
    ///
    /// # Errors
    /// `not_found`; `invalid_input` for indexes the message does not have; those of the store.
    pub async fn preview_proposal(&self, message_id: MessageId, indexes: Option<Vec<u32>>) -> Result<Proposal> {
        proposal::hold(&self.store, &self.rules, message_id, indexes.as_deref()).await
    }

    /// Applies actions and those they depend on, exactly as they were shown: one version, one step to undo.
    ///
    /// # Errors
    /// `conflict` when what would be applied is not what was shown, with the reasons in `problems`; `invalid_input`;
    /// `not_found`; those of the store. Nothing was changed then.
    pub async fn apply(&self, request: DecisionRequest) -> Result<Decided> {
        proposal::apply(&self.store, &self.rules, request).await
    }

    /// Rejects actions. The workflow stays as it is; the model is told with the next request.
    ///
    /// # Errors
    /// `conflict` when one was decided before; `invalid_input`; `not_found`; those of the store.
    pub async fn reject(&self, request: DecisionRequest) -> Result<Decided> {
        proposal::reject(&self.store, request).await
    }

    /// Stores the user's own edit.
    ///
    /// # Errors
    /// `invalid_input` with every problem; `conflict` when the workflow has changed since `base_version`; `not_found`;
    /// those of the store.
    pub async fn edit(&self, request: EditRequest) -> Result<Change> {
        edit::edit(&self.store, &self.rules, request).await
    }
}

impl std::fmt::Debug for Assistant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Assistant").finish_non_exhaustive()
    }
}
