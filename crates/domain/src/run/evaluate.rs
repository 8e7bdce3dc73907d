//! The port to expressions and code. The engine and the nodes know neither a grammar nor an interpreter.

use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Config, Item, Result, RunId, RunMode, StepFailure, Timestamp, WorkflowId};

use super::Batch;

/// Evaluates expressions and runs code.
///
/// A text that begins with `=` is an expression; text outside `{{ }}` is literal; a lone `{{ }}` keeps its value's type.
pub trait Evaluate: Send + Sync {
    /// What is wrong with a text as an expression. Reads it only: nothing is evaluated.
    fn check(&self, text: &str) -> Vec<ExpressionProblem>;

    /// The configuration for each item of the batch, expressions replaced by their values. A batch without items gives one
    /// configuration, evaluated with no current item.
    fn parameters<'a>(
        &'a self,
        config: &'a Config,
        batch: &'a Batch,
        scope: &'a dyn Scope,
    ) -> BoxFuture<'a, Result<Evaluated, StepFailure>>;

    /// Runs code over the items of a batch. The result says, for each item, the positions in the batch it came from.
    fn code<'a>(
        &'a self,
        request: CodeRequest<'a>,
        scope: &'a dyn Scope,
    ) -> BoxFuture<'a, Result<CodeItems, StepFailure>>;
}

/// A configuration for each item, or why it has none.
pub type Evaluated = Vec<Result<Config, StepFailure>>;

/// Items that code returned, each with the positions in the batch it came from. Those of a large result are made one by one,
/// so that they need not be held all at once.
pub struct CodeItems(Box<dyn Iterator<Item = CodeItem> + Send>);

/// An item that code returned and the positions in the batch it came from, or why it cannot be given.
pub type CodeItem = Result<(Item, Vec<usize>), StepFailure>;

impl CodeItems {
    /// What this gives, in its order.
    pub fn new(items: impl Iterator<Item = CodeItem> + Send + 'static) -> Self {
        Self(Box::new(items))
    }
}

impl From<Vec<(Item, Vec<usize>)>> for CodeItems {
    fn from(items: Vec<(Item, Vec<usize>)>) -> Self {
        Self::new(items.into_iter().map(Ok))
    }
}

impl Iterator for CodeItems {
    type Item = CodeItem;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

impl std::fmt::Debug for CodeItems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeItems").finish_non_exhaustive()
    }
}

/// Code to be run.
#[derive(Debug, Clone, Copy)]
pub struct CodeRequest<'a> {
    /// Body of a function, JavaScript.
    pub code: &'a str,
    /// Once for all items, or once for each.
    pub mode: CodeMode,
    /// The items.
    pub batch: &'a Batch,
    /// After which it is ended.
    pub timeout: Duration,
}

/// How often code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeMode {
    /// Once for all items.
    AllItems,
    /// Once for each item.
    EachItem,
}

/// Which items of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InputSpan {
    /// The first, when there is any.
    First,
    /// The last, when there is any.
    Last,
    /// All, in their order.
    All,
}

/// What an expression can see beside its own item.
pub trait Scope: Send + Sync {
    /// Values that are the same for the whole step.
    fn values(&self) -> &ScopeValues;

    /// All items that the node with this label put out by an output (`$('Name').all()`).
    ///
    /// # Errors
    /// `not_found` when there is no such node; `conflict` when the label is not unique or the node has not run.
    fn items<'a>(&'a self, node: &'a str, output: usize) -> BoxFuture<'a, Result<Vec<Item>>>;

    /// Items of an input of the step itself (`$input.all()`), of all its pages, whichever is in work. None when there is no
    /// such input.
    ///
    /// # Errors
    /// Those of reading what is kept of the run.
    fn input(&self, input: usize, span: InputSpan) -> BoxFuture<'_, Result<Vec<Item>>>;

    /// For each item of the batch, the item of the node with this label that it came from (`$('Name').item`).
    ///
    /// # Errors
    /// As [`Self::items`]; per item `conflict` when it came from none or from several, naming them.
    fn paired<'a>(&'a self, node: &'a str, batch: &'a Batch) -> BoxFuture<'a, Result<Vec<Result<Item>>>>;

    /// Where the items of the batch were put out (`$prevNode`). None for what arrived nowhere, as at a trigger.
    fn previous(&self, batch: &Batch) -> Option<Previous>;

    /// The parameters of the node with this label as they are written, expressions included (`$('Name').params`).
    ///
    /// # Errors
    /// `not_found` when there is no such node; `conflict` when the label is not unique.
    fn parameters_of(&self, node: &str) -> Result<Config>;
}

/// Where items were put out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previous {
    /// Label of the node.
    pub name: String,
    /// Which of its outputs, from 0.
    pub output_index: u32,
    /// How often the node had run before that.
    pub run_index: u32,
}

/// Values of a step that expressions can see.
#[derive(Debug, Clone, PartialEq)]
pub struct ScopeValues {
    /// `$workflow.id`.
    pub workflow_id: WorkflowId,
    /// `$workflow.name`.
    pub workflow_name: String,
    /// `$workflow.active`.
    pub workflow_active: bool,
    /// `$execution.id`.
    pub run_id: RunId,
    /// `$execution.mode`: `test` for a manual run, otherwise `production`.
    pub mode: RunMode,
    /// `$runIndex`: how often this node has run before in this run.
    pub run_index: u32,
    /// `$now`: the same for the whole step.
    pub now: Timestamp,
    /// IANA name of the time zone of `$now` and `$today`.
    pub time_zone: String,
    /// Label of the node.
    pub node: String,
    /// `$vars`: the user's variables.
    pub variables: Config,
}

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExpressionProblem {
    /// What is wrong and what would be right.
    pub message: String,
    /// First character concerned, counted from 0 in UTF-16 units of the whole text.
    pub start: u32,
    /// Behind the last character concerned.
    pub end: u32,
}

/// What an expression gives for one item, for the person who writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExpressionPreview {
    /// The value; absent when it cannot be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "unknown")]
    pub value: Option<serde_json::Value>,
    /// What is wrong.
    pub problems: Vec<ExpressionProblem>,
}
