//! P7: endless and compressed answers, and what they cost in memory and time.

use std::time::{Duration, Instant};

use bridge_domain::{Error, ErrorCode, FinishReason, ModelEvent, ModelStream};
use bridge_providers::Limits;
use futures_util::StreamExt;

use crate::support::*;

const MIB: usize = 1024 * 1024;
const HUNDRED: usize = 100 * MIB;

fn text_event(length: usize) -> Vec<u8> {
    format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n", "x".repeat(length))
        .into_bytes()
}

/// 100 MB in every shape, by name.
fn floods() -> Vec<(&'static str, Vec<Step>)> {
    let head = || Step::Send(stream_head());
    vec![
        ("text in small events", vec![head(), Step::Endless(text_event(16).repeat(500), HUNDRED)]),
        ("text in large events", vec![head(), Step::Endless(text_event(512 * 1024), HUNDRED)]),
        (
            "a line that does not end",
            vec![head(), Step::Send(b"data: ".to_vec()), Step::Endless(vec![b'x'; 64 * 1024], HUNDRED)],
        ),
        ("an event that does not end", vec![head(), Step::Endless(b"data: xxxxxxxx\n".repeat(4096), HUNDRED)]),
        ("comments", vec![head(), Step::Endless(b": ping\n\n".repeat(8192), HUNDRED)]),
        ("events without text", vec![head(), Step::Endless(b"data: {\"choices\":[]}\n\n".repeat(4096), HUNDRED)]),
        ("white space", vec![head(), Step::Endless(vec![b'\n'; 64 * 1024], HUNDRED)]),
        (
            "one JSON body",
            vec![head(), Step::Send(b"{\"choices\":[\"".to_vec()), Step::Endless(vec![b'x'; 64 * 1024], HUNDRED)],
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn p7_an_endless_error_body_and_an_endless_list_are_stopped() {
    let head = b"HTTP/1.1 500 X\r\n\r\n".to_vec();
    let server = FaultServer::start(vec![vec![Step::Send(head), Step::Endless(vec![b'x'; 64 * 1024], HUNDRED)]]).await;
    let limits = Limits { retries: 0, ..quick() };
    assert_eq!(ask("openai", &server.url(), limits).await.error().code, ErrorCode::ProviderUnavailable);
    server.closed().await;
    assert!(server.sent_bytes() < 20 * MIB);
    let head = b"HTTP/1.1 200 X\r\n\r\n{\"data\":[".to_vec();
    let server = FaultServer::start(vec![vec![Step::Send(head), Step::Endless(vec![b' '; 64 * 1024], HUNDRED)]]).await;
    let error = model_at("openai", &server.url(), limits).models().await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Interrupted);
    server.closed().await;
    assert!(server.sent_bytes() < 30 * MIB);
}

/// 10 MB of zeros in 10 KB of deflate, as gzip: stored here as a program would send it.
fn gzip_bomb() -> Vec<u8> {
    // A deflate stream with a fixed block: one zero, then copies of it, 258 at a time: bits written by hand, so that no
    // compressor is needed. Header and trailer as RFC 1952 has them; nothing may get as far as the checksum.
    let mut bomb = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff".to_vec();
    bomb.extend_from_slice(&[0x63, 0x60, 0x18]);
    bomb.extend_from_slice(&b"\x05\xa3\x60\x14\x8c\x82\x51\x30\x0a".repeat(1024));
    bomb
}

#[tokio::test(flavor = "multi_thread")]
async fn p7_a_compressed_body_is_refused_without_being_unpacked() {
    for (encoding, body) in [
        ("gzip", gzip_bomb()),
        ("x-gzip", gzip_bomb()),
        ("deflate", vec![0x78, 0xda, 0xed, 0xc1]),
        ("br", vec![0x81, 0xff, 0xff, 0x3f]),
        ("zstd", b"\x28\xb5\x2f\xfd".to_vec()),
        ("gzip, br", gzip_bomb()),
    ] {
        let headers = format!("content-type: text/event-stream\r\ncontent-encoding: {encoding}\r\n");
        let server = FaultServer::always(response(200, &headers, &body)).await;
        let error = ask("openai", &server.url(), quick()).await.error();
        assert_eq!(error.code, ErrorCode::BadAnswer, "{encoding}");
        assert!(error.message.contains("compressed"), "{}", error.message);
        assert_eq!(server.requests(), 1);
        assert_eq!(server.seen()[0].header("accept-encoding"), Some("identity"));
        let error = model_at("openai", &server.url(), quick()).models().await.unwrap_err();
        assert!(error.message.contains("compressed"), "{}", error.message);
        let server = FaultServer::always(response(401, &headers, &body)).await;
        assert_eq!(ask("openai", &server.url(), quick()).await.error().code, ErrorCode::KeyRejected);
    }
    // Not even said to be compressed.
    let server = FaultServer::always(stream_of(gzip_bomb())).await;
    assert!(ask("openai", &server.url(), quick()).await.error().message.contains("compressed"));
    // Said to be what it is.
    let headers = "content-encoding: identity\r\n";
    let server = FaultServer::always(response(200, headers, recording("openai"))).await;
    assert_eq!(ask("openai", &server.url(), quick()).await.end, Ok(FinishReason::Stop));
}

#[test]
fn p7_a_flood_is_stopped_at_the_cap_and_takes_little_memory() {
    if std::env::var_os("MEASURE_MEMORY").is_none() {
        // The most a process ever had is a property of the process: measured in one of its own.
        in_own_process("sizes::p7_a_flood_is_stopped_at_the_cap_and_takes_little_memory", &[("MEASURE_MEMORY", "1")]);
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let server = FaultServer::always(stream_of(recording("openai"))).await;
        ask("openai", &server.url(), quick()).await.end.unwrap();
        let before = peak_memory();
        for (name, script) in floods() {
            let server = FaultServer::start(vec![script]).await;
            let start = Instant::now();
            let model = model_at("openai", &server.url(), Limits { retries: 0, ..Limits::cloud() });
            let (text, end) = keep_text(model.stream(question())).await;
            assert!(start.elapsed() < Duration::from_secs(30), "{name}");
            assert!(text.len() <= 4 * MIB, "{name}");
            assert_eq!(end.unwrap_err().code, ErrorCode::AnswerTooLarge, "{name}");
            server.closed().await;
            assert!(server.sent_bytes() < HUNDRED, "{name}: all of it was read");
            if let (Some(before), Some(now)) = (before, peak_memory()) {
                let grown = now - before;
                eprintln!("{name}: {} KiB more", grown / 1024);
                assert!(grown <= 64 * MIB, "{name}: {grown} bytes more");
            }
        }
    });
}

/// Reads to the end and keeps the text, as a caller does.
async fn keep_text(mut stream: ModelStream) -> (String, Result<(), Error>) {
    let mut text = String::new();
    while let Some(event) = stream.next().await {
        match event {
            Ok(ModelEvent::Text(more)) => text.push_str(&more),
            Ok(_) => {}
            Err(error) => return (text, Err(error)),
        }
    }
    (text, Ok(()))
}

/// The most memory this process ever had, in bytes; only Linux says.
fn peak_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<usize>().ok()? * 1024)
}

#[tokio::test(flavor = "multi_thread")]
async fn p7_time_grows_with_the_length_and_not_faster() {
    async fn time(events: usize) -> Duration {
        let mut stream = text_event(40).repeat(events);
        stream.extend_from_slice(
            b"data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
        );
        let server = FaultServer::always(stream_of(&stream)).await;
        let mut best = Duration::MAX;
        for _ in 0..3 {
            let start = Instant::now();
            let outcome = ask("openai", &server.url(), Limits::cloud()).await;
            assert_eq!((outcome.end, outcome.text.len()), (Ok(FinishReason::Stop), events * 40));
            best = best.min(start.elapsed());
        }
        best
    }
    let (short, long) = (time(5_000).await, time(80_000).await);
    // 16 times the length; quadratic would be 256 times the time.
    assert!(long < short * 100, "{short:?} and {long:?}");
}
