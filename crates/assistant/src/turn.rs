//! One turn: from the request to the last event. [`Turn::converse`] is the whole flow; everything it calls is either
//! pure or one step outwards. Nothing here changes a workflow.

use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{
    ChatEvent, ChatResponse, Error, ErrorCode, FinishReason, Message, MessageId, MessageMetadata, MessageStatus,
    ModelRequest, ProposedAction, Result, Snapshot, Usage,
};
use bridge_store::Store;
use bridge_workflow::Rules;
use futures_util::StreamExt;
use tokio::time::Instant;

use crate::ask::Ask;
use crate::draft::{Draft, Step};
use crate::live::{Feed, Live};
use crate::prompt::{self, Facts};
use crate::redact::Redactor;
use crate::review::{self, Reviewed};
use crate::{end, history, payload, repair};

/// When to try again after progress could not be saved.
const SAVE_AGAIN: Duration = Duration::from_secs(1);
/// Time that reviews of a half-written answer may take altogether.
const EARLY_REVIEWS: Duration = Duration::from_millis(200);

/// A turn that has begun: the user's message is kept, the answer's place is made.
pub(crate) struct Turn {
    pub store: Store,
    pub rules: Arc<Rules>,
    pub ask: Ask,
    pub redactor: Redactor,
    pub live: Live,
    pub feed: Arc<Feed>,
    pub message_id: MessageId,
    pub user_message: MessageId,
}

/// What is known when the model is asked.
pub(crate) struct Context {
    pub snapshot: Snapshot,
    pub history: Vec<Message>,
}

/// What a turn came to.
pub(crate) struct End {
    pub message: String,
    pub actions: Vec<ProposedAction>,
    pub status: MessageStatus,
    pub error: Option<Error>,
}

/// How listening to one attempt ended.
enum Heard {
    Finished(FinishReason),
    Stopped,
    Failed(Error),
}

impl Turn {
    /// Runs to the last event.
    pub async fn run(self) {
        let mut metadata = self.first_metadata();
        let started = Instant::now();
        let end = self.converse(&mut metadata, started).await.unwrap_or_else(End::failed);
        metadata.latency_ms = Some(milliseconds(started, Instant::now()));
        metadata.error.clone_from(&end.error);
        self.keep_and_tell(end, metadata).await;
    }

    /// The flow: read context, build prompt, stream and decode, review actions, repair.
    async fn converse(&self, metadata: &mut MessageMetadata, started: Instant) -> Result<End> {
        let context = read_context(&self.store, &self.ask, Some(self.user_message)).await?;
        metadata.base_version = Some(context.snapshot.version.version_number);
        let first = build_prompt(&context, &self.ask, &self.rules, &self.redactor)?;
        let mut request = first.clone();
        let mut best: Option<Reviewed> = None;
        let mut asked_again = false;
        loop {
            let sent = payload::of(&self.ask, &request, &self.redactor);
            self.store.save_payload(self.message_id, &sent).await?;
            let mut draft = Draft::new(&self.feed, &self.redactor);
            let heard = self.listen(request, &context, &mut draft).await;
            self.account(metadata, &draft, &heard, started);
            if let Some(end) = self.ended_early(heard, &mut draft, &context) {
                // A repair that fails does not take away the answer that was to be repaired.
                return Ok(match best.filter(|_| end.status != MessageStatus::Stopped) {
                    Some(best) => self.settle_on(best, &mut draft),
                    None => end,
                });
            }
            let reviewed =
                review::review(&draft.reader, &context.snapshot.version.definition, &self.rules, &self.redactor);
            let repairs = metadata.repairs.unwrap_or(0);
            if reviewed.is_blank() && best.is_none() {
                if asked_again {
                    return Err(end::blank());
                }
                asked_again = true;
                request = first.clone();
            } else if !reviewed.problems.is_empty() && repairs < repair::MAX_REPAIRS {
                metadata.repairs = Some(repairs + 1);
                request = repair::request(&first, draft.reader.answer(), &reviewed.problems, &self.redactor);
                best = Some(reviewed.better_than(best));
            } else {
                return Ok(self.settle(reviewed.better_than(best), &mut draft));
            }
            draft.void();
        }
    }

