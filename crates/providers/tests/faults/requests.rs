//! What is sent: bodies, headers and previews per provider, lists of models, prices. And what is never shown: the key.

use std::io;
use std::sync::{Arc, Mutex};

use bridge_domain::{ErrorCode, FinishReason, ModelRequest, Role, SecretString, Turn, Usage};
use bridge_providers::{Gate, PROVIDERS, connect, cost, key_host};
use serde_json::Value;

use crate::support::*;

/// A recorded stream in the format of a provider.
fn stream_for(id: &str) -> Vec<u8> {
    recording(match id {
        "anthropic" => "anthropic",
        "gemini" => "gemini",
        _ => "openai",
    })
}

fn conversation() -> ModelRequest {
    let turn = |role, parts: &[&str]| Turn { role, parts: parts.iter().map(|part| (*part).to_owned()).collect() };
    ModelRequest {
        turns: vec![
            turn(Role::Assistant, &["Hello."]),
            turn(Role::User, &["One.", " "]),
            turn(Role::User, &["Two."]),
            turn(Role::Assistant, &["", "\n"]),
            turn(Role::Assistant, &["Three."]),
            turn(Role::User, &["Data.", "Four."]),
        ],
        ..question()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preview_is_what_is_sent_and_the_key_is_only_in_its_header() {
    for spec in PROVIDERS {
        let server = FaultServer::always(stream_of(stream_for(spec.id))).await;
        let model = model_at(spec.id, &server.url(), quick());
        let payload = model.payload(&conversation());
        assert_eq!(outcome(model.stream(conversation())).await.end, Ok(FinishReason::Stop), "{}", spec.id);
        let seen = server.seen().remove(0);
        assert_eq!(payload.body, seen.body);
        assert_eq!(payload.url, format!("{}{}", server.url(), seen.path()));
        for (name, value) in &payload.headers {
            assert_eq!(seen.header(name), Some(value.replace("•••", KEY).as_str()), "{}: {name}", spec.id);
        }
        assert_eq!(seen.head.matches(KEY).count(), 1, "{}: {}", spec.id, seen.head);
        assert!(!seen.path().contains(KEY) && !seen.body.contains(KEY));
        assert!(!format!("{payload:?}").contains(KEY));
        let body = &seen.json();
        assert!(find(body, &["temperature", "top_p", "top_k", "topP", "topK"]).is_empty(), "{}: {body}", spec.id);
        let masked = payload.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect::<String>();
        let shown = format!("POST {}\n{masked}\n{}", seen.path(), serde_json::to_string_pretty(body).unwrap());
        insta::assert_snapshot!(format!("request_{}", spec.id), shown);
    }
}

/// Fields with one of these names, at any depth.
fn find<'a>(value: &'a Value, names: &[&str]) -> Vec<&'a str> {
    match value {
        Value::Object(fields) => {
            let here = fields.keys().map(String::as_str).filter(|name| names.contains(name));
            here.chain(fields.values().flat_map(|value| find(value, names))).collect()
        }
        Value::Array(items) => items.iter().flat_map(|item| find(item, names)).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_providers_own_key_is_taken_out_of_what_the_user_wrote() {
    let server = FaultServer::always(stream_of(recording("openai"))).await;
    let model = model_at("openai", &server.url(), quick());
    let parts = vec![format!("My key is {KEY}, is that right?")];
    let request = ModelRequest { turns: vec![Turn { role: Role::User, parts }], ..question() };
    assert!(!model.payload(&request).body.contains(KEY));
    outcome(model.stream(request)).await.end.unwrap();
    assert!(server.seen()[0].body.contains("My key is •••, is that right?"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_nothing_is_sent_where_one_is_wanted() {
    for (id, key) in [("openai", None), ("anthropic", Some("")), ("gemini", Some("  \n")), ("deepseek", None)] {
        let server = FaultServer::always(stream_of(recording("openai"))).await;
        let key = key.map(SecretString::from);
        let model = connect(spec(id), &Gate::new().unwrap(), Some(&server.url()), key, quick()).unwrap();
        assert_eq!(outcome(model.stream(question())).await.error().code, ErrorCode::KeyMissing);
        assert_eq!(model.models().await.unwrap_err().code, ErrorCode::KeyMissing);
        assert!(!model.payload(&question()).body.is_empty());
        assert_eq!(server.requests(), 0);
    }
    // A server that wants one all the same says so.
    let server = FaultServer::always(response(401, "", "{}")).await;
    let model = connect(spec("custom"), &Gate::new().unwrap(), Some(&server.url()), None, quick()).unwrap();
    assert_eq!(outcome(model.stream(question())).await.error().code, ErrorCode::KeyMissing);
}

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn p1_the_key_is_in_no_log() {
    if std::env::var_os("LOG_EVERYTHING").is_none() {
        // A logger is global: this test has a process of its own.
        in_own_process("requests::p1_the_key_is_in_no_log", &[("LOG_EVERYTHING", "1")]);
        return;
    }
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).init();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for id in ["openai", "anthropic", "gemini", "custom"] {
            for status in [200, 307, 401, 429, 500] {
                let body = format!("{{\"error\":{{\"message\":\"{KEY}\"}}}}");
                let server = FaultServer::always(response(status, "location: http://127.0.0.1:1/\r\n", body)).await;
                ask(id, &server.url(), quick()).await.error();
                model_at(id, &server.url(), quick()).models().await.unwrap_err();
            }
            ask(id, "https://no-such-host.invalid/v1", quick()).await.error();
            ask(id, "http://127.0.0.1:1/v1", quick()).await.error();
        }
    });
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("asking again") && log.contains("hyper_util"), "the log was not taken");
    assert!(!log.contains(KEY), "the key is in the log");
    assert!(!log.contains(&KEY[4..]), "part of the key is in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn models_are_listed_as_the_provider_offers_them() {
    let list = |id: &'static str, pages: Vec<&'static str>| async move {
        let scripts =
            pages.into_iter().map(|page| vec![Step::Send(response(200, "content-type: application/json\r\n", page))]);
        let server = FaultServer::start(scripts.collect()).await;
        let models = model_at(id, &server.url(), quick()).models().await.unwrap();
        let paths: Vec<String> = server.seen().iter().map(|seen| seen.path().to_owned()).collect();
        format!("{paths:#?}\n{models:#?}")
    };
    insta::assert_snapshot!("models_openai", list("openai", vec![
        r#"{"object":"list","data":[{"id":"gpt-6.1-terra","object":"model","created":1,"owned_by":"openai","shutdown_date":null},
            {"id":"gpt-5","object":"model","shutdown_date":"2027-02-01"},{"id":"text-embedding-4","object":"model"},{"id":"whisper-1"}]}"#,
    ]).await);
    insta::assert_snapshot!("models_openrouter", list("openrouter", vec![
        r#"{"data":[{"id":"x/y","name":"X: Y","context_length":131072,"architecture":{"modality":"text->text"}},{"id":"z","context_length":null}]}"#,
    ]).await);
    insta::assert_snapshot!("models_anthropic", list("anthropic", vec![
        r#"{"data":[{"type":"model","id":"claude-sonnet-5-5","display_name":"Claude Sonnet 5.5","created_at":"2026-08-01T00:00:00Z","max_input_tokens":1000000,"max_tokens":128000,"lifecycle":"active","retires_at":null}],"has_more":true,"first_id":"a","last_id":"claude-sonnet-5-5"}"#,
        r#"{"data":[{"type":"model","id":"claude-haiku-5-5","display_name":"Claude Haiku 5.5","retires_at":"2027-10-01"}],"has_more":false,"last_id":"claude-haiku-5-5"}"#,
    ]).await);
    insta::assert_snapshot!("models_gemini", list("gemini", vec![
        r#"{"models":[{"name":"models/gemini-3.8-flash","displayName":"Gemini 3.8 Flash","inputTokenLimit":1048576,"outputTokenLimit":65536,"supportedGenerationMethods":["generateContent","countTokens"]},
            {"name":"models/gemini-embedding-2","supportedGenerationMethods":["embedContent"]}],"nextPageToken":"a b&c"}"#,
        r#"{"models":[{"name":"models/gemini-3.5-flash-lite","supportedGenerationMethods":["generateContent"]}]}"#,
    ]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_names_itself_as_its_next_page_ends() {
    let page = r#"{"data":[{"id":"m"}],"has_more":true,"last_id":"m"}"#;
    let server = FaultServer::always(response(200, "", page)).await;
    assert_eq!(model_at("anthropic", &server.url(), quick()).models().await.unwrap().len(), 2);
    for broken in ["{\"data\":17}", "[]", "{\"data\":[{\"id\":7}]}", "{\"data\":[", ""] {
        let server = FaultServer::always(response(200, "", broken)).await;
        let error = model_at("openai", &server.url(), quick()).models().await.unwrap_err();
        assert_eq!(error.code, ErrorCode::BadAnswer, "{broken}");
        assert_presentable(&error);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_models_name_cannot_change_where_a_request_goes() {
    for name in ["../../v1/keys", "a/b?c=d#e", "%2e%2e/x", "x:generateContent?key=1", "ü 模型"] {
        let server = FaultServer::always(stream_of(recording("gemini"))).await;
        let request = ModelRequest { model: name.to_owned(), ..question() };
        outcome(model_at("gemini", &format!("{}/v1beta/", server.url()), quick()).stream(request)).await.end.unwrap();
        let seen = server.seen().remove(0);
        let (path, query) = seen.path().split_once('?').unwrap();
        assert!(path.starts_with("/v1beta/models/") && path.ends_with(":streamGenerateContent"), "{path}");
        assert_eq!((path.matches('/').count(), query), (3, "alt=sse"), "{name}: {path}");
    }
}

#[test]
fn pasted_addresses_of_endpoints_lead_to_the_base() {
    for (given, expected) in [
        ("https://host.example/v1/chat/completions", "https://host.example/v1/chat/completions"),
        ("https://host.example/v1/", "https://host.example/v1/chat/completions"),
        (" https://host.example ", "https://host.example/chat/completions"),
    ] {
        let model = connect(spec("custom"), &Gate::new().unwrap(), Some(given), None, quick()).unwrap();
        assert_eq!(model.payload(&question()).url, expected, "{given}");
    }
}

#[test]
fn a_key_belongs_to_a_host_and_its_port() {
    assert_eq!(key_host(spec("openai"), None).unwrap(), "api.openai.com");
    assert_eq!(key_host(spec("openai"), Some("https://API.OpenAI.com:443/v1")).unwrap(), "api.openai.com");
    assert_eq!(key_host(spec("openai"), Some("https://proxy.example:8443/v1")).unwrap(), "proxy.example:8443");
    assert_eq!(key_host(spec("ollama"), None).unwrap(), "127.0.0.1:11434");
    assert_eq!(key_host(spec("custom"), Some("http://[::1]:80/v1")).unwrap(), "[::1]");
    assert_eq!(key_host(spec("custom"), None).unwrap_err().code, ErrorCode::InvalidInput);
}

#[test]
fn the_registry_holds_what_the_settings_page_needs() {
    let mut ids: Vec<&str> = PROVIDERS.iter().map(|spec| spec.id).collect();
    for spec in PROVIDERS {
        assert!(spec.base_url.is_empty() || key_host(spec, None).is_ok(), "{}", spec.id);
        assert_eq!(spec.needs_key, spec.key_variable.is_some() && spec.key_page.is_some(), "{}", spec.id);
        assert!(!spec.needs_key || !spec.default_model.is_empty(), "{}", spec.id);
        assert!(!spec.local || spec.base_url.starts_with("http://127.0.0.1:"), "{}", spec.id);
        assert!(spec.key_page.is_none_or(|page| page.starts_with("https://")), "{}", spec.id);
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), PROVIDERS.len(), "an identifier is used twice");
}

#[test]
fn prices_are_per_million_tokens_and_unknown_where_unknown() {
    let usage = Usage { input_tokens: 1_000_000, output_tokens: 200_000, ..Usage::default() };
    let close = |cost: Option<f64>, dollars: f64| (cost.unwrap() - dollars).abs() < 1e-9;
    assert!(close(cost("openai", "gpt-6.1-terra", &usage), 2.0));
    assert!(close(cost("openai", "gpt-6.1-terra-2026-09-30", &usage), 2.0));
    assert!(close(cost("anthropic", "claude-haiku-5-5", &usage), 0.2));
    assert!(close(cost("ollama", "anything", &usage), 0.0));
    for (id, model) in [("openai", "gpt-6.1-terra-mini"), ("openai", ""), ("custom", "gpt-6.1-terra"), ("nobody", "x")]
    {
        assert_eq!(cost(id, model, &usage), None, "{id} {model}");
    }
}
