//! A journal in memory: what it holds ends with the application. For tests, and for runs that are not to be kept.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_domain::{
    EndedStep, Entry, Error, ErrorCode, Journal, NewRun, Page, PageHash, RecordedPage, Result, RunId, RunLog,
    RunStatus, StepEnd, StepKey, StepRecord, StepStatus, WorkflowId,
};
use futures_util::future::{BoxFuture, ready};

/// Keeps runs in memory. An entry is durable as soon as it is appended.
#[derive(Default)]
pub struct MemoryJournal {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    runs: HashMap<RunId, Kept>,
    order: Vec<RunId>,
    pages: HashMap<PageHash, Arc<str>>,
    keys: HashMap<(WorkflowId, StepKey), (RunId, u32)>,
}

struct Kept {
    run: NewRun,
    status: RunStatus,
    steps: Vec<StepRecord>,
    entries: Vec<Entry>,
}

impl MemoryJournal {
    /// A journal without runs.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All entries of a run, in order; none for an unknown one.
    #[must_use]
    pub fn entries(&self, run: RunId) -> Vec<Entry> {
        self.state().runs.get(&run).map(|kept| kept.entries.clone()).unwrap_or_default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal for MemoryJournal {
    fn append(&self, run: RunId, entries: Vec<Entry>) -> BoxFuture<'static, Result<()>> {
        Box::pin(ready(self.state().append(run, entries)))
    }

    fn recorded(&self, workflow: WorkflowId, key: StepKey) -> BoxFuture<'_, Result<Option<StepRecord>>> {
        let state = self.state();
        let found = state.keys.get(&(workflow, key)).and_then(|(run, step)| state.runs.get(run)?.step(*step));
        Box::pin(ready(Ok(found.cloned())))
    }

    fn load(&self, run: RunId) -> BoxFuture<'_, Result<RunLog>> {
        let state = self.state();
        let log = state.runs.get(&run).map(|kept| RunLog {
            run: kept.run.clone(),
            status: kept.status,
            steps: kept.steps.clone(),
        });
        Box::pin(ready(log.ok_or_else(|| Error::not_found(format!("The run {run}")))))
    }

    fn page(&self, hash: PageHash) -> BoxFuture<'_, Result<Arc<str>>> {
        let text = self.state().pages.get(&hash).cloned();
        Box::pin(ready(text.ok_or_else(|| Error::not_found("This page"))))
    }

    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<RunId>>> {
        let state = self.state();
        let ended = |run: &RunId| {
            let status = state.runs.get(run).map(|kept| kept.status);
            matches!(status, None | Some(RunStatus::Success | RunStatus::Error | RunStatus::Canceled))
        };
        let runs = state.order.iter().filter(|run| !ended(run)).copied().collect();
        Box::pin(ready(Ok(runs)))
    }
}

impl State {
    fn append(&mut self, run: RunId, entries: Vec<Entry>) -> Result<()> {
        self.check(run, &entries)?;
        for entry in entries {
            self.add(run, entry);
        }
        Ok(())
    }

    /// All or none: whether every entry can be added.
    fn check(&self, run: RunId, entries: &[Entry]) -> Result<()> {
        let starts = |entry: &Entry| matches!(entry, Entry::Started(_));
        let known = self.runs.contains_key(&run);
        let begins = entries.first().is_some_and(starts);
        let again = entries.iter().skip(usize::from(!known)).any(starts);
        if (!known && !begins && !entries.is_empty()) || again {
            return Err(Error::new(
                ErrorCode::Internal,
                "A run's journal begins with its start, once.",
                "Report this.",
            ));
        }
        let kept = self.runs.get(&run);
        let (mut begun, mut ended) = (HashSet::new(), Vec::new());
        for entry in entries {
            if let Entry::StepStarted(started) = entry {
                begun.insert(started.step);
            } else if let Some(step) = concerned(entry)
                && !begun.contains(&step)
                && kept.and_then(|kept| kept.step(step)).is_none()
            {
                let message = "A step begins before anything else happens to it.";
                return Err(Error::new(ErrorCode::Internal, message, "Report this."));
            }
            if let Entry::StepEnded(end) = entry {
                let before = kept.and_then(|kept| kept.step(end.step)).is_some_and(|step| step.ended.is_some());
                if before || ended.contains(&end.step) {
                    return Err(Error::new(ErrorCode::Internal, "A step ends once.", "Report this."));
                }
                ended.push(end.step);
            }
        }
        Ok(())
    }

