//! The push scanner and the authority after it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::time::{Duration, Instant};

use bridge_assistant::answer::{Answer, read};
use bridge_assistant::reader::{Piece, Reader};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What a reader hands out for these pieces: the text shown at the end, and the elements.
fn feed<'a>(pieces: impl IntoIterator<Item = &'a str>) -> (String, Vec<Value>, Answer) {
    let (mut text, mut elements) = (String::new(), Vec::new());
    let mut reader = Reader::default();
    for piece in pieces {
        for found in reader.push(piece) {
            match found {
                Piece::Text(more) => text.push_str(&more),
                Piece::Element(element) => elements.push(serde_json::from_str(&element).unwrap_or(json!(element))),
                Piece::Thought(_) => {}
                Piece::Void => text.clear(),
            }
        }
    }
    (text, elements, read(&reader))
}

/// Every way to cut a text in two, and cut into single characters.
fn every_split(answer: &str) -> Vec<(String, Vec<Value>, Answer)> {
    let mut results: Vec<_> = answer
        .char_indices()
        .map(|(at, _)| {
            let (head, tail) = answer.split_at(at);
            feed([head, tail])
        })
        .collect();
    let characters: Vec<String> = answer.chars().map(String::from).collect();
    results.push(feed(characters.iter().map(String::as_str)));
    results
}

fn structured(message: &str, actions: Vec<Value>) -> Answer {
    Answer::Structured { message: message.to_owned(), actions }
}

#[track_caller]
fn reads_as(answer: &str, message: &str, actions: &[Value]) {
    for (text, elements, whole) in every_split(answer) {
        assert_eq!(text, message, "streamed from {answer}");
        assert_eq!(elements, actions, "elements of {answer}");
        assert_eq!(whole, structured(message, actions.to_vec()), "read from {answer}");
    }
}

