//! A step in the making: what an executor reads from and puts out to.

use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bridge_domain::{
    Batch, CodeItems, CodeMode, CodeRequest, Config, Credential, Entry, Error, ErrorCode, Grant, InputSpan, Item,
    ItemRef, OnError, OutputPages, PageHash, Previous, Reply, Result, Scope, ScopeValues, StartedStep, Step, StepError,
    StepFailure, StepInfo, WorkflowId,
};
use futures_util::future::BoxFuture;

use crate::call::{self, Call};
use crate::context::RunContext;
use crate::deadline::Deadline;
use crate::failure::{failed_item, step_error};
use crate::page::{Budget, Writer};
use crate::plan::PlanNode;
use crate::schedule::PageRef;
use crate::{retry, scope};

/// At most one progress event per step in this time.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Items of an output that are held until the step ends, at most: those of a page with more are parsed when they are read.
const LITTLE: usize = 16;

/// One try of one step.
pub(crate) struct LiveStep {
    context: Arc<RunContext>,
    info: StepInfo,
    number: u32,
    node: usize,
    iteration: Vec<u32>,
    inputs: Arc<[Vec<PageRef>]>,
    cursors: Vec<Cursor>,
    /// Whether the only item of a step that works on the first item was read.
    read_once: bool,
    outputs: Vec<Writer>,
    /// What was put out by each output, while it is little.
    little: Vec<Vec<Item>>,
    budget: Budget,
    deadline: Arc<Deadline>,
    harmless: bool,
    /// Tries of the step before this one.
    tries_before: u32,
    /// Tries of the item in work, for executors that ask whether to try it again.
    item_tries: u32,
    /// The most tries of the step or of one of its items, for people.
    attempts: u32,
    /// The item that the last one put out came from.
    put_from: Option<ItemRef>,
    puts: u32,
    calls: u32,
    told_at: Option<Instant>,
    values: OnceLock<ScopeValues>,
    /// The first failure of an item that went on.
    first_failure: Option<StepError>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cursor {
    page: usize,
    index: u32,
}

/// What a try needs to begin.
pub(crate) struct Beginning {
    pub context: Arc<RunContext>,
    pub info: StepInfo,
    pub number: u32,
    pub node: usize,
    pub iteration: Vec<u32>,
    pub inputs: Arc<[Vec<PageRef>]>,
    pub timeout: Duration,
    /// Whether it may be repeated without the user.
    pub harmless: bool,
    /// Tries of the step before this one.
    pub tries_before: u32,
}

impl LiveStep {
    pub(crate) fn new(beginning: Beginning) -> Self {
        let Beginning { context, info, number, node, iteration, inputs, timeout, harmless, tries_before } = beginning;
        let ports = context.plan.nodes[node].ports.len();
        Self {
            budget: Budget::new(context.limits, context.put_out.load(Ordering::Relaxed)),
            cursors: vec![Cursor::default(); inputs.len()],
            outputs: std::iter::repeat_with(Writer::default).take(ports).collect(),
            little: vec![Vec::new(); ports],
            read_once: false,
            deadline: Deadline::after(timeout),
            harmless,
            tries_before,
            item_tries: 1,
            attempts: info.attempt,
            put_from: None,
            puts: 0,
            calls: 0,
            told_at: None,
            values: OnceLock::new(),
            first_failure: None,
            context,
            info,
            number,
            node,
            iteration,
            inputs,
        }
    }

    /// Whether any item was put out.
    pub(crate) fn has_put(&self) -> bool {
        self.outputs.iter().any(|output| !output.is_empty())
    }

    /// When this try is ended.
    pub(crate) fn deadline(&self) -> Arc<Deadline> {
        Arc::clone(&self.deadline)
    }

    /// Tries so far, of this step and of the item at which it failed.
    pub(crate) fn tries(&self) -> u32 {
        self.tries_before + self.item_tries
    }

    /// The most tries so far, for people.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What was put out, and the first failure of an item that went on.
    pub(crate) fn finish(&mut self) -> Result<(Vec<OutputPages>, Option<StepError>), StepFailure> {
        let settings = &self.node().node.data.settings;
        if settings.always_output && self.outputs.iter().all(Writer::is_empty) {
            self.outputs[0].put(&Item::default(), &[], &mut self.budget)?;
        }
        let ports = Arc::clone(&self.node().ports);
        let outputs = std::mem::take(&mut self.outputs).into_iter().zip(std::mem::take(&mut self.little));
        let mut put_out = Vec::with_capacity(outputs.len());
        for ((output, items), port) in outputs.zip(ports.iter()).filter(|((output, _), _)| !output.is_empty()) {
            let pages = output.finish();
            if let [page] = pages.as_slice()
                && page.count as usize == items.len()
            {
                self.context.pages.hold_items(page, items);
            }
            put_out.push(OutputPages { port: port.clone(), pages });
        }
        Ok((put_out, self.first_failure.take()))
    }

