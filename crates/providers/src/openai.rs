//! OpenAI Chat Completions, the format most servers speak: OpenAI, DeepSeek, OpenRouter, Groq, Mistral, Ollama, LM
//! Studio, llama.cpp. Builds requests and decodes answers; sends nothing.

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
pub(crate) struct OpenAi;

impl WireFormat for OpenAi {
    fn answer_url(&self, base: &Url, _model: &str) -> Result<Url> {
        join(base, ["chat", "completions"])
    }

    fn key_header(&self) -> (&'static str, &'static str) {
        ("authorization", "Bearer ")
    }

    fn body(&self, model: &str, request: &ModelRequest, dialect: Dialect) -> Value {
        let mut body = json!({ "messages": messages(request, dialect), "stream": true });
        // A server on this machine may have one model only and decide by itself.
        if !model.is_empty() {
            body["model"] = model.into();
        }
        if dialect.stream_options {
            body["stream_options"] = json!({ "include_usage": true });
        }
        if let Some(format) = response_format(request, dialect.schema) {
            body["response_format"] = format;
        }
        body[dialect.token_field.name()] = request.max_output_tokens.into();
        if let Some(temperature) = request.temperature {
            body["temperature"] = temperature.into();
        }
        if dialect.prompt_cache {
            // The same for all requests: they share the system prompt and the schema.
            body["prompt_cache_key"] = "bridge-assistant".into();
        }
        body
    }

    fn decoder(&self) -> Box<dyn AnswerDecoder> {
        Box::new(Decoder::default())
    }

    fn models_url(&self, base: &Url, _page: Option<&str>) -> Result<Url> {
        join(base, ["models"])
    }

    fn read_models(&self, body: &[u8]) -> Result<ModelPage, serde_json::Error> {
        let list: ModelList = read_object(body)?;
        let models =
            list.data.into_iter().filter(|model| answers_chats(&model.id)).map(ListedModel::into_info).collect();
        Ok(ModelPage { models, next: None })
    }
}

fn messages(request: &ModelRequest, dialect: Dialect) -> Vec<Value> {
    let system = schema_text::system(request, dialect.schema);
    let system = (!system.trim().is_empty()).then(|| json!({ "role": "system", "content": system }));
    let turns = alternating(&request.turns);
    system.into_iter().chain(turns.iter().map(message)).collect()
}

/// One string, because simple servers do not know content parts.
fn message(turn: &Turn) -> Value {
    let role = if turn.role == Role::Assistant { "assistant" } else { "user" };
    json!({ "role": role, "content": turn.parts.join("\n\n") })
}

fn response_format(request: &ModelRequest, support: SchemaSupport) -> Option<Value> {
    let schema = request.schema.as_ref()?;
    match support {
        SchemaSupport::JsonSchema => Some(
            json!({ "type": "json_schema", "json_schema": { "name": "answer", "strict": true, "schema": schema } }),
        ),
        SchemaSupport::JsonObject => Some(json!({ "type": "json_object" })),
        SchemaSupport::None => None,
    }
}

