//! Slack: messages, channels, people.

use std::time::Duration;

use bridge_domain::ErrorCode;
use serde_json::{Value, json};

use super::{JSON, call, check};
use crate::server::Answer;

#[tokio::test]
async fn slack_sends_changes_and_marks_messages() {
    let sent = json!({ "ok": true, "channel": "C1", "ts": "1.2", "message": { "text": "Hi" } });
    check(
        "slack.send_message",
        json!({ "channel": "#general", "text": "Hi *you*\n\"ü\"", "thread_timestamp": "" }),
        &format!("POST /chat.postMessage\n{JSON}{}", r##"{"channel":"#general","text":"Hi *you*\n\"ü\""}"##),
        sent.clone(),
        json!([{ "channel": "C1", "timestamp": "1.2" }]),
    )
    .await;
    check(
        "slack.send_message",
        json!({ "channel": "C1", "text": { "a": 1 }, "thread_timestamp": 1.5 }),
        &format!("POST /chat.postMessage\n{JSON}{}", r#"{"channel":"C1","text":"{\"a\":1}","thread_ts":"1.5"}"#),
        sent.clone(),
        json!([{ "channel": "C1", "timestamp": "1.2" }]),
    )
    .await;
    check(
        "slack.update_message",
        json!({ "channel": "C1", "timestamp": "1.2", "text": "New" }),
        &format!("POST /chat.update\n{JSON}{}", r#"{"channel":"C1","ts":"1.2","text":"New"}"#),
        sent,
        json!([{ "channel": "C1", "timestamp": "1.2" }]),
    )
    .await;
    check(
        "slack.add_reaction",
        json!({ "channel": "C1", "timestamp": "1.2", "emoji": "eyes" }),
        &format!("POST /reactions.add\n{JSON}{}", r#"{"channel":"C1","timestamp":"1.2","name":"eyes"}"#),
        json!({ "ok": true }),
        json!([{ "channel": "C1", "emoji": "eyes", "timestamp": "1.2" }]),
    )
    .await;
}

#[tokio::test]
async fn slack_makes_channels_and_finds_people() {
    check(
        "slack.create_channel",
        json!({ "name": "news", "private": true }),
        &format!("POST /conversations.create\n{JSON}{}", r#"{"name":"news","is_private":true}"#),
        json!({ "ok": true, "channel": { "id": "C9", "name": "news", "is_channel": true } }),
        json!([{ "id": "C9", "name": "news" }]),
    )
    .await;
    check(
        "slack.find_user",
        json!({ "email": "a+b@example.com" }),
        "GET /users.lookupByEmail?email=a%2Bb%40example.com\naccept: */*\n\n",
        json!({ "ok": true, "user": { "id": "U1", "name": "ada", "real_name": "Ada L", "tz": "Europe/London",
            "profile": { "email": "a+b@example.com" } } }),
        json!([{ "email": "a+b@example.com", "id": "U1", "name": "Ada L", "time_zone": "Europe/London" }]),
    )
    .await;
}

#[tokio::test]
async fn slack_lists_messages_page_by_page_up_to_the_limit() {
    let (items, requests) = call("slack.list_messages", json!({ "channel": "C1", "limit": 3 }), |number| {
        let cursor = if number == 0 { "bmV4dA==" } else { "more" };
        let text = |n: u32| json!({ "type": "message", "user": "U1", "text": format!("{number}-{n}"), "ts": "1.0" });
        Answer::json(json!({ "ok": true, "messages": [text(0), text(1)], "has_more": true,
            "response_metadata": { "next_cursor": cursor } }))
    })
    .await;
    let texts: Vec<Value> = items.unwrap().iter().map(|one| one["text"].clone()).collect();
    assert_eq!(texts, ["0-0", "0-1", "1-0"]);
    assert_eq!(
        requests,
        [
            "GET /conversations.history?channel=C1&limit=3\naccept: */*\n\n",
            "GET /conversations.history?channel=C1&cursor=bmV4dA%3D%3D&limit=3\naccept: */*\n\n",
        ]
    );
}

#[tokio::test]
async fn slack_says_no_with_a_status_of_success() {
    for (error, code, hint) in [
        ("not_in_channel", ErrorCode::ServiceFailed, "Invite the app to the channel"),
        ("missing_scope", ErrorCode::PermissionDenied, "Give the app the scope"),
        ("ratelimited", ErrorCode::RateLimited, "Slack wants fewer requests"),
        ("something_new", ErrorCode::ServiceFailed, "Its answer in the details"),
    ] {
        let config = json!({ "channel": "C1", "text": "x" });
        let (items, requests) = call("slack.send_message", config, move |_| {
            Answer::json(json!({ "ok": false, "error": error, "needed": "chat:write" }))
        })
        .await;
        let failure = items.unwrap_err();
        assert!(
            failure.error.message.ends_with(&format!(" refused the request: {error}.")),
            "{}",
            failure.error.message
        );
        assert!(failure.error.hint.starts_with(hint), "{}", failure.error.hint);
        assert_eq!((failure.error.code, failure.error.retryable), (code, code == ErrorCode::RateLimited));
        assert!(failure.detail.unwrap()["body"].as_str().unwrap().contains("chat:write"));
        assert_eq!(requests.len(), 1);
    }
}

#[tokio::test]
async fn slack_says_when_to_come_back() {
    let (items, _) = call("slack.send_message", json!({ "channel": "C1", "text": "x" }), |_| {
        Answer::new(
            "429 Too Many Requests",
            &[("retry-after", "30"), ("content-type", "application/json")],
            r#"{"ok":false,"error":"ratelimited"}"#,
        )
    })
    .await;
    let failure = items.unwrap_err();
    assert_eq!((failure.error.code, failure.retry_after), (ErrorCode::RateLimited, Some(Duration::from_secs(30))));
}
