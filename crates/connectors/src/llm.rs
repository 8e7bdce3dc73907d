//! Asking a language model.

use bridge_domain::{ConnectorManifest, CredentialKind, Risk};

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
                .puts_out(&[("text", "string"), ("model", "string"), ("finish_reason", "string")])
                .risks(&[Risk::Sends]),
        )
        .manifest()
}

fn parameters() -> [Parameter; 7] {
    [
        Parameter::text("prompt", "Prompt", "What the model is asked.")
            .required()
            .format("multiline")
            .default("={{ $json }}"),
        Parameter::text("system", "Instructions", "Who the model is and how it should answer.").format("multiline"),
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
        Parameter::choice("answer", "Answer", "Whether the answer is text or a JSON object.", &["text", "json"])
            .default("text"),
    ]
}
