//! Anthropic Messages. Builds requests and decodes answers; sends nothing.

use bridge_domain::{FinishReason, ModelEvent, ModelInfo, ModelRequest, Result, Role, Turn, Usage};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::address::join;
use crate::dialect::Dialect;
use crate::error_body::Report;
use crate::format::{AnswerDecoder, DecodeError, DecoderState, ModelPage, WireFormat, count, read_object};
use crate::framing::SseEvent;
use crate::turns::alternating;
use crate::{SchemaSupport, schema_text};

/// The format.
#[derive(Debug)]
pub(crate) struct Anthropic;

impl WireFormat for Anthropic {
    fn answer_url(&self, base: &Url, _model: &str) -> Result<Url> {
        join(base, ["messages"])
    }

    fn key_header(&self) -> (&'static str, &'static str) {
        ("x-api-key", "")
    }

    fn fixed_headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("anthropic-version", "2023-06-01")]
    }

    fn body(&self, model: &str, request: &ModelRequest, dialect: Dialect) -> Value {
        let messages: Vec<Value> = alternating(&request.turns).iter().map(message).collect();
        let mut body = json!({
            "model": model,
            "max_tokens": request.max_output_tokens,
            "stream": true,
            "cache_control": { "type": "ephemeral" },
        });
        if let Some(temperature) = request.temperature {
            body["temperature"] = temperature.into();
        }
        let system = schema_text::system(request, dialect.schema);
        if !system.trim().is_empty() {
            body["system"] = system.into();
        }
        body["messages"] = messages.into();
        if let (SchemaSupport::JsonSchema, Some(schema)) = (dialect.schema, &request.schema) {
            body["output_config"] = json!({ "format": { "type": "json_schema", "schema": schema } });
        }
        body
    }

    fn decoder(&self) -> Box<dyn AnswerDecoder> {
        Box::new(Decoder::default())
    }

    fn models_url(&self, base: &Url, page: Option<&str>) -> Result<Url> {
        let mut url = join(base, ["models"])?;
        url.query_pairs_mut().append_pair("limit", "1000");
        if let Some(last) = page {
            url.query_pairs_mut().append_pair("after_id", last);
        }
        Ok(url)
    }

    fn read_models(&self, body: &[u8]) -> Result<ModelPage, serde_json::Error> {
        let list: ModelList = read_object(body)?;
        let next = if list.has_more { list.last_id } else { None };
        Ok(ModelPage { models: list.data.into_iter().map(ListedModel::into_info).collect(), next })
    }
}

fn message(turn: &Turn) -> Value {
    let role = if turn.role == Role::Assistant { "assistant" } else { "user" };
    let content: Vec<Value> = turn.parts.iter().map(|part| json!({ "type": "text", "text": part })).collect();
    json!({ "role": role, "content": content })
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    MessageStart {
        message: Message,
    },
    ContentBlockStart {
        content_block: Block,
    },
    ContentBlockDelta {
        delta: Block,
    },
    MessageDelta {
        delta: MessageDelta,
        #[serde(default)]
        usage: Value,
    },
    MessageStop,
    Error {
        error: Value,
    },
    /// `ping`, `content_block_stop`, and what is yet to come.
    #[serde(other)]
    Other,
}

/// A whole message; at the start of a stream it is empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message {
    #[serde(rename = "type")]
    kind: Option<String>,
    error: Option<Value>,
    content: Vec<Block>,
    stop_reason: Option<String>,
    usage: Value,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    #[serde(alias = "text_delta")]
    Text { text: String },
    #[serde(alias = "thinking_delta")]
    Thinking { thinking: String },
    /// `signature_delta`, `input_json_delta`, `redacted_thinking`, and what is yet to come.
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
struct MessageDelta {
    stop_reason: Option<String>,
}

#[derive(Debug, Default)]
struct Decoder {
    state: DecoderState,
    usage: Usage,
    /// Said by `message_delta`; the answer is complete with `message_stop` only.
    stop_reason: Option<FinishReason>,
}

