//! Every action of every service against a recorded exchange: the request as it is sent, whole, and what becomes of an
//! answer in the shape of the vendor's documentation.

use std::time::Duration;

use bridge_domain::{CredentialKind, Effect, ErrorCode, Item, StepFailure};
use bridge_nodes::service_at;
use bridge_nodes::testing::{TestStep, item};
use serde_json::{Value, json};

use crate::server::{Answer, Server};
use crate::stage::{Stage, credential, step};

const TOKEN: &str = "123456789:canary-token_of-the-test-0123456789";

fn stepped(server: &Server, config: Value, given: Value) -> TestStep {
    let mut step = step(server, config, vec![item(given)]);
    step.credential = Some(credential(server, CredentialKind::Bearer, &[("token", TOKEN)]));
    step
}

/// Executes an action; gives what it put out, and its requests as they were written, without the line for the token.
async fn call(
    name: &str,
    config: Value,
    answer: impl Fn(usize) -> Answer + Send + Sync + 'static,
) -> (Result<Vec<Value>, StepFailure>, Vec<String>) {
    let (connector, action) = name.split_once('.').unwrap();
    let server = Server::start(move |number, _| answer(number)).await;
    let mut step = stepped(&server, config, json!({ "id": "rec9", "Name": "Ada", "createdTime": "2026" }));
    let result = Stage::new().call(connector, action, &server, &mut step).await;
    let authorization = format!("authorization: Bearer {TOKEN}\n");
    let requests = server.received().into_iter().map(|one| {
        assert_eq!(one.written().matches(&authorization).count(), 1, "{}", one.written());
        assert!(one.header("user-agent").unwrap().starts_with("Bridge/"));
        one.written().replace(&authorization, "")
    });
    (result.map(|()| step.output(0)), requests.collect())
}

async fn check(name: &str, config: Value, request: &str, answer: Value, expected: Value) {
    let (items, requests) = call(name, config, move |_| Answer::json(answer.clone())).await;
    assert_eq!(Value::Array(items.unwrap()), expected, "{name}");
    assert_eq!(requests, [request], "{name}");
}

const JSON: &str = "accept: */*\ncontent-type: application/json; charset=utf-8\n\n";
const GITHUB: &str = "accept: application/vnd.github+json\n";
const VERSION: &str = "x-github-api-version: 2022-11-28\n\n";

fn github(line: &str, body: &str) -> String {
    let kind = if body.is_empty() { "" } else { "content-type: application/json; charset=utf-8\n" };
    format!("{line}\n{GITHUB}{kind}{VERSION}{body}")
}

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

