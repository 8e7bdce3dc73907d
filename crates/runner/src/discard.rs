//! Deleting a workflow: what it does ends with it.

use bridge_domain::{Entry, Journal, Result, RunId, RunStatus, Timestamp, WorkflowId};

use crate::Runner;

impl Runner {
    /// Puts a workflow into the trash and cancels its runs: nothing goes on that nobody sees any more. A run that asks what to
    /// do about a step keeps its question, and asks again when the workflow is brought back.
    ///
    /// # Errors
    /// `not_found`, also when it is in the trash already; those of the store.
    pub async fn delete_workflow(&self, workflow: WorkflowId) -> Result<()> {
        // First the workflow: from then on nothing begins a run of it.
        self.inner.store.delete_workflow(workflow).await?;
        for run in self.inner.engine.running_of(workflow) {
            self.inner.engine.cancel(run);
        }
        for run in self.inner.store.runs_in_progress(workflow).await? {
            if !self.inner.engine.cancel(run) {
                self.end_unseen(run).await?;
            }
        }
        Ok(())
    }

    /// Ends a run that waits for its turn.
    async fn end_unseen(&self, run: RunId) -> Result<()> {
        let at = Timestamp::now();
        let ended = Entry::Status { status: RunStatus::Canceled, error: None, duration_ms: 0, at };
        self.inner.store.append(run, vec![ended]).await?;
        // It may have come to its turn meanwhile.
        self.inner.engine.cancel(run);
        Ok(())
    }
}