    fn add(&mut self, run: RunId, entry: Entry) {
        if let Entry::Started(new) = &entry {
            new.input.iter().for_each(|page| self.keep(page));
            let kept =
                Kept { run: (**new).clone(), status: RunStatus::Running, steps: Vec::new(), entries: Vec::new() };
            self.runs.insert(run, kept);
            self.order.push(run);
        }
        if let Entry::StepEnded(end) = &entry {
            end.outputs.iter().flat_map(|output| &output.pages).for_each(|page| self.keep(page));
            if let Some(kept) = self.runs.get(&run).filter(|_| end.status == StepStatus::Success) {
                self.keys.insert((kept.run.workflow_id, end.key), (run, end.step));
            }
        }
        if let Some(kept) = self.runs.get_mut(&run) {
            kept.apply(&entry);
            kept.entries.push(entry);
        }
    }

    fn keep(&mut self, page: &Page) {
        self.pages.entry(page.hash).or_insert_with(|| Arc::clone(&page.text));
    }
}

impl Kept {
    fn step(&self, step: u32) -> Option<&StepRecord> {
        let place = self.steps.binary_search_by_key(&step, |record| record.started.step).ok()?;
        self.steps.get(place)
    }

    fn apply(&mut self, entry: &Entry) {
        let (step, change): (u32, &dyn Fn(&mut StepRecord)) = match entry {
            Entry::Started(_) => return,
            Entry::Status { status, .. } => {
                self.status = *status;
                return;
            }
            Entry::StepStarted(started) => {
                // Another try: what the last one waited for, or was decided on it, no longer counts.
                let mut record =
                    StepRecord { started: started.clone(), ended: None, due_at: None, decision: None, notice: None };
                match self.steps.binary_search_by_key(&started.step, |record| record.started.step) {
                    Ok(place) => {
                        record.notice = self.steps[place].notice.take();
                        self.steps[place] = record;
                    }
                    Err(place) => self.steps.insert(place, record),
                }
                return;
            }
            Entry::StepEnded(end) => (end.step, &|record| record.ended = Some(step_end(end))),
            Entry::TimerSet(timer) => (timer.step, &|record| record.due_at = Some(timer.due_at)),
            Entry::Decided { step, decision } => (*step, &|record| record.decision = Some(*decision)),
            Entry::Noted { step, notice } => (*step, &|record| record.notice = Some(notice.clone())),
        };
        if let Ok(place) = self.steps.binary_search_by_key(&step, |record| record.started.step) {
            change(&mut self.steps[place]);
        }
    }
}

/// The step that an entry is about.
fn concerned(entry: &Entry) -> Option<u32> {
    match entry {
        Entry::StepStarted(started) => Some(started.step),
        Entry::StepEnded(end) => Some(end.step),
        Entry::TimerSet(timer) => Some(timer.step),
        Entry::Decided { step, .. } | Entry::Noted { step, .. } => Some(*step),
        Entry::Started(_) | Entry::Status { .. } => None,
    }
}

fn step_end(end: &EndedStep) -> StepEnd {
    let recorded = |page: &Page| RecordedPage { hash: page.hash, count: page.count, lineage: page.lineage.clone() };
    let outputs = end.outputs.iter();
    StepEnd {
        key: end.key,
        status: end.status,
        reused: end.reused,
        outputs: outputs.map(|output| (output.port.clone(), output.pages.iter().map(recorded).collect())).collect(),
        error: end.error.as_deref().cloned(),
        duration_ms: end.duration_ms,
    }
}
