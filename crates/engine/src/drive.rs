//! Drives one run: takes ready steps from the scheduler, carries them out, and tells the journal. The flow of a run is
//! [`Drive::run`].

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{
    EndedStep, Entry, Error, Join, RecordedPage, RunStatus, StepEnd, StepError, StepRecord, StepStatus, Timestamp,
};
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use futures_util::{FutureExt, future};
use tokio::sync::watch;

use crate::context::{RunContext, canceled};
use crate::failure::run_limit;
use crate::history::Past;
use crate::key;
use crate::late::TooLate;
use crate::perform::{End, Ended, Job, perform, summary};
use crate::replay::{Known, Replay, by_port, counts, references, stops};
use crate::schedule::{PageRef, Ready, Scheduler};

/// Steps of one run carried out at the same time.
const CONCURRENT: usize = 4;

/// A run in progress.
pub(crate) struct Drive {
    context: Arc<RunContext>,
    scheduler: Scheduler,
    replay: Replay,
    next_number: u32,
    /// Steps that wait for nothing more, before those of the scheduler.
    queue: VecDeque<Job>,
    running: FuturesUnordered<BoxFuture<'static, End>>,
    waits: FuturesUnordered<BoxFuture<'static, Job>>,
    /// Numbers of the steps in flight or waiting.
    unfinished: Vec<u32>,
    first_error: Option<StepError>,
    /// Whether the user has to decide on a step.
    asks: bool,
    status: RunStatus,
    /// Why the run ends before its steps do.
    stop: Option<Stop>,
    /// Time in which steps ran.
    active: Duration,
    /// When the run was accepted, by the clock that is never set back.
    began: Duration,
    accepted: watch::Sender<Option<Result<(), Error>>>,
    too_late: TooLate,
    /// What the last nodes put out.
    last_pages: Vec<(usize, Vec<PageRef>)>,
}

#[derive(Debug)]
enum Stop {
    /// A step failed.
    Failed,
    /// The user stopped it.
    Canceled,
    /// A cap of the run, or the journal.
    Run(Error),
}

enum Event {
    Step(End),
    Woken(Job),
    Canceled,
    OutOfTime,
    Durable(Result<(), Error>),
}

/// What a run leaves behind.
pub(crate) struct Outcome {
    /// What its last nodes put out.
    pub last_pages: Vec<PageRef>,
}

impl Drive {
    pub(crate) fn new(
        context: Arc<RunContext>,
        scheduler: Scheduler,
        replay: Replay,
        began: Duration,
        accepted: watch::Sender<Option<Result<(), Error>>>,
    ) -> Self {
        Self {
            scheduler,
            next_number: replay.next_number,
            replay,
            queue: VecDeque::new(),
            running: FuturesUnordered::new(),
            waits: FuturesUnordered::new(),
            unfinished: Vec::new(),
            first_error: None,
            asks: false,
            status: RunStatus::Running,
            stop: None,
            active: Duration::ZERO,
            began,
            accepted,
            too_late: TooLate::default(),
            last_pages: Vec::new(),
            context,
        }
    }

    /// The run, to its end or until the user has to decide.
    pub(crate) async fn run(mut self) -> Outcome {
        loop {
            self.begin_ready();
            if self.stop.is_some() || (self.running.is_empty() && self.waits.is_empty()) {
                return self.finish().await;
            }
            match self.next_event().await {
                Event::Step(End::Ended(ended)) => self.step_ended(*ended),
                Event::Step(End::Waits(job, due_at)) => self.step_waits(*job, due_at),
                Event::Woken(job) => self.queue.push_back(job),
                Event::Canceled => self.stop = Some(Stop::Canceled),
                Event::OutOfTime => self.stop = Some(Stop::Run(self.out_of_time())),
                Event::Durable(result) => self.durable(result),
            }
            self.make_room().await;
            tokio::task::coop::consume_budget().await;
        }
    }

    fn begin_ready(&mut self) {
        while self.stop.is_none() && self.running.len() < CONCURRENT {
            if self.context.cancel.is_asked() {
                self.stop = Some(Stop::Canceled);
            } else if let Some(job) = self.queue.pop_front() {
                self.carry_out(job);
            } else if let Some(ready) = self.scheduler.pop() {
                self.begin(ready);
            } else {
                return;
            }
        }
    }

