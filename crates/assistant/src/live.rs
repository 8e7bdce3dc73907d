//! The turns that run right now: one per workflow, their events kept so that whoever joins late misses nothing.
//!
//! A turn writes into its [`Feed`] and never waits for a reader. Every reader has a task of its own that takes what is
//! new about once a frame, so that a thousand small chunks become a few messages to the window. Nothing here knows what
//! a turn does.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bridge_domain::{ChatEvent, Error, ErrorCode, Result, TurnId, WorkflowId};
use tokio::sync::{mpsc, watch};

/// How long a reader waits between two messages: one frame at 60 per second.
const FRAME: Duration = Duration::from_millis(16);
/// Chunks are joined up to this length, in bytes, before a new event is begun.
const JOINED: usize = 4_096;
/// Turns that are over and can still be joined, for a window that reloads just then.
const FINISHED: usize = 8;

/// Running turns, and those that ended lately. Clones share them.
#[derive(Clone, Default)]
pub struct Live {
    turns: Arc<Mutex<Turns>>,
}

#[derive(Default)]
struct Turns {
    feeds: HashMap<TurnId, Arc<Feed>>,
    running: HashMap<WorkflowId, TurnId>,
    finished: VecDeque<TurnId>,
}

impl Live {
    /// Makes room for a turn of this workflow.
    ///
    /// # Errors
    /// `busy` while another one runs.
    pub fn claim(&self, workflow_id: WorkflowId) -> Result<Arc<Feed>> {
        let mut turns = lock(&self.turns);
        if turns.running.contains_key(&workflow_id) {
            return Err(Error::new(
                ErrorCode::Busy,
                "An answer is still being written in this conversation.",
                "Wait for it, or stop it first.",
            ));
        }
        let feed = Arc::new(Feed::new(workflow_id));
        turns.running.insert(workflow_id, feed.turn_id);
        turns.feeds.insert(feed.turn_id, Arc::clone(&feed));
        Ok(feed)
    }

    /// A turn is over: its workflow is free, its events stay for a while.
    pub fn release(&self, feed: &Feed) {
        let mut turns = lock(&self.turns);
        if turns.running.get(&feed.workflow_id) != Some(&feed.turn_id) {
            return;
        }
        turns.running.remove(&feed.workflow_id);
        turns.finished.push_back(feed.turn_id);
        if turns.finished.len() > FINISHED
            && let Some(oldest) = turns.finished.pop_front()
        {
            turns.feeds.remove(&oldest);
        }
    }

    /// The feed of a turn.
    ///
    /// # Errors
    /// `not_found` when there is no such turn, or it ended long ago.
    pub fn feed(&self, turn_id: TurnId) -> Result<Arc<Feed>> {
        let feed = lock(&self.turns).feeds.get(&turn_id).cloned();
        feed.ok_or_else(|| {
            Error::new(ErrorCode::NotFound, "This answer is not being written any more.", "Reload the conversation.")
        })
    }

    /// The turn that runs for a workflow.
    #[must_use]
    pub fn running(&self, workflow_id: WorkflowId) -> Option<Arc<Feed>> {
        let turns = lock(&self.turns);
        turns.feeds.get(turns.running.get(&workflow_id)?).cloned()
    }
}

/// The events of one turn.
pub struct Feed {
    /// The turn.
    pub turn_id: TurnId,
    /// Its workflow.
    pub workflow_id: WorkflowId,
    events: Mutex<Vec<ChatEvent>>,
    /// Grows with every event; true once the last one is there.
    changed: watch::Sender<(u64, bool)>,
    stop: watch::Sender<bool>,
}

/// Up to where a reader has read: whole events, and bytes of the one that may still grow.
#[derive(Default)]
struct Cursor {
    event: usize,
    byte: usize,
}

impl Feed {
    fn new(workflow_id: WorkflowId) -> Self {
        Self {
            turn_id: TurnId::new(),
            workflow_id,
            events: Mutex::default(),
            changed: watch::Sender::new((0, false)),
            stop: watch::Sender::new(false),
        }
    }

    /// Tells an event. Nothing is told after the last one.
    pub fn tell(&self, event: ChatEvent) {
        if self.is_over() {
            return;
        }
        let is_last = is_last(&event);
        let mut events = lock(&self.events);
        match (events.last_mut(), event) {
            (Some(ChatEvent::Chunk { content }), ChatEvent::Chunk { content: more })
            | (Some(ChatEvent::Reasoning { content }), ChatEvent::Reasoning { content: more })
                if content.len() < JOINED =>
            {
                content.push_str(&more);
            }
            (_, event) => events.push(event),
        }
        drop(events);
        self.changed.send_modify(|(count, over)| {
            *count += 1;
            *over = is_last;
        });
    }

    /// Asks the turn to stop.
    pub fn ask_to_stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits until the turn is asked to stop.
    pub async fn stopped(&self) {
        let mut stop = self.stop.subscribe();
        // The sender lives as long as `self`.
        let _ = stop.wait_for(|stop| *stop).await;
    }

    /// Whether the last event was told.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.changed.borrow().1
    }

    /// Waits for the last event.
    pub async fn over(&self) {
        let mut changed = self.changed.subscribe();
        let _ = changed.wait_for(|(_, over)| *over).await;
    }

    /// All events from the first one on, in order, several at a time. Ends after the last one.
    pub fn subscribe(self: &Arc<Self>) -> mpsc::Receiver<Vec<ChatEvent>> {
        let (sender, receiver) = mpsc::channel(4);
        let feed = Arc::clone(self);
        tokio::spawn(async move {
            let mut changed = feed.changed.subscribe();
            let mut cursor = Cursor::default();
            loop {
                let over = changed.borrow_and_update().1;
                let batch = feed.since(&mut cursor);
                if !batch.is_empty() && sender.send(batch).await.is_err() {
                    return;
                }
                if over {
                    return;
                }
                tokio::time::sleep(FRAME).await;
                if changed.changed().await.is_err() {
                    return;
                }
            }
        });
        receiver
    }

    fn since(&self, cursor: &mut Cursor) -> Vec<ChatEvent> {
        let events = lock(&self.events);
        let mut batch = Vec::new();
        for (index, event) in events.iter().enumerate().skip(cursor.event) {
            let from = if index == cursor.event { cursor.byte } else { 0 };
            let rest = |content: &String| content.get(from..).unwrap_or_default().to_owned();
            let (told, length) = match event {
                ChatEvent::Chunk { content } => (ChatEvent::Chunk { content: rest(content) }, content.len()),
                ChatEvent::Reasoning { content } => (ChatEvent::Reasoning { content: rest(content) }, content.len()),
                other if from == 0 => (other.clone(), 1),
                _ => continue,
            };
            if length > from {
                batch.push(told);
            }
            *cursor = Cursor { event: index, byte: length };
        }
        batch
    }
}

fn is_last(event: &ChatEvent) -> bool {
    matches!(event, ChatEvent::Done(_) | ChatEvent::Stopped(_) | ChatEvent::Error(_))
}

/// A lock whose holder panicked still guards consistent data: every change under it is a single one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
