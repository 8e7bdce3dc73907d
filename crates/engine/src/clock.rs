//! The port to time, and the system's clock behind it.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use bridge_domain::Timestamp;
use futures_util::future::BoxFuture;

/// Two clocks: the wall clock, which may be set back and says when a timer is due, and one that never is.
pub trait Clock: Send + Sync {
    /// The wall clock.
    fn now(&self) -> Timestamp;

    /// Time since some fixed moment, by a clock that is never set back.
    fn monotonic(&self) -> Duration;

    /// Ready when the wall clock has reached this time, also when it was set or the machine slept in between.
    fn sleep_until(&self, time: Timestamp) -> BoxFuture<'_, ()>;
}

/// No single sleep is longer, so that a wall clock that was set, or a machine that slept, is noticed by then.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// The clocks of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn monotonic(&self) -> Duration {
        START.elapsed()
    }

    fn sleep_until(&self, time: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            while let Some(rest) = next_sleep(self.now(), time) {
                tokio::time::sleep(rest).await;
            }
        })
    }
}

/// How long to sleep before looking at the wall clock again; none when the time has come.
pub fn next_sleep(now: Timestamp, until: Timestamp) -> Option<Duration> {
    let rest = until.as_microseconds().saturating_sub(now.as_microseconds());
    let rest = u64::try_from(rest).ok().filter(|rest| *rest > 0)?;
    Some(Duration::from_micros(rest).min(LONGEST_SLEEP))
}