impl AnswerDecoder for Decoder {
    fn event(&mut self, event: &SseEvent, out: &mut Vec<ModelEvent>) -> Result<(), DecodeError> {
        let event: Event = read_object(&event.data)?;
        self.state.recognised |= !matches!(event, Event::Other);
        match event {
            Event::MessageStart { message } => self.message(message, out),
            Event::ContentBlockStart { content_block: block } | Event::ContentBlockDelta { delta: block } => {
                push_block(out, block);
            }
            Event::MessageDelta { delta, usage } => {
                self.stop_reason = delta.stop_reason.as_deref().map(finish_reason).or(self.stop_reason);
                self.usage(&usage, out);
            }
            Event::MessageStop => {
                self.state.finish = Some(self.stop_reason.unwrap_or(FinishReason::Other));
                self.state.over = true;
            }
            Event::Error { error } => return Err(DecodeError::Reported(Report::of(&json!({ "error": error })))),
            Event::Other => {}
        }
        Ok(())
    }

    fn whole(&mut self, body: &[u8], out: &mut Vec<ModelEvent>) -> Result<(), DecodeError> {
        let message: Message = read_object(body)?;
        if let Some(error) = message.error {
            return Err(DecodeError::Reported(Report::of(&json!({ "error": error }))));
        }
        self.state.recognised = message.kind.as_deref() == Some("message");
        self.state.finish = message.stop_reason.as_deref().map(finish_reason);
        self.message(message, out);
        Ok(())
    }

    fn state(&self) -> DecoderState {
        self.state
    }
}

impl Decoder {
    fn message(&mut self, message: Message, out: &mut Vec<ModelEvent>) {
        for block in message.content {
            push_block(out, block);
        }
        self.usage(&message.usage, out);
    }

    /// Counts are cumulative, and a later event may name only some of them.
    fn usage(&mut self, usage: &Value, out: &mut Vec<ModelEvent>) {
        if !usage.is_object() {
            return;
        }
        let cached = count(usage, &["cache_read_input_tokens"]);
        let written = count(usage, &["cache_creation_input_tokens"]);
        // `input_tokens` leaves out what was read from the cache or written to it.
        let input = count(usage, &["input_tokens"]).saturating_add(cached).saturating_add(written);
        self.usage = Usage {
            input_tokens: input.max(self.usage.input_tokens),
            output_tokens: count(usage, &["output_tokens"]).max(self.usage.output_tokens),
            cached_tokens: cached.max(self.usage.cached_tokens),
            reasoning_tokens: count(usage, &["output_tokens_details", "thinking_tokens"])
                .max(self.usage.reasoning_tokens),
        };
        out.push(ModelEvent::Usage(self.usage));
    }
}

fn push_block(out: &mut Vec<ModelEvent>, block: Block) {
    match block {
        Block::Text { text } if !text.is_empty() => out.push(ModelEvent::Text(text)),
        Block::Thinking { thinking } if !thinking.is_empty() => out.push(ModelEvent::Reasoning(thinking)),
        _ => {}
    }
}

fn finish_reason(reason: &str) -> FinishReason {
    match reason {
        "end_turn" | "stop_sequence" => FinishReason::Stop,
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "refusal" => FinishReason::Refusal,
        _ => FinishReason::Other,
    }
}

#[derive(Debug, Deserialize)]
struct ModelList {
    data: Vec<ListedModel>,
    #[serde(default)]
    has_more: bool,
    last_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ListedModel {
    id: String,
    display_name: Option<String>,
    max_input_tokens: Option<u32>,
    max_tokens: Option<u32>,
    retires_at: Option<String>,
}

impl ListedModel {
    fn into_info(self) -> ModelInfo {
        ModelInfo {
            name: self.display_name.unwrap_or_else(|| self.id.clone()),
            context_tokens: self.max_input_tokens,
            output_tokens: self.max_tokens,
            retires_at: self.retires_at,
            id: self.id,
        }
    }
}