#[tokio::test]
async fn airtable_creates_and_updates_records() {
    let record = json!({ "id": "rec1", "createdTime": "2026-05-04T10:00:00.000Z", "fields": { "Name": "Ada" } });
    check(
        "airtable.create_record",
        json!({ "base_id": "app1", "table": "My Täble/1", "fields": { "Name": "Ada", "N": 1 } }),
        &format!("POST /app1/My%20T%C3%A4ble%2F1\n{JSON}{}", r#"{"fields":{"Name":"Ada","N":1}}"#),
        record.clone(),
        json!([record]),
    )
    .await;
    check(
        "airtable.create_record",
        json!({ "base_id": "app1", "table": "T", "fields": {} }),
        &format!("POST /app1/T\n{JSON}{}", r#"{"fields":{"id":"rec9","Name":"Ada","createdTime":"2026"}}"#),
        record.clone(),
        json!([record]),
    )
    .await;
    check(
        "airtable.update_record",
        json!({ "base_id": "app1", "table": "T", "record_id": "={{ $json.id }}", "fields": {} }),
        &format!("PATCH /app1/T/rec9\n{JSON}{}", r#"{"fields":{"Name":"Ada"}}"#),
        record.clone(),
        json!([record]),
    )
    .await;
}

#[tokio::test]
async fn airtable_lists_records_page_by_page() {
    let config = json!({ "base_id": "app1", "table": "T", "filter": "{A}='b'", "limit": 150 });
    let (items, requests) = call("airtable.list_records", config, |number| {
        let records: Vec<Value> = (0..100).map(|n| json!({ "id": format!("{number}-{n}"), "fields": {} })).collect();
        Answer::json(json!({ "records": records, "offset": "itr/rec" }))
    })
    .await;
    let items = items.unwrap();
    assert_eq!((items.len(), &items[149]), (150, &json!({ "id": "1-49", "fields": {} })));
    assert_eq!(
        requests,
        [
            "GET /app1/T?filterByFormula=%7BA%7D%3D%27b%27&pageSize=100\naccept: */*\n\n",
            "GET /app1/T?filterByFormula=%7BA%7D%3D%27b%27&offset=itr%2Frec&pageSize=100\naccept: */*\n\n",
        ]
    );
}

#[tokio::test]
async fn airtable_says_why_not() {
    for (body, words, hint) in [
        (
            json!({ "error": { "type": "UNKNOWN_FIELD_NAME", "message": "Unknown field name: \"x\"" } }),
            "Unknown field name: \"x\"",
            "Name only fields",
        ),
        (json!({ "error": "NOT_FOUND" }), "NOT_FOUND", "Check the address"),
        (json!({ "error": { "type": "SOMETHING" } }), "SOMETHING", "Check the address"),
    ] {
        let config = json!({ "base_id": "app1", "table": "T", "fields": { "x": 1 } });
        let (items, _) =
            call("airtable.create_record", config, move |_| Answer::status("404 Not Found", body.clone())).await;
        let error = items.unwrap_err().error;
        assert!(error.message.ends_with(&format!("answered 404 Not Found: {words}.")), "{}", error.message);
        assert!(error.hint.starts_with(hint), "{}", error.hint);
    }
}

#[tokio::test]
async fn a_part_of_an_address_cannot_lead_elsewhere() {
    for bad in ["..", ".", "", " .. "] {
        let config = json!({ "base_id": "app1", "table": bad, "fields": { "x": 1 } });
        let (items, requests) = call("airtable.create_record", config, |_| Answer::json(json!({}))).await;
        assert_eq!(items.unwrap_err().parameter.as_deref(), Some("table"));
        assert!(requests.is_empty());
        let config = json!({ "owner": "o", "repository": "r", "path": format!("docs/{bad}/../x") });
        let (items, requests) = call("github.get_file", config, |_| Answer::json(json!({}))).await;
        assert_eq!(items.unwrap_err().parameter.as_deref(), Some("path"));
        assert!(requests.is_empty());
    }
    let config = json!({ "base_id": "a?b#c", "table": "%2e%2e/x", "fields": { "x": 1 } });
    let (_, requests) = call("airtable.create_record", config, |_| Answer::json(json!({}))).await;
    assert!(requests[0].starts_with("POST /a%3Fb%23c/%252e%252e%2Fx\n"), "{}", requests[0]);
}

#[tokio::test]
async fn github_creates_issues_comments_and_releases() {
    check(
        "github.create_issue",
        json!({ "owner": "o", "repository": "r", "title": "T", "body": "B", "labels": "bug, help wanted,", "assignees": "" }),
        &github("POST /repos/o/r/issues", r#"{"title":"T","body":"B","labels":["bug","help wanted"]}"#),
        json!({ "id": 1, "number": 5, "html_url": "https://github.com/o/r/issues/5", "state": "open", "title": "T", "node_id": "x" }),
        json!([{ "id": 1, "number": 5, "state": "open", "title": "T", "url": "https://github.com/o/r/issues/5" }]),
    )
    .await;
    check(
        "github.create_comment",
        json!({ "owner": "o", "repository": "r", "number": 5, "body": "Thanks" }),
        &github("POST /repos/o/r/issues/5/comments", r#"{"body":"Thanks"}"#),
        json!({ "id": 9, "html_url": "https://github.com/o/r/issues/5#issuecomment-9", "body": "Thanks" }),
        json!([{ "id": 9, "url": "https://github.com/o/r/issues/5#issuecomment-9" }]),
    )
    .await;
    check(
        "github.create_release",
        json!({ "owner": "o", "repository": "r", "tag": "v1", "body": "New", "draft": true, "prerelease": false }),
        &github("POST /repos/o/r/releases", r#"{"tag_name":"v1","body":"New","draft":true,"prerelease":false}"#),
        json!({ "id": 3, "tag_name": "v1", "html_url": "https://github.com/o/r/releases/v1" }),
        json!([{ "id": 3, "tag": "v1", "url": "https://github.com/o/r/releases/v1" }]),
    )
    .await;
}

#[tokio::test]
async fn github_reads_repositories_and_pull_requests() {
    check(
        "github.get_repository",
        json!({ "owner": "o", "repository": "r" }),
        &github("GET /repos/o/r", ""),
        json!({ "full_name": "o/r", "description": null, "html_url": "https://github.com/o/r", "default_branch": "main", "private": false,
            "archived": false, "stargazers_count": 3, "forks_count": 2, "open_issues_count": 1, "pushed_at": "2026-05-04T10:00:00Z" }),
        json!([{ "archived": false, "default_branch": "main", "description": null, "forks": 2, "full_name": "o/r", "open_issues": 1,
            "private": false, "pushed_at": "2026-05-04T10:00:00Z", "stars": 3, "url": "https://github.com/o/r" }]),
    )
    .await;
    check(
        "github.list_pull_requests",
        json!({ "owner": "o", "repository": "r", "state": "all", "base": "", "limit": 5 }),
        &github("GET /repos/o/r/pulls?state=all&per_page=5", ""),
        json!([{ "number": 1, "title": "T", "state": "closed", "html_url": "u", "user": { "login": "ada" }, "draft": false,
            "head": { "ref": "f" }, "base": { "ref": "main" }, "created_at": "c", "merged_at": null }]),
        json!([{ "base": "main", "created_at": "c", "draft": false, "head": "f", "merged_at": null, "number": 1, "state": "closed",
            "title": "T", "url": "u", "user": "ada" }]),
    )
    .await;
}

#[tokio::test]
async fn github_lists_issues_by_the_link_header() {
    let server = Server::start(|number, received| {
        let host = received.header("host").unwrap();
        let link = format!("<http://{host}/repositories/1/issues?page={}>; rel=\"next\"", number + 2);
        let issue = json!({ "number": number, "title": "T", "state": "open", "html_url": "u", "user": { "login": "ada" }, "body": null,
            "labels": [{ "name": "bug" }, { "name": "ui" }], "assignees": [], "created_at": "c", "updated_at": "d", "pull_request": {} });
        let headers = [("content-type", "application/json"), ("link", link.as_str())];
        Answer::new("200 OK", if number < 1 { &headers } else { &headers[..1] }, json!([issue]).to_string())
    })
    .await;
    let config = json!({ "owner": "o", "repository": "r", "state": "open", "labels": "bug,ui", "limit": 500 });
    let mut step = stepped(&server, config, json!({}));
    Stage::new().call("github", "list_issues", &server, &mut step).await.unwrap();
    let lines: Vec<String> = server.received().into_iter().map(|one| one.line).collect();
    assert_eq!(
        lines,
        ["GET /repos/o/r/issues?state=open&labels=bug%2Cui&per_page=100", "GET /repositories/1/issues?page=2"]
    );
    assert_eq!(
        step.output(0)[1],
        json!({ "assignees": [], "body": null, "created_at": "c", "is_pull_request": true,
        "labels": ["bug", "ui"], "number": 1, "state": "open", "title": "T", "updated_at": "d", "url": "u", "user": "ada" })
    );
}

#[tokio::test]
async fn github_gives_a_file_byte_by_byte() {
    let bytes = b"\x00\xffraw";
    let server =
        Server::start(move |_, _| Answer::new("200 OK", &[("content-type", "application/vnd.github.raw+json")], bytes))
            .await;
    let stage = Stage::new();
    let config = json!({ "owner": "o", "repository": "r", "path": "/docs/A b.md", "reference": "v1" });
    let mut step = stepped(&server, config, json!({}));
    stage.call("github", "get_file", &server, &mut step).await.unwrap();
    let only = server.only();
    assert_eq!(only.line, "GET /repos/o/r/contents/docs/A%20b.md?ref=v1");
    assert_eq!(only.header("accept"), Some("application/vnd.github.raw+json"));
    let Item { json, binary } = &step.puts[0].item;
    assert_eq!((&json["path"], binary["data"].file_name.as_str()), (&json!("/docs/A b.md"), "A b.md"));
    assert_eq!(stage.content(&binary["data"]).await, bytes);
    let config = json!({ "owner": "o", "repository": "r", "path": "docs" });
    let (items, _) = call("github.get_file", config, |_| Answer::json(json!([{ "name": "a" }]))).await;
    assert_eq!(items.unwrap_err().error.message, "There is no file at this path, but a folder.");
}

#[tokio::test]
async fn github_says_why_not() {
    let config = json!({ "owner": "o", "repository": "r", "title": "T" });
    let (items, _) = call("github.create_issue", config, |_| {
        Answer::status(
            "422 Unprocessable Entity",
            json!({ "message": "Validation Failed", "errors": [{ "field": "title", "code": "missing" }] }),
        )
    })
    .await;
    let error = items.unwrap_err().error;
    assert!(error.message.ends_with("422 Unprocessable Entity: Validation Failed."), "{}", error.message);
    let (items, _) = call("github.get_repository", json!({ "owner": "o", "repository": "r" }), |_| {
        Answer::new(
            "403 Forbidden",
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1777888860")],
            r#"{"message":"API rate limit exceeded"}"#,
        )
    })
    .await;
    let failure = items.unwrap_err();
    assert_eq!((failure.error.code, failure.retry_after), (ErrorCode::RateLimited, Some(Duration::from_secs(60))));
}

#[tokio::test]
async fn what_is_no_answer_of_the_service_is_said() {
    for body in ["<html>Sign in</html>", "{\"ok\":tr"] {
        let (items, _) = call("slack.send_message", json!({ "channel": "C", "text": "x" }), move |_| {
            Answer::new("200 OK", &[("content-type", "text/html")], body)
        })
        .await;
        assert!(items.unwrap_err().error.message.contains("is not JSON"));
    }
}

#[tokio::test]
async fn only_reading_is_harmless_to_repeat() {
    let services = std::sync::Arc::new(Stage::new().services());
    for (connector, action, effect) in [
        ("slack", "send_message", Effect::Outside),
        ("slack", "list_messages", Effect::Harmless),
        ("airtable", "update_record", Effect::Outside),
        ("github", "get_file", Effect::Harmless),
        ("google_sheets", "read_rows", Effect::Harmless),
        ("google_sheets", "append_row", Effect::Outside),
    ] {
        let executor = service_at(&services, connector, action, "http://127.0.0.1/".parse().unwrap()).unwrap();
        assert_eq!(executor.effect(&bridge_domain::Config::new()), effect, "{connector}.{action}");
    }
}
