//! The port to a node's work.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::{
    Config, Credential, Definition, Error, Grant, Item, ItemRef, NodeId, Result, RunId, RunMode, Scope, Timestamp,
    WorkflowId,
};

use super::{Batch, CodeItems, Evaluated, Pin};

/// What a node does when its turn comes. One for each action of a connector; it holds no state of a run.
pub trait Executor: Send + Sync {
    /// What repeating it would do, with this configuration (unevaluated: an expression may stand for any value).
    fn effect(&self, config: &Config) -> Effect;

    /// Does the work: reads items, puts items out. Dropping the future ends it.
    ///
    /// # Errors
    /// A failure of the whole step. What concerns one item goes to [`Step::fail`].
    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>>;
}

/// What repeating a step would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: a function of its input.
    Pure,
    /// Nothing that matters: it only reads from outside, or the other side takes the idempotency key.
    Harmless,
    /// Something twice, such as a second message: never repeated without the user.
    Outside,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// To be executed again at this time, with the same input and [`StepInfo::woken`]; what was put out is dropped.
    WaitUntil(Timestamp),
}

/// One step in the making.
pub trait Step: Scope {
    /// What it is about.
    fn info(&self) -> &StepInfo;

    /// The configuration as it stands in the definition, expressions not evaluated.
    fn config(&self) -> &Config;

    /// Number of inputs: one for each incoming edge, in the order of the edges. Edges that brought nothing count.
    fn inputs(&self) -> usize;

    /// The next items of an input; none at its end. At most a page at once.
    fn next(&mut self, input: usize) -> BoxFuture<'_, Result<Option<Batch>, StepFailure>>;

    /// The configuration for each item, evaluated. See [`crate::Evaluate::parameters`].
    ///
    /// # Errors
    /// When nothing can be evaluated at all. An item whose expressions fail has its own failure in the list.
    fn parameters<'a>(&'a self, batch: &'a Batch) -> BoxFuture<'a, Result<Evaluated, StepFailure>>;

    /// Runs code over a batch. See [`crate::Evaluate::code`].
    ///
    /// # Errors
    /// What the code threw, with its line.
    fn code<'a>(
        &'a self,
        code: &'a str,
        mode: super::CodeMode,
        batch: &'a Batch,
        timeout: Duration,
    ) -> BoxFuture<'a, Result<CodeItems, StepFailure>>;

    /// Puts an item out by an output of the manifest, by number from 0, with the input items it came from.
    ///
    /// # Errors
    /// When a cap is reached or the run was cancelled: pass it on with `?`.
    fn put(&mut self, output: usize, item: Item, from: &[ItemRef]) -> Result<(), StepFailure>;

    /// An item could not be worked on. Depending on the node's settings it goes on with the field `error`, or this
    /// returns the failure, to be passed on with `?`.
    ///
    /// # Errors
    /// The failure, when the node's failures end the run.
    fn fail(&mut self, from: ItemRef, item: Item, failure: StepFailure) -> Result<(), StepFailure>;

    /// After work on an item has failed: waits as the node's settings say, and says whether the item is to be worked on
    /// again. `tries` is how often it was worked on in this call, from 1. Never for an item that put something out, as it
    /// would put it out twice; what fails then goes to [`Self::fail`]. Dropping the future ends the wait.
    fn again<'a>(&'a mut self, from: ItemRef, tries: u32, failure: &'a StepFailure) -> BoxFuture<'a, bool>;

    /// Says how far the work is, for the person who watches: items done so far.
    fn progress(&mut self, items: u32);

    /// The credential the node uses.
    ///
    /// # Errors
    /// `invalid_input` when the node has none, `not_found` when it is gone, those of the keychain.
    fn credential(&self) -> BoxFuture<'_, Result<Credential>>;

    /// What this workflow was granted.
    fn grants(&self) -> &[Grant];

    /// Answers the caller whose request started the run; the first answer counts. In a run that no request started, nobody
    /// need wait.
    ///
    /// # Errors
    /// `conflict` when a request started the run and nobody waits for an answer, or it was given before.
    fn reply(&mut self, reply: Reply) -> Result<()>;

    /// Runs another workflow with these items and, when asked to wait, gives what its last nodes put out.
    ///
    /// # Errors
    /// `not_found`; the other run's failure; a cap on nesting.
    fn call(
        &mut self,
        workflow: WorkflowId,
        items: Vec<Item>,
        wait: bool,
    ) -> BoxFuture<'_, Result<Vec<Item>, StepFailure>>;
}

/// What a step is about.
#[derive(Debug, Clone, PartialEq)]
pub struct StepInfo {
    /// The run.
    pub run_id: RunId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The node.
    pub node_id: NodeId,
    /// Its label.
    pub label: String,
    /// Connector and action.
    pub connector_id: String,
    /// Connector and action.
    pub action_id: String,
    /// 1 for the first try.
    pub attempt: u32,
    /// The same for all tries of this step, and never that of another: for services that recognise a repetition. What is
    /// sent for one item has the item's place beside it.
    pub idempotency_key: String,
    /// Test or production.
    pub mode: RunMode,
    /// Whether this is the call after [`Outcome::WaitUntil`].
    pub woken: bool,
    /// Whether it works on the first item only.
    pub execute_once: bool,
    /// Now, by the run's clock.
    pub now: Timestamp,
}

/// An answer to the caller of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status, 200 to 599.
    pub status: u16,
    /// Headers.
    pub headers: BTreeMap<String, String>,
    /// Body.
    pub body: Vec<u8>,
}

/// Why a step failed: the error, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct StepFailure {
    /// What happened and what to do.
    pub error: Box<Error>,
    /// The other side asks to wait this long before another try.
    pub retry_after: Option<Duration>,
    /// The parameter concerned, as a path such as `fields.total`.
    pub parameter: Option<String>,
    /// Place in the parameter's text, from 0, in UTF-16 units.
    pub position: Option<u32>,
    /// Place of the item in the input, from 0.
    pub item: Option<u32>,
    /// Something this workflow would have to be granted.
    pub grant: Option<Box<Grant>>,
    /// What the other side said, such as status and the beginning of the body; redacted and bounded.
    pub detail: Option<Box<serde_json::Value>>,
}

impl From<Error> for StepFailure {
    fn from(error: Error) -> Self {
        Self {
            error: Box::new(error),
            retry_after: None,
            parameter: None,
            position: None,
            item: None,
            grant: None,
            detail: None,
        }
    }
}

/// All executors.
pub trait Executors: Send + Sync {
    /// The one for an action of a connector.
    fn executor(&self, connector_id: &str, action_id: &str) -> Option<&dyn Executor>;
}

/// Everything of a workflow that a run needs.
#[derive(Debug, Clone)]
pub struct Program {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// Its name.
    pub name: String,
    /// Whether its triggers are switched on.
    pub active: bool,
    /// The version.
    pub version_number: u32,
    /// Its graph.
    pub definition: Arc<Definition>,
    /// What the workflow was granted.
    pub grants: Arc<[Grant]>,
    /// Pinned output, for test runs.
    pub pins: Arc<[Pin]>,
    /// `$vars`.
    pub variables: Config,
    /// IANA name of the time zone of `$now` and `$today`.
    pub time_zone: String,
}

/// Where the engine gets workflows from.
pub trait Programs: Send + Sync {
    /// A version of a workflow, the active one when none is named.
    ///
    /// # Errors
    /// `not_found`; those of the disk.
    fn program(&self, workflow: WorkflowId, version_number: Option<u32>) -> BoxFuture<'_, Result<Program>>;
}
