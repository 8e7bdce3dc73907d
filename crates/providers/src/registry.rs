//! Every provider, as data. A new host that speaks a known format is one entry here; names and prices age, and this is
//! the one place where they are kept. No behaviour: quirks are values that the formats read.

use crate::anthropic::Anthropic;
use crate::format::WireFormat;
use crate::gemini::Gemini;
use crate::openai::OpenAi;

/// A provider: where it is, what it speaks and what it wants.
#[derive(Debug)]
pub struct ProviderSpec {
    /// Identifier, never changed once released.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Its wire format.
    pub(crate) format: &'static dyn WireFormat,
    /// Base URL unless overridden; empty when there is none and the user must give one.
    pub base_url: &'static str,
    /// Model unless changed; empty when the server or the user decides.
    pub default_model: &'static str,
    /// Whether it runs on this machine.
    pub local: bool,
    /// Whether it wants a key.
    pub needs_key: bool,
    /// The environment variable that serves when the keychain has no key.
    pub key_variable: Option<&'static str>,
    /// Where a person gets a key.
    pub key_page: Option<&'static str>,
    /// How it holds a model to a schema.
    pub schema: SchemaSupport,
    /// What it calls the cap on output tokens.
    pub token_field: TokenField,
    /// Whether it takes `prompt_cache_key`; servers with strict validation refuse fields they do not know.
    pub prompt_cache_key: bool,
    /// Prices of its models, where known.
    pub prices: &'static [Price],
}

/// How a provider holds a model to a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaSupport {
    /// The answer follows the schema.
    JsonSchema,
    /// The answer is a JSON object; the schema is told in the prompt.
    JsonObject,
    /// Not at all; the schema is told in the prompt.
    None,
}

/// What the OpenAI format calls the cap on output tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenField {
    /// `max_completion_tokens`, which current OpenAI models want.
    MaxCompletionTokens,
    /// `max_tokens`, which other servers know.
    MaxTokens,
}

/// Price of a model in US dollars per million tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// The model.
    pub model: &'static str,
    /// Per million tokens read.
    pub input: f64,
    /// Per million tokens written.
    pub output: f64,
}

const fn price(model: &'static str, input: f64, output: f64) -> Price {
    Price { model, input, output }
}

/// A host of the OpenAI format with a key; entries override what differs.
const HOST: ProviderSpec = ProviderSpec {
    id: "",
    name: "",
    format: &OpenAi,
    base_url: "",
    default_model: "",
    local: false,
    needs_key: true,
    key_variable: None,
    key_page: None,
    schema: SchemaSupport::JsonSchema,
    token_field: TokenField::MaxTokens,
    prompt_cache_key: false,
    prices: &[],
};

/// A server of the OpenAI format on this machine; entries override what differs.
const LOCAL: ProviderSpec = ProviderSpec { local: true, needs_key: false, ..HOST };

/// All providers that are asked over HTTP, in the order the settings page shows them.
pub const PROVIDERS: &[ProviderSpec] = &[
    ProviderSpec {
        id: "openai",
        name: "OpenAI",
        base_url: "https://api.openai.com/v1",
        default_model: "gpt-6.1-terra",
        key_variable: Some("OPENAI_API_KEY"),
        key_page: Some("https://platform.openai.com/api-keys"),
        token_field: TokenField::MaxCompletionTokens,
        prompt_cache_key: true,
        prices: &[price("gpt-6.1-terra", 1.0, 5.0), price("gpt-6-luna", 0.10, 0.50)],
        ..HOST
    },
    ProviderSpec {
        id: "anthropic",
        name: "Anthropic",
        format: &Anthropic,
        base_url: "https://api.anthropic.com/v1",
        default_model: "claude-sonnet-5-5",
        key_variable: Some("ANTHROPIC_API_KEY"),
        key_page: Some("https://console.anthropic.com/settings/keys"),
        prices: &[price("claude-sonnet-5-5", 2.0, 10.0), price("claude-haiku-5-5", 0.10, 0.50)],
        ..HOST
    },
    ProviderSpec {
        id: "gemini",
        name: "Google Gemini",
        format: &Gemini,
        base_url: "https://generativelanguage.googleapis.com/v1beta",
        default_model: "gemini-3.8-flash",
        key_variable: Some("GEMINI_API_KEY"),
        key_page: Some("https://aistudio.google.com/apikey"),
        prices: &[price("gemini-3.8-flash", 0.75, 3.75)],
        ..HOST
    },
    ProviderSpec {
        id: "deepseek",
        name: "DeepSeek",
        base_url: "https://api.deepseek.com",
        default_model: "deepseek-flash",
        key_variable: Some("DEEPSEEK_API_KEY"),
        key_page: Some("https://platform.deepseek.com/api_keys"),
        schema: SchemaSupport::JsonObject,
        prices: &[price("deepseek-flash", 0.30, 1.20)],
        ..HOST
    },
    ProviderSpec {
        id: "openrouter",
        name: "OpenRouter",
        base_url: "https://openrouter.ai/api/v1",
        default_model: "openrouter/auto",
        key_variable: Some("OPENROUTER_API_KEY"),
        key_page: Some("https://openrouter.ai/settings/keys"),
        ..HOST
    },
    ProviderSpec {
        id: "groq",
        name: "Groq",
        base_url: "https://api.groq.com/openai/v1",
        default_model: "openai/gpt-oss-120b",
        key_variable: Some("GROQ_API_KEY"),
        key_page: Some("https://console.groq.com/keys"),
        token_field: TokenField::MaxCompletionTokens,
        ..HOST
    },
    ProviderSpec {
        id: "mistral",
        name: "Mistral",
        base_url: "https://api.mistral.ai/v1",
        default_model: "mistral-large-latest",
        key_variable: Some("MISTRAL_API_KEY"),
        key_page: Some("https://console.mistral.ai/api-keys"),
        ..HOST
    },
    ProviderSpec { id: "ollama", name: "Ollama", base_url: "http://127.0.0.1:11434/v1", ..LOCAL },
    ProviderSpec { id: "lmstudio", name: "LM Studio", base_url: "http://127.0.0.1:1234/v1", ..LOCAL },
    ProviderSpec { id: "llamacpp", name: "llama.cpp server", base_url: "http://127.0.0.1:8080/v1", ..LOCAL },
    ProviderSpec { id: "custom", name: "Other OpenAI-compatible server", needs_key: false, ..HOST },
];

/// The provider with this identifier.
#[must_use]
pub fn provider(id: &str) -> Option<&'static ProviderSpec> {
    PROVIDERS.iter().find(|spec| spec.id == id)
}