    /// Takes a ready step over from the journal, or begins it.
    fn begin(&mut self, ready: Ready) {
        match self.replay.take(ready.node, &ready.iteration) {
            Known::New if self.next_number >= self.context.limits.steps => {
                let message = format!("One run may have {} steps.", self.context.limits.steps);
                self.stop = Some(Stop::Run(run_limit(message)));
            }
            Known::New => {
                let number = self.next_number;
                self.next_number += 1;
                let job = self.job(ready, number);
                self.unfinished.push(number);
                self.carry_out(job);
            }
            Known::Ended(record, end) => self.step_recorded(ready, &record, &end),
            Known::Waits(record, due_at) => {
                let job = self.known(ready, &record);
                self.show(&job, &record);
                self.wait(job, due_at);
            }
            Known::Again(record) => {
                let mut job = self.known(ready, &record);
                (job.shown, job.decision) = (false, record.decision);
                self.carry_out(job);
            }
            Known::Unknown(record) => {
                let job = self.known(ready, &record);
                self.show(&job, &record);
                self.context.watch.step_changed(job.number, |step| step.status = StepStatus::Unknown);
                self.asks = true;
            }
            Known::Stopped(record) => {
                let job = self.known(ready, &record);
                self.show(&job, &record);
                self.stop = Some(Stop::Canceled);
            }
        }
    }

    fn job(&mut self, ready: Ready, number: u32) -> Job {
        if matches!(self.context.plan.nodes[ready.node].join, Join::Any | Join::First)
            && let Some(notice) = self.too_late.begun(&ready, number)
        {
            self.context.watch.notice(number, notice);
        }
        let began = self.context.ports().clock.monotonic();
        Job { number, ready, attempt: 1, known: false, shown: false, woken: false, decision: None, began }
    }

    /// A step that the journal has the start of.
    fn known(&mut self, ready: Ready, record: &StepRecord) -> Job {
        let mut job = self.job(ready, record.started.step);
        (job.attempt, job.known, job.shown) = (record.started.attempt, true, true);
        self.unfinished.push(job.number);
        job
    }

    /// Shows a step as it stood when the application ended.
    fn show(&self, job: &Job, record: &StepRecord) {
        let node = &self.context.plan.nodes[job.ready.node];
        self.context.watch.step_began(summary(node, job, record.started.inputs.clone(), record.started.at));
    }

    fn carry_out(&mut self, job: Job) {
        self.set_status(RunStatus::Running);
        self.running.push(perform(Arc::clone(&self.context), job).boxed());
    }

    /// The next thing that happens. Before it pauses, everything so far is handed to the journal and to those who watch.
    async fn next_event(&mut self) -> Event {
        if let Some(Some(end)) = self.running.next().now_or_never() {
            return Event::Step(end);
        }
        if self.running.is_empty() {
            self.set_status(RunStatus::Waiting);
        }
        let durable = self.context.log.flush();
        self.context.watch.flush();
        let waits_for_journal = self.accepted.borrow().is_none();
        let durable = async move {
            match durable {
                Some(durable) if waits_for_journal => durable.await,
                _ => future::pending().await,
            }
        };
        let is_active = !self.running.is_empty();
        let left = self.context.limits.duration.saturating_sub(self.active);
        let context = Arc::clone(&self.context);
        let paused = context.ports().clock.monotonic();
        let event = tokio::select! {
            biased;
            () = self.context.cancel.notify.notified() => Event::Canceled,
            Some(end) = self.running.next(), if is_active => Event::Step(end),
            Some(job) = self.waits.next(), if !self.waits.is_empty() => Event::Woken(job),
            result = durable => Event::Durable(result),
            () = tokio::time::sleep(left), if is_active => Event::OutOfTime,
        };
        if is_active {
            self.active += context.ports().clock.monotonic().saturating_sub(paused);
        }
        event
    }

    fn durable(&mut self, result: Result<(), Error>) {
        if let Err(error) = &result {
            self.stop = Some(Stop::Run(error.clone()));
        }
        self.accepted.send_replace(Some(result));
    }

    fn out_of_time(&self) -> Error {
        let seconds = self.context.limits.duration.as_secs();
        run_limit(format!("The run took longer than {seconds} seconds, waits not counted."))
    }

    fn step_waits(&mut self, job: Job, due_at: Timestamp) {
        self.context.log.push(Entry::TimerSet(bridge_domain::Timer { step: job.number, due_at }));
        self.wait(job, due_at);
    }

    fn wait(&mut self, mut job: Job, due_at: Timestamp) {
        self.context.watch.step_changed(job.number, |step| {
            (step.status, step.waits_until) = (StepStatus::Waiting, Some(due_at));
        });
        job.woken = true;
        let context = Arc::clone(&self.context);
        self.waits.push(Box::pin(async move {
            context.ports().clock.sleep_until(due_at).await;
            job
        }));
    }

