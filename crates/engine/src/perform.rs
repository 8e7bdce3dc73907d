//! Carries out one step, from its first entry in the journal to what it puts out. The flow of one step is [`perform`].

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{
    Effect, Entry, Error, ErrorCode, Item, ItemRef, OnError, Outcome, OutputPages, PageHash, RunId, RunMode,
    StartedStep, StepDecision, StepError, StepFailure, StepInfo, StepKey, StepStatus, StepSummary, Timestamp,
};
use futures_util::FutureExt;
use sha2::{Digest, Sha256};

use crate::context::RunContext;
use crate::failure::{defect, failed_item, join_blocked, no_executor, run_limit, step_error, timed_out};
use crate::key::{self, Arrived};
use crate::loops::{self, Deal, Rounds};
use crate::page::{Budget, Writer};
use crate::plan::{DONE_PORT, PlanNode};
use crate::schedule::{PageRef, Ready, Work};
use crate::step::{Beginning, LiveStep, hashes};
use crate::{retry, reuse, scope};

/// A step to be carried out.
#[derive(Debug)]
pub(crate) struct Job {
    pub number: u32,
    pub ready: Ready,
    /// The next try.
    pub attempt: u32,
    /// Whether the journal has its start already.
    pub known: bool,
    /// Whether those who watch have seen it begin.
    pub shown: bool,
    /// Whether it waited for a time that has come.
    pub woken: bool,
    pub decision: Option<StepDecision>,
    /// By the clock that is never set back, when it began.
    pub began: Duration,
}

/// How a step came out.
pub(crate) enum End {
    /// It has ended.
    Ended(Box<Ended>),
    /// It goes on at this time.
    Waits(Box<Job>, Timestamp),
}

/// A step that has ended.
pub(crate) struct Ended {
    pub job: Job,
    pub inputs: Arc<[Vec<PageRef>]>,
    pub key: StepKey,
    pub result: Ending,
    pub duration_ms: u32,
}

/// What a step that has ended leaves behind.
pub(crate) struct Ending {
    pub status: StepStatus,
    pub reused: bool,
    pub outputs: Vec<OutputPages>,
    pub error: Option<StepError>,
    /// Whether its failure ends the run.
    pub stops: bool,
}

impl Ending {
    fn success(outputs: Vec<OutputPages>) -> Self {
        Self { status: StepStatus::Success, reused: false, outputs, error: None, stops: false }
    }

    fn reused(outputs: Vec<OutputPages>) -> Self {
        Self { reused: true, ..Self::success(outputs) }
    }

    fn skipped(outputs: Vec<OutputPages>) -> Self {
        Self { status: StepStatus::Skipped, ..Self::success(outputs) }
    }

    fn failed(error: StepError, outputs: Vec<OutputPages>, stops: bool) -> Self {
        Self { status: StepStatus::Error, reused: false, outputs, error: Some(error), stops }
    }
}

/// Carries out a step.
pub(crate) async fn perform(context: Arc<RunContext>, mut job: Job) -> End {
    let node = &context.plan.nodes[job.ready.node];
    let mut step = Performance { context: &context, node, inputs: Arc::clone(&job.ready.inputs), key: [0; 32] };
    let done = AssertUnwindSafe(step.carry_out(&mut job)).catch_unwind().await;
    let ending = match done.unwrap_or_else(|_| Err(defect(&node.node.data.label).into())) {
        Ok(Done::Ending(ending)) => ending,
        Ok(Done::Wait(time)) => return End::Waits(Box::new(job), time),
        Err(failure) => {
            if !job.known {
                step.announce(&mut job, true);
            }
            step.fail(failure).await
        }
    };
    let took = context.ports().clock.monotonic().saturating_sub(job.began);
    let duration_ms = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
    let (inputs, key) = (step.inputs, step.key);
    End::Ended(Box::new(Ended { job, inputs, key, result: ending, duration_ms }))
}

#[expect(clippy::large_enum_variant, reason = "it lives for one return")]
enum Done {
    Ending(Ending),
    Wait(Timestamp),
}

