//! When and how often a provider is asked again, and in which words.

use std::time::{Duration, Instant, SystemTime};

use bridge_domain::{ErrorCode, FinishReason};
use bridge_providers::Limits;
use serde_json::json;

use crate::support::*;

fn busy(headers: &str) -> Vec<Step> {
    vec![Step::Send(response(
        429,
        headers,
        r#"{"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}"#,
    ))]
}

fn good() -> Vec<Step> {
    vec![Step::Send(stream_of(recording("openai")))]
}

async fn timed(scripts: Vec<Vec<Step>>, limits: Limits) -> (Outcome, usize, Duration) {
    let server = FaultServer::start(scripts).await;
    let start = Instant::now();
    let outcome = ask("openai", &server.url(), limits).await;
    (outcome, server.requests(), start.elapsed())
}

#[tokio::test]
async fn the_wait_a_provider_asks_for_is_kept_in_all_its_forms() {
    for (header, least, most) in [
        ("retry-after-ms: 300\r\n".to_owned(), 300, 900),
        ("Retry-After: 0.3\r\n".to_owned(), 300, 900),
        ("retry-after: 1\r\n".to_owned(), 1000, 1700),
        ("retry-after-ms: 300\r\nretry-after: 30\r\n".to_owned(), 300, 900),
        ("retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n".to_owned(), 0, 400),
        ("retry-after: soon\r\n".to_owned(), 0, 400),
        ("retry-after: -1\r\n".to_owned(), 0, 400),
    ] {
        let (outcome, requests, took) = timed(vec![busy(&header), good()], quick()).await;
        assert_eq!(outcome.end, Ok(FinishReason::Stop), "{header}");
        assert_eq!(requests, 2, "{header}");
        let took = took.as_millis();
        assert!((least..most).contains(&took), "{header}: {took} ms");
    }
}

#[tokio::test]
async fn the_wait_a_provider_asks_for_as_a_date_is_kept() {
    for (name, ahead) in [("retry-after", 2), ("Retry-After", 3)] {
        let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(ahead));
        let (outcome, requests, took) = timed(vec![busy(&format!("{name}: {date}\r\n")), good()], quick()).await;
        assert_eq!((outcome.end, requests), (Ok(FinishReason::Stop), 2));
        // A date has whole seconds: up to one less than asked.
        let asked = u128::from(ahead) * 1000;
        assert!((asked - 1100..asked + 700).contains(&took.as_millis()), "{date}: {took:?}");
    }
}

