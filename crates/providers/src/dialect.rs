//! What a server refused, and how it is asked instead. Remembers what worked until the application ends; sends nothing.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use http::StatusCode;

use crate::{ProviderSpec, SchemaSupport, TokenField};

/// How a request is worded for one server and model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Ask for usage at the end of the stream.
    pub(crate) stream_options: bool,
    /// Name what belongs together for the prompt cache.
    pub(crate) prompt_cache: bool,
    pub(crate) token_field: TokenField,
    /// The other token field was refused already.
    renamed: bool,
    pub(crate) schema: SchemaSupport,
}

/// Dialects that worked where the first one did not, by base URL and model. One for the application: they are facts about
/// servers, whoever asks.
static LEARNED: LazyLock<Mutex<HashMap<(String, String), Dialect>>> = LazyLock::new(Mutex::default);

/// The dialect that worked last for a model at a base URL, if it was not the first one.
pub(crate) fn learned(base: &str, model: &str) -> Option<Dialect> {
    let learned = LEARNED.lock().unwrap_or_else(PoisonError::into_inner);
    learned.get(&(base.to_owned(), model.to_owned())).copied()
}

/// Remembers a dialect that worked.
pub(crate) fn learn(base: &str, model: &str, dialect: Dialect) {
    let mut learned = LEARNED.lock().unwrap_or_else(PoisonError::into_inner);
    learned.insert((base.to_owned(), model.to_owned()), dialect);
}

impl Dialect {
    /// As the provider's entry says.
    pub(crate) fn of(spec: &ProviderSpec) -> Self {
        Self {
            stream_options: true,
            prompt_cache: spec.prompt_cache_key,
            token_field: spec.token_field,
            renamed: false,
            schema: spec.schema,
        }
    }

    /// The dialect to try after a refusal that names something optional; `None` when it names nothing of the kind.
    /// Each step leaves less to refuse, so that a few steps end it.
    pub(crate) fn after_refusal(self, status: StatusCode, body: &[u8], has_schema: bool) -> Option<Self> {
        if !matches!(status.as_u16(), 400 | 422) {
            return None;
        }
        let said = String::from_utf8_lossy(body).to_ascii_lowercase();
        let names = |words: &[&str]| words.iter().any(|word| said.contains(word));
        if self.stream_options && names(&["stream_options", "include_usage"]) {
            Some(Self { stream_options: false, ..self })
        } else if self.prompt_cache && names(&["prompt_cache_key"]) {
            Some(Self { prompt_cache: false, ..self })
        } else if !self.renamed && names(&[self.token_field.name()]) && is_unknown_field(&said) {
            Some(Self { token_field: self.token_field.other(), renamed: true, ..self })
        } else if has_schema && self.schema != SchemaSupport::None && names(SCHEMA_WORDS) {
            Some(Self { schema: SchemaSupport::None, ..self })
        } else {
            None
        }
    }
}

impl TokenField {
    /// The field's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::MaxCompletionTokens => "max_completion_tokens",
            Self::MaxTokens => "max_tokens",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::MaxCompletionTokens => Self::MaxTokens,
            Self::MaxTokens => Self::MaxCompletionTokens,
        }
    }
}

/// Tells a field that is not known from a value that is too large.
fn is_unknown_field(said: &str) -> bool {
    !["too large", "too high", "at most", "maximum", "exceed", "less than"].iter().any(|words| said.contains(words))
}

/// What refusals of a schema speak of, across formats.
const SCHEMA_WORDS: &[&str] = &[
    "response_format",
    "json_schema",
    "json schema",
    "structured output",
    "output_config",
    "output_format",
    "responsejsonschema",
    "response_json_schema",
    "responseschema",
    "response_schema",
    "responsemimetype",
    "response_mime_type",
    "json mode",
    "grammar",
    "union types",
    "optional parameters",
    "schemas contain",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_schema_that_is_too_much_for_a_server_is_told_in_words() {
        let first = Dialect::of(crate::provider("anthropic").unwrap());
        for said in [
            "output_config.format.schema: For 'integer' type, property 'minimum' is not supported",
            "Schemas contains too many parameters with union types (35 parameters)",
            "Schemas contains too many optional parameters (87)",
            "The compiled grammar is too large",
        ] {
            let body = format!(r#"{{"type":"error","error":{{"type":"invalid_request_error","message":"{said}"}}}}"#);
            let next = first.after_refusal(StatusCode::BAD_REQUEST, body.as_bytes(), true);
            assert_eq!(next.unwrap().schema, SchemaSupport::None, "{said}");
            assert_eq!(first.after_refusal(StatusCode::BAD_REQUEST, body.as_bytes(), false), None, "{said}");
        }
    }
}
