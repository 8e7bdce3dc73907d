//! Drives one run: takes ready steps from the scheduler, carries them out, and tells the journal. The flow of a run is
//! [`Drive::run`].

mod apply;
mod finish;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Entry, Error, Join, RunStatus, StepError, StepRecord, StepStatus, Timestamp};
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use futures_util::{FutureExt, future};
use tokio::sync::watch;

use crate::context::RunContext;
use crate::failure::run_limit;
use crate::late::TooLate;
use crate::perform::{End, Job, perform, summary};
use crate::replay::{Known, Replay};
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
    /// When this process took the run on, by the clock that is never set back.
    began: Duration,
    /// Time since it was accepted that passed before this process took it on.
    passed: Duration,
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
        passed: Duration,
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
            began: context.ports().clock.monotonic(),
            passed,
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
                self.unfinished.push(number);
                let job = self.job(ready, number);
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
            self.note(number, notice);
        }
        let began = self.context.ports().clock.monotonic();
        Job { number, ready, attempt: 1, known: false, shown: false, woken: false, decision: None, began }
    }

    /// A step that the journal has the start of.
    fn known(&mut self, ready: Ready, record: &StepRecord) -> Job {
        let number = record.started.step;
        self.unfinished.push(number);
        self.context.log.reopen(number);
        let mut job = self.job(ready, number);
        (job.attempt, job.known, job.shown) = (record.started.attempt, true, true);
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

    fn set_status(&mut self, status: RunStatus) {
        if self.status != status {
            self.status = status;
            self.context.watch.run(|run| run.status = status);
            self.context.log.push(self.status_entry(status, None));
        }
    }
}
