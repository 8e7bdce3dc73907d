//! The end of a run: how it has ended, and what is said of steps that have not.

use std::sync::PoisonError;

use bridge_domain::{EndedStep, Entry, Error, RunStatus, StepError, StepStatus};

use super::{Drive, Outcome, Stop};
use crate::context::canceled;
use crate::failure::step_error;

impl Drive {
    /// Ends what is in flight, waits for the journal, and only then says that the run has ended.
    pub(super) async fn finish(mut self) -> Outcome {
        self.running.clear();
        self.waits.clear();
        let (mut status, mut error) = self.ending();
        if status != RunStatus::Unknown {
            self.end_unfinished();
        }
        self.context.log.push(self.status_entry(status, error.clone().map(Box::new)));
        let durable = self.context.log.durable().await;
        if let Err(failure) = &durable {
            (status, error) = (RunStatus::Error, Some(self.run_error(failure.clone())));
        }
        self.accepted.send_if_modified(|accepted| accepted.is_none() && accepted.replace(durable).is_none());
        drop(self.context.reply.lock().unwrap_or_else(PoisonError::into_inner).take());
        let (ended_at, duration_ms) = (self.context.ports().clock.now(), self.duration_ms());
        self.context.watch.run(|run| {
            (run.status, run.error) = (status, error);
            if status != RunStatus::Unknown {
                (run.ended_at, run.duration_ms) = (Some(ended_at), Some(duration_ms));
            }
        });
        self.context.watch.close();
        self.last_pages.sort_by_key(|(node, _)| *node);
        let last_pages = self.last_pages.into_iter().flat_map(|(_, pages)| pages).collect();
        Outcome { last_pages }
    }

    fn ending(&mut self) -> (RunStatus, Option<StepError>) {
        let first = self.first_error.take();
        match self.stop.take() {
            Some(Stop::Canceled) => (RunStatus::Canceled, first),
            Some(Stop::Failed) => (RunStatus::Error, first),
            Some(Stop::Run(error)) => (RunStatus::Error, Some(self.run_error(error))),
            None if self.asks => (RunStatus::Unknown, first),
            None if first.is_some() => (RunStatus::Error, first),
            None => (RunStatus::Success, None),
        }
    }

    /// A failure that is no step's own is told at the trigger.
    fn run_error(&self, error: Error) -> StepError {
        step_error(&self.context.plan.nodes[self.context.plan.trigger].node, error.into())
    }

    fn end_unfinished(&mut self) {
        for number in std::mem::take(&mut self.unfinished) {
            self.context.watch.step_changed(number, |step| {
                (step.status, step.waits_until, step.duration_ms) = (StepStatus::Canceled, None, Some(0));
            });
            // Cancelled before its beginning was told.
            if !self.context.log.is_open(number) {
                continue;
            }
            let error = Some(Box::new(self.run_error(canceled())));
            self.context.log.push(Entry::StepEnded(Box::new(EndedStep {
                step: number,
                key: [0; 32],
                status: StepStatus::Canceled,
                reused: false,
                outputs: Vec::new(),
                error,
                duration_ms: 0,
            })));
        }
    }

    pub(super) fn status_entry(&self, status: RunStatus, error: Option<Box<StepError>>) -> Entry {
        let at = self.context.ports().clock.now();
        Entry::Status { status, error, duration_ms: self.duration_ms(), at }
    }

    fn duration_ms(&self) -> u32 {
        let took = self.context.ports().clock.monotonic().saturating_sub(self.began) + self.passed;
        u32::try_from(took.as_millis()).unwrap_or(u32::MAX)
    }
}