    fn node(&self) -> &PlanNode {
        &self.context.plan.nodes[self.node]
    }

    /// Ends work that does not pause: a future that never gives way cannot be dropped.
    fn check_alive(&self) -> Result<(), StepFailure> {
        self.context.cancel.check()?;
        if self.deadline.has_passed() {
            return Err(crate::failure::timed_out(self.info.label.as_str()).into());
        }
        Ok(())
    }

    async fn read(&mut self, input: usize) -> Result<Option<Batch>, StepFailure> {
        self.check_alive()?;
        if self.read_once {
            return Ok(None);
        }
        let Some(cursor) = self.cursors.get_mut(input) else { return Ok(None) };
        let Some(page) = self.inputs[input].get(cursor.page) else { return Ok(None) };
        let first = ItemRef { input: u32::try_from(input).unwrap_or(u32::MAX), index: cursor.index };
        cursor.page += 1;
        cursor.index += page.count;
        let mut items = scope::read_items(&self.context, page.hash).await?;
        if self.info.execute_once {
            items.truncate(1);
            self.read_once = true;
        }
        Ok(Some(Batch { first: Some(first), items }))
    }

    /// Waits when the item in work is to be tried again, and says whether it is.
    async fn try_again(&mut self, from: ItemRef, tries: u32, failure: &StepFailure) -> bool {
        self.item_tries = tries.max(1);
        let retry = self.node().node.data.settings.retry.filter(|_| self.put_from != Some(from));
        let Some(wait) = retry::wait(retry, self.tries(), failure) else { return false };
        self.deadline.put_off(wait);
        retry::pause(&self.context, self.number, wait).await;
        self.item_tries += 1;
        self.show_attempts(self.info.attempt + tries);
        true
    }

    /// Tells the journal and those who watch that there were so many tries, if there never were as many before.
    fn show_attempts(&mut self, attempts: u32) {
        if attempts > self.attempts {
            self.attempts = attempts;
            self.context.watch.step_changed(self.number, |step| step.attempts = attempts);
            self.context.log.push(Entry::StepStarted(StartedStep {
                step: self.number,
                node_id: self.info.node_id.clone(),
                iteration: self.iteration.clone(),
                attempt: attempts,
                harmless: self.harmless,
                inputs: counts(&self.inputs),
                input_pages: hashes(&self.inputs).map(Iterator::collect).collect(),
                at: self.info.now,
            }));
        }
    }

    fn scope_values(&self) -> ScopeValues {
        let run_index = self.context.history().runs_of(self.node);
        scope::values(&self.context, self.info.label.clone(), run_index, self.info.now)
    }
}

impl Scope for LiveStep {
    fn values(&self) -> &ScopeValues {
        self.values.get_or_init(|| self.scope_values())
    }

    fn items<'a>(&'a self, node: &'a str, output: usize) -> BoxFuture<'a, Result<Vec<Item>>> {
        Box::pin(scope::items(&self.context, &self.iteration, node, output))
    }

    fn input(&self, input: usize, span: InputSpan) -> BoxFuture<'_, Result<Vec<Item>>> {
        let pages = self.inputs.get(input).map_or(&[][..], Vec::as_slice);
        // A step that works on the first item has no others.
        let span = if self.info.execute_once { InputSpan::First } else { span };
        Box::pin(scope::input(&self.context, pages, span))
    }

    fn paired<'a>(&'a self, node: &'a str, batch: &'a Batch) -> BoxFuture<'a, Result<Vec<Result<Item>>>> {
        Box::pin(scope::paired(&self.context, self.node, &self.inputs, node, batch))
    }

    fn previous(&self, batch: &Batch) -> Option<Previous> {
        scope::previous(&self.context, &self.inputs, batch)
    }

    fn parameters_of(&self, node: &str) -> Result<Config> {
        scope::parameters_of(&self.context, node)
    }
}

