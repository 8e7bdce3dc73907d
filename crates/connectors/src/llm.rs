//! Asking a language model.

use bridge_domain::{ConnectorManifest, CredentialKind, Risk};
use serde_json::json;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The language model node.
pub fn connector() -> ConnectorManifest {
    Connector::new("llm", "Language model", "Asks a language model, for example to summarise, classify or write text.")
        .shown_in(Category::Ai, "IconSparkles")
        .synonyms(&[
            "llm",
            "ai",
            "gpt",
            "chatgpt",
            "openai",
            "claude",
            "anthropic",
            "gemini",
            "deepseek",
            "ollama",
            "language model",
            "summarize",
            "classify",
            "translate",
            "agent",
        ])
        .credential(CredentialKind::ModelProvider)
        .action(
            Action::new("prompt", "Ask a model", "Sends a prompt to a model and passes on its answer.")
                .synonyms(&[
                    "ask ai",
                    "ask gpt",
                    "prompt",
                    "generate text",
                    "summarise",
                    "extract",
                    "sentiment",
                    "rewrite",
                ])
                .parameters(parameters())
                .puts_out(&[("text", "string"), ("model", "string"), ("finish_reason", "string"), ("usage", "object")])
                .risks(&[Risk::Sends]),
        )
        .action(
            Action::new("extract", "Extract fields", "Has a model read text and fill in the fields you name.")
                .synonyms(&["structured output", "extract data", "extract fields", "parse text", "classify text"])
                .parameters(extraction())
                .puts_out(&[("fields", "object"), ("model", "string"), ("usage", "object")])
                .risks(&[Risk::Sends]),
        )
        .manifest()
}

fn parameters() -> [Parameter; 7] {
    let [provider, model, temperature, max_tokens] = request();
    [
        Parameter::text("prompt", "Prompt", "What the model is asked.")
            .required()
            .format("multiline")
            .default("={{ $json }}"),
        Parameter::text("system", "Instructions", "Who the model is and how it should answer.").format("multiline"),
        provider,
        model,
        temperature,
        max_tokens,
        Parameter::choice("answer", "Answer", "Whether the answer is text or a JSON object.", &["text", "json"])
            .default("text"),
    ]
}

fn extraction() -> Vec<Parameter> {
    let [provider, model, _, max_tokens] = request();
    vec![
        Parameter::text("text", "Text", "What the model reads.").required().format("multiline").default("={{ $json }}"),
        Parameter::text("instructions", "Instructions", "What else the model should know about the fields.")
            .format("multiline"),
        Parameter::list(
            "fields",
            "Fields",
            "What to find in the text; not used when a JSON Schema is given.",
            vec![
                Parameter::text("name", "Name", "Name of the field.").required().with("minLength", 1),
                Parameter::choice(
                    "type",
                    "Type",
                    "What the field holds.",
                    &["text", "number", "integer", "boolean", "date", "list"],
                )
                .default("text"),
                Parameter::text("description", "Description", "What belongs in the field."),
                Parameter::boolean("required", "Required", "Whether it must be found; otherwise it may be null.")
                    .default(false),
            ],
        )
        .default(json!([]))
        .with("maxItems", 100),
        Parameter::value(
            "schema",
            "JSON Schema",
            "JSON Schema of an object that the answer must meet, instead of fields.",
            &["object", "string"],
        )
        .format("code"),
        provider,
        model,
        max_tokens,
    ]
}

/// How a model is chosen and bounded.
fn request() -> [Parameter; 4] {
    [
        Parameter::text(
            "provider",
            "Provider",
            "Identifier of a provider from the settings; the default one when left out.",
        ),
        Parameter::text("model", "Model", "Model of that provider; its default one when left out."),
        Parameter::number(
            "temperature",
            "Temperature",
            "How much answers vary: 0 for the most likely words, higher for variety.",
            0.0..=2.0,
        ),
        Parameter::integer("max_tokens", "Tokens at most", "Longest answer, in tokens.", 1..=131_072).default(1024),
    ]
}
