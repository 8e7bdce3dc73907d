//! Listings of several pages.

use bridge_domain::StepFailure;
use serde_json::{Value, json};

use crate::server::{Answer, Received, Server};
use crate::stage::request;

async fn listed(
    config: Value,
    answer: impl Fn(&Received) -> Answer + Send + Sync + 'static,
) -> (Result<Vec<Value>, StepFailure>, Vec<String>) {
    let server = Server::start(move |_, received| answer(received)).await;
    let mut config = config;
    config["url"] = server.url(config["url"].as_str().unwrap_or("/list")).into();
    let items = request(&server, config).await;
    (items, server.received().into_iter().map(|one| one.line).collect())
}

fn query(received: &Received, name: &str) -> Option<u64> {
    let (_, query) = received.line.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))?.parse().ok())
}

#[tokio::test]
async fn by_a_url_in_the_body() {
    let config = json!({ "pagination": "next_url", "next_path": "paging.next", "items_path": "items" });
    let (items, lines) = listed(config, |received| {
        Answer::json(match received.line.as_str() {
            "GET /list" => json!({ "items": [{ "n": 1 }], "paging": { "next": "/list/2?x=1" } }),
            "GET /list/2?x=1" => json!({ "items": [{ "n": 2 }], "paging": { "next": "?x=2" } }),
            _ => json!({ "items": [{ "n": 3 }], "paging": { "next": null } }),
        })
    })
    .await;
    assert_eq!(items.unwrap(), [json!({ "n": 1 }), json!({ "n": 2 }), json!({ "n": 3 })]);
    assert_eq!(lines, ["GET /list", "GET /list/2?x=1", "GET /list/2?x=2"]);
}

#[tokio::test]
async fn by_the_link_header() {
    let config = json!({ "pagination": "link_header", "size_parameter": "per_page", "page_size": 2 });
    let (items, lines) = listed(config, |received| {
        let link = match query(received, "page") {
            None => "<https://elsewhere.example/,;>; rel=\"prev\", </list?page=2&per_page=2>; title=\"a, b\"; rel=\"last next\"",
            Some(2) => "</list?page=3>; REL=next",
            _ => "</list?page=1>; rel=\"first\"; title=\"next\", </list?page=2>; rel=prev",
        };
        Answer::new("200 OK", &[("content-type", "application/json"), ("link", link)], "[{\"n\":1}]")
    })
    .await;
    assert_eq!(items.unwrap().len(), 3);
    assert_eq!(lines, ["GET /list?per_page=2", "GET /list?page=2&per_page=2", "GET /list?page=3"]);
}

#[tokio::test]
async fn by_a_page_number_until_a_page_is_empty() {
    let config = json!({ "pagination": "page", "url": "/list?page=9&q=x", "first_page": 0, "page_step": 1 });
    let (items, lines) = listed(config, |received| {
        let page = query(received, "page").unwrap();
        Answer::json(if page < 3 { json!([{ "page": page }, { "page": page }]) } else { json!([]) })
    })
    .await;
    assert_eq!(items.unwrap().len(), 6);
    assert_eq!(lines, ["GET /list?q=x&page=0", "GET /list?q=x&page=1", "GET /list?q=x&page=2", "GET /list?q=x&page=3"]);
}

#[tokio::test]
async fn by_an_offset_until_a_page_is_short() {
    let config =
        json!({ "pagination": "offset", "size_parameter": "limit", "page_size": 2, "page_parameter": "start" });
    let (items, lines) = listed(config, |received| {
        let start = query(received, "start").unwrap();
        Answer::json((start..5.min(start + 2)).map(|n| json!({ "n": n })).collect())
    })
    .await;
    assert_eq!(items.unwrap().len(), 5);
    assert_eq!(lines, ["GET /list?start=0&limit=2", "GET /list?start=2&limit=2", "GET /list?start=4&limit=2"]);
}

#[tokio::test]
async fn by_a_cursor() {
    let config =
        json!({ "pagination": "cursor", "next_path": "meta.next", "page_parameter": "after", "items_path": "rows" });
    let (items, lines) = listed(config, |received| {
        Answer::json(match received.line.as_str() {
            "GET /list" => json!({ "rows": [1], "meta": { "next": "a b/=" } }),
            "GET /list?after=a+b%2F%3D" => json!({ "rows": [2], "meta": { "next": 77 } }),
            "GET /list?after=77" => json!({ "rows": [3], "meta": { "next": "" } }),
            _ => json!({ "rows": [4], "meta": {} }),
        })
    })
    .await;
    assert_eq!(items.unwrap(), [json!({ "data": 1 }), json!({ "data": 2 }), json!({ "data": 3 })]);
    assert_eq!(lines, ["GET /list", "GET /list?after=a+b%2F%3D", "GET /list?after=77"]);
}

#[tokio::test]
async fn x6_it_ends_at_its_cap_and_fails_in_a_circle() {
    let cap = json!({ "pagination": "page", "max_pages": 4 });
    let (items, lines) = listed(cap, |received| Answer::json(json!([{ "line": received.line }]))).await;
    assert_eq!((items.unwrap().len(), lines.len()), (4, 4));

    for (config, body) in [
        (json!({ "pagination": "next_url", "next_path": "next" }), json!({ "next": "/list" })),
        (json!({ "pagination": "cursor", "next_path": "next" }), json!({ "next": "same" })),
    ] {
        let (items, lines) = listed(config, move |_| Answer::json(body.clone())).await;
        assert_eq!(items.unwrap_err().error.message, "The answer leads back to a page that was read before.");
        assert!(lines.len() <= 2, "{lines:?}");
    }
    for kind in ["page", "offset"] {
        let (items, lines) = listed(json!({ "pagination": kind }), |_| Answer::json(json!([{ "n": 1 }]))).await;
        let message = items.unwrap_err().error.message;
        assert_eq!(message, format!("The same page came twice: the service does not look at the parameter `{kind}`."));
        assert_eq!(lines.len(), 2);
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_seen_is_asked_for() {
    let (items, _) = listed(json!({ "pagination": "page" }), |_| Answer::json(json!({ "rows": [1] }))).await;
    assert_eq!(items.unwrap_err().parameter.as_deref(), Some("items_path"));
}

#[tokio::test]
async fn an_error_on_a_later_page_fails_the_item() {
    let config = json!({ "pagination": "page" });
    let (items, lines) = listed(config, |received| match query(received, "page") {
        Some(1) => Answer::json(json!([1])),
        _ => Answer::status("500 Internal Server Error", json!({})),
    })
    .await;
    assert!(items.unwrap_err().error.message.ends_with("answered 500 Internal Server Error."));
    assert_eq!(lines.len(), 2);
}

#[tokio::test]
async fn each_page_has_its_own_idempotency_key() {
    let server =
        Server::start(|number, _| Answer::json(json!({ "rows": [number], "next": (number < 2).then_some(number) })))
            .await;
    let config = json!({
        "method": "POST", "url": server.url("/"), "pagination": "cursor", "next_path": "next", "items_path": "rows",
    });
    request(&server, config).await.unwrap();
    let keys: Vec<_> = server.received().iter().map(|one| one.header("idempotency-key").unwrap().to_owned()).collect();
    assert_eq!(keys, ["key-0-0", "key-0-0-1", "key-0-0-2"]);
}
