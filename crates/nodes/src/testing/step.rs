//! The step itself.

use std::time::Duration;

use bridge_domain::{
    Batch, CodeItems, CodeMode, Config, Credential, Error, ErrorCode, Executor, Grant, InputSpan, Item, ItemRef,
    NodeId, Outcome, Previous, Reply, Result, RunId, RunMode, Scope, ScopeValues, Step, StepFailure, StepInfo,
    Timestamp, WorkflowId,
};
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::evaluate::evaluate;

/// Items in one page of a [`TestStep`]: few, so that small tests cross pages.
const PAGE: usize = 3;

/// What stands for other workflows: it gets the workflow, the items, and whether its result is waited for.
type Call = fn(WorkflowId, Vec<Item>, bool) -> Result<Vec<Item>, StepFailure>;
/// What code gives: items with the positions of the batch they came from.
type Coded = Result<Vec<(Item, Vec<usize>)>, StepFailure>;

/// Something a node put out.
#[derive(Debug, Clone, PartialEq)]
pub struct Put {
    /// The output, from 0.
    pub output: usize,
    /// The item.
    pub item: Item,
    /// Where it came from.
    pub from: Vec<ItemRef>,
}

/// A step that lives in memory. All fields may be set before it is executed and looked at afterwards.
pub struct TestStep {
    /// What it is about.
    pub info: StepInfo,
    /// What expressions see.
    pub values: ScopeValues,
    /// The configuration.
    pub config: Config,
    /// Items of each input.
    pub inputs: Vec<Vec<Item>>,
    /// How far each input is read.
    pub read: Vec<usize>,
    /// Items in one page.
    pub page: usize,
    /// What was put out, in order.
    pub puts: Vec<Put>,
    /// Items that failed.
    pub failures: Vec<(ItemRef, StepFailure)>,
    /// Whether a failure of an item lets the others go on, as with the setting `continue`.
    pub continues: bool,
    /// How often an item is worked on at most.
    pub tries: u32,
    /// Items that were to be worked on again: the place, and how often they were by then.
    pub again: Vec<(ItemRef, u32)>,
    /// The last reported progress.
    pub progress: u32,
    /// The credential of the node.
    pub credential: Option<Credential>,
    /// What the workflow was granted.
    pub grants: Vec<Grant>,
    /// The answer to the caller.
    pub reply: Option<Reply>,
    /// What stands for the interpreter.
    pub code: fn(&str, CodeMode, &Batch) -> Coded,
    /// What stands for other workflows.
    pub call: Call,
}

impl TestStep {
    /// A step with this configuration (an object) and one input of these items.
    #[must_use]
    pub fn new(config: Value, input: Vec<Item>) -> Self {
        Self::with_inputs(config, vec![input])
    }

    /// A step with this configuration (an object) and these inputs.
    #[must_use]
    pub fn with_inputs(config: Value, inputs: Vec<Vec<Item>>) -> Self {
        let Value::Object(config) = config else { return Self::with_inputs(Value::Object(Config::new()), inputs) };
        let (run_id, workflow_id) = (RunId::new(), WorkflowId::new());
        Self {
            info: info(run_id, workflow_id),
            values: values(run_id, workflow_id),
            config,
            read: vec![0; inputs.len()],
            inputs,
            page: PAGE,
            puts: Vec::new(),
            failures: Vec::new(),
            continues: false,
            tries: 1,
            again: Vec::new(),
            progress: 0,
            credential: None,
            grants: Vec::new(),
            reply: None,
            code: |_, _, _| Err(Error::new(ErrorCode::Internal, "This step has no interpreter.", "").into()),
            call: |_, _, _| Err(Error::not_found("The workflow").into()),
        }
    }

    /// Executes a node in this step.
    ///
    /// # Errors
    /// Those of the node.
    pub async fn run(&mut self, executor: &dyn Executor) -> Result<Outcome, StepFailure> {
        executor.execute(self).await
    }

    /// The objects put out by an output, in order.
    #[must_use]
    pub fn output(&self, output: usize) -> Vec<Value> {
        let puts = self.puts.iter().filter(|put| put.output == output);
        puts.map(|put| Value::Object(put.item.json.clone())).collect()
    }

    /// For each item of an output, the places it came from as pairs of input and index.
    #[must_use]
    pub fn origins(&self, output: usize) -> Vec<Vec<(u32, u32)>> {
        let puts = self.puts.iter().filter(|put| put.output == output);
        puts.map(|put| put.from.iter().map(|from| (from.input, from.index)).collect()).collect()
    }
}

/// An item of this object; of an empty one when it is none.
#[must_use]
pub fn item(json: Value) -> Item {
    match json {
        Value::Object(json) => Item::from(json),
        _ => Item::default(),
    }
}

/// Items of a JSON list of objects; none when it is no list.
#[must_use]
pub fn items(json: Value) -> Vec<Item> {
    match json {
        Value::Array(list) => list.into_iter().map(item).collect(),
        _ => Vec::new(),
    }
}

/// 2026-05-04T10:00:00Z: the clock of a test stands still.
fn now() -> Timestamp {
    Timestamp::from_microseconds(1_777_888_800_000_000)
}

