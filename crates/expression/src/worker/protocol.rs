//! What the application and its worker say to each other: JSON messages behind their length in four bytes, least
//! significant first. The worker's messages are written by whoever wrote the code it runs: they are read with bounds and
//! without trust.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Bytes of one message at most; a longer one is refused by whoever reads it.
pub(crate) const MAX_MESSAGE: usize = 128 << 20;

/// From the application.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order<'a> {
    /// Work.
    #[serde(borrow)]
    Job(Job<'a>),
    /// What the worker asked for.
    Answer(#[serde(borrow)] Answer<'a>),
}

/// One piece of work, done in an interpreter of its own.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Job<'a> {
    /// Milliseconds after which the interpreter is stopped.
    pub time: u64,
    /// Bytes the interpreter may use.
    pub memory: usize,
    /// Bytes of the result.
    pub output: usize,
    /// JSON object of what is the same for all items.
    #[serde(borrow)]
    pub values: &'a RawValue,
    /// JSON list of items.
    #[serde(borrow)]
    pub items: &'a RawValue,
    /// What to do.
    pub work: Work,
}

/// What to do with the items.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Work {
    /// Evaluate these expressions for each item, or once when there is none.
    Expressions(Vec<String>),
    /// Run the body of a function.
    Code {
        /// The body.
        body: String,
        /// Once for each item.
        each: bool,
    },
    /// Compile these, and run nothing.
    Check(Vec<Source>),
}

/// Something to compile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    /// An expression.
    Expression(String),
    /// The body of a function.
    Body(String),
}

/// What the worker asked for: JSON text, or why there is none.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer<'a> {
    /// The value.
    #[serde(borrow)]
    Value(&'a RawValue),
    /// Nothing, and why.
    Refused(Refusal<'a>),
}

/// Why there is no answer, for the person who wrote the question.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Refusal<'a> {
    /// What is wrong.
    pub message: Cow<'a, str>,
    /// What to do.
    pub hint: Cow<'a, str>,
}

/// From the worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Report<'a> {
    /// It needs data that it was not given.
    Ask(Ask),
    /// The job is done: JSON text of the result.
    #[serde(borrow)]
    Done(&'a RawValue),
    /// The job as a whole has failed.
    Failed(Failure),
}

/// Data of another node, or of the step's own input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ask {
    /// The node's label; nothing for the input that the items come from.
    pub node: Option<String>,
    /// Which items.
    pub reach: AskReach,
    /// Of this output of the node.
    pub output: usize,
}

/// Which items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AskReach {
    /// For each item of the batch the one it came from: a list of `{"item": …}` or `{"error": …}` with a [`Refusal`].
    Paired,
    /// The first; null when there is none.
    First,
    /// The last; null when there is none.
    Last,
    /// A list of all.
    All,
    /// Nothing but whether there are any.
    Run,
    /// None, but where the items in work were put out.
    Previous,
    /// None, but the parameters of the node; of that which put out the items in work, when none is named.
    Parameters,
}

/// Why a job failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// In which way.
    pub kind: FailureKind,
    /// What is wrong.
    pub message: String,
    /// Line of the source, from 1; 0 when it is not known.
    #[serde(default)]
    pub line: u32,
    /// Column, from 1, in characters; 0 when it is not known.
    #[serde(default)]
    pub column: u32,
    /// Which of several sources.
    #[serde(default)]
    pub source: usize,
    /// Position in the batch of the item it happened with.
    #[serde(default)]
    pub item: Option<usize>,
    /// What to do, when it is known already.
    #[serde(default)]
    pub hint: Option<String>,
}

impl Failure {
    /// One without a place.
    pub fn thrown(message: String) -> Self {
        Self { kind: FailureKind::Thrown, message, line: 0, column: 0, source: 0, item: None, hint: None }
    }
}

/// In which way a job failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FailureKind {
    /// The source is not valid.
    Syntax,
    /// It threw, or gave something that cannot be used.
    Thrown,
    /// It took too long.
    Time,
    /// It needed too much memory.
    Memory,
    /// It gave too much.
    Output,
    /// The worker could not be restricted and does no work.
    Unrestricted,
}

/// What an expression gave for an item.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Given {
    /// The value; absent for `undefined`.
    #[serde(default, deserialize_with = "present")]
    pub value: Option<serde_json::Value>,
    /// Why there is none.
    #[serde(default)]
    pub failure: Option<Failure>,
}

/// Tells null from nothing.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<serde_json::Value>, D::Error> {
    serde_json::Value::deserialize(deserializer).map(Some)
}
