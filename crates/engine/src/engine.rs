//! Starts, resumes and ends runs, and knows those in progress.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use bridge_domain::{
    Catalog, CredentialSource, Entry, Error, ErrorCode, Evaluate, Executors, Item, Journal, NewRun, NodeId, Program,
    Programs, Reply, Result, RunId, RunLimits, RunLog, RunMode, RunScope, RunStatus, RunSummary, RunTrigger,
    StepDecision, StepStatus,
};
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::context::Reuse;
use crate::launch::{New, summary};
use crate::perform::write_within;
use crate::plan::{Extent, Plan, plan};
use crate::replay::Replay;
use crate::running::Running;
use crate::schedule::Scheduler;

/// Everything the engine needs from outside.
#[derive(Clone)]
pub struct Ports {
    /// Keeps what happens.
    pub journal: Arc<dyn Journal>,
    /// What nodes do.
    pub executors: Arc<dyn Executors>,
    /// Expressions and code.
    pub evaluate: Arc<dyn Evaluate>,
    /// Credentials.
    pub credentials: Arc<dyn CredentialSource>,
    /// Workflows, for resuming and for steps that run other workflows.
    pub programs: Arc<dyn Programs>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// What connectors can do.
    pub catalog: Arc<Catalog>,
}

/// A run to be started.
pub struct Start {
    /// Its identifier.
    pub run_id: RunId,
    /// What runs.
    pub program: Program,
    /// Test or production.
    pub mode: RunMode,
    /// What started it.
    pub trigger: RunTrigger,
    /// The trigger node it starts from.
    pub trigger_node: NodeId,
    /// What that node puts out.
    pub input: Vec<Item>,
    /// How much is executed anew.
    pub scope: RunScope,
    /// The run it repeats.
    pub retry_of: Option<RunId>,
    /// Who waits for an answer.
    pub reply: Option<oneshot::Sender<Reply>>,
}

/// Runs workflows. Clones share their runs.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    ports: Ports,
    limits: RunLimits,
    runs: Mutex<HashMap<RunId, Running>>,
    plans: Mutex<HashMap<(bridge_domain::WorkflowId, NodeId), Planned>>,
    called: OnceLock<Box<Called>>,
}

/// Who hears of a run that a step has started, and whether the step waits for its end.
type Called = dyn Fn(Running, bool) + Send + Sync;

/// A plan and the definition it was made from.
#[derive(Clone)]
struct Planned {
    definition: Arc<bridge_domain::Definition>,
    plan: Arc<Plan>,
}

/// Plans kept for the next run of the same workflow.
const KEPT_PLANS: usize = 256;

impl Engine {
    /// An engine on these ports; every run has these caps.
    #[must_use]
    pub fn new(ports: Ports, limits: RunLimits) -> Self {
        Self {
            inner: Arc::new(Inner {
                ports,
                limits,
                runs: Mutex::default(),
                plans: Mutex::default(),
                called: OnceLock::new(),
            }),
        }
    }

    /// Who is to hear of runs that steps start, and whether the step waits for the end. To be set once.
    pub fn on_call(&self, called: impl Fn(Running, bool) + Send + Sync + 'static) {
        // The first one stays.
        let _ = self.inner.called.set(Box::new(called));
    }

    pub(crate) fn tell_called(&self, running: &Running, is_awaited: bool) {
        if let Some(called) = self.inner.called.get() {
            called(running.clone(), is_awaited);
        }
    }

    pub(crate) fn limits(&self) -> RunLimits {
        self.inner.limits
    }

    pub(crate) fn ports(&self) -> &Ports {
        &self.inner.ports
    }

    /// Starts a run. It is not durable yet when this returns: see [`Running::accepted`].
    ///
    /// # Errors
    /// `invalid_input` with every reason why the definition cannot run; `not_found` for a node or run that the scope names;
    /// `conflict` when a run with this identifier is in progress; `limit_reached` for too much input.
    pub async fn start(&self, start: Start) -> Result<Running> {
        self.start_below(start, 0).await
    }

    pub(crate) async fn start_below(&self, start: Start, depth: u32) -> Result<Running> {
        let plan = self.plan(&start.program, &start.trigger_node)?;
        let extent = Extent::of(&plan, &start.scope)?;
        let input = write_within(self.inner.limits, start.input.iter())?;
        let reuse = self.reuse(&start.scope, extent.anew).await?;
        let at = self.ports().clock.now();
        let run = NewRun {
            workflow_id: start.program.workflow_id,
            version_number: start.program.version_number,
            mode: start.mode,
            trigger: start.trigger,
            trigger_node: start.trigger_node,
            input: input.clone(),
            scope: start.scope,
            at,
        };
        let summary = RunSummary { retry_of: start.retry_of, ..summary(start.run_id, &start.program.name, &run) };
        let new = New { summary, program: start.program, plan, input, reuse, depth, silent: false, resumed: false };
        let context = self.context(new, start.reply);
        context.log.push(Entry::Started(Box::new(run)));
        let scheduler = Scheduler::new(Arc::clone(&context.plan), extent.included, HashMap::new());
        self.launch(context, scheduler, Replay::default(), Duration::ZERO)
    }