    /// Listens to one attempt to its end, shows what arrives and saves it as it goes.
    async fn listen(&self, request: ModelRequest, context: &Context, draft: &mut Draft<'_>) -> Heard {
        let mut events = self.ask.model.stream(request);
        let mut early = EarlyReview::default();
        let mut stopped = std::pin::pin!(self.feed.stopped());
        loop {
            let save_at = draft.save_at;
            let next = tokio::select! {
                biased;
                () = &mut stopped => {
                    draft.end();
                    return Heard::Stopped;
                }
                () = tokio::time::sleep_until(save_at.unwrap_or_else(Instant::now)), if save_at.is_some() => {
                    if let Err(error) = self.save(draft).await {
                        return Heard::Failed(error);
                    }
                    continue;
                }
                next = events.next() => next,
            };
            match next.unwrap_or_else(|| Err(end::no_end())).and_then(|event| draft.take(event)) {
                Ok(Step::On(false)) => {}
                Ok(Step::On(true)) => early.review(self, context, draft),
                Ok(Step::Over(reason)) => return Heard::Finished(reason),
                Err(error) => {
                    draft.end();
                    return Heard::Failed(end::redacted(error, &self.redactor));
                }
            }
        }
    }

    /// Keeps what was shown so far. A disk that is full now may have room at the end; a message that is gone stays gone.
    async fn save(&self, draft: &mut Draft<'_>) -> Result<()> {
        draft.save_at = None;
        match self.store.save_progress(self.message_id, &draft.shown).await {
            Err(error) if error.code == ErrorCode::NotFound => Err(error),
            Err(error) => {
                tracing::warn!(code = ?error.code, "progress of an answer could not be saved");
                draft.save_at = Some(Instant::now() + SAVE_AGAIN);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// The answer as it is kept, shown in full.
    fn settle(&self, reviewed: Reviewed, draft: &mut Draft<'_>) -> End {
        draft.settle(&reviewed.message, &reviewed.actions);
        End { message: reviewed.message, actions: reviewed.actions, status: MessageStatus::Complete, error: None }
    }

    /// An earlier attempt as the answer, in place of what was shown since.
    fn settle_on(&self, earlier: Reviewed, draft: &mut Draft<'_>) -> End {
        draft.void();
        self.settle(earlier, draft)
    }

    /// What had arrived, when the model did not come to its end.
    fn ended_early(&self, heard: Heard, draft: &mut Draft<'_>, context: &Context) -> Option<End> {
        let (status, error) = match heard {
            Heard::Finished(FinishReason::Stop) => return None,
            Heard::Finished(reason) => (end::status_of_reason(reason), Some(end::of_reason(reason))),
            Heard::Stopped => (MessageStatus::Stopped, None),
            Heard::Failed(error) => (end::status_of(&error), Some(error)),
        };
        let definition = &context.snapshot.version.definition;
        let actions = review::unfinished(&draft.elements, definition, &self.rules, &self.redactor);
        draft.tell_actions(&actions);
        Some(End { message: draft.shown.clone(), actions, status, error })
    }

    fn first_metadata(&self) -> MessageMetadata {
        MessageMetadata {
            turn_id: Some(self.feed.turn_id),
            provider: Some(self.ask.provider.clone()),
            model: Some(self.ask.model_name.clone()),
            ..MessageMetadata::default()
        }
    }

    /// Books what an attempt cost, and tells it.
    fn account(&self, metadata: &mut MessageMetadata, draft: &Draft<'_>, heard: &Heard, started: Instant) {
        if let Heard::Finished(reason) = heard {
            metadata.finish_reason = Some(*reason);
        }
        metadata.reasoning = (!draft.reasoning.is_empty()).then(|| draft.reasoning.clone());
        if let Some(first) = draft.first_text {
            metadata.first_text_ms.get_or_insert(milliseconds(started, first));
        }
        if let Some(usage) = draft.usage {
            let usage = sum(metadata.usage.unwrap_or_default(), usage);
            metadata.usage = Some(usage);
            metadata.cost = (self.ask.price)(&self.ask.provider, &self.ask.model_name, &usage);
            self.feed.tell(ChatEvent::Usage { usage });
        }
    }

    /// Keeps the answer and tells the last event: what is told as done is on the disk.
    async fn keep_and_tell(&self, end: End, metadata: MessageMetadata) {
        let kept = self.store.finish_message(self.message_id, &end.message, end.actions, metadata, end.status).await;
        let response = |message: Message| ChatResponse {
            message: message.content,
            actions: message.actions,
            message_id: message.id,
            thread_id: message.thread_id,
        };
        // Whoever hears the last event may send the next message at once.
        self.live.release(&self.feed);
        self.feed.tell(match (kept, end.error) {
            (Err(error), _) | (Ok(_), Some(error)) => ChatEvent::Error(error),
            (Ok(message), None) if message.status == MessageStatus::Stopped => ChatEvent::Stopped(response(message)),
            (Ok(message), None) => ChatEvent::Done(response(message)),
        });
    }
}

impl End {
    fn failed(error: Error) -> Self {
        Self { message: String::new(), actions: Vec::new(), status: end::status_of(&error), error: Some(error) }
    }
}

/// Reviews actions while the answer is still being written, as long as that costs little: every review starts from the
/// first action, and a long list on a large workflow would take longer each time.
#[derive(Default)]
struct EarlyReview {
    spent: Duration,
}

impl EarlyReview {
    fn review(&mut self, turn: &Turn, context: &Context, draft: &mut Draft<'_>) {
        if self.spent > EARLY_REVIEWS {
            return;
        }
        let started = Instant::now();
        let definition = &context.snapshot.version.definition;
        let actions = review::so_far(&draft.elements, definition, &turn.rules, &turn.redactor);
        draft.tell_actions(&actions);
        self.spent += started.elapsed();
    }
}

/// Reads what the model is to be told, without the turn's own messages.
///
/// # Errors
/// Those of the store.
pub(crate) async fn read_context(store: &Store, ask: &Ask, before: Option<MessageId>) -> Result<Context> {
    let snapshot = store.open_workflow(ask.request.workflow_id).await?;
    // The turn's own two messages are among the newest.
    let mut history = store.history(ask.request.workflow_id, history::MESSAGES + 2).await?.messages;
    if let Some(own) = history.iter().position(|message| Some(message.id) == before) {
        history.truncate(own);
    }
    Ok(Context { snapshot, history })
}

/// The request for this context.
///
/// # Errors
/// `context_too_long`.
pub(crate) fn build_prompt(context: &Context, ask: &Ask, rules: &Rules, redactor: &Redactor) -> Result<ModelRequest> {
    let Snapshot { workflow, version, .. } = &context.snapshot;
    prompt::build(&Facts {
        message: &ask.request.message,
        workflow: ask.request.include_workflow_context.then_some((workflow, &version.definition)),
        run: ask.run.as_ref(),
        history: &context.history,
        catalog: rules.catalog(),
        redactor,
        model: &ask.model_name,
        context_tokens: ask.context_tokens,
        max_output_tokens: ask.max_output_tokens,
    })
}

fn milliseconds(from: Instant, to: Instant) -> u32 {
    u32::try_from(to.saturating_duration_since(from).as_millis()).unwrap_or(u32::MAX)
}

fn sum(one: Usage, other: Usage) -> Usage {
    Usage {
        input_tokens: one.input_tokens.saturating_add(other.input_tokens),
        output_tokens: one.output_tokens.saturating_add(other.output_tokens),
        cached_tokens: one.cached_tokens.saturating_add(other.cached_tokens),
        reasoning_tokens: one.reasoning_tokens.saturating_add(other.reasoning_tokens),
    }
}