struct Performance<'a> {
    context: &'a Arc<RunContext>,
    node: &'a PlanNode,
    inputs: Arc<[Vec<PageRef>]>,
    key: StepKey,
}

impl Performance<'_> {
    async fn carry_out(&mut self, job: &mut Job) -> Result<Done, StepFailure> {
        let data = &self.node.node.data;
        let ending = match job.ready.work {
            Work::Round { round, taken } => self.round(job, round, taken).await?,
            Work::Done => {
                self.announce(job, true);
                Ending::success(loops::done(self.context, &self.inputs).await?)
            }
            Work::Blocked { edge } => {
                self.announce(job, true);
                let edge = &self.context.plan.edges[edge];
                let source = &self.context.plan.nodes[edge.source].node.data.label;
                return Err(join_blocked(&data.label, source, edge.id.as_str()).into());
            }
            Work::Node if job.ready.node == self.context.plan.trigger => {
                self.announce(job, true);
                Ending::success(port_pages(&self.node.ports[0], self.context.input.clone()))
            }
            Work::Node if job.decision == Some(StepDecision::Skip) => {
                self.announce(job, true);
                Ending::skipped(loops::pass(self.context, &self.inputs, &self.node.ports[0]).await?)
            }
            Work::Node if data.settings.disabled => {
                self.announce(job, true);
                let port = if self.node.opens.is_some() { DONE_PORT } else { &self.node.ports[0] };
                Ending::skipped(loops::pass(self.context, &self.inputs, port).await?)
            }
            Work::Node => return self.node_work(job).await,
        };
        Ok(Done::Ending(ending))
    }

    async fn node_work(&mut self, job: &mut Job) -> Result<Done, StepFailure> {
        if let Some(pages) = self.pinned()?.filter(|_| !job.known) {
            self.announce(job, true);
            return Ok(Done::Ending(Ending::reused(port_pages(&self.node.ports[0], pages))));
        }
        self.key = self.key_of().await;
        if !job.known {
            let recorded = reuse::find(self.context, job.ready.node, &job.ready.iteration, self.key).await?;
            if let Some(outputs) = recorded {
                self.announce(job, true);
                return Ok(Done::Ending(Ending::reused(outputs)));
            }
        }
        self.execute(job).await
    }

    /// Tries until it succeeds, waits, or may not be tried again.
    async fn execute(&mut self, job: &mut Job) -> Result<Done, StepFailure> {
        let data = &self.node.node.data;
        let executors = Arc::clone(&self.context.ports().executors);
        let executor = executors.executor(&data.connector_id, &data.action_id);
        let executor = executor.ok_or_else(|| no_executor(&data.label, &data.connector_id, &data.action_id))?;
        let harmless = executor.effect(&data.config) != Effect::Outside;
        let mut tries = 1;
        loop {
            self.announce(job, harmless);
            if !harmless {
                self.context.log.durable().await?;
            }
            let failure = match self.attempt(job, executor).await {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            let Some(wait) = retry::wait(data.settings.retry, tries, &failure) else { return Err(failure) };
            tokio::time::sleep(wait).await;
            tries += 1;
            job.attempt += 1;
            (job.known, job.woken) = (false, false);
        }
    }

    async fn attempt(&self, job: &Job, executor: &dyn bridge_domain::Executor) -> Result<Done, StepFailure> {
        let data = &self.node.node.data;
        let timeout = data.settings.timeout_seconds.map(|seconds| Duration::from_secs(seconds.into()));
        let timeout = timeout.unwrap_or(self.context.limits.step_duration);
        let mut live = self.live(job, timeout);
        let outcome = tokio::time::timeout(timeout, executor.execute(&mut live)).await;
        match outcome.map_err(|_| timed_out(&data.label))?? {
            Outcome::WaitUntil(time) => Ok(Done::Wait(time)),
            Outcome::Done => {
                let (outputs, error) = live.finish()?;
                let status = if error.is_some() { StepStatus::Error } else { StepStatus::Success };
                Ok(Done::Ending(Ending { status, reused: false, outputs, error, stops: false }))
            }
        }
    }

    fn live(&self, job: &Job, timeout: Duration) -> LiveStep {
        LiveStep::new(Beginning {
            context: Arc::clone(self.context),
            info: self.info(job),
            number: job.number,
            node: job.ready.node,
            iteration: job.ready.iteration.clone(),
            inputs: Arc::clone(&self.inputs),
            timeout,
        })
    }

    fn info(&self, job: &Job) -> StepInfo {
        let node = &self.node.node;
        StepInfo {
            run_id: self.context.run_id,
            workflow_id: self.context.program.workflow_id,
            node_id: node.id.clone(),
            label: node.data.label.clone(),
            connector_id: node.data.connector_id.clone(),
            action_id: node.data.action_id.clone(),
            attempt: job.attempt,
            idempotency_key: idempotency_key(self.context.run_id, node.id.as_str(), &job.ready.iteration),
            mode: self.context.mode,
            woken: job.woken,
            execute_once: node.data.settings.execute_once,
            now: self.context.ports().clock.now(),
        }
    }

    async fn round(&mut self, job: &mut Job, round: u32, taken: u32) -> Result<Ending, StepFailure> {
        let live = self.live(job, self.context.limits.step_duration);
        let rounds = Rounds::of(self.context, &self.node.node.data.config, &live).await;
        let size = rounds.as_ref().map_or(1, |rounds| rounds.batch_size);
        let deal = Deal::next(&self.inputs, taken, size);
        self.inputs = vec![deal.pages.clone()].into();
        self.announce_with(job, true, vec![deal.count()]);
        let rounds = rounds?;
        if round >= rounds.max_rounds {
            let label = &self.node.node.data.label;
            return Err(run_limit(format!("\"{label}\" may go round {} times.", rounds.max_rounds)).into());
        }
        Ok(Ending::success(deal.put_out(self.context, job.ready.node).await?))
    }

    fn pinned(&self) -> Result<Option<Vec<bridge_domain::Page>>, StepFailure> {
        if self.context.mode != RunMode::Test {
            return Ok(None);
        }
        let pin = self.context.program.pins.iter().find(|pin| pin.node_id == self.node.node.id);
        let Some(pin) = pin else { return Ok(None) };
        Ok(Some(write_items(self.context, pin.items.iter())?))
    }

    async fn key_of(&self) -> StepKey {
        let credential_version = match self.node.node.data.settings.credential_id {
            Some(id) => self.context.ports().credentials.version(id).await.ok(),
            None => None,
        };
        let reads = self.node.reads_others;
        let behind = if reads { self.context.history().behind(&self.inputs) } else { Vec::new() };
        let variables = if reads { self.context.variables.as_str() } else { "" };
        let inputs = hashes(&self.inputs);
        key::step_key(&self.node.digest, Arrived { inputs, behind: &behind, credential_version, variables })
    }

    fn announce(&self, job: &mut Job, harmless: bool) {
        let counts = self.inputs.iter().map(|pages| pages.iter().map(|page| page.count).sum()).collect();
        self.announce_with(job, harmless, counts);
    }

    /// Tells the journal and those who watch that a try begins.
    fn announce_with(&self, job: &mut Job, harmless: bool, inputs: Vec<u32>) {
        let at = self.context.ports().clock.now();
        if std::mem::replace(&mut job.shown, true) {
            self.context.watch.step_changed(job.number, |step| {
                (step.status, step.attempts, step.waits_until) = (StepStatus::Running, job.attempt, None);
            });
        } else {
            self.context.watch.step_began(summary(self.node, job, inputs.clone(), at));
        }
        // A step that acts outside is in flight again once it has woken up, or is repeated.
        let again = (job.woken && !harmless) || job.decision == Some(StepDecision::Repeat);
        if !job.known || again {
            self.context.log.push(Entry::StepStarted(StartedStep {
                step: job.number,
                node_id: self.node.node.id.clone(),
                iteration: job.ready.iteration.clone(),
                attempt: job.attempt,
                harmless,
                inputs,
                input_pages: hashes(&self.inputs).map(Iterator::collect::<Vec<PageHash>>).collect(),
                at,
            }));
        }
        job.known = true;
    }

    /// What a failure of the whole step means, by the node's settings.
    async fn fail(&self, failure: StepFailure) -> Ending {
        let settings = &self.node.node.data.settings;
        let error = step_error(&self.node.node, failure);
        let port = match settings.on_error {
            _ if self.node.opens.is_some() || error.error.code == ErrorCode::Canceled => None,
            OnError::Stop => None,
            OnError::Continue => Some(&self.node.ports[0]),
            OnError::ErrorOutput => Some(&self.node.ports[self.node.error_port()]),
        };
        let Some(port) = port else { return Ending::failed(error, Vec::new(), true) };
        match self.failed_items(&error.error).await {
            Ok(pages) => Ending::failed(error, port_pages(port, pages), false),
            Err(_) => Ending::failed(error, Vec::new(), true),
        }
    }

    /// Every item that arrived, with the error beside its fields; one with the error alone when none did.
    async fn failed_items(&self, error: &Error) -> Result<Vec<bridge_domain::Page>, Error> {
        let label = &self.node.node.data.label;
        let (mut writer, mut budget) = (Writer::default(), Budget::new(self.context.limits, 0));
        for (input, pages) in (0_u32..).zip(self.inputs.iter()) {
            let mut index = 0;
            for page in pages {
                for item in scope::read_items(self.context, page.hash).await? {
                    writer.put(&failed_item(item, error, label), &[ItemRef { input, index }], &mut budget)?;
                    index += 1;
                }
            }
        }
        if writer.is_empty() {
            writer.put(&failed_item(Item::default(), error, label), &[], &mut budget)?;
        }
        Ok(writer.finish())
    }
}

