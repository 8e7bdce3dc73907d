//! The port to a model: neutral requests in, neutral events out. Wire formats live in the providers crate.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Catalog, Definition, Error, NodeId, Result, Role};

/// A model provider, ready to be asked: base URL, key and limits are inside.
pub trait Model: Send + Sync {
    /// Asks. Dropping the stream stops the request and closes its connection.
    ///
    /// The stream ends with exactly one [`ModelEvent::Finish`] or one error. An answer whose connection ends without a
    /// finish of its format is the error [`crate::ErrorCode::Interrupted`]. Retries happen inside, and only before the
    /// first text.
    fn stream(&self, request: ModelRequest) -> ModelStream;

    /// What [`Self::stream`] would send, byte for byte, without sending it.
    fn payload(&self, request: &ModelRequest) -> Payload;

    /// The models the provider offers.
    fn models(&self) -> BoxFuture<'static, Result<Vec<ModelInfo>>>;
}

/// Events of one request, in order.
pub type ModelStream = BoxStream<'static, Result<ModelEvent>>;

/// One request to a model.
#[derive(Debug, Clone)]
pub struct ModelRequest {
    /// The provider's name of the model.
    pub model: String,
    /// The rules. The same bytes for every request of the same catalogue, so that prompt caches work.
    pub system: String,
    /// The conversation, oldest first; the last one is the user's.
    pub turns: Vec<Turn>,
    /// JSON Schema the answer must have, in the strictest subset all vendors take.
    pub schema: Option<serde_json::Value>,
    /// Cap on what is written, reasoning included.
    pub max_output_tokens: u32,
    /// How much answers vary, 0 to 2; the model's own default when absent. Some models take none.
    pub temperature: Option<f64>,
    /// The same facts as values, for a provider that reads values instead of prose.
    pub briefing: Option<Briefing>,
}

/// One turn of a conversation as a model is told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// [`Role::User`] or [`Role::Assistant`].
    pub role: Role,
    /// Its parts, in order: data blocks first, the person's own words last.
    pub parts: Vec<String>,
}

/// A request as it goes over the wire, for the user to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Payload {
    /// Where it goes; `this machine` for the built-in assistant.
    pub url: String,
    /// Headers, the key replaced by `•••`.
    pub headers: Vec<(String, String)>,
    /// The body, JSON as it is sent.
    pub body: String,
}

/// What the built-in assistant reads.
#[derive(Debug, Clone)]
pub struct Briefing {
    /// The person's own words.
    pub message: String,
    /// Name of the workflow; absent when the context was not to be included.
    pub workflow_name: Option<String>,
    /// The workflow; absent when the context was not to be included.
    pub definition: Option<Arc<Definition>>,
    /// All connectors.
    pub catalog: Arc<Catalog>,
    /// What went wrong last in this thread, in a person's words.
    pub last_error: Option<String>,
    /// What went wrong in the run the question is about.
    pub run_problem: Option<RunProblem>,
}

/// A failed step, as the built-in assistant reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct RunProblem {
    /// The node.
    pub node_id: NodeId,
    /// The parameter concerned.
    pub parameter: Option<String>,
    /// What happened.
    pub error: Error,
    /// Paths of the fields that arrived at the node, such as `customer.name`.
    pub fields: Vec<String>,
    /// The item concerned, from 0.
    pub item: Option<u32>,
    /// How many items that arrived were looked at.
    pub item_count: usize,
}

/// What a model says.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelEvent {
    /// More of the answer.
    Text(String),
    /// More of what it thinks.
    Reasoning(String),
    /// Tokens so far; later ones replace earlier ones.
    Usage(Usage),
    /// The answer is complete as far as the provider is concerned. Nothing follows.
    Finish(FinishReason),
}

/// Why a model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FinishReason {
    /// It was done.
    Stop,
    /// It reached its limit: the answer is truncated.
    Length,
    /// The provider withheld the rest.
    ContentFilter,
    /// The model refused.
    Refusal,
    /// Another reason of the provider's own, such as lack of resources: the answer may be truncated.
    Other,
}

/// Tokens of one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Usage {
    /// Read by the model, cached ones included.
    pub input_tokens: u32,
    /// Written by the model, reasoning included.
    pub output_tokens: u32,
    /// Of the input, how many came from the provider's cache.
    #[serde(default)]
    pub cached_tokens: u32,
    /// Of the output, how many were reasoning.
    #[serde(default)]
    pub reasoning_tokens: u32,
}

/// A model as its provider lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ModelInfo {
    /// What the provider calls it in requests.
    pub id: String,
    /// What people call it; the identifier where the provider says nothing.
    pub name: String,
    /// Tokens it can read, where the provider says.
    pub context_tokens: Option<u32>,
    /// Tokens it can write, where the provider says.
    pub output_tokens: Option<u32>,
    /// The day it is switched off, as the provider writes it.
    pub retires_at: Option<String>,
}
