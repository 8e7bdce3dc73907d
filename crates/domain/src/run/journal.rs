//! The port to the journal: everything of a run that is not a function of its definition and its input.
//!
//! Contract, tested against every implementation: entries of one run are kept in the order of their `append` calls, also
//! when several are under way; once a returned future is ready, that entry and all before it survive a power loss; a
//! step is never recorded twice. Nothing here names a database, so that a distributed journal can take its place.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::{NodeId, Result, RunId, RunMode, RunStatus, RunTrigger, StepError, StepStatus, Timestamp, WorkflowId};

use super::{Lineage, Page, PageHash};

/// Keeps what happened.
pub trait Journal: Send + Sync {
    /// Adds entries to a run, all or none. The order of calls is the order kept; the future is ready when they are durable.
    ///
    /// # Errors
    /// Those of the disk. The run is then unknown beyond its last durable entry and must be ended.
    fn append(&self, run: RunId, entries: Vec<Entry>) -> BoxFuture<'static, Result<()>>;

    /// The newest successful step of this workflow under this key.
    ///
    /// # Errors
    /// Those of the disk.
    fn recorded(&self, workflow: WorkflowId, key: StepKey) -> BoxFuture<'_, Result<Option<StepRecord>>>;

    /// Everything kept of a run, in order.
    ///
    /// # Errors
    /// `not_found`; those of the disk.
    fn load(&self, run: RunId) -> BoxFuture<'_, Result<RunLog>>;

    /// The text of a page.
    ///
    /// # Errors
    /// `not_found` when it was dropped to make room; those of the disk.
    fn page(&self, hash: PageHash) -> BoxFuture<'_, Result<Arc<str>>>;

    /// Runs that have begun and not ended, oldest first.
    ///
    /// # Errors
    /// Those of the disk.
    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<RunId>>>;
}

/// The identity of a step's work: SHA-256 of its node's definition, its input pages and its credential's version.
pub type StepKey = [u8; 32];

/// One entry of a run's journal.
#[derive(Debug, Clone)]
pub enum Entry {
    /// The run was accepted. The first entry.
    Started(Box<NewRun>),
    /// A step is about to be executed. Durable before anything with an effect outside begins.
    StepStarted(StartedStep),
    /// A step has ended.
    StepEnded(Box<EndedStep>),
    /// A step waits for a time.
    TimerSet(Timer),
    /// The user has decided on a step whose outcome was unknown.
    Decided {
        /// The step.
        step: u32,
        /// What to do.
        decision: crate::StepDecision,
    },
    /// What a person should know of a step although nothing failed. It replaces what was said of it before.
    Noted {
        /// The step, which has begun and may have ended.
        step: u32,
        /// What there is to say.
        notice: String,
    },
    /// The run has changed state; the last entry of a run that has ended.
    Status {
        /// The state.
        status: RunStatus,
        /// The first failure.
        error: Option<Box<StepError>>,
        /// Milliseconds since it was accepted, by a clock that is never set back.
        duration_ms: u32,
        /// By the wall clock.
        at: Timestamp,
    },
}

/// A run as it is accepted.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The version that runs.
    pub version_number: u32,
    /// Test or production.
    pub mode: RunMode,
    /// What started it.
    pub trigger: RunTrigger,
    /// The trigger node it starts from.
    pub trigger_node: NodeId,
    /// What that node puts out.
    pub input: Vec<Page>,
    /// How much is executed anew.
    pub scope: crate::RunScope,
    /// When it was accepted.
    pub at: Timestamp,
}

/// A step as it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartedStep {
    /// Place in the run.
    pub step: u32,
    /// The node.
    pub node_id: NodeId,
    /// Iteration of each loop around it, outermost first.
    pub iteration: Vec<u32>,
    /// 1 for the first try.
    pub attempt: u32,
    /// Whether it may be repeated after a crash without asking.
    pub harmless: bool,
    /// Items that arrived, per input.
    pub inputs: Vec<u32>,
    /// The pages that arrived, per input.
    pub input_pages: Vec<Vec<PageHash>>,
    /// By the wall clock.
    pub at: Timestamp,
}

/// A step as it has ended.
#[derive(Debug, Clone)]
pub struct EndedStep {
    /// Place in the run.
    pub step: u32,
    /// Its key.
    pub key: StepKey,
    /// How it ended.
    pub status: StepStatus,
    /// Whether its output was taken over instead of executed.
    pub reused: bool,
    /// What it put out.
    pub outputs: Vec<OutputPages>,
    /// Why it failed.
    pub error: Option<Box<StepError>>,
    /// Milliseconds it took.
    pub duration_ms: u32,
}

/// What one output put out.
#[derive(Debug, Clone)]
pub struct OutputPages {
    /// The output's identifier.
    pub port: String,
    /// Its pages, in order. A page is kept once in its run, a large one once for all runs.
    pub pages: Vec<Page>,
}

/// A step that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// The step.
    pub step: u32,
    /// When it goes on, by the wall clock.
    pub due_at: Timestamp,
}

/// A step as the journal has it: pages by hash, without their text.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRecord {
    /// How it began; the last try.
    pub started: StartedStep,
    /// How it ended; absent for one that was in flight.
    pub ended: Option<StepEnd>,
    /// The time it waits for.
    pub due_at: Option<Timestamp>,
    /// What the user decided on it.
    pub decision: Option<crate::StepDecision>,
    /// What a person should know of it although nothing failed, whichever try it was said of.
    pub notice: Option<String>,
}

/// How a recorded step ended.
#[derive(Debug, Clone, PartialEq)]
pub struct StepEnd {
    /// Its key.
    pub key: StepKey,
    /// How it ended.
    pub status: StepStatus,
    /// Whether its output was taken over.
    pub reused: bool,
    /// Per output: identifier, and hash, number of items and lineage of each page.
    pub outputs: Vec<(String, Vec<RecordedPage>)>,
    /// Why it failed.
    pub error: Option<StepError>,
    /// Milliseconds it took.
    pub duration_ms: u32,
}

/// A page without its text.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedPage {
    /// Where its text is.
    pub hash: PageHash,
    /// Items in it.
    pub count: u32,
    /// Which input items each came from.
    pub lineage: Lineage,
}

/// Everything kept of a run.
#[derive(Debug, Clone)]
pub struct RunLog {
    /// How it was accepted; its input pages have their text.
    pub run: NewRun,
    /// Its state.
    pub status: RunStatus,
    /// Its steps by place.
    pub steps: Vec<StepRecord>,
}
