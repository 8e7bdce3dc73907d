//! The journal of runs: one task takes what is queued, writes it in one transaction, and answers everybody. What such a
//! transaction consists of is in `batch`.
//!
//! Records are put into text where `append` is called, so that the one writer only writes.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use bridge_domain::{
    Entry, Error, ErrorCode, Journal, Page, PageHash, Result, RunId, RunLog, RunStatus, StepKey, StepRecord,
    StepStatus, WorkflowId,
};
use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::{mpsc, oneshot};

use crate::{
    Store,
    batch::{self, Written},
    connection::Database,
    error::{self, Attempt},
    growth::Growth,
    lines, pages,
    progress::Known,
    records::{Record, State},
    runs, steps,
};

/// Appends taken at once, at most.
const GROUP_APPENDS: usize = 2_000;
/// Bytes written in one transaction before others get their turn.
const GROUP_BYTES: usize = 16 << 20;

impl Journal for Store {
    fn append(&self, run: RunId, entries: Vec<Entry>) -> BoxFuture<'static, Result<()>> {
        let (answer, answered) = oneshot::channel();
        let sent = Append::prepare(run, entries, answer).map(|append| self.journal.send(Command::Append(append)));
        async move {
            sent??;
            answered.await.unwrap_or_else(|_| Err(error::unavailable()))
        }
        .boxed()
    }

    fn recorded(&self, workflow: WorkflowId, key: StepKey) -> BoxFuture<'_, Result<Option<StepRecord>>> {
        async move { Ok(steps::recorded(&mut *self.database.read().await?, workflow, key, &self.recent).await?) }
            .boxed()
    }

    /// Also waits for what was appended before, and lets a run whose append failed be appended to again: whoever has
    /// loaded it knows what was kept of it.
    fn load(&self, run: RunId) -> BoxFuture<'_, Result<RunLog>> {
        async move {
            self.journal.settle(run).await?;
            let mut view = self.database.read().await?;
            Ok(runs::load(&mut view, run, &self.recent).await?)
        }
        .boxed()
    }

    fn page(&self, hash: PageHash) -> BoxFuture<'_, Result<Arc<str>>> {
        async move { Ok(pages::text(&mut *self.database.read().await?, hash, &self.recent.runs()).await?) }.boxed()
    }

    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<RunId>>> {
        async move { Ok(runs::unfinished(&mut *self.database.read().await?).await?) }.boxed()
    }
}

/// Entries of one run on their way to the disk.
pub(crate) struct Append {
    pub(crate) run: RunId,
    pub(crate) lines: Vec<Line>,
    bytes: usize,
    answer: oneshot::Sender<Result<()>>,
}

/// An entry, as it is written.
pub(crate) enum Line {
    Accepted { workflow: WorkflowId, record: Record, pages: Vec<Page> },
    Step { step: u32, what: Happening, text: String, key: Option<StepKey>, pages: Vec<Page> },
    State { status: RunStatus, record: Record },
}

/// What can happen to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happening {
    Begun { attempt: u32 },
    Ended,
    Timer,
    Decided,
    Noted,
}

impl Append {
    fn prepare(run: RunId, entries: Vec<Entry>, answer: oneshot::Sender<Result<()>>) -> Attempt<Self> {
        let lines = entries.into_iter().map(|entry| Line::of(run, entry)).collect::<Attempt<Vec<_>>>()?;
        let bytes = lines.iter().map(Line::len).sum();
        Ok(Self { run, lines, bytes, answer })
    }
}

impl Line {
    pub(crate) fn of(run: RunId, entry: Entry) -> Attempt<Self> {
        Ok(match entry {
            Entry::Started(new) => {
                let record = Record::accepted(run, &new)?;
                Self::Accepted { workflow: new.workflow_id, record, pages: new.input }
            }
            Entry::StepStarted(begun) => {
                Self::step(begun.step, Happening::Begun { attempt: begun.attempt }, lines::begun(&begun)?)
            }
            Entry::StepEnded(ended) => Self::Step {
                step: ended.step,
                what: Happening::Ended,
                text: lines::ended(&ended)?,
                key: (ended.status == StepStatus::Success).then_some(ended.key),
                pages: ended.outputs.into_iter().flat_map(|output| output.pages).collect(),
            },
            Entry::TimerSet(timer) => Self::step(timer.step, Happening::Timer, lines::timer(&timer)?),
            Entry::Decided { step, decision } => Self::step(step, Happening::Decided, lines::decided(step, decision)?),
            Entry::Noted { step, notice } => Self::step(step, Happening::Noted, lines::noted(step, &notice)?),
            Entry::Status { status, error, duration_ms, at } => {
                Self::State { status, record: Record::state(run, &State(error, duration_ms, at))? }
            }
        })
    }

    fn step(step: u32, what: Happening, text: String) -> Self {
        Self::Step { step, what, text, key: None, pages: Vec::new() }
    }

    fn len(&self) -> usize {
        let (text, pages) = match self {
            Self::Accepted { record, pages, .. } => (record.text.len(), pages.as_slice()),
            Self::Step { text, pages, .. } => (text.len(), pages.as_slice()),
            Self::State { record, .. } => (record.text.len(), [].as_slice()),
        };
        text + pages.iter().map(|page| page.text.len()).sum::<usize>()
    }
}

enum Command {
    Append(Append),
    /// What is before it is written; then a failed run may go on.
    Settle(RunId, oneshot::Sender<()>),
    /// What is before it is written, what is behind it is refused.
    Close(oneshot::Sender<()>),
}

