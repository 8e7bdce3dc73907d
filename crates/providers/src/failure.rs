//! From an error response to an error a person can act on, with its text and whether to try again. Reads values only;
//! sends nothing and waits for nothing.

use std::time::Duration;

use bridge_domain::{Error, ErrorCode};
use http::{HeaderMap, StatusCode};

use crate::error_body::Report;
use crate::meaning::code;
use crate::quote::quote;
use crate::{retry, transport};

/// An error, and whether another try may help before anything was shown.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: Error,
    pub(crate) retry: Retry,
}

/// Whether to try again, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retry {
    Never,
    /// After the usual wait.
    Backoff,
    /// After the wait the provider asked for.
    After(Duration),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, retry: Retry::Never }
    }
}

/// Whom the failure is about, for its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Party<'a> {
    pub(crate) name: &'a str,
    pub(crate) model: &'a str,
    pub(crate) key: Option<&'a str>,
    pub(crate) local: bool,
}

/// The failure that a response with an error status means.
pub(crate) fn from_response(party: Party<'_>, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        return transport::proxy_authentication();
    }
    let report = Report::read(body);
    let code = code(&report, Some(status), party);
    let asked = bridge_gate::asked_wait(headers).or(report.retry_delay);
    let transient = matches!(status.as_u16(), 408 | 409 | 429) || status.is_server_error();
    let wanted = retry::should_retry(headers).unwrap_or(transient) && code != ErrorCode::QuotaExceeded;
    Failure { error: error(party, code, &report, asked), retry: plan(wanted, asked) }
}

/// The failure that an error inside a stream means, after a status of 200.
pub(crate) fn from_stream(party: Party<'_>, report: &Report) -> Failure {
    let status = report.status.and_then(|status| StatusCode::from_u16(status).ok());
    let code = code(report, status, party);
    let wanted = matches!(code, ErrorCode::RateLimited | ErrorCode::ProviderUnavailable | ErrorCode::Timeout);
    Failure { error: error(party, code, report, report.retry_delay), retry: plan(wanted, report.retry_delay) }
}

fn plan(wanted: bool, asked: Option<Duration>) -> Retry {
    match (wanted, asked) {
        (false, _) => Retry::Never,
        (true, Some(wait)) => Retry::After(wait),
        (true, None) => Retry::Backoff,
    }
}

fn error(party: Party<'_>, code: ErrorCode, report: &Report, asked: Option<Duration>) -> Error {
    let name = party.name;
    let said = quote(&report.message, party.key);
    let (what, hint) = match code {
        // What a provider says about a key may hold part of it: not quoted.
        ErrorCode::KeyRejected => {
            return Error::new(code, format!("{name} does not accept the key."), "Replace the key in Settings.");
        }
        ErrorCode::KeyMissing => return key_missing(name),
        ErrorCode::PermissionDenied => (
            format!("{name} does not allow this"),
            "Check in your account there what this key and your region may use, or choose another model.".to_owned(),
        ),
        ErrorCode::QuotaExceeded => (
            format!("The credit or quota at {name} is used up"),
            format!("Add credit at {name}, or choose another provider."),
        ),
        ErrorCode::RateLimited => (format!("{name} got too many requests"), wait_hint(asked)),
        ErrorCode::ModelNotFound => (
            format!("{name} has no model “{}”", quote(party.model, party.key)),
            "Choose a model from the provider's list; without a list, check the base URL in Settings.".to_owned(),
        ),
        ErrorCode::ContextTooLong => (
            "The conversation is longer than the model can read".to_owned(),
            "Clear the history, leave out the workflow, or choose a model that reads more.".to_owned(),
        ),
        ErrorCode::ContentFiltered => {
            (format!("{name} withheld the answer"), "Put the request in other words.".to_owned())
        }
        ErrorCode::Timeout => (format!("{name} took too long"), "Try again in a moment.".to_owned()),
        ErrorCode::ProviderUnavailable if party.local => (
            format!("{name} has trouble of its own"),
            "Look at the model server's own output, and try again.".to_owned(),
        ),
        ErrorCode::ProviderUnavailable => {
            (format!("{name} has trouble of its own"), "Try again in a moment, or choose another provider.".to_owned())
        }
        ErrorCode::CaptivePortal => return captive_portal(name),
        _ => (
            format!("{name} refuses the request"),
            "Check the model and the base URL in Settings; it often ends in /v1.".to_owned(),
        ),
    };
    let message = if said.is_empty() { format!("{what}.") } else { format!("{what}: {said}") };
    Error::new(code, message, hint)
}

fn wait_hint(asked: Option<Duration>) -> String {
    asked.map_or_else(
        || "Wait a moment and try again.".to_owned(),
        |wait| format!("Try again in {} s.", wait.as_secs_f64().ceil().max(1.0)),
    )
}

/// The provider wants a key and there is none.
pub(crate) fn key_missing(name: &str) -> Error {
    Error::new(ErrorCode::KeyMissing, format!("{name} wants a key and there is none."), "Enter a key in Settings.")
}

/// A web page came where an answer was expected.
pub(crate) fn captive_portal(name: &str) -> Error {
    Error::new(
        ErrorCode::CaptivePortal,
        format!("A web page came instead of an answer from {name}."),
        "If your network has a sign-in page, sign in with a browser; otherwise check the base URL in Settings.",
    )
}

/// The answer is not in the provider's format.
pub(crate) fn bad_answer(name: &str, what: &str) -> Error {
    Error::new(
        ErrorCode::BadAnswer,
        format!("The answer from {name} cannot be read: {what}."),
        "Try again; if it stays, check the base URL in Settings or choose another model.",
    )
}

/// The answer is larger than the cap.
pub(crate) fn too_large(name: &str) -> Error {
    Error::new(
        ErrorCode::AnswerTooLarge,
        format!("The answer from {name} is larger than allowed and was stopped."),
        "Ask for less at once, or choose another model.",
    )
}

/// Nothing came for too long.
pub(crate) fn silent(name: &str, limit: Duration, local: bool) -> Error {
    let hint = if local {
        "The model may still be loading, or be too large for this machine: try again, or choose a smaller one."
    } else {
        "Try again in a moment, or choose another provider."
    };
    let seconds = limit.as_secs_f64().round();
    Error::new(ErrorCode::Timeout, format!("Nothing came from {name} for {seconds} s."), hint)
}
