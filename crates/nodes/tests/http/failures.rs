//! What a person learns when it did not work.

use std::time::Duration;

use bridge_domain::{CredentialKind, ErrorCode, Item};
use bridge_nodes::testing::items;
use serde_json::json;

use crate::server::{Answer, Server};
use crate::stage::{Stage, credential, request, step};

#[tokio::test]
async fn an_error_status_says_host_status_and_what_to_do() {
    for (status, code, retryable, hint) in [
        ("400 Bad Request", ErrorCode::ServiceFailed, false, "Its answer in the details says what it does not accept."),
        ("401 Unauthorized", ErrorCode::ServiceFailed, false, "Choose the credential that this service wants."),
        ("404 Not Found", ErrorCode::ServiceFailed, false, "Check the address and the identifiers in it."),
        (
            "501 Not Implemented",
            ErrorCode::ServiceFailed,
            false,
            "Its answer in the details says what it does not accept.",
        ),
        (
            "503 Service Unavailable",
            ErrorCode::ServiceFailed,
            true,
            "The service has trouble of its own: try again, or let the node try again.",
        ),
    ] {
        let server = Server::start(move |_, _| Answer::status(status, json!({ "reason": "because" }))).await;
        let failure = request(&server, json!({ "url": server.url("/secret-path?key=hidden") })).await.unwrap_err();
        let error = &failure.error;
        assert_eq!(error.message, format!("{} answered {status}.", server.address));
        assert_eq!((error.code, error.retryable, error.hint.as_str()), (code, retryable, hint), "{status}");
        let detail = failure.detail.unwrap();
        let number: u16 = status[..3].parse().unwrap();
        assert_eq!(*detail, json!({ "status": number, "body": "{\"reason\":\"because\"}" }));
    }
}

