//! A service's own way of saying no: its words are put into the failure, its codes are given what to do about them.

use std::time::Duration;

use bridge_domain::{Credential, Error, ErrorCode, StepFailure, Timestamp};
use serde_json::Value;

use crate::http::answer::Answer;
use crate::http::path;
use crate::http::redact::text_without_secrets;
use crate::http::refusal::{detail, refused};
use crate::parameters::text_of;
use crate::services::description::Refusal;

/// Characters of a service's own words that are shown.
const SHOWN: usize = 300;

/// The failure that an answer means; none when it is a success.
#[must_use]
pub fn failure(
    refusal: &Refusal,
    answer: &Answer,
    body: &Value,
    credential: Option<&Credential>,
    now: Timestamp,
) -> Option<StepFailure> {
    let says_no = refusal.succeeded.as_ref().is_some_and(|at| path::at(body, at) == Some(&Value::Bool(false)));
    if !says_no && !answer.is_error() {
        return None;
    }
    let mut failure = if answer.is_error() { refused(answer, credential, now) } else { politely(answer, credential) };
    let text = |at: &String| path::at(body, at).filter(|value| value.is_string() || value.is_number()).map(text_of);
    let code = refusal.code.as_ref().and_then(text);
    let words = refusal.messages.iter().find_map(text).or_else(|| code.clone()).filter(|words| !words.is_empty());
    if let Some(words) = words {
        let words: String = text_without_secrets(&words, credential).chars().take(SHOWN).collect();
        let said = failure.error.message.trim_end_matches('.');
        failure.error.message = format!("{said}: {}.", words.trim().trim_end_matches('.'));
    }
    if let Some(known) = code.and_then(|code| refusal.known.get(&code)) {
        failure.error.code = known.code;
        failure.error.hint.clone_from(&known.hint);
        failure.error.retryable |= known.code.is_transient();
    }
    let seconds = refusal.retry_after.as_ref().and_then(|at| path::at(body, at)?.as_u64());
    failure.retry_after = failure.retry_after.or(seconds.map(Duration::from_secs));
    Some(failure)
}

/// A refusal with a status of success.
fn politely(answer: &Answer, credential: Option<&Credential>) -> StepFailure {
    let message = format!("{} refused the request.", bridge_gate::authority(&answer.url));
    let hint = "Its answer in the details says what it does not accept.";
    let error = Error::new(ErrorCode::ServiceFailed, message, hint);
    let retry_after = bridge_gate::retry_after(&answer.headers);
    StepFailure { detail: Some(Box::new(detail(answer, credential))), retry_after, ..error.into() }
}
