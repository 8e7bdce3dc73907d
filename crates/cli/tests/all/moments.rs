//! Where a kill has fallen, by what is on the disk and what was done outside after it.

use std::path::Path;

use bridge_domain::{Journal, RunFilter, RunLog, RunStatus};
use bridge_store::Store;

use crate::counter::Counter;
use crate::kills::ROUNDS;
use crate::world::{World, block_on};

/// Where in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// Before its first entry.
    BeforeTheRun,
    /// No step was in flight.
    BetweenSteps,
    /// In a step that can be executed again.
    WithinHarmlessStep,
    /// In a step that acts outside: its start is recorded, it has done nothing yet.
    StepNotActed,
    /// In a step that acts outside: it has acted, its end is not recorded.
    StepActed,
    /// While a step waited for a time.
    WhileWaiting,
    /// While the run asked about a step.
    WhileAsking,
    /// After its last entry.
    AfterTheEnd,
}

impl Moment {
    /// What the folder of a killed process says. Looks at a copy: opening a database writes its log back, and the next process
    /// is to find it as it was left.
    pub fn of(world: &World, outside: &Outside<'_>) -> Self {
        let copy = tempfile::tempdir().unwrap();
        for name in ["bridge.db", "bridge.db-wal", "bridge.created"] {
            let _ = std::fs::copy(world.data().join(name), copy.path().join(name));
        }
        block_on(async {
            // A folder whose database was not even made has none.
            let Ok(opened) = Store::open(copy.path()).await else { return Self::BeforeTheRun };
            let store = opened.store;
            let runs = store.list_runs(&RunFilter { limit: 1, ..RunFilter::default() }).await.unwrap();
            let moment = match runs.first() {
                Some(run) => Self::in_run(&store.load(run.id).await.unwrap(), outside),
                None => Self::BeforeTheRun,
            };
            store.close().await;
            moment
        })
    }

    fn in_run(log: &RunLog, outside: &Outside<'_>) -> Self {
        match log.status {
            RunStatus::Success | RunStatus::Error | RunStatus::Canceled => return Self::AfterTheEnd,
            RunStatus::Unknown => return Self::WhileAsking,
            RunStatus::New | RunStatus::Running | RunStatus::Waiting => {}
        }
        let in_flight: Vec<_> = log.steps.iter().filter(|step| step.ended.is_none()).collect();
        if in_flight.iter().any(|step| step.due_at.is_some()) {
            return Self::WhileWaiting;
        }
        if let Some(step) = in_flight.iter().find(|step| !step.started.harmless) {
            let node = &step.started.node_id;
            let ended = log.steps.iter().filter(|step| step.started.node_id == *node && step.ended.is_some()).count();
            let has_acted = outside.effects(node.as_str()) > ended as u64 * effects_of_a_step(node.as_str());
            return if has_acted { Self::StepActed } else { Self::StepNotActed };
        }
        if in_flight.is_empty() { Self::BetweenSteps } else { Self::WithinHarmlessStep }
    }
}

/// What the steps of a run have done outside.
pub struct Outside<'a> {
    pub counter: &'a Counter,
    /// The file of notes.
    pub log: &'a Path,
}

impl Outside<'_> {
    /// Messages and notes of one node.
    pub fn effects(&self, node: &str) -> u64 {
        if node.starts_with("Post") {
            return self.counter.keys().iter().filter(|((name, _), _)| name == node).map(|(_, count)| *count).sum();
        }
        self.notes().lines().filter(|line| *line == node).count() as u64
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.counter.total() + self.notes().lines().count() as u64
    }

    /// How many are still to come if all goes well.
    pub fn left(&self) -> u64 {
        (2 + 4 * ROUNDS).saturating_sub(self.total())
    }

    fn notes(&self) -> String {
        std::fs::read_to_string(self.log).unwrap_or_default()
    }
}

/// Behind the loop, one step works on the items of all rounds.
pub fn effects_of_a_step(node: &str) -> u64 {
    if node.ends_with('3') { ROUNDS } else { 1 }
}
