//! Whatever is written: no panic, valid JSON, valid actions, the same bytes again, in linear time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::time::{Duration, Instant};

use bridge_domain::Definition;
use serde_json::json;

fn orders() -> Definition {
    support::workflow(
        &[
            ("Incoming order", "webhook.receive", json!({ "path": "orders" })),
            (
                "Big and urgent?",
                "if.check",
                json!({ "conditions": [{ "left": "={{ $json.amount }}", "operator": "greater_than", "right": 100 }] }),
            ),
            ("Tell sales", "slack.send_message", json!({ "channel": "#sales", "text": "x" })),
            ("Each item", "loop.over_items", json!({})),
            ("Fetch stock", "http.request", json!({ "url": "https://api.example.com/stock" })),
        ],
        &[(0, None, 1), (1, Some("true"), 2), (2, None, 3), (3, Some("loop"), 4), (4, None, 3)],
    )
}

/// Words of the catalogue, of grammar, values and marks.
fn vocabulary() -> Vec<String> {
    let mut words: Vec<String> = "when if otherwise else then and or every day at 9 each for with to the a of on after before between \
        delete rename connect set change add insert replace all node first last second true false output branch is over 100 equals paid \
        contains empty not unless wait 5 minutes #sales @anna a@b.example https://a.example/x /tmp/f.json \"quoted text\" , . ; : ! ? -> \
        \n 1. - ( ) {{ $json.x }} $json.y = > <= start again everything workflow it saying subject run make use explain what how why \
        finally loop item row 1AbC 2nd 9:30 pm UTC „x“ '' \" ‘ \u{200b} ÄÖ ß 漢字 🙂"
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    for connector in support::CATALOG.connectors() {
        words.push(connector.name.clone());
        words.extend(connector.synonyms.iter().cloned());
        for action in &connector.actions {
            words.push(action.name.clone());
            words.extend(action.synonyms.iter().cloned());
        }
    }
    words.extend(["Tell sales", "Fetch stock", "Big and urgent?", "Incoming order"].map(str::to_owned));
    words
}

/// A generator of numbers that gives the same ones every time (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }
}

#[test]
fn word_salad_gives_valid_answers() {
    let words = vocabulary();
    let workflows = [Definition::default(), orders()];
    let proposed: usize = std::thread::scope(|scope| {
        let (words, workflows) = (&words, &workflows);
        let parts: Vec<_> = (0..4).map(|seed| scope.spawn(move || salad(seed, words, workflows))).collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    });
    assert!(proposed > 50, "only {proposed} answers proposed anything");
}

/// Answers to random messages, every one checked. How many proposed anything.
fn salad(seed: u64, words: &[String], workflows: &[Definition]) -> usize {
    let mut numbers = Numbers(seed);
    let mut proposed = 0;
    for round in 0..130 {
        let length = 1 + numbers.below(24);
        let message = (0..length).map(|_| words[numbers.below(words.len())].as_str()).collect::<Vec<_>>().join(" ");
        let definition = &workflows[round % 2];
        let reply = support::ask(&message, definition);
        assert!(!reply.message.trim().is_empty(), "{message:?}");
        let shown = std::panic::catch_unwind(|| support::applied(&reply, definition));
        assert!(shown.is_ok(), "invalid actions for {message:?}");
        proposed += usize::from(!reply.actions.is_empty());
    }
    proposed
}

#[test]
fn a_node_deleted_in_the_same_request_leaves_nothing_behind() {
    for message in [
        "loop over items, delete the loop, send a Slack message to #a",
        "send a Slack message, replace Slack with a Telegram message to @a, then send an email to a@b.example",
        "if amount is over 5 send a Slack message, delete the If, otherwise send an email to a@b.example",
        "remove items reply to request notify Pause @anna form submission read channel folder loop over items for every \
         assign start workflow save to disk 9 get variable Slack",
    ] {
        let empty = Definition::default();
        support::applied(&support::ask(message, &empty), &empty);
    }
}

#[test]
fn the_same_briefing_gives_the_same_bytes() {
    for message in [
        "When a webhook arrives, check that amount is over 100 and send a Slack message",
        "how can I improve this?",
        "delete Tell sales",
        "qwertz",
    ] {
        let first = support::ask(message, &orders()).raw;
        assert!((0..5).all(|_| support::ask(message, &orders()).raw == first), "{message}");
    }
}

#[test]
fn very_long_messages_are_read_in_little_time() {
    let parts = [
        "send a Slack message and ",
        "please ",
        "a",
        "“",
        "/",
        "every day at 9 ",
        "if x is 1 or ",
        "\n",
        "{{ ",
        "a,b+c.",
        "delete the ",
    ];
    for part in parts {
        let message = part.repeat(100_000 / part.len() + 1);
        let start = Instant::now();
        let reply = support::ask(&message, &orders());
        assert!(start.elapsed() < Duration::from_secs(5), "{part:?} took {:?}", start.elapsed());
        support::applied(&reply, &orders());
    }
}

#[test]
fn w5_ten_thousand_nodes_are_no_burden() {
    let nodes: Vec<(String, &str)> = (0..10_000)
        .map(|index| (format!("Step {index}"), if index == 0 { "manual.start" } else { "merge.combine" }))
        .collect();
    let nodes: Vec<(&str, &str, serde_json::Value)> =
        nodes.iter().map(|(label, name)| (label.as_str(), *name, json!({}))).collect();
    let edges: Vec<(usize, Option<&str>, usize)> = (1..10_000).map(|index| (index - 1, None, index)).collect();
    let large = support::workflow(&nodes, &edges);
    for message in [
        "explain this workflow",
        "how can I improve this?",
        "delete Step 5000",
        "delete everything",
        "connect Step 2 to Step 9000",
        "send a Slack message",
    ] {
        let start = Instant::now();
        let reply = support::ask(message, &large);
        assert!(start.elapsed() < Duration::from_secs(5), "{message} took {:?}", start.elapsed());
        assert!(!reply.message.is_empty(), "{message}");
    }
}
