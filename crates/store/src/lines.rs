//! Entries about steps as lines of text: a letter for the kind, then JSON. JSON has no line breaks of its own.

use bridge_domain::{
    EndedStep, NodeId, PageHash, StartedStep, StepDecision, StepEnd, StepError, StepStatus, Timer, Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    encoding::{Hash, Inputs, Outputs, PageLine},
    error::Attempt,
};

/// What happened to a step, read back.
pub(crate) enum Event {
    Begun(StartedStep),
    Ended(u32, Box<StepEnd>),
    Timer(Timer),
    Decided(u32, StepDecision),
    Noted(u32, String),
}

impl Event {
    pub(crate) fn step(&self) -> u32 {
        match self {
            Self::Begun(begun) => begun.step,
            Self::Timer(timer) => timer.step,
            Self::Ended(step, _) | Self::Decided(step, _) | Self::Noted(step, _) => *step,
        }
    }
}

/// The line of a step that begins.
pub(crate) fn begun(begun: &StartedStep) -> Attempt<String> {
    let (at, pages) = (begun.at.as_microseconds(), Inputs(&begun.input_pages));
    let started = (begun.attempt, begun.harmless, &begun.inputs, pages, at);
    line('b', &(begun.step, &begun.node_id, &begun.iteration, started))
}

/// The line of a step that ends.
pub(crate) fn ended(ended: &EndedStep) -> Attempt<String> {
    let outcome = (ended.status, ended.reused, Outputs(&ended.outputs), &ended.error, ended.duration_ms);
    line('e', &(ended.step, Hash(ended.key), outcome))
}

/// The line of a step that waits.
pub(crate) fn timer(timer: &Timer) -> Attempt<String> {
    line('t', &(timer.step, timer.due_at.as_microseconds()))
}

/// The line of a decision on a step.
pub(crate) fn decided(step: u32, decision: StepDecision) -> Attempt<String> {
    line('d', &(step, decision))
}

/// The line of what is said of a step.
pub(crate) fn noted(step: u32, notice: &str) -> Attempt<String> {
    line('n', &(step, notice))
}

fn line(kind: char, content: &impl Serialize) -> Attempt<String> {
    let mut text = serde_json::to_string(content)?;
    text.insert(0, kind);
    text.push('\n');
    Ok(text)
}

/// All events in a text; none when it is not one that was written.
pub(crate) fn read(text: &[u8]) -> Option<Vec<Event>> {
    text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(event).collect()
}

fn event(line: &[u8]) -> Option<Event> {
    let (kind, text) = line.split_first()?;
    match kind {
        b'b' => read_begun(text),
        b'e' => read_ended(text),
        b't' => {
            let (step, due_at) = json(text)?;
            Some(Event::Timer(Timer { step, due_at: Timestamp::from_microseconds(due_at) }))
        }
        b'd' => json(text).map(|(step, decision)| Event::Decided(step, decision)),
        b'n' => json(text).map(|(step, notice)| Event::Noted(step, notice)),
        _ => None,
    }
}

fn read_begun(text: &[u8]) -> Option<Event> {
    type Started = (u32, bool, Vec<u32>, Vec<Vec<Hash>>, i64);
    let (step, node_id, iteration, started): (u32, NodeId, Vec<u32>, Started) = json(text)?;
    let (attempt, harmless, inputs, pages, at) = started;
    let input_pages = pages.into_iter().map(|input| input.into_iter().map(|hash| PageHash(hash.0)).collect()).collect();
    let at = Timestamp::from_microseconds(at);
    Some(Event::Begun(StartedStep { step, node_id, iteration, attempt, harmless, inputs, input_pages, at }))
}

fn read_ended(text: &[u8]) -> Option<Event> {
    type Outcome = (StepStatus, bool, Vec<(String, Vec<PageLine>)>, Option<StepError>, u32);
    let (step, key, outcome): (u32, Hash, Outcome) = json(text)?;
    let (status, reused, outputs, error, duration_ms) = outcome;
    let pages = |pages: Vec<PageLine>| pages.into_iter().map(PageLine::into_page).collect();
    let outputs = outputs.into_iter().map(|(port, lines)| (port, pages(lines))).collect();
    let end = StepEnd { key: key.0, status, reused, outputs, error, duration_ms };
    Some(Event::Ended(step, Box::new(end)))
}

fn json<T: DeserializeOwned>(text: &[u8]) -> Option<T> {
    serde_json::from_slice(text).ok()
}
