//! The runner as the rest of the application calls it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use bridge_domain::{
    Catalog, CredentialSource, Entity, Error, ErrorCode, Evaluate, ModelSource, Result, RunDetail, RunEvent, RunId,
    RunLimits, RunStatus, RunSummary, StepDecision, WorkflowId,
};
use bridge_engine::{Engine, Ports, SystemClock};
use bridge_gate::Gate;
use bridge_nodes::{Nodes, Services};
use bridge_store::Store;
use bridge_triggers::Listening;
use bridge_workflow::Rules;
use tokio::sync::{Notify, mpsc, watch};

use crate::alarm::Alarms;
use crate::index::Index;
use crate::queue::Queue;

/// How long requests that are being answered may still take when the application ends.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who is told that something has changed.
pub type Changed = dyn Fn(Change) + Send + Sync;

/// Something has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its kind.
    pub entity: Entity,
    /// Its identifier as text.
    pub id: String,
    /// For runs: the newest that began or went on.
    pub begun: Option<RunId>,
}

/// What a runner is made of.
pub struct Parts {
    /// Workflows, journal, everything kept.
    pub store: Store,
    /// The connectors.
    pub catalog: Arc<Catalog>,
    /// The way out to the network.
    pub gate: Gate,
    /// Where steps get credentials from.
    pub credentials: Arc<dyn CredentialSource>,
    /// Where nodes get models from.
    pub models: Arc<dyn ModelSource>,
    /// Expressions and code.
    pub expressions: Arc<dyn Evaluate>,
    /// Who is told of changes.
    pub changed: Arc<Changed>,
}

/// The runner. Clones share everything.
#[derive(Clone)]
pub struct Runner {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    pub(crate) rules: Rules,
    pub(crate) models: Arc<dyn ModelSource>,
    pub(crate) expressions: Arc<dyn Evaluate>,
    pub(crate) queue: Queue,
    pub(crate) alarms: Alarms,
    /// How many runs are in progress.
    pub(crate) following: watch::Sender<usize>,
    pub(crate) changed: Arc<Changed>,
    /// Workflows of whose runs a change is about to be told, each with the newest run that began.
    pub(crate) changed_runs: Mutex<HashMap<WorkflowId, Option<RunId>>>,
    /// Triggers of active workflows, as they were when the store was last looked at.
    pub(crate) index: RwLock<Arc<Index>>,
    /// One at a time brings the triggers up to date.
    pub(crate) syncing: tokio::sync::Mutex<()>,
    pub(crate) active: AtomicUsize,
    pub(crate) server: Mutex<Option<Listening>>,
    /// Why webhooks cannot be received.
    pub(crate) server_problem: Mutex<Option<Error>>,
    /// Looks at the clock again before its time.
    pub(crate) wake: Notify,
    pub(crate) ending: watch::Sender<bool>,
}

