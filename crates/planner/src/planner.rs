//! The port to the built-in assistant: a model that runs on this machine and needs no key and no network.

use std::time::Duration;

use bridge_domain::{
    Briefing, FinishReason, Model, ModelEvent, ModelInfo, ModelRequest, ModelStream, Payload, Result, Usage,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;

use crate::answer::in_parts;
use crate::interpret::answer;

/// Identifier of the only model.
pub const MODEL: &str = "bridge-rules";
/// How long an answer takes to appear at most.
const LONGEST: Duration = Duration::from_millis(1_500);

/// The built-in assistant.
///
/// Reads [`ModelRequest::briefing`] and answers by rules: the same briefing gives the same bytes.
#[derive(Debug, Clone, Copy)]
pub struct Planner {
    pause: Duration,
}

impl Default for Planner {
    fn default() -> Self {
        Self::new(Duration::from_millis(8))
    }
}

impl Planner {
    /// An assistant that pauses this long after each word, so that a person sees the answer arrive. A long answer comes
    /// several words at a time: all pauses together take 1.5 seconds at most.
    #[must_use]
    pub fn new(pause: Duration) -> Self {
        Self { pause }
    }
}

impl Model for Planner {
    fn stream(&self, request: ModelRequest) -> ModelStream {
        let pause = self.pause;
        Box::pin(async_stream::stream! {
            let text = answer(request.briefing.as_ref(), &request.turns).to_json();
            for part in in_parts(&text, most_parts(pause)) {
                yield Ok(ModelEvent::Text(part));
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
            }
            yield Ok(ModelEvent::Usage(Usage::default()));
            yield Ok(ModelEvent::Finish(FinishReason::Stop));
        })
    }

    fn payload(&self, request: &ModelRequest) -> Payload {
        let body = request.briefing.as_ref().map_or(serde_json::Value::Null, shown);
        Payload { url: "this machine".to_owned(), headers: Vec::new(), body: body.to_string() }
    }

    fn models(&self) -> BoxFuture<'static, Result<Vec<ModelInfo>>> {
        let model = ModelInfo {
            id: MODEL.to_owned(),
            name: "Built-in assistant".to_owned(),
            context_tokens: None,
            output_tokens: None,
            retires_at: None,
        };
        async move { Ok(vec![model]) }.boxed()
    }
}

/// Into how many parts an answer may be cut, so that the pauses stay below [`LONGEST`] all together.
fn most_parts(pause: Duration) -> usize {
    let parts = LONGEST.as_nanos().checked_div(pause.as_nanos()).unwrap_or(u128::MAX);
    usize::try_from(parts).unwrap_or(usize::MAX).max(1)
}

/// The briefing as JSON. Of the catalogue, which is the same for everyone, only the identifiers.
fn shown(briefing: &Briefing) -> serde_json::Value {
    let connectors: Vec<&str> = briefing.catalog.connectors().iter().map(|connector| connector.id.as_str()).collect();
    json!({
        "message": briefing.message,
        "workflow_name": briefing.workflow_name,
        "definition": briefing.definition.as_deref(),
        "catalog": connectors,
        "last_error": briefing.last_error,
        "run_problem": briefing.run_problem.as_ref().map(|problem| json!({
            "node_id": problem.node_id,
            "parameter": problem.parameter,
            "error": problem.error,
            "fields": problem.fields,
            "item": problem.item,
        })),
    })
}
