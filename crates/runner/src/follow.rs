//! Runs in progress: how long one keeps its turn, what is told at its end, and one that cannot go on.

use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::time::Duration;

use bridge_domain::{
    Entity, Entry, Error, ErrorCode, Journal, Programs, Result, RunId, RunMode, RunStatus, StepError, Timestamp,
    WorkflowId,
};
use bridge_engine::Running;

use crate::check::place;
use crate::queue::Turn;
use crate::{Change, Runner};

/// How often it is looked whether a run waits for a time. Runs shorter than this are never looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Between two times of telling about the runs of one workflow: a window must not drown in it.
const TELL: Duration = Duration::from_millis(100);

impl Runner {
    /// Tells of the run's beginning and end, and keeps its turn as long as it works.
    pub(crate) fn follow(&self, running: Running, turn: Option<Turn>, workflow: WorkflowId) {
        self.tell_of_run(workflow, Some(running.id));
        let runner = self.clone();
        let following = Following::begin(self);
        tokio::spawn(async move {
            if let Some(turn) = turn {
                keep(turn, &running).await;
            }
            let summary = running.finished().await;
            drop(running);
            runner.tell_of_run(workflow, None);
            if summary.status == RunStatus::Error && summary.mode == RunMode::Production {
                runner.tell_error_triggers(&summary).await;
            }
            drop(following);
        });
    }

    /// As [`Self::follow`], for a run that a step has started. When the step waits for it, its failure is the step's, and is
    /// told with that of the step's own run.
    pub(crate) fn follow_called(&self, running: Running, is_awaited: bool) {
        let workflow = running.snapshot().run.workflow_id;
        if !is_awaited {
            return self.follow(running, None, workflow);
        }
        self.tell_of_run(workflow, Some(running.id));
        let runner = self.clone();
        tokio::spawn(async move {
            running.finished().await;
            runner.tell_of_run(workflow, None);
        });
    }

    /// Ready when no run is in progress, and none is about to begin because of one that failed.
    pub async fn idle(&self) {
        // The sender lives as long as this runner.
        let _ = self.inner.following.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Ends a run as failed that cannot go on, unless that is for a reason that passes: then it stays as it is, for the next
    /// start of the application.
    pub(crate) async fn give_up(&self, run: RunId, error: Error) {
        tracing::error!(code = ?error.code, "a run could not go on");
        let passes = matches!(
            error.code,
            ErrorCode::Conflict
                | ErrorCode::StoreUnavailable
                | ErrorCode::ReadOnly
                | ErrorCode::DiskFull
                | ErrorCode::Interrupted
        );
        if passes {
            return;
        }
        if let Err(error) = self.record_failure(run, error).await {
            tracing::error!(code = ?error.code, "a run that could not go on could not be ended");
        }
    }

    /// Ends a run that has not begun as failed. What is missing is told at the first node that misses something, anything
    /// else at the trigger.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn record_failure(&self, run: RunId, mut error: Error) -> Result<()> {
        let log = self.inner.store.load(run).await?;
        let mut node = (log.run.trigger_node.clone(), log.run.trigger_node.to_string());
        if let Some(first) = error.problems.first() {
            let more = match error.problems.len() - 1 {
                0 => String::new(),
                1 => " One more thing is missing or wrong.".to_owned(),
                more => format!(" {more} more things are missing or wrong."),
            };
            let program = self.inner.store.program(log.run.workflow_id, Some(log.run.version_number)).await?;
            let concerned = place(&first.path).and_then(|place| program.definition.nodes.get(place));
            node = concerned.map_or(node, |node| (node.id.clone(), node.data.label.clone()));
            error.message = format!("{}{more}", first.message);
        }
        let error = StepError {
            node_id: node.0,
            node_label: node.1,
            error,
            parameter: None,
            position: None,
            item: None,
            grant: None,
            detail: None,
        };
        self.record_end(run, RunStatus::Error, Some(Box::new(error))).await?;
        if log.run.mode == RunMode::Production {
            let failed = self.inner.store.run_summary(run).await?;
            // A workflow for errors may fail in the same way.
            Box::pin(self.tell_error_triggers(&failed)).await;
        }
        Ok(())
    }

    /// Ends a run that is not in progress.
    pub(crate) async fn record_end(&self, run: RunId, status: RunStatus, error: Option<Box<StepError>>) -> Result<()> {
        let store = &self.inner.store;
        let ended = Entry::Status { status, error, duration_ms: 0, at: Timestamp::now() };
        store.append(run, vec![ended]).await?;
        self.tell_of_run(store.run_summary(run).await?.workflow_id, None);
        Ok(())
    }

    /// Says soon that runs of a workflow have changed, and which began.
    fn tell_of_run(&self, workflow: WorkflowId, begun: Option<RunId>) {
        let Ok(mut changed) = self.inner.changed_runs.lock() else { return };
        match changed.entry(workflow) {
            Occupied(mut told_soon) => return *told_soon.get_mut() = begun.or(*told_soon.get()),
            Vacant(first) => first.insert(begun),
        };
        drop(changed);
        let runner = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(TELL).await;
            let begun =
                runner.inner.changed_runs.lock().ok().and_then(|mut changed| changed.remove(&workflow)).flatten();
            (runner.inner.changed)(Change { entity: Entity::Run, id: workflow.to_string(), begun });
        });
    }
}

/// Keeps a turn until the run has ended, or waits for a time: a run that waits until tomorrow must not keep others from
/// their turn.
async fn keep(turn: Turn, running: &Running) {
    let mut look = tokio::time::interval_at(tokio::time::Instant::now() + LOOK, LOOK);
    let finished = running.finished();
    tokio::pin!(finished);
    loop {
        tokio::select! {
            _ = &mut finished => break,
            _ = look.tick() => {
                if running.snapshot().run.status == RunStatus::Waiting {
                    break;
                }
            }
        }
    }
    drop(turn);
}

/// Counts one run in progress until it is dropped, also when its task ends in a panic.
struct Following(Runner);

impl Following {
    fn begin(runner: &Runner) -> Self {
        runner.inner.following.send_modify(|count| *count += 1);
        Self(runner.clone())
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.0.inner.following.send_modify(|count| *count -= 1);
    }
}
