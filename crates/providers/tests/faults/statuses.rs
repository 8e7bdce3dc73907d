//! P1 and P2: every error status with the provider's real body, before and inside a stream.

use bridge_domain::ErrorCode::{self, *};
use serde_json::{Value, json};

use crate::support::*;

/// The statuses, and how often each is tried.
const STATUSES: &[(u16, usize)] = &[
    (400, 1),
    (401, 1),
    (402, 1),
    (403, 1),
    (404, 1),
    (408, 3),
    (409, 3),
    (413, 1),
    (429, 3),
    (500, 3),
    (502, 3),
    (503, 3),
    (504, 3),
    (529, 3),
];

fn expected(status: u16) -> ErrorCode {
    match status {
        400 => RequestRefused,
        401 => KeyRejected,
        402 => QuotaExceeded,
        403 => PermissionDenied,
        404 => ModelNotFound,
        408 | 504 => Timeout,
        413 => ContextTooLong,
        429 => RateLimited,
        _ => ProviderUnavailable,
    }
}

/// The body a provider sends with a status. Every text holds the key, as some providers quote it.
fn body(format: &str, status: u16) -> Value {
    let message = match status {
        401 => format!("Incorrect API key provided: {KEY}. You can find your key at https://host/keys?key={KEY}."),
        404 => format!("The model `the-model` does not exist or {KEY} has no access to it."),
        other => format!("Something {other} happened to {KEY}."),
    };
    match format {
        "anthropic" => {
            let kind = match status {
                400 | 409 => "invalid_request_error",
                401 => "authentication_error",
                402 => "billing_error",
                403 => "permission_error",
                404 => "not_found_error",
                413 => "request_too_large",
                429 => "rate_limit_error",
                408 | 504 => "timeout_error",
                529 => "overloaded_error",
                _ => "api_error",
            };
            json!({ "type": "error", "error": { "type": kind, "message": message }, "request_id": "req_011" })
        }
        "gemini" => {
            let name = match status {
                400 => "INVALID_ARGUMENT",
                401 => "UNAUTHENTICATED",
                403 => "PERMISSION_DENIED",
                404 => "NOT_FOUND",
                409 => "ABORTED",
                429 => "RESOURCE_EXHAUSTED",
                500 => "INTERNAL",
                503 => "UNAVAILABLE",
                408 | 504 => "DEADLINE_EXCEEDED",
                _ => "UNKNOWN",
            };
            json!({ "error": { "code": status, "message": message, "status": name } })
        }
        _ => {
            let (kind, code) = match status {
                401 => ("invalid_request_error", json!("invalid_api_key")),
                404 => ("invalid_request_error", json!("model_not_found")),
                413 => ("invalid_request_error", json!("request_too_large")),
                429 => ("requests", json!("rate_limit_exceeded")),
                500.. => ("server_error", Value::Null),
                _ => ("invalid_request_error", Value::Null),
            };
            json!({ "error": { "message": message, "type": kind, "param": null, "code": code } })
        }
    }
}

