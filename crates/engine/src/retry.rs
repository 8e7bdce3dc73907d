//! When a failed try is followed by another, and the pause before it.

use std::time::Duration;

use bridge_domain::{Retry, StepFailure, StepStatus, Timestamp};

use crate::context::RunContext;

/// No wait grows beyond this by itself; the other side may ask for more.
const LONGEST: Duration = Duration::from_secs(300);
/// Nor is what the other side asks for taken for more. The run's own limit comes first.
const LONGEST_ASKED: Duration = Duration::from_secs(86_400);

/// How long to wait before the next try, after so many; none when there is to be none.
pub(crate) fn wait(retry: Option<Retry>, tries: u32, failure: &StepFailure) -> Option<Duration> {
    let retry = retry.filter(|retry| failure.error.retryable && tries < retry.max_tries)?;
    let doubled = u64::from(retry.wait_ms).saturating_mul(1 << (tries - 1).min(20));
    let jitter = rand::random_range(0.75..=1.25);
    let wait = Duration::from_millis(doubled).min(LONGEST).mul_f64(jitter).min(LONGEST);
    Some(wait.max(failure.retry_after.unwrap_or_default().min(LONGEST_ASKED)))
}

/// Waits, while those who watch see until when. Dropping the future ends the wait.
pub(crate) async fn pause(context: &RunContext, step: u32, wait: Duration) {
    let waited = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
    let now = context.ports().clock.now().as_microseconds();
    let until = Timestamp::from_microseconds(now.saturating_add(waited));
    let show = |status, waits_until| {
        context.watch.step_changed(step, |step| (step.status, step.waits_until) = (status, waits_until));
        context.watch.flush();
    };
    show(StepStatus::Waiting, Some(until));
    tokio::time::sleep(wait).await;
    show(StepStatus::Running, None);
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
    fn no_wait_is_longer_than_five_minutes_by_itself() {
        let passing = failure(ErrorCode::RateLimited, None);
        for (wait_ms, tries) in [(300_000, 1), (300_000, 9), (200_000, 2), (1, 9)] {
            let retry = Some(Retry { max_tries: 10, wait_ms });
            let longest = (0..200).filter_map(|_| wait(retry, tries, &passing)).max().unwrap();
            assert!(longest <= Duration::from_secs(300), "{wait_ms} ms, try {tries}: {longest:?}");
        }
        for (asked, waited) in [(900, 900), (u64::MAX, 86_400)] {
            let asked = failure(ErrorCode::RateLimited, Some(asked));
            let retry = Some(Retry { max_tries: 2, wait_ms: 300_000 });
            assert_eq!(wait(retry, 1, &asked), Some(Duration::from_secs(waited)));
        }
    }

    #[test]
    fn nothing_is_tried_again_that_cannot_pass_or_was_tried_often_enough() {
        let retry = Some(Retry { max_tries: 3, wait_ms: 0 });
        assert_eq!(wait(retry, 3, &failure(ErrorCode::RateLimited, None)), None);
        assert_eq!(wait(retry, 1, &failure(ErrorCode::ServiceFailed, None)), None);
        assert_eq!(wait(None, 1, &failure(ErrorCode::RateLimited, None)), None);
    }
}
