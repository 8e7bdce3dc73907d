//! How many runs go on at the same time. The rest wait their turn in the order they were accepted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bridge_domain::{Error, ErrorCode, Result, WorkflowId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Production runs of one workflow at the same time.
const PER_WORKFLOW: usize = 16;
/// Production runs of all workflows at the same time.
const ALL: usize = 64;
/// Production runs of one workflow that may wait.
const MOST_WAITING: usize = 10_000;

/// The queue. Runs by hand do not stand in it.
#[derive(Debug)]
pub(crate) struct Queue {
    all: Arc<Semaphore>,
    workflows: Mutex<HashMap<WorkflowId, Line>>,
}

/// The runs of one workflow.
#[derive(Debug, Clone)]
struct Line {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// A run's turn. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _workflow: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

/// A place in the queue.
#[derive(Debug)]
pub(crate) struct Place {
    line: Line,
    all: Arc<Semaphore>,
    _waiting: Option<OwnedSemaphorePermit>,
}

impl Default for Queue {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(ALL)), workflows: Mutex::default() }
    }
}

impl Queue {
    /// The turn of a run that need not wait.
    pub(crate) fn turn_now(&self, workflow: WorkflowId) -> Option<Turn> {
        let line = self.line(workflow);
        let workflow = line.running.try_acquire_owned().ok()?;
        let all = Arc::clone(&self.all).try_acquire_owned().ok()?;
        Some(Turn { _workflow: workflow, _all: all })
    }

    /// A place at the end.
    ///
    /// # Errors
    /// `busy` when too many wait already.
    pub(crate) fn place(&self, workflow: WorkflowId) -> Result<Place> {
        let line = self.line(workflow);
        let waiting = Arc::clone(&line.waiting).try_acquire_owned().map_err(|_| {
            Error::new(
                ErrorCode::Busy,
                format!("{MOST_WAITING} runs of this workflow are waiting already."),
                "Try again when some of them have ended.",
            )
        })?;
        Ok(Place { line, all: Arc::clone(&self.all), _waiting: Some(waiting) })
    }

    /// A place at the end for a run that was accepted before the application ended: it has its place already.
    pub(crate) fn place_again(&self, workflow: WorkflowId) -> Place {
        Place { line: self.line(workflow), all: Arc::clone(&self.all), _waiting: None }
    }

    /// Nobody's turn comes any more.
    pub(crate) fn close(&self) {
        self.all.close();
        for line in self.workflows.lock().unwrap_or_else(PoisonError::into_inner).values() {
            line.running.close();
        }
    }

    fn line(&self, workflow: WorkflowId) -> Line {
        let mut workflows = self.workflows.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Line {
            running: Arc::new(Semaphore::new(PER_WORKFLOW)),
            waiting: Arc::new(Semaphore::new(MOST_WAITING)),
        };
        workflows.entry(workflow).or_insert_with(new).clone()
    }
}

impl Place {
    /// Waits for the turn. None when the application ends.
    pub(crate) async fn turn(self) -> Option<Turn> {
        let workflow = self.line.running.acquire_owned().await.ok()?;
        let all = self.all.acquire_owned().await.ok()?;
        Some(Turn { _workflow: workflow, _all: all })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_workflow_takes_its_share_and_the_next_one_its_own() {
        let queue = Queue::default();
        let (one, other) = (WorkflowId::new(), WorkflowId::new());
        let mut turns: Vec<_> = (0..PER_WORKFLOW).map(|_| queue.turn_now(one).unwrap()).collect();
        assert!(queue.turn_now(one).is_none());
        assert!(queue.turn_now(other).is_some());
        let waiting = tokio::spawn(queue.place(one).unwrap().turn());
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        turns.pop();
        assert!(waiting.await.unwrap().is_some());
    }

    #[tokio::test]
    async fn who_waits_comes_before_who_has_just_come() {
        let queue = Queue::default();
        let workflow = WorkflowId::new();
        let mut turns: Vec<_> = (0..PER_WORKFLOW).map(|_| queue.turn_now(workflow).unwrap()).collect();
        let waiting = tokio::spawn(queue.place_again(workflow).turn());
        tokio::task::yield_now().await;
        turns.pop();
        assert!(queue.turn_now(workflow).is_none(), "overtook the one that waits");
        assert!(waiting.await.unwrap().is_some());
    }

    #[tokio::test]
    async fn nobody_waits_for_an_application_that_ends() {
        let queue = Queue::default();
        let workflow = WorkflowId::new();
        let _turns: Vec<_> = (0..PER_WORKFLOW).map(|_| queue.turn_now(workflow).unwrap()).collect();
        let waiting = tokio::spawn(queue.place(workflow).unwrap().turn());
        tokio::task::yield_now().await;
        queue.close();
        assert!(waiting.await.unwrap().is_none());
        assert!(queue.turn_now(WorkflowId::new()).is_none());
    }

    #[test]
    fn a_queue_has_an_end() {
        let queue = Queue::default();
        let workflow = WorkflowId::new();
        let _places: Vec<_> = (0..MOST_WAITING).map(|_| queue.place(workflow).unwrap()).collect();
        assert_eq!(queue.place(workflow).unwrap_err().code, ErrorCode::Busy);
    }
}