/// A chunk of a stream, or a whole answer: they differ in `delta` and `message` only.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chunk {
    choices: Option<Vec<Choice>>,
    usage: Option<Value>,
    error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    index: Option<u32>,
    delta: Option<Delta>,
    message: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Delta {
    content: Option<Content>,
    refusal: Option<String>,
    /// DeepSeek, llama.cpp.
    reasoning_content: Option<String>,
    /// OpenRouter, Groq, Ollama.
    reasoning: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    /// Mistral's reasoning models send parts.
    Parts(Vec<Part>),
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part {
    Text {
        text: String,
    },
    Thinking {
        #[serde(default)]
        thinking: Vec<Part>,
    },
    #[serde(other)]
    Other,
}

#[derive(Debug, Default)]
struct Decoder {
    state: DecoderState,
    refused: bool,
}

impl AnswerDecoder for Decoder {
    fn event(&mut self, event: &SseEvent, out: &mut Vec<ModelEvent>) -> Result<(), DecodeError> {
        if event.data.trim_ascii() == b"[DONE]" {
            self.state.recognised = true;
            self.state.over = true;
            return Ok(());
        }
        self.whole(&event.data, out)
    }

    fn whole(&mut self, body: &[u8], out: &mut Vec<ModelEvent>) -> Result<(), DecodeError> {
        let chunk: Chunk = read_object(body)?;
        if let Some(error) = chunk.error {
            return Err(DecodeError::Reported(Report::of(&json!({ "error": error }))));
        }
        self.state.recognised |= chunk.choices.is_some() || chunk.usage.is_some();
        // Several choices are never asked for; another one's text must not be mixed in.
        let first = chunk.choices.into_iter().flatten().find(|choice| choice.index.unwrap_or(0) == 0);
        if let Some(choice) = first {
            self.choice(choice, out)?;
        }
        if let Some(usage) = chunk.usage.filter(Value::is_object) {
            out.push(ModelEvent::Usage(read_usage(&usage)));
        }
        Ok(())
    }

    fn state(&self) -> DecoderState {
        self.state
    }
}

impl Decoder {
    fn choice(&mut self, choice: Choice, out: &mut Vec<ModelEvent>) -> Result<(), DecodeError> {
        let delta = choice.delta.or(choice.message).unwrap_or_default();
        let reasoning = delta.reasoning_content.or(delta.reasoning).unwrap_or_default();
        push(out, ModelEvent::Reasoning, reasoning);
        match delta.content {
            Some(Content::Text(text)) => push(out, ModelEvent::Text, text),
            Some(Content::Parts(parts)) => push_parts(out, parts),
            None => {}
        }
        if let Some(refusal) = delta.refusal.filter(|text| !text.is_empty()) {
            self.refused = true;
            out.push(ModelEvent::Text(refusal));
        }
        match choice.finish_reason.as_deref() {
            None | Some("") => {}
            // OpenRouter: the model behind it failed.
            Some("error") => return Err(DecodeError::Reported(Report::default())),
            Some(reason) => self.state.finish = Some(self.finish_reason(reason)),
        }
        Ok(())
    }

    fn finish_reason(&self, reason: &str) -> FinishReason {
        match reason {
            "stop" if self.refused => FinishReason::Refusal,
            "stop" | "eos" => FinishReason::Stop,
            "length" | "model_length" => FinishReason::Length,
            "content_filter" => FinishReason::ContentFilter,
            _ => FinishReason::Other,
        }
    }
}

fn push(out: &mut Vec<ModelEvent>, event: fn(String) -> ModelEvent, text: String) {
    if !text.is_empty() {
        out.push(event(text));
    }
}

fn push_parts(out: &mut Vec<ModelEvent>, parts: Vec<Part>) {
    for part in parts {
        match part {
            Part::Text { text } => push(out, ModelEvent::Text, text),
            Part::Thinking { thinking } => {
                for thought in thinking {
                    if let Part::Text { text } = thought {
                        push(out, ModelEvent::Reasoning, text);
                    }
                }
            }
            Part::Other => {}
        }
    }
}

fn read_usage(usage: &Value) -> Usage {
    let cached = count(usage, &["prompt_tokens_details", "cached_tokens"]);
    Usage {
        input_tokens: count(usage, &["prompt_tokens"]),
        output_tokens: count(usage, &["completion_tokens"]),
        // DeepSeek has a field of its own for it.
        cached_tokens: if cached == 0 { count(usage, &["prompt_cache_hit_tokens"]) } else { cached },
        reasoning_tokens: count(usage, &["completion_tokens_details", "reasoning_tokens"]),
    }
}

#[derive(Debug, Deserialize)]
struct ModelList {
    data: Vec<ListedModel>,
}

#[derive(Debug, Deserialize)]
struct ListedModel {
    id: String,
    /// OpenRouter.
    name: Option<String>,
    /// OpenRouter; Groq; Mistral; vLLM.
    #[serde(alias = "context_window", alias = "max_context_length", alias = "max_model_len")]
    context_length: Option<Value>,
    /// Groq.
    max_completion_tokens: Option<Value>,
    /// OpenAI; Mistral.
    #[serde(alias = "deprecation")]
    shutdown_date: Option<String>,
}

impl ListedModel {
    fn into_info(self) -> ModelInfo {
        let tokens = |number: Option<Value>| Some(count(&number?, &[])).filter(|tokens| *tokens > 0);
        ModelInfo {
            name: self.name.unwrap_or_else(|| self.id.clone()),
            context_tokens: tokens(self.context_length),
            output_tokens: tokens(self.max_completion_tokens),
            retires_at: self.shutdown_date,
            id: self.id,
        }
    }
}

/// Parts of the names of models that do something else than answer. The list of this format does not say.
const NOT_FOR_CHATS: &[&str] =
    &["embed", "whisper", "tts", "dall-e", "moderation", "-image", "sora", "transcribe", "realtime", "rerank", "-ocr"];

fn answers_chats(id: &str) -> bool {
    let id = id.to_ascii_lowercase();
    !NOT_FOR_CHATS.iter().any(|part| id.contains(part))
}
