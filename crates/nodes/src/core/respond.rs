//! Respond: the answer to the request that started the run.

use std::collections::BTreeMap;

use bridge_domain::{ErrorCode, Outcome, Reply, RunMode, Step, StepFailure};
use serde_json::Value;

use super::node::Running;
use crate::inputs::{Inputs, shared_parameters};
use crate::parameters::{Parameters, text_of};

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum With {
    Body,
    AllItems,
    Nothing,
}

/// Words for [`With`].
const WITH: &[(&str, With)] = &[("body", With::Body), ("all_items", With::AllItems), ("nothing", With::Nothing)];

/// Headers that the server sets itself.
const SERVER_HEADERS: &[&str] = &["connection", "content-length", "transfer-encoding", "upgrade", "keep-alive", "te"];

/// Sends one answer, made for the first item, and passes all items on.
pub fn respond(step: &mut dyn Step) -> Running<'_> {
    Box::pin(async move {
        let mut inputs = Inputs::default();
        let Some(mut batch) = inputs.next(step).await? else { return Ok(Outcome::Done) };
        let config = shared_parameters(step, Some(&batch)).await?;
        let parameters = Parameters::new(&config);
        let with = parameters.choice("respond_with", WITH)?.unwrap_or(With::Body);
        let mut reply = reply(&parameters, with)?;
        if with != With::AllItems {
            send(step, reply.clone())?;
        }
        let mut all = Vec::new();
        loop {
            let places: Vec<_> = (0..batch.items.len()).map(|position| batch.place(position)).collect();
            for (item, place) in batch.items.into_iter().zip(places) {
                if with == With::AllItems {
                    all.push(Value::Object(item.json.clone()));
                }
                step.put(0, item, &[place])?;
            }
            let Some(next) = inputs.next(step).await? else { break };
            batch = next;
        }
        if with == With::AllItems {
            reply.body = Value::Array(all).to_string().into_bytes();
            send(step, reply)?;
        }
        Ok(Outcome::Done)
    })
}

/// Sends the answer. In a test there may be nobody who waits for one.
fn send(step: &mut dyn Step, reply: Reply) -> Result<(), StepFailure> {
    let in_test = step.info().mode == RunMode::Test;
    match step.reply(reply) {
        Err(error) if in_test && error.code == ErrorCode::Conflict => Ok(()),
        result => result.map_err(StepFailure::from),
    }
}

fn reply(parameters: &Parameters<'_>, with: With) -> Result<Reply, StepFailure> {
    let status = parameters.integer("status", 200..=599)?.unwrap_or(200);
    let mut headers = headers(parameters)?;
    let (body, content_type) = match (with, parameters.value("body")) {
        (With::AllItems, _) => (Vec::new(), Some("application/json")),
        (With::Nothing, _) | (With::Body, None) => (Vec::new(), None),
        (With::Body, Some(Value::String(text))) => (text.clone().into_bytes(), Some("text/plain; charset=utf-8")),
        (With::Body, Some(json)) => (json.to_string().into_bytes(), Some("application/json")),
    };
    if let Some(content_type) = content_type
        && !headers.keys().any(|name| name.eq_ignore_ascii_case("content-type"))
    {
        headers.insert("Content-Type".to_owned(), content_type.to_owned());
    }
    Ok(Reply { status: u16::try_from(status).unwrap_or(200), headers, body })
}

fn headers(parameters: &Parameters<'_>) -> Result<BTreeMap<String, String>, StepFailure> {
    let mut headers = BTreeMap::new();
    for (name, value) in parameters.map("headers")?.unwrap_or_default() {
        let value = text_of(&value);
        let wrong = if name.is_empty() || !name.bytes().all(is_token) {
            Some("is not a header's name: letters, digits and hyphens only")
        } else if SERVER_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            Some("is set by the server itself")
        } else if value.chars().any(|letter| letter.is_control() && letter != '\t') {
            Some("has a value with a line break or another control character")
        } else {
            None
        };
        if let Some(wrong) = wrong {
            let path = format!("headers.{name}");
            return Err(parameters.failed(&path, format!("The header `{name}` {wrong}."), "Correct it or remove it."));
        }
        headers.insert(name, value);
    }
    Ok(headers)
}

/// A letter of a header's name (RFC 9110, section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
