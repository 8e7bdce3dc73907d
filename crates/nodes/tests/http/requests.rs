//! What is sent, byte by byte.

use bridge_domain::{Effect, Executors, Item};
use bridge_nodes::Nodes;
use bridge_nodes::testing::items;
use serde_json::{Value, json};

use crate::server::{Answer, Server};
use crate::stage::{Stage, request, step};

/// The configuration with the URL of the server in it.
fn at(server: &Server, path: &str, mut config: Value) -> Value {
    config["url"] = server.url(path).into();
    config
}

async fn sent(path: &str, config: Value) -> String {
    let server = Server::saying(json!({})).await;
    request(&server, at(&server, path, config)).await.unwrap();
    server.only().written()
}

#[tokio::test]
async fn every_method_is_sent_as_it_is() {
    for method in ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"] {
        assert_eq!(sent("/a", json!({ "method": method })).await, format!("{method} /a\naccept: */*\n\n"));
    }
    for method in ["POST", "PATCH"] {
        let expected = format!("{method} /a\naccept: */*\nidempotency-key: key-0-0\n\n");
        assert_eq!(sent("/a", json!({ "method": method })).await, expected);
    }
    assert_eq!(sent("/a", json!({})).await, "GET /a\naccept: */*\n\n");
}

#[tokio::test]
async fn a_query_is_added_to_the_one_of_the_address() {
    let query = json!({ "query": { "q": "a b&c=ü", "n": 1.5, "on": true, "list": [1, "zwei"], "none": null } });
    let expected = "GET /find?x=1&q=a+b%26c%3D%C3%BC&n=1.5&on=true&list=1&list=zwei\naccept: */*\n\n";
    assert_eq!(sent("/find?x=1", query).await, expected);
    assert_eq!(sent("/find", json!({ "query": "{\"a\": 1}" })).await, "GET /find?a=1\naccept: */*\n\n");
}

#[tokio::test]
async fn headers_are_sent_as_they_are() {
    let headers = json!({ "headers": { "X-Trace": "ä 1", "Accept": "text/csv", "x-number": 7 } });
    assert_eq!(sent("/", headers).await, "GET /\naccept: text/csv\nx-number: 7\nx-trace: ä 1\n\n");
}

#[tokio::test]
async fn a_header_that_would_become_two_is_refused_before_anything_is_sent() {
    let server = Server::saying(json!({})).await;
    for headers in [
        json!({ "X-A": "1\r\nX-B: 2" }),
        json!({ "X-A": "1\n2" }),
        json!({ "X-A\r\nX-B": "1" }),
        json!({ "X A": "1" }),
        json!({ "": "1" }),
        json!({ "Content-Length": "5" }),
        json!({ "Transfer-Encoding": "chunked" }),
        json!({ "host": "evil.example" }),
    ] {
        let failure = request(&server, at(&server, "/", json!({ "headers": headers }))).await.unwrap_err();
        assert!(!failure.error.message.is_empty() && !failure.error.retryable, "{headers}");
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn json_is_sent_in_the_order_it_was_written() {
    let body = json!({ "z": 1, "a": [true, null, "ü"] });
    let expected = "PUT /\naccept: */*\ncontent-type: application/json\n\n{\"z\":1,\"a\":[true,null,\"ü\"]}";
    assert_eq!(sent("/", json!({ "method": "PUT", "body_kind": "json", "body": body })).await, expected);
    let text = json!({ "method": "PUT", "body_kind": "json", "body": "{\"z\": 1.0}" });
    assert!(sent("/", text).await.ends_with("\n{\"z\": 1.0}"));
    let typed = json!({ "method": "PUT", "body_kind": "json", "body": [], "headers": { "content-type": "application/ld+json" } });
    assert_eq!(sent("/", typed).await, "PUT /\naccept: */*\ncontent-type: application/ld+json\n\n[]");
}

#[tokio::test]
async fn a_form_is_written_as_browsers_write_it() {
    let body = json!({ "name": "Ä & B", "list": [1, 2], "none": null, "object": { "a": 1 } });
    let expected = "PUT /\naccept: */*\ncontent-type: application/x-www-form-urlencoded\n\n\
                    name=%C3%84+%26+B&list=1&list=2&object=%7B%22a%22%3A1%7D";
    assert_eq!(sent("/", json!({ "method": "PUT", "body_kind": "form", "body": body })).await, expected);
    let ready = json!({ "method": "PUT", "body_kind": "form", "body": "a=1&b=%20" });
    assert!(sent("/", ready).await.ends_with("\na=1&b=%20"));
}

#[tokio::test]
async fn text_is_sent_in_utf_8() {
    let expected = "PUT /\naccept: */*\ncontent-type: text/plain; charset=utf-8\n\nGrüße";
    assert_eq!(sent("/", json!({ "method": "PUT", "body_kind": "text", "body": "Grüße" })).await, expected);
}

#[tokio::test]
async fn a_multipart_form_holds_fields_and_files() {
    let server = Server::saying(json!({})).await;
    let stage = Stage::new();
    let mut item = Item::default();
    let content = b"\x00\xff--\r\n\r\nbytes";
    item.binary.insert("photo".to_owned(), stage.file(content, "image/png", "a \"b\".png").await);
    let config = json!({
        "method": "PUT", "body_kind": "multipart", "body": { "title": "Ä", "tag": ["x", "y"] }, "files": { "file": "photo" },
    });
    let mut step = step(&server, at(&server, "/upload", config), vec![item]);
    stage.run("http", "request", &mut step).await.unwrap();
    let received = server.only();
    let kind = received.header("content-type").unwrap().to_owned();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap().trim_matches('"').to_owned();
    let part =
        |head: &str, content: &[u8]| [format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes(), content, b"\r\n"].concat();
    let field = |name: &str| format!("Content-Disposition: form-data; name=\"{name}\"");
    let file = "Content-Disposition: form-data; name=\"file\"; filename=\"a %22b%22.png\"\r\nContent-Type: image/png";
    let expected = [
        part(&field("title"), "Ä".as_bytes()),
        part(&field("tag"), b"x"),
        part(&field("tag"), b"y"),
        part(file, content),
        format!("--{boundary}--\r\n").into_bytes(),
    ];
    assert_eq!(String::from_utf8_lossy(&received.body), String::from_utf8_lossy(&expected.concat()));
    assert_eq!(received.body, expected.concat());
}

#[tokio::test]
async fn a_file_is_sent_and_comes_back_unchanged() {
    let server = Server::start(|_, received| {
        Answer::new("200 OK", &[("content-type", received.header("content-type").unwrap())], &received.body)
    })
    .await;
    let stage = Stage::new();
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n * 31 % 251) as u8).collect();
    let mut item = Item::default();
    item.binary.insert("data".to_owned(), stage.file(&bytes, "image/x-test", "in.bin").await);
    let config = at(&server, "/out.bin", json!({ "method": "PUT", "body_kind": "binary" }));
    let mut step = step(&server, config, vec![item]);
    stage.run("http", "request", &mut step).await.unwrap();
    assert_eq!(server.only().body, bytes);
    let file = &step.puts[0].item.binary["data"];
    assert_eq!((file.file_name.as_str(), file.mime_type.as_str(), file.size), ("out.bin", "image/x-test", 300_000));
    assert_eq!(stage.content(file).await, bytes);
}

