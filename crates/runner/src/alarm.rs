//! How often workflows with an error trigger are started because of one workflow: a schedule that fails every second must
//! not send a message every second. Knows no store and starts nothing.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bridge_domain::WorkflowId;

/// Failures of one workflow that are told in one span of time.
const MOST: u32 = 10;
/// The span.
const SPAN: Duration = Duration::from_secs(60);

/// What was told lately.
#[derive(Debug, Default)]
pub(crate) struct Alarms {
    spans: Mutex<HashMap<WorkflowId, Span>>,
}

#[derive(Debug)]
struct Span {
    began: Instant,
    told: u32,
    left_out: u32,
}

impl Alarms {
    /// Whether a failure is told; then with the number of failures that were left out since the last one.
    pub(crate) fn admit(&self, failed: WorkflowId, now: Instant) -> Option<u32> {
        let mut spans = self.spans.lock().unwrap_or_else(PoisonError::into_inner);
        let span = spans.entry(failed).or_insert(Span { began: now, told: 0, left_out: 0 });
        if now.duration_since(span.began) >= SPAN {
            (span.began, span.told) = (now, 0);
        }
        if span.told == MOST {
            span.left_out = span.left_out.saturating_add(1);
            return None;
        }
        span.told += 1;
        Some(std::mem::take(&mut span.left_out))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_workflow_that_fails_all_the_time_is_told_now_and_then_with_the_number_left_out() {
        let alarms = Alarms::default();
        let (failing, other, begin) = (WorkflowId::new(), WorkflowId::new(), Instant::now());
        let told = |workflow, seconds| alarms.admit(workflow, begin + Duration::from_secs(seconds));
        let first: Vec<_> = (0..59).filter_map(|second| told(failing, second)).collect();
        assert_eq!(first, vec![0; MOST as usize]);
        assert_eq!(told(other, 30), Some(0));
        assert_eq!(told(failing, 60), Some(59 - MOST));
        assert_eq!(told(failing, 61), Some(0));
    }
}
