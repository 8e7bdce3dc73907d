//! When a failed try is followed by another. Pure but for the jitter.

use std::time::Duration;

use bridge_domain::{Retry, StepFailure};

/// No wait grows beyond this by itself; the other side may ask for more.
const LONGEST: Duration = Duration::from_secs(300);

/// How long to wait before the next try; none when there is to be none.
pub(crate) fn wait(retry: Option<Retry>, tries: u32, failure: &StepFailure) -> Option<Duration> {
    let retry = retry.filter(|retry| failure.error.retryable && tries < retry.max_tries)?;
    let doubled = u64::from(retry.wait_ms).saturating_mul(1 << (tries - 1).min(20));
    let jitter = rand::random_range(0.75..=1.25);
    let wait = Duration::from_millis(doubled).min(LONGEST).mul_f64(jitter);
    Some(wait.max(failure.retry_after.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use bridge_domain::{Error, ErrorCode};

    fn failure(code: ErrorCode, retry_after: Option<u64>) -> StepFailure {
        StepFailure { retry_after: retry_after.map(Duration::from_secs), ..Error::new(code, "no", "").into() }
    }

    #[test]
    fn waits_double_and_are_at_least_what_the_other_side_asks_for() {
        let retry = Some(Retry { max_tries: 5, wait_ms: 1_000 });
        let passing = failure(ErrorCode::RateLimited, None);
        for (tries, middle) in [(1, 1_000), (2, 2_000), (3, 4_000)] {
            let wait = wait(retry, tries, &passing).unwrap();
            assert!(wait >= Duration::from_millis(middle * 3 / 4) && wait <= Duration::from_millis(middle * 5 / 4));
        }
        assert_eq!(wait(retry, 1, &failure(ErrorCode::RateLimited, Some(30))), Some(Duration::from_secs(30)));
    }

    #[test]
    fn nothing_is_tried_again_that_cannot_pass_or_was_tried_often_enough() {
        let retry = Some(Retry { max_tries: 3, wait_ms: 0 });
        assert_eq!(wait(retry, 3, &failure(ErrorCode::RateLimited, None)), None);
        assert_eq!(wait(retry, 1, &failure(ErrorCode::ServiceFailed, None)), None);
        assert_eq!(wait(None, 1, &failure(ErrorCode::RateLimited, None)), None);
    }
}