#[tokio::test]
async fn what_cannot_be_sent_names_its_parameter() {
    let server = Server::saying(json!({})).await;
    for (config, parameter) in [
        (json!({ "body_kind": "json" }), "body"),
        (json!({ "body_kind": "json", "body": "{a: 1}" }), "body"),
        (json!({ "body_kind": "binary", "file": "photo" }), "file"),
        (json!({ "body_kind": "multipart", "files": { "a": "photo" } }), "files.a"),
        (json!({ "body_kind": "multipart" }), "body"),
        (json!({ "body_kind": "xml" }), "body_kind"),
        (json!({ "method": "BREW" }), "method"),
        (json!({ "timeout_seconds": 0 }), "timeout_seconds"),
        (json!({ "query": [1] }), "query"),
        (json!({ "pagination": "cursor" }), "next_path"),
    ] {
        let failure = request(&server, at(&server, "/", config.clone())).await.unwrap_err();
        assert_eq!(failure.parameter.as_deref(), Some(parameter), "{config}: {}", failure.error.message);
        assert_eq!(failure.item, Some(0));
    }
    for url in ["", "example.com/x", "/orders", "ftp://example.com", "file:///etc/passwd", "javascript:1", "http://"] {
        let failure = request(&server, json!({ "url": url })).await.unwrap_err();
        assert_eq!(failure.parameter.as_deref(), Some("url"), "{url}");
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn each_item_has_its_own_request_and_key_and_the_user_may_choose_the_key() {
    let server = Server::start(|number, _| Answer::json(json!({ "number": number }))).await;
    let config = at(&server, "/={{ $json.id }}", json!({ "method": "POST" }));
    let config = json!({ "method": "POST", "url": format!("={}", config["url"].as_str().unwrap().replace('=', "")) });
    let mut step = step(&server, config.clone(), items(json!([{ "id": 1 }, { "id": 2 }, { "id": 3 }, { "id": 4 }])));
    Stage::new().run("http", "request", &mut step).await.unwrap();
    let keys: Vec<_> = server.received().iter().map(|one| one.header("idempotency-key").unwrap().to_owned()).collect();
    assert_eq!(keys, ["key-0-0", "key-0-1", "key-0-2", "key-0-3"]);
    let lines: Vec<_> = server.received().into_iter().map(|one| one.line).collect();
    assert_eq!(lines, ["POST /1", "POST /2", "POST /3", "POST /4"]);
    assert_eq!(step.origins(0), [[(0, 0)], [(0, 1)], [(0, 2)], [(0, 3)]]);
    let own = json!({ "method": "POST", "headers": { "idempotency-key": "mine" } });
    assert_eq!(sent("/", own).await, "POST /\naccept: */*\nidempotency-key: mine\n\n");
    assert_eq!(sent("/", json!({ "method": "POST", "idempotency_key": false })).await, "POST /\naccept: */*\n\n");
}

#[tokio::test]
async fn batches_are_kept_apart() {
    let server = Server::saying(json!({})).await;
    let config = at(&server, "/", json!({ "batch_size": 2, "batch_interval_ms": 300 }));
    let mut step = step(&server, config, items(json!([{}, {}, {}, {}, {}])));
    let begun = std::time::Instant::now();
    Stage::new().run("http", "request", &mut step).await.unwrap();
    assert!(begun.elapsed().as_millis() >= 600, "two pauses, before the third and the fifth item");
    assert_eq!(server.received().len(), 5);
}

#[test]
fn only_reading_is_harmless_to_repeat() {
    let nodes = Nodes::new(Stage::new().services());
    let executor = nodes.executor("http", "request").unwrap();
    let effect = |config: Value| executor.effect(config.as_object().unwrap());
    for config in [json!({}), json!({ "method": "GET" }), json!({ "method": "HEAD" }), json!({ "method": "OPTIONS" })] {
        assert_eq!(effect(config), Effect::Harmless);
    }
    for method in ["POST", "PUT", "PATCH", "DELETE", "={{ $json.method }}", "get"] {
        assert_eq!(effect(json!({ "method": method })), Effect::Outside);
    }
    assert_eq!(effect(json!({ "method": 1 })), Effect::Outside);
}
