//! Keeping to the budget by itself: what the runs of each workflow have grown by, and the task that makes room. It never
//! decides what goes; that is in `pruning`.

use std::{collections::HashMap, sync::Arc, time::Duration};

use bridge_domain::{RunBudget, WorkflowId};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::{batch::Written, connection::Database, error::Attempt, pruning, room};

/// Growth after which a workflow's runs are looked at, in bytes and in runs.
const LOOK_BYTES: i64 = 8 << 20;
const LOOK_RUNS: u32 = 500;
/// Between two looks: a flood of runs is looked at together.
const PAUSE: Duration = Duration::from_millis(500);
/// What is taken together at most.
const TAKEN: usize = 4_096;

/// What was written of one run.
struct Grown {
    workflow: WorkflowId,
    bytes: i64,
    ended: bool,
}

/// The task. It ends with this.
pub(crate) struct Growth {
    told: mpsc::UnboundedSender<Grown>,
    task: JoinHandle<()>,
}

impl Growth {
    pub(crate) fn of(database: Arc<Database>) -> Self {
        let (told, grown) = mpsc::unbounded_channel();
        Self { told, task: tokio::spawn(keep_to_budget(database, grown)) }
    }

    /// Tells of what was written.
    pub(crate) fn add(&self, written: &[Written]) {
        for run in written {
            // Nobody listens after the end.
            let _ = self.told.send(Grown { workflow: run.workflow, bytes: run.bytes, ended: run.has_ended });
        }
    }

    /// Ends the task.
    pub(crate) async fn stop(&mut self) {
        self.task.abort();
        // It was aborted; what it had not committed is rolled back.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Growth {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Growth of a workflow since its runs were looked at.
#[derive(Default)]
struct Since {
    bytes: i64,
    ended: u32,
}

async fn keep_to_budget(database: Arc<Database>, mut grown: mpsc::UnboundedReceiver<Grown>) {
    let mut since: HashMap<WorkflowId, Since> = HashMap::new();
    let mut taken = Vec::new();
    while grown.recv_many(&mut taken, TAKEN).await > 0 {
        for run in taken.drain(..) {
            let workflow = since.entry(run.workflow).or_default();
            workflow.bytes += run.bytes;
            workflow.ended += u32::from(run.ended);
        }
        if let Err(failure) = look(&database, &mut since).await {
            tracing::warn!(%failure, "no room could be made among the runs");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Looks at the workflows that have grown enough.
async fn look(database: &Database, since: &mut HashMap<WorkflowId, Since>) -> Attempt<()> {
    let budget = room::budget(&mut *database.read().await?).await?;
    let due: Vec<_> = since.iter().filter(|(_, since)| since.is_due(budget)).map(|(workflow, _)| *workflow).collect();
    for workflow in &due {
        since.remove(workflow);
        pruning::prune(database, *workflow, budget).await?;
    }
    if due.is_empty() { Ok(()) } else { pruning::shrink(database).await }
}

impl Since {
    fn is_due(&self, budget: RunBudget) -> bool {
        let has_unwanted_data = !budget.keep_success_data && self.ended > 0;
        has_unwanted_data || self.bytes >= LOOK_BYTES || self.ended >= LOOK_RUNS.min(budget.runs)
    }
}