fn info(run_id: RunId, workflow_id: WorkflowId) -> StepInfo {
    StepInfo {
        run_id,
        workflow_id,
        node_id: NodeId::from("node"),
        label: "Node".to_owned(),
        connector_id: "connector".to_owned(),
        action_id: "action".to_owned(),
        attempt: 1,
        idempotency_key: "key".to_owned(),
        mode: RunMode::Test,
        woken: false,
        execute_once: false,
        now: now(),
    }
}

fn values(run_id: RunId, workflow_id: WorkflowId) -> ScopeValues {
    ScopeValues {
        workflow_id,
        workflow_name: "Workflow".to_owned(),
        workflow_active: false,
        run_id,
        mode: RunMode::Test,
        run_index: 0,
        now: now(),
        time_zone: "Europe/Berlin".to_owned(),
        node: "Node".to_owned(),
        variables: Config::new(),
    }
}

impl Scope for TestStep {
    fn values(&self) -> &ScopeValues {
        &self.values
    }

    fn items<'a>(&'a self, node: &'a str, _output: usize) -> BoxFuture<'a, Result<Vec<Item>>> {
        Box::pin(async move { Err(Error::not_found(format!("“{node}”"))) })
    }

    fn input(&self, input: usize, span: InputSpan) -> BoxFuture<'_, Result<Vec<Item>>> {
        let items = self.inputs.get(input).map_or(&[][..], Vec::as_slice);
        let items = match span {
            InputSpan::First => &items[..items.len().min(1)],
            InputSpan::Last => &items[items.len().saturating_sub(1)..],
            InputSpan::All => items,
        };
        Box::pin(async move { Ok(items.to_vec()) })
    }

    fn paired<'a>(&'a self, node: &'a str, _batch: &'a Batch) -> BoxFuture<'a, Result<Vec<Result<Item>>>> {
        Box::pin(async move { Err(Error::not_found(format!("“{node}”"))) })
    }

    fn previous(&self, _batch: &Batch) -> Option<Previous> {
        None
    }

    fn parameters_of(&self, node: &str) -> Result<Config> {
        Err(Error::not_found(format!("“{node}”")))
    }
}

impl Step for TestStep {
    fn info(&self) -> &StepInfo {
        &self.info
    }

    fn config(&self) -> &Config {
        &self.config
    }

    fn inputs(&self) -> usize {
        self.inputs.len()
    }

    fn next(&mut self, input: usize) -> BoxFuture<'_, Result<Option<Batch>, StepFailure>> {
        let page = self.page.max(1);
        let next = self.inputs.get(input).zip(self.read.get_mut(input)).and_then(|(all, read)| {
            let items: Vec<Item> = all.iter().skip(*read).take(page).cloned().collect();
            let first = ItemRef { input: u32::try_from(input).ok()?, index: u32::try_from(*read).ok()? };
            *read += items.len();
            (!items.is_empty()).then_some(Batch { first: Some(first), items })
        });
        Box::pin(async move { Ok(next) })
    }

    fn parameters<'a>(
        &'a self,
        batch: &'a Batch,
    ) -> BoxFuture<'a, Result<Vec<Result<Config, StepFailure>>, StepFailure>> {
        let configs = if batch.items.is_empty() {
            vec![evaluate(&self.config, &Item::default())]
        } else {
            batch.items.iter().map(|item| evaluate(&self.config, item)).collect()
        };
        Box::pin(async move { Ok(configs) })
    }

    fn code<'a>(
        &'a self,
        code: &'a str,
        mode: CodeMode,
        batch: &'a Batch,
        _timeout: Duration,
    ) -> BoxFuture<'a, Result<CodeItems, StepFailure>> {
        Box::pin(async move { (self.code)(code, mode, batch).map(CodeItems::from) })
    }

    fn put(&mut self, output: usize, item: Item, from: &[ItemRef]) -> Result<(), StepFailure> {
        self.puts.push(Put { output, item, from: from.to_vec() });
        Ok(())
    }

    fn fail(&mut self, from: ItemRef, _item: Item, failure: StepFailure) -> Result<(), StepFailure> {
        if !self.continues {
            return Err(failure);
        }
        self.failures.push((from, failure));
        Ok(())
    }

    fn again<'a>(&'a mut self, from: ItemRef, tries: u32, failure: &'a StepFailure) -> BoxFuture<'a, bool> {
        let has_put = self.puts.last().is_some_and(|put| put.from == [from]);
        let again = failure.error.retryable && tries < self.tries && !has_put;
        if again {
            self.again.push((from, tries));
        }
        Box::pin(async move { again })
    }

    fn progress(&mut self, items: u32) {
        self.progress = items;
    }

    fn credential(&self) -> BoxFuture<'_, Result<Credential>> {
        let none = || Error::new(ErrorCode::InvalidInput, "The node has no credential.", "Choose one.");
        let credential = self.credential.clone().ok_or_else(none);
        Box::pin(async move { credential })
    }

    fn grants(&self) -> &[Grant] {
        &self.grants
    }

    fn reply(&mut self, reply: Reply) -> Result<()> {
        if self.reply.is_some() {
            return Err(Error::new(ErrorCode::Conflict, "The caller has its answer.", ""));
        }
        self.reply = Some(reply);
        Ok(())
    }

    fn call(
        &mut self,
        workflow: WorkflowId,
        items: Vec<Item>,
        wait: bool,
    ) -> BoxFuture<'_, Result<Vec<Item>, StepFailure>> {
        let result = (self.call)(workflow, items, wait);
        Box::pin(async move { result })
    }
}
