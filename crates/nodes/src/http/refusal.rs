//! An error status as a failure: what happened, what to do, whether and when another try may help. Values only.

use std::time::Duration;

use bridge_domain::{Credential, Error, ErrorCode, StepFailure, Timestamp};
use serde_json::json;

use crate::http::answer::Answer;
use crate::http::redact;

/// The failure that an error status means.
#[must_use]
pub fn refused(answer: &Answer, credential: Option<&Credential>, now: Timestamp) -> StepFailure {
    let host = bridge_gate::authority(&answer.url);
    let reason = http::StatusCode::from_u16(answer.status).ok().and_then(|status| status.canonical_reason());
    let status = reason.map_or_else(|| answer.status.to_string(), |reason| format!("{} {reason}", answer.status));
    let is_limited = is_limited(answer);
    let code = if is_limited { ErrorCode::RateLimited } else { ErrorCode::ServiceFailed };
    let error = Error {
        retryable: is_limited || may_pass(answer.status),
        ..Error::new(code, format!("{host} answered {status}."), hint(answer.status, is_limited, credential.is_some()))
    };
    StepFailure { retry_after: wait(answer, now), detail: Some(Box::new(detail(answer, credential))), ..error.into() }
}

/// Status and beginning of the body, without secrets.
#[must_use]
pub fn detail(answer: &Answer, credential: Option<&Credential>) -> serde_json::Value {
    json!({ "status": answer.status, "body": redact::beginning(&answer.body, credential) })
}

/// Whether the service asks to come back later. GitHub and others say so with 403 and a count of what is left.
fn is_limited(answer: &Answer) -> bool {
    let is_used_up = number(answer, "x-ratelimit-remaining") == Some(0);
    answer.status == 429 || (answer.status == 403 && (is_used_up || answer.header("retry-after").is_some()))
}

/// Whether the same request may be answered otherwise later (RFC 9110, section 15; RFC 8470 for 425).
fn may_pass(status: u16) -> bool {
    matches!(status, 408 | 421 | 425 | 429) || (status >= 500 && !matches!(status, 501 | 505 | 511))
}

/// How long to wait: `Retry-After`, or the time at which a used up rate limit begins anew, in seconds since 1970.
fn wait(answer: &Answer, now: Timestamp) -> Option<Duration> {
    bridge_gate::retry_after(&answer.headers).or_else(|| {
        let reset =
            number(answer, "x-ratelimit-reset").filter(|_| number(answer, "x-ratelimit-remaining") == Some(0))?;
        let now = u64::try_from(now.as_microseconds() / 1_000_000).ok()?;
        reset.checked_sub(now).filter(|seconds| *seconds <= 86_400).map(Duration::from_secs)
    })
}

fn number(answer: &Answer, name: &str) -> Option<u64> {
    answer.header(name)?.trim().parse().ok()
}

fn hint(status: u16, is_limited: bool, with_credential: bool) -> &'static str {
    match status {
        _ if is_limited => "It wants fewer requests: wait, or set a pause between batches and let the node try again.",
        401 if with_credential => "Check the credential of this node: it may be wrong or expired.",
        401 => "Choose the credential that this service wants.",
        402 => "The account at the service has to be paid or extended.",
        403 => "The credential may not do this: check its permissions at the service.",
        404 | 410 => "Check the address and the identifiers in it.",
        405 => "The service does not take this method at this address.",
        407 => "The proxy of your network wants a name and password: enter them in the proxy settings of your system.",
        408 | 425 | 500 | 502..=504 | 520..=599 => {
            "The service has trouble of its own: try again, or let the node try again."
        }
        409 | 412 => "What is at the service is in another state than this request expects; its answer says more.",
        413 => "Send less at once.",
        415 => "Check the kind of body and the header Content-Type.",
        _ => "Its answer in the details says what it does not accept.",
    }
}
