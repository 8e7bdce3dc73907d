//! Carries out one step, from its first entry in the journal to what it puts out. The flow of one step is [`perform`].

mod announce;
mod ending;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{
    Effect, Executor, Outcome, Page, RunMode, StepDecision, StepFailure, StepKey, StepStatus, Timestamp,
};
use futures_util::FutureExt;

use crate::context::RunContext;
use crate::failure::{defect, join_blocked, no_executor, run_limit, timed_out};
use crate::key::{self, Arrived};
use crate::loops::{self, Deal, Rounds};
use crate::plan::{DONE_PORT, PlanNode};
use crate::schedule::{PageRef, Ready, Work};
use crate::step::{Beginning, LiveStep, hashes};
use crate::{retry, reuse};

pub(crate) use announce::summary;
use ending::port_pages;
pub(crate) use ending::{End, Ended, Ending, write_items, write_within};

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

    /// Tries until it succeeds, waits, or may not be tried again. Tries of the item at which it failed count like its own.
    async fn execute(&mut self, job: &mut Job) -> Result<Done, StepFailure> {
        let data = &self.node.node.data;
        let executors = Arc::clone(&self.context.ports().executors);
        let executor = executors.executor(&data.connector_id, &data.action_id);
        let executor = executor.ok_or_else(|| no_executor(&data.label, &data.connector_id, &data.action_id))?;
        let harmless = executor.effect(&data.config) != Effect::Outside;
        let mut tries = 0;
        loop {
            self.announce(job, harmless);
            if !harmless {
                self.context.log.durable().await?;
            }
            let mut live = self.live(job, self.timeout(), harmless, tries);
            let failure = match self.attempt(&mut live, executor).await {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            // What has put items out has acted for them: another try would act a second time.
            let may_repeat = harmless || !live.has_put();
            tries = live.tries();
            let wait = retry::wait(data.settings.retry, tries, &failure).filter(|_| may_repeat);
            let Some(wait) = wait else { return Err(failure) };
            retry::pause(self.context, job.number, wait).await;
            job.attempt = live.attempts() + 1;
            (job.known, job.woken) = (false, false);
        }
    }

    /// The most that one try may take.
    fn timeout(&self) -> Duration {
        let own = self.node.node.data.settings.timeout_seconds.map(|seconds| Duration::from_secs(seconds.into()));
        own.unwrap_or(self.context.limits.step_duration)
    }

    async fn attempt(&self, live: &mut LiveStep, executor: &dyn Executor) -> Result<Done, StepFailure> {
        let outcome = live.deadline().limit(executor.execute(live)).await;
        match outcome.ok_or_else(|| timed_out(&self.node.node.data.label))?? {
            Outcome::WaitUntil(time) => Ok(Done::Wait(time)),
            Outcome::Done => {
                let (outputs, error) = live.finish()?;
                let status = if error.is_some() { StepStatus::Error } else { StepStatus::Success };
                Ok(Done::Ending(Ending { status, reused: false, outputs, error, stops: false }))
            }
        }
    }

    fn live(&self, job: &Job, timeout: Duration, harmless: bool, tries_before: u32) -> LiveStep {
        LiveStep::new(Beginning {
            context: Arc::clone(self.context),
            info: self.info(job),
            number: job.number,
            node: job.ready.node,
            iteration: job.ready.iteration.clone(),
            inputs: Arc::clone(&self.inputs),
            timeout,
            harmless,
            tries_before,
        })
    }

    async fn round(&mut self, job: &mut Job, round: u32, taken: u32) -> Result<Ending, StepFailure> {
        let live = self.live(job, self.context.limits.step_duration, true, 0);
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

    fn pinned(&self) -> Result<Option<Vec<Page>>, StepFailure> {
        if self.context.mode != RunMode::Test || self.context.is_called {
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
}
