//! What is seen of a run while it runs: its summary, its newest steps, and the events for those who follow it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bridge_domain::{RunDetail, RunEvent, RunSummary, StepSummary};
use tokio::sync::mpsc;

/// Steps that a snapshot has at most.
const SHOWN_STEPS: usize = 2_000;
/// Batches that wait for a slow follower; what comes then is put together, the newest state of each step.
const BATCHES: usize = 16;

/// The visible state of one run.
pub(crate) struct Watch {
    state: Mutex<State>,
}

struct State {
    run: RunSummary,
    steps: VecDeque<StepSummary>,
    events: u32,
    followers: Vec<Follower>,
    /// For steps that nobody has seen yet.
    notices: HashMap<u32, String>,
}

struct Follower {
    sender: mpsc::Sender<Vec<RunEvent>>,
    backlog: Backlog,
}

/// Events that were not sent yet: of a step only the newest.
#[derive(Default)]
struct Backlog {
    events: Vec<RunEvent>,
    /// Where in `events` a step, its progress (`true`) or the run (no step) stands.
    places: HashMap<(Option<u32>, bool), usize>,
}

impl Backlog {
    fn add(&mut self, event: RunEvent) {
        let key = match &event {
            RunEvent::Run { .. } => (None, false),
            RunEvent::Step { step } => (Some(step.step), false),
            RunEvent::Progress { step, .. } => (Some(*step), true),
        };
        match self.places.get(&key) {
            // The last event is one of the run, so an event of the run is never moved to the front.
            Some(place) if key.0.is_some() => self.events[*place] = event,
            _ => {
                self.places.insert(key, self.events.len());
                self.events.push(event);
            }
        }
    }

    fn take(&mut self) -> Vec<RunEvent> {
        self.places.clear();
        std::mem::take(&mut self.events)
    }
}

impl Watch {
    pub(crate) fn new(run: RunSummary) -> Self {
        let state = State { run, steps: VecDeque::new(), events: 1, followers: Vec::new(), notices: HashMap::new() };
        Self { state: Mutex::new(state) }
    }

    pub(crate) fn snapshot(&self) -> RunDetail {
        let state = self.state();
        RunDetail { run: state.run.clone(), steps: state.steps.iter().cloned().collect(), events: state.events }
    }

    /// Everything so far as events, then what happens.
    pub(crate) fn follow(&self) -> mpsc::Receiver<Vec<RunEvent>> {
        let mut state = self.state();
        let (sender, receiver) = mpsc::channel(BATCHES);
        let mut batch = Vec::with_capacity(state.steps.len() + 1);
        let run = RunEvent::Run { run: Box::new(state.run.clone()) };
        let steps = state.steps.iter().map(|step| RunEvent::Step { step: Box::new(step.clone()) });
        batch.extend(steps);
        // The run last when it has ended, as its end is the last event.
        batch.insert(if state.run.ended_at.is_some() { batch.len() } else { 0 }, run);
        // A channel that was just made has room for one batch.
        if sender.try_send(batch).is_ok() && state.run.ended_at.is_none() {
            state.followers.push(Follower { sender, backlog: Backlog::default() });
        }
        receiver
    }

    pub(crate) fn run(&self, change: impl FnOnce(&mut RunSummary)) {
        let mut state = self.state();
        change(&mut state.run);
        let run = state.run.clone();
        state.tell(|| RunEvent::Run { run: Box::new(run.clone()) });
    }

    pub(crate) fn summary(&self) -> RunSummary {
        self.state().run.clone()
    }

    pub(crate) fn step_began(&self, mut step: StepSummary) {
        let mut state = self.state();
        step.notice = state.notices.remove(&step.step);
        if state.steps.len() == SHOWN_STEPS {
            state.steps.pop_front();
        }
        state.run.step_count = state.run.step_count.saturating_add(1);
        state.tell(|| RunEvent::Step { step: Box::new(step.clone()) });
        state.steps.push_back(step);
    }

    pub(crate) fn step_changed(&self, number: u32, change: impl FnOnce(&mut StepSummary)) {
        let mut state = self.state();
        // From the end: a step that changes is among the newest.
        let Some(place) = state.steps.iter().rposition(|step| step.step == number) else { return };
        change(&mut state.steps[place]);
        if state.followers.is_empty() {
            state.events = state.events.saturating_add(1);
            return;
        }
        let step = state.steps[place].clone();
        state.tell(|| RunEvent::Step { step: Box::new(step.clone()) });
    }

    /// Says what a person should know of a step, now or when it is first seen.
    pub(crate) fn notice(&self, number: u32, text: String) {
        let mut state = self.state();
        if state.steps.iter().rev().any(|step| step.step == number) {
            drop(state);
            self.step_changed(number, |step| step.notice = Some(text));
        } else {
            state.notices.insert(number, text);
        }
    }

    pub(crate) fn progress(&self, step: u32, items: u32) {
        self.state().tell(|| RunEvent::Progress { step, items });
        self.flush();
    }

    /// Sends what has gathered; what a slow follower cannot take yet goes with the next batch.
    pub(crate) fn flush(&self) {
        let mut state = self.state();
        state.followers.retain_mut(|follower| {
            if follower.backlog.events.is_empty() {
                return true;
            }
            match follower.sender.try_reserve() {
                Ok(permit) => {
                    permit.send(follower.backlog.take());
                    true
                }
                Err(mpsc::error::TrySendError::Full(())) => true,
                Err(mpsc::error::TrySendError::Closed(())) => false,
            }
        });
    }

    /// Sends the rest to everybody, however slow, and lets go of them.
    pub(crate) fn close(&self) {
        for mut follower in std::mem::take(&mut self.state().followers) {
            let rest = follower.backlog.take();
            if let Err(mpsc::error::TrySendError::Full(rest)) = follower.sender.try_send(rest) {
                tokio::spawn(async move { follower.sender.send(rest).await });
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn tell(&mut self, event: impl Fn() -> RunEvent) {
        self.events = self.events.saturating_add(1);
        for follower in &mut self.followers {
            follower.backlog.add(event());
        }
    }
}