    /// Goes on with a run that had not ended when the application did, or that waited for a decision. A run that has
    /// succeeded is followed once more from the journal, without executing anything.
    ///
    /// # Errors
    /// `not_found`; `conflict` for a run that failed or was cancelled; those of the journal.
    pub async fn resume(&self, run: RunId) -> Result<Running> {
        if let Some(running) = self.running(run) {
            return Ok(running);
        }
        let log = self.ports().journal.load(run).await?;
        if matches!(log.status, RunStatus::Error | RunStatus::Canceled) {
            return Err(Error::new(ErrorCode::Conflict, "This run has ended.", "Retry it to run it again."));
        }
        let program = self.ports().programs.program(log.run.workflow_id, Some(log.run.version_number)).await?;
        let plan = self.plan(&program, &log.run.trigger_node)?;
        let extent = Extent::of(&plan, &log.run.scope)?;
        let reuse = self.reuse(&log.run.scope, extent.anew).await?;
        let replay = Replay::of(&plan, &log);
        let scheduler = Scheduler::new(Arc::clone(&plan), extent.included, replay.arrivals(&plan));
        let passed = self.since(&log);
        let context = self.context(
            New {
                summary: summary(run, &program.name, &log.run),
                program,
                plan,
                input: log.run.input,
                reuse,
                depth: 0,
                silent: log.status == RunStatus::Success,
                resumed: true,
            },
            None,
        );
        self.launch(context, scheduler, replay, passed)
    }

    /// Decides on a step whose outcome is unknown, and goes on with its run.
    ///
    /// # Errors
    /// `not_found`; `conflict` when the run is in progress or nothing is to be decided on this step; those of the journal.
    pub async fn decide(&self, run: RunId, step: u32, decision: StepDecision) -> Result<Running> {
        let undecided = || {
            let message = format!("There is nothing to decide on step {} of this run.", step.saturating_add(1));
            Error::new(ErrorCode::Conflict, message, "Look at the run again.")
        };
        if self.running(run).is_some() {
            return Err(undecided());
        }
        let log = self.ports().journal.load(run).await?;
        let ended = matches!(log.status, RunStatus::Success | RunStatus::Error | RunStatus::Canceled);
        let record = log.steps.iter().find(|record| record.started.step == step).ok_or_else(undecided)?;
        let open = record.ended.as_ref().is_none_or(|end| end.status == StepStatus::Unknown);
        if ended || !open || record.started.harmless {
            return Err(undecided());
        }
        self.ports().journal.append(run, vec![Entry::Decided { step, decision }]).await?;
        self.resume(run).await
    }

    /// Ends a run within a second; says whether it was in progress.
    pub fn cancel(&self, run: RunId) -> bool {
        let running = self.running(run);
        running.inspect(|running| running.cancel.ask()).is_some()
    }

    /// A run in progress.
    #[must_use]
    pub fn running(&self, run: RunId) -> Option<Running> {
        self.runs().get(&run).cloned()
    }

    /// The runs of a workflow that are in progress, those included that are not durable yet.
    #[must_use]
    pub fn running_of(&self, workflow: bridge_domain::WorkflowId) -> Vec<RunId> {
        let is_of = |running: &&Running| running.watch.summary().workflow_id == workflow;
        self.runs().values().filter(is_of).map(|running| running.id).collect()
    }

    fn plan(&self, program: &Program, trigger: &NodeId) -> Result<Arc<Plan>> {
        let place = (program.workflow_id, trigger.clone());
        let known = self.inner.plans.lock().unwrap_or_else(PoisonError::into_inner).get(&place).cloned();
        if let Some(known) = known {
            let same = Arc::ptr_eq(&known.definition, &program.definition) || known.definition == program.definition;
            if same {
                return Ok(known.plan);
            }
        }
        let made = Arc::new(plan(&program.definition, &self.ports().catalog, trigger).map_err(Error::invalid)?);
        let mut plans = self.inner.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.len() >= KEPT_PLANS {
            plans.clear();
        }
        plans.insert(place, Planned { definition: Arc::clone(&program.definition), plan: Arc::clone(&made) });
        Ok(made)
    }

    async fn reuse(&self, scope: &RunScope, anew: Vec<bool>) -> Result<Reuse> {
        let RunScope::Retry { run_id, .. } = scope else {
            return Ok(if *scope == RunScope::Whole { Reuse::None } else { Reuse::Journal { anew } });
        };
        let log = self.ports().journal.load(*run_id).await?;
        let ended = log.steps.into_iter().filter_map(|record| Some((record.started, record.ended?)));
        let succeeded = ended.filter(|(_, end)| end.status == StepStatus::Success);
        Ok(Reuse::Run(succeeded.map(|(started, end)| ((started.node_id, started.iteration, end.key), end)).collect()))
    }

    /// How long ago a run was accepted; nothing when the wall clock was set back behind that.
    fn since(&self, log: &RunLog) -> Duration {
        let passed = self.ports().clock.now().as_microseconds().saturating_sub(log.run.at.as_microseconds());
        Duration::from_micros(u64::try_from(passed).unwrap_or(0))
    }

    pub(crate) fn runs(&self) -> MutexGuard<'_, HashMap<RunId, Running>> {
        self.inner.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