#[test]
fn p8_every_split_of_odd_but_readable_answers_gives_the_same() {
    let action = json!({"type": "delete_node", "node_id": "a\"]}{[b"});
    reads_as(
        &json!({"message": "Hi \"you\"\n\t\\ äß😀", "actions": [action]}).to_string(),
        "Hi \"you\"\n\t\\ äß😀",
        std::slice::from_ref(&action),
    );
    reads_as("```json\n{\"message\": \"x\", \"actions\": []}\n```", "x", &[]);
    reads_as(
        "Sure, {here} it is:\n{\"message\": \"x\", \"actions\": [1, null, \"]\", true ,{}]}\nBye.",
        "x",
        &[json!(1), json!(null), json!("]"), json!(true), json!({})],
    );
    reads_as(
        r#"{"actions": [{"type":"delete_node","node_id":"n"}], "error": {"message": "no"}, "message": "yes"}"#,
        "yes",
        &[json!({"type": "delete_node", "node_id": "n"})],
    );
    reads_as(r#"{"m\u0065ssage": "\ud83d\ude00 \u00e4 \/", "actions": [ ]}"#, "😀 ä /", &[]);
    reads_as(
        r#"{"message": "a\ud83d b\udc00\ud83d\ud83d\ude00c\ud800", "actions": []}"#,
        "a\u{fffd} b\u{fffd}\u{fffd}😀c\u{fffd}",
        &[],
    );
    reads_as("{\"message\": \"line\nbreak\tand \u{1}\", \"actions\": []}", "line\nbreak\tand \u{1}", &[]);
    reads_as("\u{feff}  {\"list\": [[{}]], \"n\": -1.5e3, \"message\": \"x\"}", "x", &[]);
    reads_as(r#"{"message":"x","actions":[],"message_id":"y","extra":{"actions":[1]}}"#, "x", &[]);
}

#[test]
fn p5_an_object_that_does_not_end_is_never_an_answer() {
    let answer = r#"{"message": "All done", "actions": [{"type": "delete_node", "node_id": "n"}, {"type": "delete_node", "node_id": "m"}]}"#;
    for end in 1..answer.len() {
        let (text, elements, whole) = feed([&answer[..end]]);
        assert!("All done".starts_with(&text));
        assert!(elements.len() <= 2);
        assert!(matches!(whole, Answer::Broken { .. }), "{end}: {whole:?}");
    }
}

#[test]
fn p8_broken_answers_are_broken_and_never_panic() {
    let deep = format!("{{\"message\": \"x\", \"actions\": [{}]}}", "[".repeat(100_000));
    let deep_other = format!("{{\"a\": {}, \"message\": \"x\"}}", "{\"a\":".repeat(100_000));
    let huge = r#"{"message": "x", "actions": [{"n": 1e99999}]}"#;
    for answer in [
        deep.as_str(),
        deep_other.as_str(),
        huge,
        r#"{"message": 5, "actions": []}"#,
        r#"{"message": "x", "actions": 7}"#,
        r#"{"message": "x" "actions": []}"#,
        r#"{"message": "x", "actions": [{]}"#,
        r#"[{"type": "add_node"}]"#,
        r#"{"type": "add_node"}"#,
        r#"{"message": "x", "actions": "no list"}"#,
    ] {
        let (_, _, whole) = feed([answer]);
        assert!(matches!(whole, Answer::Broken { .. }), "{}: {whole:?}", &answer[..answer.len().min(60)]);
    }
}

#[test]
fn plain_text_is_the_message_and_streams_once_it_is_no_preamble() {
    let text = "A webhook starts a run when somebody calls its address. ".repeat(10);
    let pieces: Vec<&str> = text.split_inclusive(' ').collect();
    let mut reader = Reader::default();
    let early: Vec<Piece> = pieces[..60].iter().flat_map(|piece| reader.push(piece)).collect();
    assert!(!early.is_empty(), "long plain text streams before its end");
    assert_eq!(feed(pieces).2, Answer::Plain(text.trim().to_owned()));
    assert_eq!(
        feed(["Send `{\"message\": \"hi\"}` to it."]).2,
        Answer::Plain("Send `{\"message\": \"hi\"}` to it.".to_owned())
    );
    assert_eq!(
        feed(["Use {{ trigger.amount }} there."]).2,
        Answer::Plain("Use {{ trigger.amount }} there.".to_owned())
    );
    assert_eq!(feed(["  \n "]).2, Answer::Blank);
    assert_eq!(feed(["{\"message\": \" \", \"actions\": []}"]).2, Answer::Blank);
}

#[test]
fn a_preamble_that_was_shown_is_taken_back() {
    let preamble = "Let me think about that. ".repeat(12);
    let (text, _, whole) = feed([preamble.as_str(), "{\"message\": \"x\", ", "\"actions\": []}"]);
    assert_eq!((text.as_str(), whole), ("x", structured("x", vec![])));
}

#[test]
fn thoughts_before_the_answer_are_no_part_of_it() {
    let thoughts = "Maybe {\"message\": \"no\", \"actions\": [1]} or < /think> ä";
    for answer in [
        format!("<think>{thoughts}</think>\n{{\"message\": \"x\", \"actions\": []}}"),
        format!("\n <think>{}</think>```json\n{{\"message\": \"x\", \"actions\": []}}\n```", thoughts.repeat(9)),
    ] {
        reads_as(&answer, "x", &[]);
        let mut reader = Reader::default();
        let found = answer.split_inclusive(['k', '<', ' ']).flat_map(|piece| reader.push(piece));
        let told: String =
            found.filter_map(|piece| if let Piece::Thought(more) = piece { Some(more) } else { None }).collect();
        assert!(told.starts_with(thoughts) && told.ends_with(thoughts));
    }
    assert_eq!(feed(["<think>for ever {\"message\": \"no\"}"]).2, Answer::Blank);
    assert_eq!(feed(["<think>a</think> Text."]).2, Answer::Plain("Text.".to_owned()));
    assert_eq!(feed(["<th", "ing> {}"]).2, Answer::Plain("<thing> {}".to_owned()));
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((prop_oneof![any::<String>(), Just("message".to_owned())], inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever the message, the actions, the layout and the cuts: what streams is what serde_json reads.
    #[test]
    fn p3_any_cut_of_any_answer_reads_the_same(
        message in "[^ ].*",
        actions in prop::collection::vec(json_value(), 0..6),
        pretty in any::<bool>(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let value = json!({"before": {"message": ["no"]}, "message": message, "actions": actions});
        let answer = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(answer.len())).filter(|at| answer.is_char_boundary(*at)).collect();
        at.extend([0, answer.len()]);
        at.sort_unstable();
        let pieces: Vec<&str> = at.windows(2).map(|pair| &answer[pair[0]..pair[1]]).collect();
        let (text, elements, whole) = feed(pieces);
        if !message.trim().is_empty() || !actions.is_empty() {
            prop_assert_eq!(&text, &message);
            prop_assert_eq!(&elements, &actions);
            prop_assert_eq!(whole, structured(&message, actions));
        }
    }

    /// Garbage of any kind, in any pieces, is read to the end.
    #[test]
    fn p8_garbage_never_panics(pieces in prop::collection::vec("[{}\\[\\]\":,\\\\umesagction0-9\u{e4}\u{1f600} ]{0,12}", 0..20)) {
        feed(pieces.iter().map(String::as_str));
    }
}

/// An answer of about this many bytes, in pieces of 4.
fn time_to_read(bytes: usize) -> Duration {
    let action = json!({"type": "update_node", "node_id": "n", "label": "x".repeat(200)});
    let answer = json!({"message": "word ".repeat(bytes / 10), "actions": vec![action; bytes / 500]}).to_string();
    let started = Instant::now();
    let mut reader = Reader::default();
    let mut at = 0;
    while at < answer.len() {
        let end = (at + 4).min(answer.len());
        reader.push(&answer[at..end]);
        at = end;
    }
    assert!(reader.object().is_some());
    started.elapsed()
}

#[test]
fn p7_reading_is_linear() {
    // Sixteen short answers and one that is sixteen times as long take about equally long, so that a busy machine
    // disturbs both alike; something quadratic would take the long one sixteen times as long in every round.
    let ratio = || {
        let short: Duration = (0..16).map(|_| time_to_read(44_000)).sum();
        time_to_read(16 * 44_000).as_secs_f64() / short.as_secs_f64()
    };
    let best = (0..8).map(|_| ratio()).fold(f64::INFINITY, f64::min);
    assert!(best < 20.0 / 16.0, "16 times the length took {:.1} times the time", best * 16.0);
}