#[tokio::test]
async fn the_wait_gemini_asks_for_in_its_body_is_kept() {
    let body = json!({ "error": { "code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota.", "details": [
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.4s" }] } });
    let scripts =
        vec![vec![Step::Send(response(429, "", body.to_string()))], vec![Step::Send(stream_of(recording("gemini")))]];
    let server = FaultServer::start(scripts).await;
    let start = Instant::now();
    assert_eq!(ask("gemini", &server.url(), quick()).await.end, Ok(FinishReason::Stop));
    assert!(start.elapsed() >= Duration::from_millis(400));
}

#[tokio::test]
async fn asked_to_wait_longer_than_the_limit_it_says_so_instead_of_asking_early() {
    for header in ["retry-after: 61\r\n", "retry-after: 3600\r\n", "retry-after: 1e300\r\n"] {
        let (outcome, requests, took) = timed(vec![busy(header), good()], quick()).await;
        assert_eq!(requests, 1, "{header}");
        assert!(took < Duration::from_secs(1));
        let error = outcome.error();
        assert_eq!(error.code, ErrorCode::RateLimited);
        assert!(error.hint.contains(" s."), "{}", error.hint);
    }
}

#[tokio::test]
async fn x_should_retry_wins_over_the_status() {
    let (_, requests, _) = timed(vec![busy("x-should-retry: false\r\n"), good()], quick()).await;
    assert_eq!(requests, 1);
    let refused = vec![Step::Send(response(400, "x-should-retry: true\r\n", "{}"))];
    let (outcome, requests, _) = timed(vec![refused, good()], quick()).await;
    assert_eq!((outcome.end, requests), (Ok(FinishReason::Stop), 2));
}

#[tokio::test]
async fn waits_double_and_stay_below_their_limit() {
    let limits =
        Limits { backoff: Duration::from_millis(200), retries: 3, backoff_max: Duration::from_millis(500), ..quick() };
    let (_, requests, took) = timed(vec![busy("")], limits).await;
    assert_eq!(requests, 4);
    // 75 % to 100 % of 200 + 400 + 500 ms.
    assert!((825..1800).contains(&took.as_millis()), "{took:?}");
    let defaults = Limits::cloud();
    assert_eq!(
        (defaults.retries, defaults.backoff, defaults.backoff_max),
        (2, Duration::from_millis(500), Duration::from_secs(8))
    );
}

#[tokio::test]
async fn connections_that_break_before_the_first_text_are_tried_again() {
    let role = b"data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
    for broken in [
        vec![Step::Reset],
        vec![],
        vec![Step::Send(stream_head()), Step::Pause(Duration::from_millis(20)), Step::Reset],
        vec![Step::Send(stream_of(role))],
        vec![Step::Send(stream_of(b"data: {\"choices\": garbage\n\n"))],
    ] {
        let shown = format!("{broken:?}");
        let (outcome, requests, _) = timed(vec![broken, good()], quick()).await;
        assert_eq!((outcome.end, requests), (Ok(FinishReason::Stop), 2), "{shown}");
    }
}

#[tokio::test]
async fn a_blank_answer_is_asked_for_again() {
    let blank = b"data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let scripts = vec![vec![Step::Send(stream_of(blank))], vec![Step::Send(stream_of(recording("deepseek")))]];
    let server = FaultServer::start(scripts).await;
    assert_eq!(ask("deepseek", &server.url(), quick()).await.end, Ok(FinishReason::Stop));
    let server = FaultServer::always(stream_of(blank)).await;
    assert_eq!(ask("deepseek", &server.url(), quick()).await.error().code, ErrorCode::BadAnswer);
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn what_is_optional_and_refused_is_left_out_once() {
    let refusal = |status: u16, message: &str| {
        vec![Step::Send(response(
            status,
            "",
            json!({ "error": { "message": message, "type": "invalid_request_error" } }).to_string(),
        ))]
    };
    for (id, message, field, gone) in [
        ("openai", "Unknown parameter: 'stream_options'.", "stream_options", true),
        ("openai", "Unsupported parameter: 'max_completion_tokens'.", "max_tokens", false),
        (
            "custom",
            "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
            "max_completion_tokens",
            false,
        ),
        ("openai", "Unrecognized request argument supplied: prompt_cache_key", "prompt_cache_key", true),
        (
            "openai",
            "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
            "response_format",
            true,
        ),
        ("llamacpp", "Failed to parse grammar", "response_format", true),
        ("anthropic", "output_config.format: Extra inputs are not permitted", "output_config", true),
    ] {
        let stream = if id == "anthropic" { "anthropic" } else { "openai" };
        for status in [400, 422] {
            let scripts = vec![refusal(status, message), vec![Step::Send(stream_of(recording(stream)))]];
            let server = FaultServer::start(scripts).await;
            let model = model_at(id, &server.url(), quick());
            assert_eq!(outcome(model.stream(question())).await.end, Ok(FinishReason::Stop), "{message}");
            let seen = server.seen();
            assert_eq!(seen.len(), 2, "{message}");
            assert_eq!(seen[0].json().get(field).is_some(), gone, "{message}");
            assert_eq!(seen[1].json().get(field).is_none(), gone, "{message}");
            assert_eq!(model.payload(&question()).body, seen[1].body, "the preview is what worked last");
        }
        let server = FaultServer::start(vec![refusal(400, message)]).await;
        assert_eq!(ask(id, &server.url(), quick()).await.error().code, ErrorCode::RequestRefused);
        assert_eq!(server.requests(), 2, "{message}: once only");
    }
    let too_many = "max_tokens is too large: 16384. This model supports at most 4096 completion tokens.";
    let server = FaultServer::start(vec![refusal(400, too_many)]).await;
    let error = ask("custom", &server.url(), quick()).await.error();
    assert!(error.message.contains("4096"), "{error:?}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_server_that_refuses_everything_optional_is_asked_plainly() {
    let refusal =
        |message: &str| vec![Step::Send(response(400, "", json!({ "error": { "message": message } }).to_string()))];
    let server = FaultServer::start(vec![
        refusal("unknown field stream_options"),
        refusal("unknown field prompt_cache_key"),
        refusal("unknown field max_completion_tokens"),
        refusal("unknown field response_format"),
        good(),
    ])
    .await;
    assert_eq!(ask("openai", &server.url(), quick()).await.end, Ok(FinishReason::Stop));
    let last = server.seen()[4].json();
    let mut fields: Vec<_> = last.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["max_tokens", "messages", "model", "stream"]);
    let system = last["messages"][0]["content"].as_str().unwrap();
    assert!(system.contains("JSON Schema"), "the schema is told in words instead");
}