#[tokio::test]
async fn too_many_requests_say_when_to_come_back() {
    for (headers, seconds) in [
        (vec![("retry-after", "7")], Some(7)),
        (vec![("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")], Some(0)),
        (vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1777888830")], Some(30)),
        (vec![("x-ratelimit-remaining", "3"), ("x-ratelimit-reset", "1777888830")], None),
        (vec![("retry-after", "soon")], None),
        (vec![], None),
    ] {
        let server = Server::start(move |_, _| Answer::new("429 Too Many Requests", &headers, "")).await;
        let failure = request(&server, json!({ "url": server.url("/") })).await.unwrap_err();
        assert_eq!((failure.error.code, failure.error.retryable), (ErrorCode::RateLimited, true));
        assert_eq!(failure.retry_after, seconds.map(Duration::from_secs));
    }
    let server = Server::start(|_, _| Answer::new("403 Forbidden", &[("x-ratelimit-remaining", "0")], "")).await;
    let failure = request(&server, json!({ "url": server.url("/") })).await.unwrap_err();
    assert_eq!((failure.error.code, failure.error.retryable), (ErrorCode::RateLimited, true));
}

#[tokio::test]
async fn s1_an_error_body_is_shown_without_secrets_and_not_whole() {
    let server = Server::start(|_, received| {
        let token = received.header("authorization").unwrap_or_default();
        let body = format!("You sent {token} and password=hunter2hunter2 {}", "x".repeat(1 << 20));
        Answer::new("500 Internal Server Error", &[("content-type", "text/plain")], body)
    })
    .await;
    let config = json!({ "url": server.url("/"), "authentication": "bearer" });
    let mut step = step(&server, config, vec![Item::default()]);
    step.credential = Some(credential(&server, CredentialKind::Bearer, &[("token", "canary-of-the-test")]));
    let failure = Stage::new().run("http", "request", &mut step).await.unwrap_err();
    let shown = format!("{failure:?}");
    assert!(!shown.contains("canary") && !shown.contains("hunter2"), "{shown}");
    let body = failure.detail.unwrap()["body"].as_str().unwrap().to_owned();
    assert!(body.starts_with("You sent ") && body.len() < 2100 && body.ends_with('…'), "{}", body.len());
}

#[tokio::test]
async fn one_failed_item_lets_the_others_go_on() {
    let server = Server::start(|_, received| match received.line.as_str() {
        "GET /2" => Answer::status("404 Not Found", json!({})),
        line => Answer::json(json!({ "line": line })),
    })
    .await;
    let url = format!("={}{{{{ $json.id }}}}", server.url("/"));
    let mut step = step(&server, json!({ "url": url }), items(json!([{ "id": 1 }, { "id": 2 }, { "id": 3 }])));
    step.continues = true;
    Stage::new().run("http", "request", &mut step).await.unwrap();
    assert_eq!(step.output(0), [json!({ "line": "GET /1" }), json!({ "line": "GET /3" })]);
    assert_eq!(step.failures.len(), 1);
    assert_eq!(step.failures[0].1.item, Some(1));
}

#[tokio::test]
async fn redirects_are_followed_as_far_as_allowed() {
    let server = Server::start(|_, received| match received.line.split_once(" /").unwrap().1 {
        "end" => Answer::json(json!({ "end": true })),
        "circle" => Answer::new("302 Found", &[("location", "/circle")], ""),
        number => {
            let left: u32 = number.parse().unwrap();
            let target = if left == 1 { "/end".to_owned() } else { format!("/{}", left - 1) };
            Answer::new("307 Temporary Redirect", &[("location", &target)], "")
        }
    })
    .await;
    let ask = |path: &str, config: serde_json::Value| {
        let mut config = config;
        config["url"] = server.url(path).into();
        request(&server, config)
    };
    assert_eq!(ask("/3", json!({})).await.unwrap(), [json!({ "end": true })]);
    assert_eq!(ask("/3", json!({ "max_redirects": 3 })).await.unwrap(), [json!({ "end": true })]);
    assert!(ask("/3", json!({ "max_redirects": 2 })).await.unwrap_err().error.message.contains("redirects too often"));
    assert!(ask("/circle", json!({})).await.is_err());
    let seen = ask("/3", json!({ "follow_redirects": false, "full_response": true })).await.unwrap();
    assert_eq!((&seen[0]["status"], &seen[0]["headers"]["location"]), (&json!(307), &json!("/2")));
}

#[tokio::test]
async fn x1_a_redirect_does_not_lead_where_the_workflow_may_not_go() {
    for target in [
        "http://169.254.169.254/latest",
        "http://[::ffff:169.254.169.254]/",
        "http://127.0.0.1:1/",
        "http://0x7f000001:1/",
    ] {
        let server = Server::start(move |_, _| Answer::new("302 Found", &[("location", target)], "")).await;
        let failure = request(&server, json!({ "url": server.url("/") })).await.unwrap_err();
        assert!(
            matches!(failure.error.code, ErrorCode::NotGranted | ErrorCode::RequestRefused),
            "{target}: {failure:?}"
        );
    }
}

#[tokio::test]
async fn a_slow_answer_ends_in_time_and_a_patient_node_gets_it() {
    let parts = || (0..5).map(|_| vec![b'x'; 10]).collect::<Vec<_>>();
    let server = Server::start(move |_, _| Answer::slow(Duration::from_millis(400), parts())).await;
    let failure = request(&server, json!({ "url": server.url("/"), "timeout_seconds": 1 })).await.unwrap_err();
    assert_eq!((failure.error.code, failure.error.retryable), (ErrorCode::Timeout, true));
    let items = request(&server, json!({ "url": server.url("/"), "timeout_seconds": 60 })).await.unwrap();
    assert_eq!(items[0]["data"].as_str().unwrap().len(), 50);
}

#[tokio::test]
async fn a_big_answer_is_taken_up_to_the_cap() {
    let size = 1 << 20;
    for (extra, fits) in [(0, true), (1, false)] {
        let server = Server::start(move |_, _| {
            Answer::new("200 OK", &[("content-type", "text/plain")], vec![b'x'; size + extra])
        })
        .await;
        let result = request(&server, json!({ "url": server.url("/"), "max_megabytes": 1 })).await;
        match result {
            Ok(items) => assert!(fits && items[0]["data"].as_str().unwrap().len() == size),
            Err(failure) => assert!(!fits && failure.error.code == ErrorCode::AnswerTooLarge),
        }
    }
    let endless =
        Server::start(|_, _| Answer::slow(Duration::ZERO, (0..64).map(|_| vec![b'x'; 1 << 18]).collect())).await;
    let failure = request(&endless, json!({ "url": endless.url("/"), "max_megabytes": 1 })).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::AnswerTooLarge);
}

#[tokio::test]
async fn what_does_not_answer_is_said_as_it_is() {
    let server = Server::saying(json!({})).await;
    let url = server.url("/");
    let mut lonely = step(&server, json!({ "url": url }), vec![Item::default()]);
    lonely.grants.clear();
    let failure = Stage::new().run("http", "request", &mut lonely).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::NotGranted);
    assert_eq!(failure.grant, Some(Box::new(step(&server, json!({}), vec![]).grants[0].clone())));
    assert!(server.received().is_empty());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let free = listener.local_addr().unwrap();
    drop(listener);
    let mut gone = step(&server, json!({ "url": format!("http://{free}/") }), vec![Item::default()]);
    gone.grants = vec![bridge_domain::Grant::Host { host: "127.0.0.1".into(), port: free.port() }];
    let failure = Stage::new().run("http", "request", &mut gone).await.unwrap_err();
    assert_eq!((failure.error.code, failure.error.retryable), (ErrorCode::ConnectionRefused, true));
}
