//! The conversation so far as a model is told it: the newest messages, oldest first, within a budget. Proposed actions
//! (tool output) go before whole messages, old ones before recent ones.

use bridge_domain::{Decision, Message, MessageStatus, Role, Turn};
use serde_json::{Value, json};

use crate::budget::{Budget, tokens};
use crate::redact::Redactor;
use crate::{decode, guard};

/// Messages of the thread that are told at most.
pub const MESSAGES: u32 = 20;
/// Longest message that is told, in characters.
const MESSAGE: usize = 6_000;

/// One message in two lengths.
struct Entry {
    role: Role,
    short: String,
    /// With the proposed actions, where there are any.
    full: Option<String>,
}

/// The turns for these messages, oldest first. Starts with the user's, and roles alternate, as some vendors demand.
#[must_use]
pub fn turns(messages: &[Message], redactor: &Redactor, budget: Budget) -> Vec<Turn> {
    let newest = messages.len().saturating_sub(MESSAGES as usize);
    let recent = messages.get(newest..).unwrap_or_default();
    let entries: Vec<Entry> = recent.iter().flat_map(|message| entries(message, redactor)).collect();
    let texts = fit(entries, budget);
    let mut turns: Vec<Turn> = Vec::new();
    for (role, text) in texts.into_iter().skip_while(|(role, _)| *role != Role::User) {
        match turns.last_mut() {
            Some(last) if last.role == role => last.parts.push(text),
            _ => turns.push(Turn { role, parts: vec![text] }),
        }
    }
    turns
}

/// Keeps as many of the newest entries as fit in their short form, then lengthens from the newest as far as it goes.
fn fit(entries: Vec<Entry>, mut budget: Budget) -> Vec<(Role, String)> {
    let kept = entries.iter().rev().take_while(|entry| budget.spend(&entry.short)).count();
    let mut texts: Vec<(Role, String)> = Vec::with_capacity(kept);
    let mut lengthen = true;
    for entry in entries.into_iter().rev().take(kept) {
        let extra = entry.full.as_ref().map_or(0, |full| tokens(full).saturating_sub(tokens(&entry.short)));
        lengthen = lengthen && budget.take(extra);
        let text = if lengthen { entry.full.unwrap_or(entry.short) } else { entry.short };
        texts.push((entry.role, text));
    }
    texts.reverse();
    texts
}

fn entries(message: &Message, redactor: &Redactor) -> Vec<Entry> {
    match message.role {
        Role::User => vec![Entry { role: Role::User, short: words(&message.content, redactor), full: None }],
        Role::System => vec![record(&message.content, redactor)],
        Role::Assistant => {
            let mut entries = Vec::new();
            if !message.content.trim().is_empty() || !message.actions.is_empty() {
                entries.push(answer(message, redactor));
            }
            entries.extend(outcome(message).map(|text| record(&text, redactor)));
            entries
        }
    }
}

/// The user's own words.
#[must_use]
pub fn words(text: &str, redactor: &Redactor) -> String {
    guard::prose(text, MESSAGE, redactor)
}

/// An earlier answer, in the form answers have.
fn answer(message: &Message, redactor: &Redactor) -> Entry {
    let text = words(&message.content, redactor);
    let full = (!message.actions.is_empty()).then(|| {
        let actions: Vec<Value> = message.actions.iter().map(|proposed| decode::encode(&proposed.action)).collect();
        redacted(&json!({"message": text, "actions": actions}), redactor).to_string()
    });
    Entry { role: Role::Assistant, short: json!({"message": text, "actions": []}).to_string(), full }
}

fn redacted(value: &Value, redactor: &Redactor) -> Value {
    match value {
        Value::Object(fields) => Value::Object(redactor.config(fields)),
        other => other.clone(),
    }
}

/// What became of an answer, where that is not plain from what follows.
fn outcome(message: &Message) -> Option<String> {
    let pending = message.actions.iter().filter(|action| action.decision == Decision::Pending).count();
    match message.status {
        MessageStatus::Failed => {
            let error = message.metadata.error.as_ref();
            Some(format!("That request failed: {}", error.map_or("the reason is not known.", |error| &error.message)))
        }
        MessageStatus::Interrupted => Some("That answer was cut off. Its actions were not applied.".to_owned()),
        MessageStatus::Stopped => Some("The user stopped that answer. Its actions were not applied.".to_owned()),
        MessageStatus::Complete if pending > 0 => Some(format!(
            "{pending} of the {} actions of that answer are not applied: the user has not decided.",
            message.actions.len()
        )),
        MessageStatus::Complete | MessageStatus::Streaming => None,
    }
}

fn record(text: &str, redactor: &Redactor) -> Entry {
    let text = guard::block("record", &guard::prose(text, MESSAGE, redactor));
    Entry { role: Role::User, short: text, full: None }
}
