//! Recorded streams become neutral events, the same ones in any chunking, and never a complete answer when cut.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::{ProviderSpec, provider};

/// What a reader made of some bytes.
#[derive(Debug, Clone, PartialEq)]
struct Read {
    events: Vec<ModelEvent>,
    end: Result<FinishReason, (Error, Retry)>,
}

fn read<'a>(spec: &'static ProviderSpec, chunks: impl IntoIterator<Item = &'a [u8]>) -> Read {
    let party = Party { name: spec.name, model: "m", key: None, local: spec.local };
    let mut reader = AnswerReader::new(party, "host", spec.format.decoder(), Limits::cloud());
    let mut events = Vec::new();
    for chunk in chunks {
        if let Err(failure) = reader.push(chunk, &mut events) {
            return Read { events, end: Err((failure.error, failure.retry)) };
        }
    }
    let end = reader.end(&mut events).map_err(|failure| (failure.error, failure.retry));
    Read { events, end }
}

/// Every recorded stream, with the provider it is of: the part of its file's name before the first underscore.
fn recordings() -> Vec<(String, &'static ProviderSpec, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/streams");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut recordings: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "sse"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let spec = provider(name.split('_').next().unwrap()).unwrap();
            (name, spec, std::fs::read(path).unwrap())
        })
        .collect();
    recordings.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(recordings.len() >= 20, "recordings are missing");
    recordings
}

#[test]
fn recorded_streams_become_neutral_events() {
    for (name, spec, bytes) in recordings() {
        let read = read(spec, [&bytes[..]]);
        let mut text = String::new();
        for event in &read.events {
            writeln!(text, "{event:?}").unwrap();
        }
        match &read.end {
            Ok(finish) => writeln!(text, "Finish({finish:?})").unwrap(),
            Err((error, retry)) => {
                writeln!(text, "{:?} {retry:?}\n{}\n{}", error.code, error.message, error.hint).unwrap();
            }
        }
        insta::assert_snapshot!(name, text);
    }
}

#[test]
fn p3_p4_recorded_streams_read_the_same_when_split_at_every_byte() {
    for (name, spec, bytes) in recordings() {
        let whole = read(spec, [&bytes[..]]);
        for at in 0..bytes.len() {
            assert_eq!(read(spec, [&bytes[..at], &bytes[at..]]), whole, "{name} at {at}");
        }
        assert_eq!(read(spec, bytes.chunks(1)), whole, "{name} byte by byte");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn p3_recorded_streams_read_the_same_in_any_chunking(cuts in prop::collection::vec(1_usize..200, 1..30)) {
        for (name, spec, bytes) in recordings() {
            let mut chunks = Vec::new();
            let mut rest = &bytes[..];
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (chunk, after) = rest.split_at((*cut).min(rest.len()));
                chunks.push(chunk);
                rest = after;
            }
            prop_assert_eq!(read(spec, chunks), read(spec, [&bytes[..]]), "{}", name);
        }
    }
}

#[test]
fn p5_an_answer_cut_at_any_byte_is_interrupted_unless_its_finish_has_come() {
    for (name, spec, bytes) in recordings() {
        let whole = read(spec, [&bytes[..]]);
        let mut was_complete = false;
        for at in 0..bytes.len() {
            let cut = read(spec, [&bytes[..at]]);
            match &cut.end {
                Ok(_) => {
                    was_complete = true;
                    let texts =
                        |read: &Read| read.events.iter().filter(|event| is_text(event)).cloned().collect::<Vec<_>>();
                    assert_eq!(texts(&cut), texts(&whole), "{name}: complete at {at} without all of its text");
                }
                Err((error, _)) => {
                    assert!(!was_complete, "{name}: complete, and at {at} no longer");
                    let interrupted = error.code == ErrorCode::Interrupted;
                    let as_whole = whole.end.as_ref().is_err_and(|(whole, _)| whole == error);
                    assert!(interrupted || as_whole, "{name} at {at}: {error:?}");
                }
            }
        }
    }
}

fn is_text(event: &ModelEvent) -> bool {
    matches!(event, ModelEvent::Text(_) | ModelEvent::Reasoning(_))
}

#[test]
fn p5_a_terminator_without_a_finish_is_not_a_finish() {
    let cut = b"data: {\"choices\":[{\"delta\":{\"content\":\"Half\"},\"finish_reason\":null}]}\n\ndata: [DONE]\n\n";
    let read = read(provider("openai").unwrap(), [&cut[..]]);
    assert_eq!(read.events, [ModelEvent::Text("Half".to_owned())]);
    assert_eq!(read.end.unwrap_err().0.code, ErrorCode::Interrupted);
    let no_stop = b"event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"type\":\"message\",\"content\":[]}}\n\n\
        data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Half\"}}\n\n\
        data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":3}}\n\n";
    let read = super::tests::read(provider("anthropic").unwrap(), [&no_stop[..]]);
    assert_eq!(read.end.unwrap_err().0.code, ErrorCode::Interrupted);
}