impl Step for LiveStep {
    fn info(&self) -> &StepInfo {
        &self.info
    }

    fn config(&self) -> &Config {
        &self.node().node.data.config
    }

    fn inputs(&self) -> usize {
        self.inputs.len()
    }

    fn next(&mut self, input: usize) -> BoxFuture<'_, Result<Option<Batch>, StepFailure>> {
        Box::pin(self.read(input))
    }

    fn parameters<'a>(
        &'a self,
        batch: &'a Batch,
    ) -> BoxFuture<'a, Result<Vec<Result<Config, StepFailure>>, StepFailure>> {
        self.context.ports().evaluate.parameters(self.config(), batch, self)
    }

    fn code<'a>(
        &'a self,
        code: &'a str,
        mode: CodeMode,
        batch: &'a Batch,
        timeout: Duration,
    ) -> BoxFuture<'a, Result<CodeItems, StepFailure>> {
        self.context.ports().evaluate.code(CodeRequest { code, mode, batch, timeout }, self)
    }

    fn put(&mut self, output: usize, item: Item, from: &[ItemRef]) -> Result<(), StepFailure> {
        self.puts = self.puts.wrapping_add(1);
        if self.puts.is_multiple_of(64) {
            self.check_alive()?;
        }
        self.put_from = from.first().copied();
        match self.outputs.get_mut(output).zip(self.little.get_mut(output)) {
            Some((writer, little)) => {
                writer.put(&item, from, &mut self.budget)?;
                if little.len() < LITTLE {
                    little.push(item);
                }
                Ok(())
            }
            None => {
                let message = format!("\"{}\" put an item out by an output that it does not have.", self.info.label);
                Err(Error::new(ErrorCode::Internal, message, "Report this.").into())
            }
        }
    }

    fn fail(&mut self, from: ItemRef, item: Item, mut failure: StepFailure) -> Result<(), StepFailure> {
        failure.item = failure.item.or(Some(from.index));
        let output = match self.node().node.data.settings.on_error {
            OnError::Stop => return Err(failure),
            OnError::Continue => 0,
            OnError::ErrorOutput => self.node().error_port(),
        };
        let item = failed_item(item, &failure.error, &self.info.label);
        if self.first_failure.is_none() {
            self.first_failure = Some(step_error(&self.node().node, failure));
        }
        self.put(output, item, &[from])
    }

    fn again<'a>(&'a mut self, from: ItemRef, tries: u32, failure: &'a StepFailure) -> BoxFuture<'a, bool> {
        Box::pin(self.try_again(from, tries, failure))
    }

    fn progress(&mut self, items: u32) {
        self.item_tries = 1;
        let now = Instant::now();
        if self.told_at.is_none_or(|told| now.duration_since(told) >= PROGRESS_EVERY) {
            self.told_at = Some(now);
            self.context.watch.progress(self.number, items);
        }
    }

    fn credential(&self) -> BoxFuture<'_, Result<Credential>> {
        let id = self.node().node.data.settings.credential_id;
        Box::pin(async move {
            let id = id.ok_or_else(|| {
                let message = format!("\"{}\" has no credential.", self.info.label);
                Error::new(ErrorCode::InvalidInput, message, "Choose one in the node's settings.")
            })?;
            self.context.ports().credentials.credential(id).await
        })
    }

    fn grants(&self) -> &[Grant] {
        &self.context.program.grants
    }

    fn reply(&mut self, reply: Reply) -> Result<()> {
        self.context.reply(reply)
    }

    fn call(
        &mut self,
        workflow: WorkflowId,
        items: Vec<Item>,
        wait: bool,
    ) -> BoxFuture<'_, Result<Vec<Item>, StepFailure>> {
        self.calls += 1;
        let (ordinal, attempt) = (self.calls, self.info.attempt);
        let call = Call { workflow, items, wait, ordinal, attempt, key: self.info.idempotency_key.clone() };
        Box::pin(call::call(&self.context, call))
    }
}

/// Hashes of pages, for a key.
pub(crate) fn hashes(inputs: &[Vec<PageRef>]) -> impl Iterator<Item = impl Iterator<Item = PageHash>> {
    inputs.iter().map(|pages| pages.iter().map(|page| page.hash))
}

/// Items per input.
pub(crate) fn counts(inputs: &[Vec<PageRef>]) -> Vec<u32> {
    inputs.iter().map(|pages| pages.iter().map(|page| page.count).sum()).collect()
}