async fn check(id: &str, status: u16, headers: &str, body: &str, code: ErrorCode, tries: usize) {
    let server = FaultServer::always(response(status, headers, body)).await;
    let outcome = ask(id, &server.url(), quick()).await;
    assert_eq!(outcome.text, "");
    let error = outcome.error();
    assert_eq!(error.code, code, "{id} {status} {body}: {error:?}");
    assert_eq!(server.requests(), tries, "{id} {status} {body}");
    assert_eq!(error.retryable, code.is_transient());
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_every_status_of_every_provider_is_a_code_and_a_next_step() {
    for spec in bridge_providers::PROVIDERS {
        for (status, tries) in STATUSES {
            let body = body(spec.id, *status).to_string();
            check(spec.id, *status, "content-type: application/json\r\n", &body, expected(*status), *tries).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_a_status_with_a_page_or_nothing_for_a_body_is_mapped_as_well() {
    let page = format!("<html><body>Bad gateway {KEY}</body></html>");
    for id in ["openai", "anthropic", "gemini", "custom"] {
        for (status, tries) in STATUSES {
            // Without a word about a model, 404 means a wrong address.
            let code = if *status == 404 { RequestRefused } else { expected(*status) };
            check(id, *status, "content-type: text/html\r\n", &page, code, *tries).await;
            check(id, *status, "", "", code, *tries).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_bodies_that_say_more_than_their_status() {
    let openai = |kind: &str, code: &str, message: &str| {
        json!({ "error": { "message": message, "type": kind, "param": null, "code": code } }).to_string()
    };
    let gemini = |code: u16, status: &str, message: &str, details: Value| {
        json!({ "error": { "code": code, "message": message, "status": status, "details": details } }).to_string()
    };
    let quota = openai("insufficient_quota", "insufficient_quota", "You exceeded your current quota.");
    let bad_key = json!([{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID" }]);
    let per_day = json!([
        { "@type": "type.googleapis.com/google.rpc.QuotaFailure",
          "violations": [{ "quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }] },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1s" },
    ]);
    let anthropic = |kind: &str, message: &str| {
        json!({ "type": "error", "error": { "type": kind, "message": message } }).to_string()
    };
    for (id, status, body, code) in [
        ("openai", 429, quota.clone(), QuotaExceeded),
        ("openai", 400, openai("invalid_request_error", "context_length_exceeded", "Too long."), ContextTooLong),
        ("openai", 400, openai("invalid_request_error", "content_policy_violation", "No."), ContentFiltered),
        ("deepseek", 402, openai("unknown_error", "invalid_request_error", "Insufficient Balance"), QuotaExceeded),
        ("deepseek", 401, openai("authentication_error", "invalid_request_error", "Authentication Fails"), KeyRejected),
        (
            "deepseek",
            400,
            openai(
                "invalid_request_error",
                "invalid_request_error",
                "This model's maximum context length is 131072 tokens.",
            ),
            ContextTooLong,
        ),
        (
            "gemini",
            400,
            gemini(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", bad_key),
            KeyRejected,
        ),
        ("gemini", 400, gemini(400, "INVALID_ARGUMENT", "API key not valid.", json!([])), KeyRejected),
        (
            "gemini",
            400,
            gemini(
                400,
                "INVALID_ARGUMENT",
                "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
                json!([]),
            ),
            ContextTooLong,
        ),
        ("gemini", 429, gemini(429, "RESOURCE_EXHAUSTED", "Quota exceeded.", per_day), QuotaExceeded),
        (
            "gemini",
            404,
            gemini(404, "NOT_FOUND", "models/x is not found for API version v1beta.", json!([])),
            ModelNotFound,
        ),
        (
            "anthropic",
            400,
            anthropic("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
            ContextTooLong,
        ),
        ("anthropic", 400, anthropic("billing_error", "Your credit balance is too low."), QuotaExceeded),
        (
            "ollama",
            404,
            json!({ "error": { "message": "model \"x\" not found, try pulling it first", "type": "api_error" } })
                .to_string(),
            ModelNotFound,
        ),
        ("ollama", 400, json!({ "error": "model is required" }).to_string(), RequestRefused),
        (
            "llamacpp",
            400,
            json!({ "error": { "code": 400, "message": "the request exceeds the available context size",
            "type": "exceed_context_size_error", "n_prompt_tokens": 9000 } })
            .to_string(),
            ContextTooLong,
        ),
        (
            "mistral",
            422,
            json!({ "object": "error", "message": { "detail": [{ "type": "extra_forbidden" }] } }).to_string(),
            RequestRefused,
        ),
        ("mistral", 401, json!({ "detail": "Unauthorized" }).to_string(), KeyRejected),
        ("groq", 413, openai("tokens", "rate_limit_exceeded", "Request too large for model."), ContextTooLong),
        ("custom", 511, String::new(), CaptivePortal),
    ] {
        let tries = if code == CaptivePortal { 3 } else { 1 };
        check(id, status, "", &body, code, tries).await;
    }
    check("openai", 429, "x-should-retry: true\r\n", &quota, QuotaExceeded, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_an_error_inside_a_stream_is_mapped_like_its_status() {
    let openai = |error: Value| format!("data: {}\n\n", json!({ "error": error }));
    let anthropic = |kind: &str| {
        format!(
            "event: error\ndata: {}\n\n",
            json!({ "type": "error", "error": { "type": kind, "message": format!("No {KEY}") } })
        )
    };
    let gemini = |code: u16, status: &str| {
        format!("data: {}\r\n\r\n", json!({ "error": { "code": code, "message": KEY, "status": status } }))
    };
    for (id, error, code) in [
        ("openai", openai(json!({ "message": KEY, "type": "server_error", "code": null })), ProviderUnavailable),
        (
            "openai",
            openai(json!({ "message": "slow", "type": "requests", "code": "rate_limit_exceeded" })),
            RateLimited,
        ),
        (
            "openai",
            openai(json!({ "message": "no", "type": "insufficient_quota", "code": "insufficient_quota" })),
            QuotaExceeded,
        ),
        ("openrouter", openai(json!({ "message": KEY, "code": 502 })), ProviderUnavailable),
        ("openrouter", openai(json!({ "message": "no credit", "code": "402" })), QuotaExceeded),
        (
            "llamacpp",
            openai(json!({ "message": "loading", "type": "unavailable_error", "code": 503 })),
            ProviderUnavailable,
        ),
        ("custom", openai(json!("it broke")), ProviderUnavailable),
        ("anthropic", anthropic("overloaded_error"), ProviderUnavailable),
        ("anthropic", anthropic("rate_limit_error"), RateLimited),
        ("anthropic", anthropic("authentication_error"), KeyRejected),
        ("anthropic", anthropic("api_error"), ProviderUnavailable),
        ("gemini", gemini(503, "UNAVAILABLE"), ProviderUnavailable),
        ("gemini", gemini(429, "RESOURCE_EXHAUSTED"), RateLimited),
        ("gemini", gemini(500, "INTERNAL"), ProviderUnavailable),
    ] {
        let (before, text) = some_text(id);
        let server = FaultServer::always(stream_of(format!("{before}{error}"))).await;
        let outcome = ask(id, &server.url(), quick()).await;
        assert_eq!(outcome.text, text, "the text before the error is kept");
        assert_eq!(outcome.error().code, code, "{id} {error}");
        assert_eq!(server.requests(), 1, "text was shown: nothing is tried again");

        let server = FaultServer::always(stream_of(&error)).await;
        assert_eq!(ask(id, &server.url(), quick()).await.error().code, code, "{id} {error}");
        let transient = matches!(code, ProviderUnavailable | RateLimited);
        assert_eq!(server.requests(), if transient { 3 } else { 1 }, "{id} {error}");
    }
}

/// The beginning of a stream of this provider's format, and the text in it.
fn some_text(id: &str) -> (String, &'static str) {
    let event = match id {
        "anthropic" => {
            json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": "Half" } })
        }
        "gemini" => json!({ "candidates": [{ "content": { "parts": [{ "text": "Half" }] } }] }),
        _ => json!({ "choices": [{ "index": 0, "delta": { "content": "Half" }, "finish_reason": null }] }),
    };
    (format!("data: {event}\n\n"), "Half")
}
