//! One attempt at an answer while it is being written: what the model said, what the user was shown of it.

use std::time::Duration;

use bridge_domain::{Action, ChatEvent, Error, ErrorCode, FinishReason, ModelEvent, Problem, ProposedAction, Usage};
use serde_json::Value;
use tokio::time::Instant;

use crate::answer::{MAX_ACTIONS, MAX_ANSWER};
use crate::live::Feed;
use crate::reader::{Piece, Reader};
use crate::redact::Redactor;

/// Longest thinking that is kept, in bytes.
const MAX_REASONING: usize = 1 << 20;
/// How old shown text may get before it is saved. The store promises 250 ms; the rest is for the disk.
const SAVE_AFTER: Duration = Duration::from_millis(100);

/// The attempt.
pub(crate) struct Draft<'a> {
    feed: &'a Feed,
    redactor: &'a Redactor,
    pub reader: Reader,
    /// The text for people, as far as it was shown.
    pub shown: String,
    text: Veil,
    thinking: Veil,
    pub reasoning: String,
    /// Elements of `actions` that are complete.
    pub elements: Vec<Value>,
    pub usage: Option<Usage>,
    pub first_text: Option<Instant>,
    /// When what was shown has to be saved.
    pub save_at: Option<Instant>,
    /// Actions as they were told, by index.
    told: Vec<(Action, Vec<Problem>)>,
}

/// What an event of the model means for the attempt.
pub(crate) enum Step {
    /// It goes on; `true` when one more action is complete.
    On(bool),
    /// The model is done.
    Over(FinishReason),
}

/// Text that waits because it may be the beginning of a known secret.
#[derive(Default)]
struct Veil {
    waiting: String,
}

impl Veil {
    fn take(&mut self, more: &str, redactor: &Redactor, all: bool) -> String {
        self.waiting.push_str(more);
        let clean = redactor.known(&self.waiting).into_owned();
        let safe = if all { clean.len() } else { redactor.safe_length(&clean) };
        let (out, rest) = clean.split_at(safe);
        self.waiting = rest.to_owned();
        out.to_owned()
    }
}

impl<'a> Draft<'a> {
    pub fn new(feed: &'a Feed, redactor: &'a Redactor) -> Self {
        Self {
            feed,
            redactor,
            reader: Reader::default(),
            shown: String::new(),
            text: Veil::default(),
            thinking: Veil::default(),
            reasoning: String::new(),
            elements: Vec::new(),
            usage: None,
            first_text: None,
            save_at: None,
            told: Vec::new(),
        }
    }

    /// Takes an event of the model.
    pub fn take(&mut self, event: ModelEvent) -> Result<Step, Error> {
        match event {
            ModelEvent::Text(text) => self.take_text(&text).map(Step::On),
            ModelEvent::Reasoning(text) => {
                self.think(&text, false);
                Ok(Step::On(false))
            }
            ModelEvent::Usage(usage) => {
                self.usage = Some(usage);
                Ok(Step::On(false))
            }
            ModelEvent::Finish(reason) => {
                self.show("", true);
                self.think("", true);
                Ok(Step::Over(reason))
            }
        }
    }

    fn take_text(&mut self, text: &str) -> Result<bool, Error> {
        if self.reader.text().len() + text.len() > MAX_ANSWER {
            return Err(Error::new(
                ErrorCode::AnswerTooLarge,
                "The answer is larger than 4 MiB.",
                "Ask for less at a time.",
            ));
        }
        let before = self.elements.len();
        for piece in self.reader.push(text) {
            match piece {
                Piece::Text(text) => self.show(&text, false),
                Piece::Thought(thought) => self.think(&thought, false),
                Piece::Void => self.take_back(),
                Piece::Element(element) if self.elements.len() < MAX_ACTIONS => {
                    self.elements.push(serde_json::from_str(&element).unwrap_or(Value::Null));
                }
                Piece::Element(_) => {}
            }
        }
        Ok(self.elements.len() > before)
    }

    /// Shows more text for people.
    fn show(&mut self, text: &str, all: bool) {
        let text = self.text.take(text, self.redactor, all);
        if text.is_empty() {
            return;
        }
        let now = Instant::now();
        self.first_text.get_or_insert(now);
        self.save_at.get_or_insert(now + SAVE_AFTER);
        self.shown.push_str(&text);
        self.feed.tell(ChatEvent::Chunk { content: text });
    }

    fn think(&mut self, text: &str, all: bool) {
        let text = self.thinking.take(text, self.redactor, all);
        if !text.is_empty() && self.reasoning.len() + text.len() <= MAX_REASONING {
            self.reasoning.push_str(&text);
            self.feed.tell(ChatEvent::Reasoning { content: text });
        }
    }

    /// Ends the attempt where it is: shows what was held back.
    pub fn end(&mut self) {
        self.show("", true);
        self.think("", true);
    }

    /// Tells actions that were not told yet, or not like this.
    pub fn tell_actions(&mut self, actions: &[ProposedAction]) {
        for (place, proposed) in actions.iter().enumerate() {
            let told = (proposed.action.clone(), proposed.problems.clone());
            match self.told.get_mut(place) {
                Some(before) if *before == told => continue,
                Some(before) => *before = told,
                None => self.told.push(told),
            }
            self.feed.tell(ChatEvent::Action {
                index: proposed.index,
                action: proposed.action.clone(),
                problems: proposed.problems.clone(),
            });
        }
    }

    /// Makes what was shown this message and these actions, starting over only if it has to.
    pub fn settle(&mut self, message: &str, actions: &[ProposedAction]) {
        match message.strip_prefix(self.shown.as_str()) {
            Some("") => {}
            Some(rest) => self.append(rest.to_owned()),
            None if self.shown.trim() == message => {}
            None => {
                self.take_back();
                self.append(message.to_owned());
            }
        }
        if actions.len() < self.told.len() {
            self.take_back();
            self.append(message.to_owned());
        }
        self.tell_actions(actions);
    }

    /// Takes everything back, because the answer is asked for again.
    pub fn void(&mut self) {
        self.reasoning.clear();
        self.take_back();
    }

    /// Takes text and actions back; what the model thought stays.
    fn take_back(&mut self) {
        self.text = Veil::default();
        self.shown.clear();
        self.told.clear();
        self.feed.tell(ChatEvent::Reset);
        if !self.reasoning.is_empty() {
            self.feed.tell(ChatEvent::Reasoning { content: self.reasoning.clone() });
        }
    }

    fn append(&mut self, text: String) {
        if !text.is_empty() {
            self.shown.push_str(&text);
            self.feed.tell(ChatEvent::Chunk { content: text });
        }
    }
}