impl Runner {
    /// A runner. It starts nothing by itself before [`Self::begin`].
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self::with_limits(parts, RunLimits::default())
    }

    /// The same with other caps for each run.
    #[must_use]
    pub fn with_limits(parts: Parts, limits: RunLimits) -> Self {
        let store = parts.store;
        let services = Services {
            gate: parts.gate,
            blobs: Arc::new(store.clone()),
            tables: Arc::new(store.clone()),
            models: Arc::clone(&parts.models),
        };
        let ports = Ports {
            journal: Arc::new(store.clone()),
            executors: Arc::new(Nodes::new(services)),
            evaluate: Arc::clone(&parts.expressions),
            credentials: parts.credentials,
            programs: Arc::new(store.clone()),
            clock: Arc::new(SystemClock),
            catalog: Arc::clone(&parts.catalog),
        };
        let runner = Self {
            inner: Arc::new(Inner {
                store,
                engine: Engine::new(ports, limits),
                rules: Rules::new(parts.catalog),
                models: parts.models,
                expressions: parts.expressions,
                queue: Queue::default(),
                alarms: Alarms::default(),
                following: watch::Sender::new(0),
                changed: parts.changed,
                changed_runs: Mutex::default(),
                index: RwLock::default(),
                syncing: tokio::sync::Mutex::default(),
                active: AtomicUsize::new(0),
                server: Mutex::default(),
                server_problem: Mutex::default(),
                wake: Notify::new(),
                ending: watch::Sender::new(false),
            }),
        };
        let known = Arc::downgrade(&runner.inner);
        runner.inner.engine.on_call(move |running, is_awaited| {
            if let Some(inner) = known.upgrade() {
                Self { inner }.follow_called(running, is_awaited);
            }
        });
        runner
    }

    /// How many workflows are switched on.
    #[must_use]
    pub fn active_workflows(&self) -> usize {
        self.inner.active.load(Ordering::Relaxed)
    }

    /// A run with its steps, as it is now.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub async fn detail(&self, run: RunId) -> Result<RunDetail> {
        match self.inner.engine.running(run) {
            Some(running) => {
                let mut detail = running.snapshot();
                // The engine knows a workflow by the name it had when the run began. That is all there is until the first
                // entry has been written.
                match self.inner.store.run_summary(run).await {
                    Ok(summary) => detail.run.workflow_name = summary.workflow_name,
                    Err(error) if error.code == ErrorCode::NotFound => {}
                    Err(error) => return Err(error),
                }
                Ok(detail)
            }
            None => self.inner.store.run_detail(run).await,
        }
    }

    /// Joins a run from its start and misses nothing. A run that has ended gives its snapshot.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub async fn watch(&self, run: RunId) -> Result<mpsc::Receiver<Vec<RunEvent>>> {
        if let Some(running) = self.inner.engine.running(run) {
            return Ok(running.subscribe());
        }
        let detail = self.inner.store.run_detail(run).await?;
        let (sender, receiver) = mpsc::channel(1);
        let steps = detail.steps.into_iter().map(|step| RunEvent::Step { step: Box::new(step) });
        let run = RunEvent::Run { run: Box::new(detail.run) };
        // The channel has room for one batch, and somebody to take it: the receiver is returned.
        let _ = sender.try_send(steps.chain([run]).collect());
        Ok(receiver)
    }

    /// Waits until a run has ended or asks the user. At once for one that has ended.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub async fn finished(&self, run: RunId) -> Result<RunSummary> {
        match self.inner.engine.running(run) {
            Some(running) => Ok(running.finished().await),
            None => self.inner.store.run_summary(run).await,
        }
    }

    /// Looks at the store now: which workflows are active, and what their triggers are.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn refresh(&self) -> Result<()> {
        self.index().await.map(drop)
    }

    /// Stops a run, also one that waits for its turn or for a decision, or that was cut off. One that has ended stays as it
    /// is.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub async fn cancel(&self, run: RunId) -> Result<()> {
        if self.inner.engine.cancel(run) {
            return Ok(());
        }
        let status = self.inner.store.run_summary(run).await?.status;
        if !matches!(status, RunStatus::Success | RunStatus::Error | RunStatus::Canceled) {
            self.record_end(run, RunStatus::Canceled, None).await?;
            // It may have come to its turn meanwhile.
            self.inner.engine.cancel(run);
        }
        Ok(())
    }

    /// Goes on with a run that was cut off when another process ended. One that is in progress is left alone: then this says
    /// false.
    ///
    /// # Errors
    /// `not_found`; `conflict` for a run that has ended; those of the store.
    pub async fn resume(&self, run: RunId) -> Result<bool> {
        if self.inner.engine.running(run).is_some() {
            return Ok(false);
        }
        let workflow = self.inner.store.run_summary(run).await?.workflow_id;
        let running = self.inner.engine.resume(run).await?;
        self.follow(running, None, workflow);
        Ok(true)
    }

    /// Goes on with a run that asks what to do about a step whose outcome is unknown.
    ///
    /// # Errors
    /// `conflict` when it does not ask; `not_found`; those of the store.
    pub async fn decide(&self, run: RunId, step: u32, decision: StepDecision) -> Result<RunSummary> {
        let running = self.inner.engine.decide(run, step, decision).await?;
        let summary = running.snapshot().run;
        self.follow(running, None, summary.workflow_id);
        Ok(summary)
    }

    /// Deletes a run that has ended. Gives its workflow.
    ///
    /// # Errors
    /// `conflict` while it runs; `not_found`; those of the store.
    pub async fn delete(&self, run: RunId) -> Result<WorkflowId> {
        if self.inner.engine.running(run).is_some_and(|running| running.snapshot().run.ended_at.is_none()) {
            return Err(Error::new(ErrorCode::Conflict, "The run has not ended yet.", "Cancel it first."));
        }
        let workflow = self.inner.store.run_summary(run).await?.workflow_id;
        self.inner.store.delete_run(run).await?;
        Ok(workflow)
    }

    /// Ends what runs by itself: takes no request any more, and waits a moment for those that are being answered. Runs that
    /// have not ended go on at the next start.
    pub async fn end(&self) {
        self.inner.ending.send_replace(true);
        self.inner.queue.close();
        let server = self.inner.server.lock().ok().and_then(|mut server| server.take());
        if let Some(server) = server {
            server.end(PATIENCE).await;
        }
    }

    /// Says that something has changed.
    pub fn tell(&self, entity: Entity, id: impl ToString) {
        (self.inner.changed)(Change { entity, id: id.to_string(), begun: None });
    }
}
