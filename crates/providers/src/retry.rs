//! Whether and when to ask again. Pure but for the jitter.

use std::time::Duration;

use http::HeaderMap;

use crate::Limits;
use crate::failure::Retry;

/// What `x-should-retry` says, which wins over the status.
pub(crate) fn should_retry(headers: &HeaderMap) -> Option<bool> {
    match headers.get("x-should-retry")?.as_bytes() {
        b"true" => Some(true),
        b"false" => Some(false),
        _ => None,
    }
}

/// How long to wait before the next try, or `None` to give up. `retries` were made already.
pub(crate) fn wait(retry: Retry, retries: u32, limits: &Limits) -> Option<Duration> {
    if retries >= limits.retries {
        return None;
    }
    match retry {
        Retry::Never => None,
        // Asking earlier than told is worse than giving up: the person is told how long to wait.
        Retry::After(asked) => (asked <= limits.retry_after_max).then_some(asked),
        Retry::Backoff => {
            let doubled = limits.backoff.saturating_mul(2_u32.saturating_pow(retries)).min(limits.backoff_max);
            // Between 75 % and 100 %, so that many clients do not come back at once.
            Some(doubled.mul_f64(rand::random_range(0.75..=1.0)))
        }
    }
}