    /// A step that this run carried out has ended.
    fn step_ended(&mut self, ended: Ended) {
        if ended.result.stops && self.context.cancel.is_asked() {
            // It ended because it saw that the run is to end: it was cancelled, like the others in flight.
            self.stop = Some(Stop::Canceled);
            return;
        }
        let Ended { job, inputs, key, result, duration_ms } = ended;
        let bytes = result.outputs.iter().flat_map(|output| &output.pages).map(|page| page.text.len() as u64).sum();
        self.context.add_put_out(bytes);
        let mut outputs = Vec::with_capacity(result.outputs.len());
        for output in &result.outputs {
            output.pages.iter().for_each(|page| self.context.pages.hold(page));
            let pages = output.pages.iter();
            let pages =
                pages.map(|page| RecordedPage { hash: page.hash, count: page.count, lineage: page.lineage.clone() });
            outputs.push((output.port.clone(), pages.collect()));
        }
        let end =
            StepEnd { key, status: result.status, reused: result.reused, outputs, error: result.error, duration_ms };
        self.context.log.push(Entry::StepEnded(Box::new(EndedStep {
            step: job.number,
            key,
            status: end.status,
            reused: end.reused,
            outputs: result.outputs,
            error: end.error.clone().map(Box::new),
            duration_ms,
        })));
        self.unfinished.retain(|number| *number != job.number);
        self.apply(job.number, job.ready, inputs, &end, result.stops);
    }

    /// A step that the journal has the end of.
    fn step_recorded(&mut self, ready: Ready, record: &StepRecord, end: &StepEnd) {
        let mut job = self.job(ready, record.started.step);
        job.attempt = record.started.attempt;
        self.show(&job, record);
        let inputs = crate::loops::recorded_inputs(&job.ready, &record.started.input_pages);
        let stops = stops(&self.context.plan, job.ready.node, end);
        self.apply(job.number, job.ready, inputs, end, stops);
    }

    /// Tells everybody how a step has ended, and the scheduler what it put out.
    fn apply(&mut self, number: u32, ready: Ready, inputs: Arc<[Vec<PageRef>]>, end: &StepEnd, stops: bool) {
        self.context.watch.step_changed(number, |step| {
            (step.status, step.reused, step.waits_until) = (end.status, end.reused, None);
            step.duration_ms = Some(end.duration_ms);
            step.outputs = counts(&end.outputs);
            step.error.clone_from(&end.error);
        });
        if self.first_error.is_none() {
            self.first_error.clone_from(&end.error);
        }
        let plan = Arc::clone(&self.context.plan);
        let outputs = by_port(&plan, ready.node, &end.outputs);
        let pages = references(number, &outputs);
        self.remember(number, &ready, inputs, outputs);
        if stops {
            let was_canceled = end.status == StepStatus::Canceled;
            self.stop = Some(if was_canceled { Stop::Canceled } else { Stop::Failed });
            return;
        }
        if self.scheduler.is_last(ready.node, ready.work) {
            self.last_pages.push((ready.node, pages.concat()));
        }
        self.scheduler.complete(ready.node, ready.work, pages);
        for late in self.scheduler.take_late() {
            if let Some((number, notice)) = self.too_late.dropped(&plan, late) {
                self.context.watch.notice(number, notice);
            }
        }
    }

    fn remember(&self, number: u32, ready: &Ready, inputs: Arc<[Vec<PageRef>]>, outputs: Vec<Vec<RecordedPage>>) {
        let mut history = self.context.history.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let origins = history.behind(&inputs);
        let behind = key::behind(outputs.iter().flatten().map(|page| page.hash), &origins);
        let iteration = ready.iteration.clone();
        history.add(number, Past { node: ready.node, iteration, inputs, outputs, behind });
    }

    /// Drops pages from memory once the journal has them.
    async fn make_room(&mut self) {
        if self.context.pages.is_full() {
            match self.context.log.durable().await {
                Ok(()) => self.context.pages.make_room(),
                Err(error) => self.stop = Some(Stop::Run(error)),
            }
        }
    }

    fn set_status(&mut self, status: RunStatus) {
        if self.status != status {
            self.status = status;
            self.context.watch.run(|run| run.status = status);
            self.context.log.push(self.status_entry(status, None));
        }
    }

    fn status_entry(&self, status: RunStatus, error: Option<Box<StepError>>) -> Entry {
        let at = self.context.ports().clock.now();
        Entry::Status { status, error, duration_ms: self.duration_ms(), at }
    }

    fn duration_ms(&self) -> u32 {
        let took = self.context.ports().clock.monotonic().saturating_sub(self.began);
        u32::try_from(took.as_millis()).unwrap_or(u32::MAX)
    }

    /// Ends what is in flight, waits for the journal, and only then says that the run has ended.
    async fn finish(mut self) -> Outcome {
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
        drop(self.context.reply.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take());
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
        crate::failure::step_error(&self.context.plan.nodes[self.context.plan.trigger].node, error.into())
    }

    fn end_unfinished(&mut self) {
        for number in std::mem::take(&mut self.unfinished) {
            self.context.watch.step_changed(number, |step| {
                (step.status, step.waits_until, step.duration_ms) = (StepStatus::Canceled, None, Some(0));
            });
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
}
