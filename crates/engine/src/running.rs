//! A run as the outside sees it: its state, its events, its end and what it put out.

use std::sync::Arc;

use bridge_domain::{Error, ErrorCode, Item, Result, RunDetail, RunEvent, RunId, RunSummary};
use tokio::sync::{mpsc, watch};

use crate::context::{Cancel, RunContext};
use crate::drive::Outcome;
use crate::scope;
use crate::watch::Watch;

/// A run that was started or resumed. Clones are the same run; dropping them does not end it.
#[derive(Clone)]
pub struct Running {
    /// The run.
    pub id: RunId,
    pub(crate) watch: Arc<Watch>,
    pub(crate) cancel: Arc<Cancel>,
    pub(crate) accepted: watch::Receiver<Option<Result<()>>>,
    pub(crate) ended: watch::Receiver<Option<Arc<Ended>>>,
}

/// What is left of a run.
pub(crate) struct Ended {
    pub context: Arc<RunContext>,
    pub outcome: Outcome,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Running {
    /// The run and its newest steps as they are now.
    #[must_use]
    pub fn snapshot(&self) -> RunDetail {
        self.watch.snapshot()
    }

    /// Everything so far as events, then what happens, in batches. The channel closes behind the last event, which is one
    /// of the run. A slow follower misses no step, but may miss states that a step has already left.
    #[must_use]
    pub fn subscribe(&self) -> mpsc::Receiver<Vec<RunEvent>> {
        self.watch.follow()
    }

    /// Ready when the run would survive a power loss.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn accepted(&self) -> Result<()> {
        let mut accepted = self.accepted.clone();
        let outcome = accepted.wait_for(Option::is_some).await.map_err(|_| broken())?;
        outcome.clone().unwrap_or(Ok(()))
    }

    /// Ready when the run has ended, or asks the user, and the journal has it.
    pub async fn finished(&self) -> RunSummary {
        let mut ended = self.ended.clone();
        // An error means that the run's task is gone; the summary then says as much as is known.
        let _ = ended.wait_for(Option::is_some).await;
        self.watch.summary()
    }

    /// Waits for the end, and gives what the last nodes put out: those outside loops that lead nowhere, in the order of the
    /// definition.
    ///
    /// # Errors
    /// `limit_reached` for more than one step may put out; those of the journal.
    pub async fn output(&self) -> Result<Vec<Item>> {
        let Ended { context, outcome } = &*self.end().await?;
        let (most, mut room) = (context.limits.items, context.limits.step_output);
        let count: u64 = outcome.last_pages.iter().map(|page| u64::from(page.count)).sum();
        if count > u64::from(most) {
            return Err(too_much(&format!("{most} items")));
        }
        let mut items = Vec::new();
        for page in &outcome.last_pages {
            let bytes = context.text(page.hash).await?.len() as u64;
            room = room
                .checked_sub(bytes)
                .ok_or_else(|| too_much(&format!("{} MiB", context.limits.step_output >> 20)))?;
            items.extend(scope::read_items(context, page.hash).await?);
        }
        Ok(items)
    }

    /// The first item of [`Self::output`], if there is one. Reads no more than it needs.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn first_output(&self) -> Result<Option<Item>> {
        let Ended { context, outcome } = &*self.end().await?;
        match outcome.last_pages.first() {
            Some(page) => Ok(scope::read_items(context, page.hash).await?.into_iter().next()),
            None => Ok(None),
        }
    }

    async fn end(&self) -> Result<Arc<Ended>> {
        let mut ended = self.ended.clone();
        ended.wait_for(Option::is_some).await.map_err(|_| broken())?.clone().ok_or_else(broken)
    }
}

fn too_much(most: &str) -> Error {
    let message = format!("The last nodes put out more than {most} together, which is too much for one answer.");
    Error::new(ErrorCode::LimitReached, message, "Lead them to one node that keeps what is needed, such as a limit.")
}

fn broken() -> Error {
    Error::new(ErrorCode::Internal, "The run ended because of a defect of the application.", "Report this.")
}
