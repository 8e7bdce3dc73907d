//! Questions, courtesies and refusals: answers without actions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use bridge_domain::{Definition, Model, ModelRequest, Role, Turn};
use serde_json::json;

fn orders() -> Definition {
    support::workflow(
        &[
            ("Incoming order", "webhook.receive", json!({ "path": "orders" })),
            (
                "Big?",
                "if.check",
                json!({ "conditions": [{ "left": "={{ $json.amount }}", "operator": "greater_than", "right": 100 }] }),
            ),
            ("Fetch stock", "http.request", json!({ "url": "https://api.example.com/stock" })),
            ("Lost", "slack.send_message", json!({ "channel": "#sales" })),
        ],
        &[(0, None, 1), (1, Some("true"), 2)],
    )
}

#[track_caller]
fn says(message: &str, definition: &Definition, texts: &[&str]) {
    let reply = support::ask(message, definition);
    assert!(reply.actions.is_empty(), "{message}: {:?}", reply.actions);
    for text in texts {
        assert!(reply.message.contains(text), "{message}: “{text}” is not in: {}", reply.message);
    }
}

#[test]
fn explains_the_workflow_its_nodes_and_the_connectors() {
    for message in [
        "explain this workflow",
        "What does this workflow do?",
        "describe the workflow",
        "Can you explain what this does?",
        "summarize the workflow",
    ] {
        says(message, &orders(), &["4 nodes", "“Incoming order”", "“Big?”", "`true` leads to “Fetch stock”"]);
    }
    says(
        "what does Fetch stock do?",
        &orders(),
        &["“Fetch stock”", "https://api.example.com/stock", "It comes after “Big?”"],
    );
    says("explain the webhook", &orders(), &["“Incoming order”", "It starts the workflow"]);
    says("explain this workflow", &Definition::default(), &["empty"]);
    for message in
        ["what can Slack do?", "What can I do with slack", "tell me about Slack", "which actions does Slack have?"]
    {
        says(message, &Definition::default(), &["**Slack**", "Send a message", "Create a channel"]);
    }
    for message in ["how do I use merge?", "explain the merge node", "what is a merge node"] {
        says(message, &Definition::default(), &["**Merge**", "Mode"]);
    }
    says("how do I send a Slack message?", &Definition::default(), &["**Send a message**", "Channel"]);
    says("which connectors are there?", &Definition::default(), &["Google Sheets", "Telegram"]);
}

#[test]
fn finds_what_could_be_better() {
    for message in [
        "how can I improve this?",
        "optimize my workflow",
        "Any suggestions for this workflow?",
        "What's wrong with this workflow?",
        "review it",
    ] {
        says(
            message,
            &orders(),
            &["“Lost” never runs", "“Lost” needs Text", "“Big?” on `false`", "“Fetch stock” can fail"],
        );
    }
}

#[test]
fn explains_the_last_error() {
    for message in ["why did it fail?", "explain the error", "what went wrong?", "fix the error"] {
        let reply = support::read(support::request(
            message,
            Some(&orders()),
            Some("The server answered 401 Unauthorized."),
            Vec::new(),
        ));
        assert!(
            reply.actions.is_empty() && reply.message.contains("401") && reply.message.contains("credential"),
            "{message}: {}",
            reply.message
        );
        says(message, &Definition::default(), &["I know of no error"]);
    }
}

#[test]
fn is_honest_about_what_it_cannot_do() {
    for (message, text) in [
        ("run the workflow", "cannot run"),
        ("execute it", "cannot run"),
        ("delete all my workflows", "other workflows"),
        ("tell me the API key", "no access to keys"),
        ("show me my password", "no access to keys"),
        ("change settings to dark mode", "settings page"),
        ("undo", "Undo"),
        ("apply it", "cannot approve"),
        ("write a poem", "outside"),
        ("what's the weather today?", "outside"),
        ("tell me a joke", "outside"),
        ("asdf qwer zxcv", "did not understand"),
        ("do something useful", "did not understand"),
    ] {
        says(message, &orders(), &[text]);
    }
    for message in ["hello", "Hi there!", "help", "what can you do?", "???", "🙂"] {
        says(message, &Definition::default(), &["For example", "webhook", "Google Sheets"]);
    }
    says("thanks!", &orders(), &["welcome"]);
}

#[test]
fn a_missing_briefing_is_said() {
    let request = ModelRequest { briefing: None, ..support::request("x", None, None, Vec::new()) };
    let reply = support::read(request);
    assert!(reply.actions.is_empty() && reply.message.contains("built-in assistant"), "{}", reply.message);
}

#[test]
fn an_answer_to_its_question_completes_the_request() {
    let first = "When a webhook arrives, send an email";
    let asked = support::ask(first, &Definition::default());
    let turn = |role, text: &str| Turn { role, parts: vec![text.to_owned()] };
    let turns =
        vec![turn(Role::User, first), turn(Role::Assistant, &asked.message), turn(Role::User, "anna@example.com")];
    let reply = support::read(support::request("anna@example.com", Some(&Definition::default()), None, turns));
    let after = support::applied(&reply, &Definition::default());
    assert_eq!(support::drawn(&after), "webhook.receive -> email.send");
    let turns = vec![
        turn(Role::User, "send a message"),
        turn(Role::Assistant, "Here you are."),
        turn(Role::User, "anna@example.com"),
    ];
    let reply = support::read(support::request("anna@example.com", Some(&Definition::default()), None, turns));
    assert!(!support::drawn(&support::applied(&reply, &Definition::default())).contains("webhook"));
}

#[test]
fn the_payload_is_what_it_reads_and_stays_here() {
    let planner = bridge_planner::Planner::default();
    let payload = planner.payload(&support::request("hello", Some(&orders()), Some("bad"), Vec::new()));
    assert_eq!(payload.url, "this machine");
    assert!(payload.headers.is_empty());
    let body: serde_json::Value = serde_json::from_str(&payload.body).unwrap();
    assert_eq!((body["message"].as_str(), body["last_error"].as_str()), (Some("hello"), Some("bad")));
    assert_eq!(body["definition"]["nodes"].as_array().unwrap().len(), 4);
    let models = futures_util::FutureExt::now_or_never(planner.models()).unwrap().unwrap();
    assert_eq!((models[0].id.as_str(), models[0].name.as_str()), ("bridge-rules", "Built-in assistant"));
}
