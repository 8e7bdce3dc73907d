//! Google Gemini, `streamGenerateContent`. Builds requests and decodes answers; sends nothing.

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
pub(crate) struct Gemini;

impl WireFormat for Gemini {
    fn answer_url(&self, base: &Url, model: &str) -> Result<Url> {
        let model = model.strip_prefix("models/").unwrap_or(model);
        let mut url = join(base, ["models", &format!("{model}:streamGenerateContent")])?;
        url.set_query(Some("alt=sse"));
        Ok(url)
    }

    /// A header, never the query: URLs end up in logs.
    fn key_header(&self) -> (&'static str, &'static str) {
        ("x-goog-api-key", "")
    }

    fn body(&self, _model: &str, request: &ModelRequest, dialect: Dialect) -> Value {
        let mut body = json!({});
        let system = schema_text::system(request, dialect.schema);
        if !system.trim().is_empty() {
            body["systemInstruction"] = json!({ "parts": [{ "text": system }] });
        }
        body["contents"] = alternating(&request.turns).iter().map(content).collect();
        let mut config = json!({ "maxOutputTokens": request.max_output_tokens });
        if let Some(temperature) = request.temperature {
            config["temperature"] = temperature.into();
        }
        if let Some(schema) = &request.schema
            && dialect.schema != SchemaSupport::None
        {
            config["responseMimeType"] = "application/json".into();
            if dialect.schema == SchemaSupport::JsonSchema {
                config["responseJsonSchema"] = schema.clone();
            }
        }
        body["generationConfig"] = config;
        body
    }

    fn decoder(&self) -> Box<dyn AnswerDecoder> {
        Box::new(Decoder::default())
    }

    fn models_url(&self, base: &Url, page: Option<&str>) -> Result<Url> {
        let mut url = join(base, ["models"])?;
        url.query_pairs_mut().append_pair("pageSize", "1000");
        if let Some(token) = page {
            url.query_pairs_mut().append_pair("pageToken", token);
        }
        Ok(url)
    }

    fn read_models(&self, body: &[u8]) -> Result<ModelPage, serde_json::Error> {
        let list: ModelList = read_object(body)?;
        let models = list.models.into_iter().filter(ListedModel::answers_chats).map(ListedModel::into_info).collect();
        Ok(ModelPage { models, next: list.next_page_token.filter(|token| !token.is_empty()) })
    }
}

fn content(turn: &Turn) -> Value {
    let role = if turn.role == Role::Assistant { "model" } else { "user" };
    let parts: Vec<Value> = turn.parts.iter().map(|part| json!({ "text": part })).collect();
    json!({ "role": role, "parts": parts })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Chunk {
    candidates: Option<Vec<Candidate>>,
    prompt_feedback: Option<PromptFeedback>,
    usage_metadata: Option<Value>,
    error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Candidate {
    index: Option<u32>,
    content: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Content {
    parts: Option<Vec<Part>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Part {
    text: Option<String>,
    thought: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PromptFeedback {
    block_reason: Option<String>,
}

#[derive(Debug, Default)]
struct Decoder {
    state: DecoderState,
}

impl AnswerDecoder for Decoder {
    fn event(&mut self, event: &SseEvent, out: &mut Vec<ModelEvent>) -> Result<(), DecodeError> {
        let chunk: Chunk = read_object(&event.data)?;
        self.chunk(chunk, out)
    }

    /// Without `alt=sse` the chunks come as a list.
    fn whole(&mut self, body: &[u8], out: &mut Vec<ModelEvent>) -> Result<(), DecodeError> {
        if body.trim_ascii_start().first() != Some(&b'[') {
            let chunk: Chunk = read_object(body)?;
            return self.chunk(chunk, out);
        }
        let chunks: Vec<Chunk> = serde_json::from_slice(body)?;
        chunks.into_iter().try_for_each(|chunk| self.chunk(chunk, out))
    }

    fn state(&self) -> DecoderState {
        self.state
    }
}

impl Decoder {
    fn chunk(&mut self, chunk: Chunk, out: &mut Vec<ModelEvent>) -> Result<(), DecodeError> {
        if let Some(error) = chunk.error {
            return Err(DecodeError::Reported(Report::of(&json!({ "error": error }))));
        }
        self.state.recognised |=
            chunk.candidates.is_some() || chunk.usage_metadata.is_some() || chunk.prompt_feedback.is_some();
        if let Some(usage) = chunk.usage_metadata.filter(Value::is_object) {
            out.push(ModelEvent::Usage(read_usage(&usage)));
        }
        if let Some(reason) = chunk.prompt_feedback.and_then(|feedback| feedback.block_reason) {
            return Err(DecodeError::Blocked(reason));
        }
        let first = chunk.candidates.into_iter().flatten().find(|candidate| candidate.index.unwrap_or(0) == 0);
        if let Some(candidate) = first {
            self.candidate(candidate, out);
        }
        Ok(())
    }

    fn candidate(&mut self, candidate: Candidate, out: &mut Vec<ModelEvent>) {
        for part in candidate.content.and_then(|content| content.parts).into_iter().flatten() {
            let Some(text) = part.text.filter(|text| !text.is_empty()) else { continue };
            out.push(if part.thought == Some(true) { ModelEvent::Reasoning(text) } else { ModelEvent::Text(text) });
        }
        if let Some(reason) = candidate.finish_reason.filter(|reason| reason != "FINISH_REASON_UNSPECIFIED") {
            self.state.finish = Some(finish_reason(&reason));
        }
    }
}

fn finish_reason(reason: &str) -> FinishReason {
    match reason {
        "STOP" => FinishReason::Stop,
        "MAX_TOKENS" => FinishReason::Length,
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "IMAGE_SAFETY" | "LANGUAGE" => {
            FinishReason::ContentFilter
        }
        _ => FinishReason::Other,
    }
}

fn read_usage(usage: &Value) -> Usage {
    let thoughts = count(usage, &["thoughtsTokenCount"]);
    Usage {
        input_tokens: count(usage, &["promptTokenCount"]),
        output_tokens: count(usage, &["candidatesTokenCount"]).saturating_add(thoughts),
        cached_tokens: count(usage, &["cachedContentTokenCount"]),
        reasoning_tokens: thoughts,
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ModelList {
    models: Vec<ListedModel>,
    next_page_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedModel {
    /// `models/…`.
    name: String,
    display_name: Option<String>,
    input_token_limit: Option<u32>,
    output_token_limit: Option<u32>,
    #[serde(default)]
    supported_generation_methods: Vec<String>,
}

impl ListedModel {
    fn answers_chats(&self) -> bool {
        self.supported_generation_methods.iter().any(|method| method == "generateContent")
    }

    fn into_info(self) -> ModelInfo {
        let id = self.name.strip_prefix("models/").unwrap_or(&self.name).to_owned();
        ModelInfo {
            name: self.display_name.unwrap_or_else(|| id.clone()),
            context_tokens: self.input_token_limit,
            output_tokens: self.output_token_limit,
            retires_at: None,
            id,
        }
    }
}
