//! P5 and P6: answers that break off or stop coming, at every point.

use std::time::{Duration, Instant};

use bridge_domain::{ErrorCode, FinishReason, ModelEvent};
use bridge_providers::Limits;
use futures_util::StreamExt;

use crate::support::*;

const FORMATS: &[(&str, &str)] = &[
    ("openai", "openai"),
    ("anthropic", "anthropic"),
    ("gemini", "gemini"),
    ("deepseek", "deepseek"),
    ("llamacpp", "llamacpp"),
];

/// Where each event of a recorded stream ends.
fn event_ends(stream: &[u8]) -> Vec<usize> {
    let text = std::str::from_utf8(stream).unwrap();
    let separator = if text.contains("\r\n\r\n") { "\r\n\r\n" } else { "\n\n" };
    text.match_indices(separator).map(|(at, found)| at + found.len()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_cut_after_every_event_and_in_every_manner_it_is_interrupted() {
    let limits = Limits { retries: 0, ..quick() };
    for (id, name) in FORMATS {
        let stream = recording(name);
        let mut complete = 0;
        for end in event_ends(&stream) {
            let part = &stream[..end];
            let reset = vec![Step::Send(stream_of(part)), Step::Pause(Duration::from_millis(10)), Step::Reset];
            let length = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", stream.len() + 1000);
            let short = vec![Step::Send([length.as_bytes(), part].concat())];
            let chunk = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n", part.len());
            let unfinished_chunks = vec![Step::Send([chunk.as_bytes(), part, b"\r\n"].concat())];
            for script in [vec![Step::Send(stream_of(part))], reset, short, unfinished_chunks] {
                let server = FaultServer::start(vec![script]).await;
                let outcome = ask(id, &server.url(), limits).await;
                match outcome.end {
                    Ok(reason) => {
                        assert_eq!(reason, FinishReason::Stop);
                        complete += 1;
                    }
                    Err(error) => {
                        assert_eq!(error.code, ErrorCode::Interrupted, "{id} at {end}: {error:?}");
                        assert_eq!(complete, 0, "{id}: complete before {end}");
                    }
                }
            }
        }
        // The finish and what follows it, each in four manners.
        let after_finish = match *id {
            "openai" | "llamacpp" => 3,
            "deepseek" => 2,
            _ => 1,
        };
        assert_eq!(complete, after_finish * 4, "{id}");
    }
}

async fn times_out_and_closes(script: Vec<Step>, limits: Limits, text: &str) {
    let server = FaultServer::start(vec![script]).await;
    let outcome = ask("openai", &server.url(), limits).await;
    let ended = Instant::now();
    assert_eq!(outcome.text, text);
    assert_eq!(outcome.error().code, ErrorCode::Timeout);
    assert_eq!(server.requests(), 1, "after such a wait nobody wants to wait again");
    assert!(server.closed().await.saturating_duration_since(ended) < Duration::from_millis(200));
}

const ROLE: &[u8] = b"data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
const TEXT: &[u8] = b"data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n";

#[tokio::test(flavor = "multi_thread")]
async fn p6_silence_ends_in_a_timeout_wherever_it_begins() {
    let limits = Limits { first_token: Duration::from_millis(300), idle: Duration::from_millis(150), ..quick() };
    times_out_and_closes(vec![Step::Stall], limits, "").await;
    times_out_and_closes(vec![Step::Send(b"HTTP/1.1 200 OK\r\ncontent-".to_vec()), Step::Stall], limits, "").await;
    times_out_and_closes(vec![Step::Send(stream_head()), Step::Stall], limits, "").await;
    times_out_and_closes(vec![Step::Send(stream_of(ROLE)), Step::Stall], limits, "").await;
    times_out_and_closes(vec![Step::Send(stream_of([ROLE, TEXT].concat())), Step::Stall], limits, "Hi").await;
    let inside_event = [ROLE, TEXT, b"data: {\"cho"].concat();
    times_out_and_closes(vec![Step::Send(stream_of(inside_event)), Step::Stall], limits, "Hi").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_signs_of_life_without_text_do_not_hold_it_for_ever() {
    let limits = Limits { progress: Duration::from_millis(400), ..quick() };
    let mut script = vec![Step::Send(stream_of(TEXT))];
    for _ in 0..40 {
        script.extend([Step::Pause(Duration::from_millis(30)), Step::Send(b": ping\n\n".to_vec())]);
    }
    script.push(Step::Stall);
    let server = FaultServer::start(vec![script]).await;
    let start = Instant::now();
    let outcome = ask("openai", &server.url(), limits).await;
    assert_eq!(outcome.error().code, ErrorCode::Timeout);
    assert!(start.elapsed() < Duration::from_millis(900));
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_slow_but_steady_is_not_silence() {
    let limits = Limits { first_token: Duration::from_millis(250), idle: Duration::from_millis(250), ..quick() };
    let mut script = vec![Step::Send(stream_head())];
    for byte in recording("openai")[..800].iter() {
        script.extend([Step::Send(vec![*byte]), Step::Pause(Duration::from_micros(500))]);
    }
    script.push(Step::Send(recording("openai")[800..].to_vec()));
    let server = FaultServer::start(vec![script]).await;
    assert_eq!(ask("openai", &server.url(), limits).await.end, Ok(FinishReason::Stop));
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_after_the_finish_nothing_is_waited_for() {
    let stream = recording("openai");
    let finish = event_ends(&stream)[6];
    let limits = Limits { tail: Duration::from_millis(100), ..quick() };
    let server = FaultServer::start(vec![vec![Step::Send(stream_of(&stream[..finish])), Step::Stall]]).await;
    let start = Instant::now();
    assert_eq!(ask("openai", &server.url(), limits).await.end, Ok(FinishReason::Stop));
    assert!(start.elapsed() < Duration::from_secs(1));
    // After the terminator not even that.
    let server = FaultServer::start(vec![vec![Step::Send(stream_of(&stream)), Step::Stall]]).await;
    let start = Instant::now();
    assert_eq!(ask("openai", &server.url(), quick()).await.end, Ok(FinishReason::Stop));
    assert!(start.elapsed() < Duration::from_millis(250));
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_dropping_the_stream_closes_the_connection() {
    for script in [
        vec![Step::Stall],
        vec![Step::Send(stream_head()), Step::Stall],
        vec![Step::Send(stream_of([ROLE, TEXT].concat())), Step::Stall],
        vec![Step::Send(response(503, "retry-after: 30\r\n", "")[..40].to_vec()), Step::Stall],
    ] {
        let shown = format!("{script:?}");
        let server = FaultServer::start(vec![script]).await;
        let mut stream = model_at("openai", &server.url(), quick()).stream(question());
        // Long enough for the request to be out and its answer to have begun.
        let waited =
            tokio::time::timeout(Duration::from_millis(150), async { while let Some(Ok(_)) = stream.next().await {} });
        assert!(waited.await.is_err(), "{shown}");
        assert_eq!(server.requests(), 1);
        let dropped = Instant::now();
        drop(stream);
        let took = server.closed().await.saturating_duration_since(dropped);
        assert!(took < Duration::from_millis(200), "{shown}: {took:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_dropping_while_waiting_to_ask_again_asks_no_more() {
    let server = FaultServer::always(response(429, "retry-after-ms: 300\r\n", "{}")).await;
    let mut stream = model_at("openai", &server.url(), quick()).stream(question());
    assert!(tokio::time::timeout(Duration::from_millis(100), stream.next()).await.is_err());
    drop(stream);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(server.requests(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn text_is_handed_on_as_it_arrives() {
    let (first, rest) = (stream_of(TEXT), recording("openai"));
    let server =
        FaultServer::start(vec![vec![Step::Send(first), Step::Pause(Duration::from_millis(600)), Step::Send(rest)]])
            .await;
    let mut stream = model_at("openai", &server.url(), quick()).stream(question());
    let start = Instant::now();
    assert_eq!(stream.next().await, Some(Ok(ModelEvent::Text("Hi".to_owned()))));
    assert!(start.elapsed() < Duration::from_millis(400), "the first text waited for the second");
    assert_eq!(outcome(stream).await.end, Ok(FinishReason::Stop));
}