#[test]
fn p3_known_events_around_unknown_ones_are_read() {
    let bytes = "\u{FEFF}: hello\n\nevent: noise\nid: 7\ndata: {\"type\":\"noise\"}\n\n\
        data: {\"choices\":[{\"index\":0,\ndata: \"delta\":{\"content\":\"Hi\"},\ndata: \"finish_reason\":\"stop\"}]}\n\n\
        data: {\"unknown\":[1,2,3]}\n\ndata: [DONE]\n\ndata: this is past the end\n\n";
    let expected = Read { events: vec![ModelEvent::Text("Hi".to_owned())], end: Ok(FinishReason::Stop) };
    for before in ["", "\u{FEFF}", "\r\n\r\n", "\u{FEFF}\n  \n"] {
        let bytes = [before, &bytes[3..]].concat();
        for at in 0..bytes.len() {
            let (one, other) = bytes.as_bytes().split_at(at);
            assert_eq!(read(provider("custom").unwrap(), [one, other]), expected, "{before:?} at {at}");
        }
        assert_eq!(read(provider("custom").unwrap(), bytes.as_bytes().chunks(1)), expected, "{before:?}");
    }
}

#[test]
fn p11_what_is_not_a_stream_is_told_apart() {
    let code = |id: &str, body: &str| read(provider(id).unwrap(), [body.as_bytes()]).end.unwrap_err().0.code;
    for id in ["openai", "anthropic", "gemini", "ollama"] {
        assert_eq!(code(id, "<!DOCTYPE html><title>Sign in</title>"), ErrorCode::CaptivePortal);
        assert_eq!(code(id, "\u{FEFF}\r\n  <html>"), ErrorCode::CaptivePortal);
        assert_eq!(code(id, "{\"hello\":\"world\"}"), ErrorCode::BadAnswer);
        assert_eq!(code(id, "[1,2,3]"), ErrorCode::BadAnswer);
        assert_eq!(code(id, "Welcome to nginx!"), ErrorCode::BadAnswer);
        assert_eq!(code(id, "data: {\"a\":1}\n\n"), ErrorCode::BadAnswer);
        assert_eq!(code(id, ""), ErrorCode::Interrupted);
        assert_eq!(
            code(id, "{\"error\":{\"message\":\"slow down\",\"type\":\"rate_limit_error\",\"code\":429}}"),
            ErrorCode::RateLimited
        );
    }
}

#[test]
fn one_json_body_where_a_stream_was_asked_for_is_an_answer() {
    for (id, body) in [
        (
            "custom",
            r#"{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":1}}"#,
        ),
        (
            "anthropic",
            r#"{"type":"message","role":"assistant","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":5,"output_tokens":1}}"#,
        ),
        (
            "gemini",
            r#"[{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":1}}]"#,
        ),
    ] {
        let marked = format!("\u{FEFF}\r\n{body}");
        let read = read(provider(id).unwrap(), marked.as_bytes().chunks(3));
        assert_eq!(read.end, Ok(FinishReason::Stop), "{id}");
        assert!(read.events.contains(&ModelEvent::Text("Hi".to_owned())), "{id}");
        let usage = bridge_domain::Usage { input_tokens: 5, output_tokens: 1, ..Default::default() };
        assert!(read.events.contains(&ModelEvent::Usage(usage)), "{id}");
        let cut = super::tests::read(provider(id).unwrap(), [&body.as_bytes()[..body.len() - 2]]);
        assert_eq!(cut.end.unwrap_err().0.code, ErrorCode::Interrupted, "{id}");
    }
}