/// Items as pages that came from nowhere.
pub(crate) fn write_items<'a>(
    context: &RunContext,
    items: impl Iterator<Item = &'a Item>,
) -> Result<Vec<bridge_domain::Page>, Error> {
    write_within(context.limits, items)
}

/// As [`write_items`], before there is a run.
pub(crate) fn write_within<'a>(
    limits: bridge_domain::RunLimits,
    items: impl Iterator<Item = &'a Item>,
) -> Result<Vec<bridge_domain::Page>, Error> {
    let (mut writer, mut budget) = (Writer::default(), Budget::new(limits, 0));
    for item in items {
        writer.put(item, &[], &mut budget)?;
    }
    Ok(writer.finish())
}

fn port_pages(port: &str, pages: Vec<bridge_domain::Page>) -> Vec<OutputPages> {
    if pages.is_empty() { Vec::new() } else { vec![OutputPages { port: port.to_owned(), pages }] }
}

/// A step as it begins, for people.
pub(crate) fn summary(node: &PlanNode, job: &Job, inputs: Vec<u32>, at: Timestamp) -> StepSummary {
    StepSummary {
        step: job.number,
        node_id: node.node.id.clone(),
        iteration: job.ready.iteration.clone(),
        status: StepStatus::Running,
        attempts: job.attempt,
        started_at: at,
        duration_ms: None,
        inputs,
        outputs: Vec::new(),
        reused: false,
        waits_until: None,
        error: None,
        notice: None,
    }
}

/// The same for every try of a step, also after a restart.
fn idempotency_key(run: RunId, node: &str, iteration: &[u32]) -> String {
    let mut hash = Sha256::new();
    hash.update(run.0.as_bytes());
    hash.update(node);
    for round in iteration {
        hash.update([b'/']);
        hash.update(round.to_le_bytes());
    }
    let bytes: [u8; 32] = hash.finalize().into();
    bytes[..16].iter().fold(String::with_capacity(32), |mut text, byte| {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(half.into(), 16).unwrap_or('0'));
        }
        text
    })
}