/// Where appends wait for the writer, in the order of their calls.
#[derive(Clone, Debug)]
pub(crate) struct Queue(mpsc::UnboundedSender<Command>);

impl Queue {
    /// Starts the writer. It ends with [`Self::close`] or with the last clone.
    pub(crate) fn start(database: Arc<Database>) -> Self {
        let (sender, commands) = mpsc::unbounded_channel();
        let growth = Growth::of(Arc::clone(&database));
        let writer = Writer { database, known: HashMap::new(), failed: HashMap::new(), growth };
        tokio::spawn(writer.run(commands));
        Self(sender)
    }

    fn send(&self, command: Command) -> Result<()> {
        self.0.send(command).map_err(|_| error::unavailable())
    }

    async fn settle(&self, run: RunId) -> Result<()> {
        let (answer, answered) = oneshot::channel();
        self.send(Command::Settle(run, answer))?;
        answered.await.map_err(|_| error::unavailable())
    }

    /// Writes what is queued and ends the writer.
    pub(crate) async fn close(&self) {
        let (answer, answered) = oneshot::channel();
        if self.send(Command::Close(answer)).is_ok() {
            // It fails when the writer is gone already.
            let _ = answered.await;
        }
    }
}

struct Writer {
    database: Arc<Database>,
    /// Runs that have begun and not ended, as far as this process has appended to them.
    known: HashMap<RunId, Known>,
    /// Runs with an append that failed: nothing more is kept of them, or there would be a gap.
    failed: HashMap<RunId, Error>,
    growth: Growth,
}

impl Writer {
    async fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        let mut taken = Vec::new();
        while commands.recv_many(&mut taken, GROUP_APPENDS).await > 0 {
            // Runs that are about to append come into the same transaction: each costs more than what is written in it.
            tokio::task::yield_now().await;
            while taken.len() < GROUP_APPENDS
                && let Ok(command) = commands.try_recv()
            {
                taken.push(command);
            }
            let (mut group, mut bytes) = (Vec::new(), 0);
            for command in taken.drain(..) {
                match command {
                    Command::Append(append) => {
                        bytes += append.bytes;
                        group.push(append);
                        if bytes > GROUP_BYTES {
                            self.write(std::mem::take(&mut group)).await;
                            bytes = 0;
                        }
                    }
                    Command::Settle(run, answer) => {
                        self.write(std::mem::take(&mut group)).await;
                        self.failed.remove(&run);
                        let _ = answer.send(());
                    }
                    Command::Close(answer) => {
                        self.write(std::mem::take(&mut group)).await;
                        self.growth.stop().await;
                        drop(self);
                        let _ = answer.send(());
                        return;
                    }
                }
            }
            self.write(group).await;
        }
    }

    /// Writes a group and answers it. When it fails as a whole, each run is tried by itself: one that breaks a rule, or
    /// does not fit on the disk, takes no other with it.
    async fn write(&mut self, group: Vec<Append>) {
        let group = self.refuse_failed(group);
        if group.is_empty() {
            return;
        }
        let runs: HashSet<_> = group.iter().map(|append| append.run).collect();
        match self.commit(&group).await {
            Ok(()) => answer(group, &Ok(())),
            Err(failure) if runs.len() == 1 || concerns_all(failure.code) => self.fail(group, failure),
            Err(_) => {
                for group in by_run(group) {
                    match self.commit(&group).await {
                        Ok(()) => answer(group, &Ok(())),
                        Err(failure) => self.fail(group, failure),
                    }
                }
            }
        }
    }

    async fn commit(&mut self, group: &[Append]) -> Result<()> {
        let written = self.try_commit(group).await;
        match &written {
            Ok(written) => {
                self.growth.add(written);
                for run in written.iter().filter(|run| run.has_ended) {
                    self.known.remove(&run.id);
                }
            }
            // What is known of them goes beyond what is kept: it is read again when it is needed.
            Err(_) => {
                for append in group {
                    self.known.remove(&append.run);
                }
            }
        }
        written.map(|_| ())
    }

    async fn try_commit(&mut self, group: &[Append]) -> Result<Vec<Written>> {
        let entries: Vec<_> = group.iter().map(|append| (append.run, append.lines.as_slice())).collect();
        Ok(batch::write(&self.database, &entries, &mut self.known).await?)
    }

    fn refuse_failed(&self, group: Vec<Append>) -> Vec<Append> {
        let (refused, group): (Vec<_>, Vec<_>) =
            group.into_iter().partition(|append| self.failed.contains_key(&append.run));
        for append in refused {
            if let Some(error) = self.failed.get(&append.run) {
                let _ = append.answer.send(Err(error.clone()));
            }
        }
        group
    }

    fn fail(&mut self, group: Vec<Append>, error: Error) {
        for append in &group {
            self.failed.insert(append.run, error.clone());
        }
        answer(group, &Err(error));
    }
}

/// Whoever no longer waits needs no answer.
fn answer(group: Vec<Append>, result: &Result<()>) {
    for append in group {
        let _ = append.answer.send(result.clone());
    }
}

/// The group in parts, one for each run, in order.
fn by_run(group: Vec<Append>) -> Vec<Vec<Append>> {
    let mut parts: Vec<Vec<Append>> = Vec::new();
    let mut places = HashMap::new();
    for append in group {
        let place = *places.entry(append.run).or_insert_with(|| {
            parts.push(Vec::new());
            parts.len() - 1
        });
        parts[place].push(append);
    }
    parts
}

/// Whether a failure is the same for every run.
fn concerns_all(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::ReadOnly | ErrorCode::StoreUnavailable | ErrorCode::StoreInUse)
}