#[test]
fn p8_hostile_json_is_a_clear_error() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let nested_text =
        |value: &str| format!("{{\"choices\":[{{\"delta\":{{\"content\":{value}}},\"finish_reason\":null}}]}}");
    for json in [
        deep("[", "]"),
        deep("{\"a\":", "}").replace("{\"a\":}", "{\"a\":1}"),
        nested_text(&deep("[", "]")),
        nested_text("17"),
        nested_text("{\"a\":1}"),
        nested_text("\"\\ud800\""),
        nested_text("\"unfinished"),
        "{\"choices\":{\"0\":1}}".to_owned(),
        "{\"choices\":[[]],\"usage\":1}".replace("[[]]", "[7]"),
        "{\"choices\":[],\"choices\":[]}".to_owned(),
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":1e999}}".to_owned(),
        "[]".to_owned(),
        "\"text\"".to_owned(),
        "nul".to_owned(),
        "NaN".to_owned(),
    ] {
        let stream = format!("data: {json}\n\n");
        let (error, _) = read(provider("openai").unwrap(), [stream.as_bytes()]).end.unwrap_err();
        assert_eq!(error.code, ErrorCode::BadAnswer, "{}", &json[..json.len().min(60)]);
        assert!(error.message.chars().count() < 500);
    }
    for (id, json) in [
        ("anthropic", "{\"type\":17}"),
        ("anthropic", "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":17}}"),
        ("anthropic", "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\"}}"),
        ("anthropic", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":{}}}"),
        ("gemini", "{\"candidates\":17}"),
        ("gemini", "{\"candidates\":[{\"content\":{\"parts\":\"x\"}}]}"),
        ("gemini", "{\"candidates\":[{\"finishReason\":5}]}"),
    ] {
        let stream = format!("data: {json}\n\n");
        let (error, _) = read(provider(id).unwrap(), [stream.as_bytes()]).end.unwrap_err();
        assert_eq!(error.code, ErrorCode::BadAnswer, "{id}: {json}");
    }
}

#[test]
fn p8_odd_counts_of_tokens_do_no_harm() {
    for (counts, expected) in [
        ("{\"prompt_tokens\":-5,\"completion_tokens\":\"many\"}", (0, 0)),
        ("{\"prompt_tokens\":99999999999999999999,\"completion_tokens\":12.0}", (u32::MAX, 12)),
        ("{\"prompt_tokens\":null,\"completion_tokens\":[3]}", (0, 0)),
        ("{\"prompt_tokens\":1,\"prompt_tokens\":2,\"completion_tokens\":3}", (2, 3)),
    ] {
        let stream = format!(
            "data: {{\"choices\":[{{\"delta\":{{\"content\":\"x\"}},\"finish_reason\":\"stop\"}}],\"usage\":{counts}}}\n\n"
        );
        let read = read(provider("openai").unwrap(), [stream.as_bytes()]);
        assert_eq!(read.end, Ok(FinishReason::Stop), "{counts}");
        let Some(ModelEvent::Usage(usage)) = read.events.last() else { panic!("no usage for {counts}") };
        assert_eq!((usage.input_tokens, usage.output_tokens), expected, "{counts}");
    }
}

#[test]
fn p7_the_caps_stop_text_and_silence_alike() {
    let spec = provider("openai").unwrap();
    let event = format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n", "x".repeat(64 * 1024));
    let endless = event.repeat(100);
    let whole = read(spec, endless.as_bytes().chunks(8192));
    assert_eq!(whole.end.unwrap_err().0.code, ErrorCode::AnswerTooLarge);
    let text: usize =
        whole.events.iter().map(|event| if let ModelEvent::Text(text) = event { text.len() } else { 0 }).sum();
    assert_eq!(text, 4 * 1024 * 1024, "what came up to the cap is kept");
    let pings = ": ping\n\n".repeat(1_000_000);
    assert_eq!(read(spec, pings.as_bytes().chunks(8192)).end.unwrap_err().0.code, ErrorCode::AnswerTooLarge);
    let blanks = " \n".repeat(4_000_000);
    assert_eq!(read(spec, blanks.as_bytes().chunks(8192)).end.unwrap_err().0.code, ErrorCode::AnswerTooLarge);
    let json = format!(
        "{{\"choices\":[{{\"message\":{{\"content\":\"{}\"}},\"finish_reason\":\"stop\"}}]}}",
        "x".repeat(9_000_000)
    );
    assert_eq!(read(spec, json.as_bytes().chunks(8192)).end.unwrap_err().0.code, ErrorCode::AnswerTooLarge);
    let fits = format!(
        "{{\"choices\":[{{\"message\":{{\"content\":\"{}\"}},\"finish_reason\":\"stop\"}}]}}",
        "x".repeat(4_194_304)
    );
    assert_eq!(read(spec, fits.as_bytes().chunks(8192)).end, Ok(FinishReason::Stop));
}

#[test]
fn an_answer_without_text_is_not_an_answer() {
    let spec = provider("deepseek").unwrap();
    let blank =
        b"data: {\"choices\":[{\"delta\":{\"content\":\" \\n\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let (error, retry) = read(spec, [&blank[..]]).end.unwrap_err();
    assert_eq!((error.code, retry), (ErrorCode::BadAnswer, Retry::Backoff));
    let cut_while_thinking =
        b"data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm\"},\"finish_reason\":\"length\"}]}\n\n";
    assert_eq!(read(spec, [&cut_while_thinking[..]]).end, Ok(FinishReason::Length));
    let filtered = b"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}\n\n";
    assert_eq!(read(spec, [&filtered[..]]).end.unwrap_err().0.code, ErrorCode::ContentFiltered);
}
