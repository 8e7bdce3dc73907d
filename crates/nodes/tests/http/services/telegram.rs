//! Telegram, whose token is in the path.

use std::time::Duration;

use bridge_domain::{CredentialKind, ErrorCode};
use serde_json::json;

use super::{JSON, TOKEN, call, check, stepped};
use crate::server::{Answer, Server};
use crate::stage::{Stage, credential};

#[tokio::test]
async fn telegram_has_the_token_in_its_path() {
    let answer = json!({ "ok": true, "result": { "message_id": 7, "chat": { "id": -100, "type": "group" }, "date": 1_777_888_800, "text": "Hi" } });
    let expected = json!([{ "chat_id": -100, "date": 1_777_888_800, "message_id": 7 }]);
    check(
        "telegram.send_message",
        json!({ "chat_id": -100, "text": "Hi", "silent": false }),
        &format!(
            "POST /bot{TOKEN}/sendMessage\n{JSON}{}",
            r#"{"chat_id":-100,"text":"Hi","disable_notification":false}"#
        ),
        answer.clone(),
        expected.clone(),
    )
    .await;
    check(
        "telegram.send_photo",
        json!({ "chat_id": "@news", "photo_url": "https://example.com/a.png", "caption": "" }),
        &format!("POST /bot{TOKEN}/sendPhoto\n{JSON}{}", r#"{"chat_id":"@news","photo":"https://example.com/a.png"}"#),
        answer,
        expected,
    )
    .await;
}

#[tokio::test]
async fn telegram_says_why_not_and_when_to_come_back() {
    let (items, _) = call("telegram.send_message", json!({ "chat_id": 1, "text": "x" }), |_| {
        let body = json!({ "ok": false, "error_code": 429, "description": "Too Many Requests: retry after 5", "parameters": { "retry_after": 5 } });
        Answer::status("429 Too Many Requests", body)
    })
    .await;
    let failure = items.unwrap_err();
    assert!(
        failure.error.message.ends_with("429 Too Many Requests: Too Many Requests: retry after 5."),
        "{}",
        failure.error.message
    );
    assert_eq!((failure.error.code, failure.retry_after), (ErrorCode::RateLimited, Some(Duration::from_secs(5))));
}

#[tokio::test]
async fn s1_the_token_in_the_path_is_in_no_failure_and_goes_to_no_other_host() {
    let other = Server::saying(json!({ "ok": true, "result": {} })).await;
    let target = other.url("/elsewhere");
    for answer in [0, 1, 2] {
        let target = target.clone();
        let server = Server::start(move |_, received| match answer {
            0 => {
                Answer::status("404 Not Found", json!({ "ok": false, "error_code": 404, "description": received.line }))
            }
            1 => Answer::new("200 OK", &[("content-type", "text/html")], &received.line),
            _ => Answer::new("307 Temporary Redirect", &[("location", &target)], ""),
        })
        .await;
        let mut step = stepped(&server, json!({ "chat_id": 1, "text": "x" }), json!({}));
        step.grants.push(bridge_domain::Grant::Host { host: "127.0.0.1".into(), port: other.address.port() });
        let result = Stage::new().call("telegram", "send_message", &server, &mut step).await;
        assert!(!format!("{result:?}").contains("canary"), "{result:?}");
    }
    for request in other.received() {
        assert!(!request.line.contains("canary") && request.header("authorization").is_none(), "{request:?}");
    }
    // A credential of another host: nothing is sent at all.
    let mut foreign = stepped(&other, json!({ "chat_id": 1, "text": "x" }), json!({}));
    foreign.credential =
        Some(credential(&Server::saying(json!({})).await, CredentialKind::Bearer, &[("token", TOKEN)]));
    let before = other.received().len();
    let failure = Stage::new().call("telegram", "send_message", &other, &mut foreign).await.unwrap_err();
    assert_eq!((failure.error.code, other.received().len()), (ErrorCode::RequestRefused, before));
}
