//! When one try of a step is ended. Waits before an item is tried again do not count.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// A time that may be put off by whoever is to keep to it.
#[derive(Debug)]
pub(crate) struct Deadline(Mutex<Instant>);

impl Deadline {
    pub(crate) fn after(time: Duration) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Instant::now() + time)))
    }

    pub(crate) fn has_passed(&self) -> bool {
        Instant::now() >= *self.at()
    }

    pub(crate) fn put_off(&self, by: Duration) {
        *self.at() += by;
    }

    /// What the work gives; none when it does not end in time.
    pub(crate) async fn limit<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        loop {
            let at = *self.at();
            match timeout_at(at, &mut work).await {
                Ok(done) => return Some(done),
                Err(_) if *self.at() > at => {}
                Err(_) => return None,
            }
        }
    }

    fn at(&self) -> MutexGuard<'_, Instant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_put_off_ends_later_and_ends() {
        let deadline = Deadline::after(Duration::from_secs(10));
        let work = async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            deadline.put_off(Duration::from_secs(300));
            tokio::time::sleep(Duration::from_secs(300)).await;
            assert!(!deadline.has_passed());
            tokio::time::sleep(Duration::from_secs(6)).await;
        };
        assert_eq!(deadline.limit(work).await, None);
        assert!(deadline.has_passed());
        let deadline = Deadline::after(Duration::from_secs(10));
        assert_eq!(deadline.limit(async { 1 }).await, Some(1));
    }
}
