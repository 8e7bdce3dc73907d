//! What becomes of an answer.

use bridge_domain::Item;
use serde_json::{Value, json};

use crate::server::{Answer, Server};
use crate::stage::{Stage, request, step};

/// What the node puts out for an answer with this content type and body.
async fn read(kind: &'static str, body: &'static [u8], mut config: Value) -> Result<Vec<Value>, String> {
    let server = Server::start(move |_, _| {
        let headers: &[(&str, &str)] = if kind.is_empty() { &[] } else { &[("content-type", kind)] };
        Answer::new("200 OK", headers, body)
    })
    .await;
    config["url"] = server.url("/").into();
    request(&server, config).await.map_err(|failure| failure.error.message)
}

#[tokio::test]
async fn an_object_is_an_item_and_a_list_is_one_for_each_entry() {
    assert_eq!(read("application/json", br#"{"a":{"b":1}}"#, json!({})).await.unwrap(), [json!({ "a": { "b": 1 } })]);
    let list = read("application/json", br#"[{"a":1},2,"x",[3],null]"#, json!({})).await.unwrap();
    assert_eq!(
        list,
        [
            json!({ "a": 1 }),
            json!({ "data": 2 }),
            json!({ "data": "x" }),
            json!({ "data": [3] }),
            json!({ "data": null })
        ]
    );
    assert_eq!(read("application/json", b"[]", json!({})).await.unwrap(), [] as [Value; 0]);
    assert_eq!(read("application/json", b"true", json!({})).await.unwrap(), [json!({ "data": true })]);
    assert_eq!(read("application/json", b"", json!({})).await.unwrap(), [json!({})]);
}

#[tokio::test]
async fn a_list_inside_is_found_by_its_path() {
    let body = br#"{"data":{"orders":[{"id":1},{"id":2}]}}"#;
    let items = read("application/json", body, json!({ "items_path": "data.orders" })).await.unwrap();
    assert_eq!(items, [json!({ "id": 1 }), json!({ "id": 2 })]);
    let message = read("application/json", body, json!({ "items_path": "data.rows" })).await.unwrap_err();
    assert_eq!(message, "The answer has nothing at `data.rows`.");
}

#[tokio::test]
async fn the_content_type_says_how_a_body_is_read() {
    let text = |text: &str| vec![json!({ "data": text })];
    assert_eq!(read("application/vnd.api+json", b"{\"a\":1}", json!({})).await.unwrap(), [json!({ "a": 1 })]);
    assert_eq!(read("text/html; charset=iso-8859-1", b"Gr\xfc\xdfe", json!({})).await.unwrap(), text("Grüße"));
    assert_eq!(read("text/csv", "a;ä".as_bytes(), json!({})).await.unwrap(), text("a;ä"));
    assert_eq!(read("application/xml", b"<a/>", json!({})).await.unwrap(), text("<a/>"));
    assert_eq!(read("", b"{\"a\":1}", json!({})).await.unwrap(), [json!({ "a": 1 })]);
    assert_eq!(read("", b"plain", json!({})).await.unwrap(), text("plain"));
    assert_eq!(
        read("text/plain", b"\xef\xbb\xbf{\"a\":1}", json!({ "response": "json" })).await.unwrap(),
        [json!({ "a": 1 })]
    );
    assert_eq!(read("application/json", b"{\"a\":1}", json!({ "response": "text" })).await.unwrap(), text("{\"a\":1}"));
}

#[tokio::test]
async fn what_is_not_json_is_said_without_harm() {
    let deep = Box::leak("[".repeat(100_000).into_bytes().into_boxed_slice());
    for body in [&b"<html>Sign in</html>"[..], b"{\"a\":", b"{\"a\":1e999}", b"\xff\xfe", deep] {
        let message = read("application/json", body, json!({})).await.unwrap_err();
        assert!(message.starts_with("The answer of 127.0.0.1 is not JSON"), "{message}");
    }
    assert_eq!(read("application/json", br#"{"a":1,"a":2}"#, json!({})).await.unwrap(), [json!({ "a": 2 })]);
}

#[tokio::test]
async fn the_whole_response_has_status_headers_and_body() {
    let server = Server::start(|_, _| {
        Answer::new(
            "201 Created",
            &[("content-type", "application/json"), ("set-cookie", "a=1"), ("set-cookie", "b=2")],
            "[1]",
        )
    })
    .await;
    let items = request(&server, json!({ "url": server.url("/"), "full_response": true })).await.unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!((&items[0]["status"], &items[0]["body"]), (&json!(201), &json!([1])));
    assert_eq!(items[0]["headers"]["set-cookie"], json!(["a=1", "b=2"]));
    assert_eq!(items[0]["headers"]["content-type"], "application/json");
}

#[tokio::test]
async fn a_status_that_may_be_an_error_is_put_out() {
    let server = Server::start(|_, _| Answer::status("404 Not Found", json!({ "error": "gone" }))).await;
    let config = json!({ "url": server.url("/"), "fail_on_error_status": false });
    let items = request(&server, config.clone()).await.unwrap();
    assert_eq!((&items[0]["status"], &items[0]["body"]), (&json!(404), &json!({ "error": "gone" })));
    let mut bare = config;
    bare["full_response"] = false.into();
    assert_eq!(request(&server, bare).await.unwrap(), [json!({ "error": "gone" })]);
}

#[tokio::test]
async fn a_file_is_kept_under_the_name_its_server_gives_it() {
    for (disposition, path, expected) in [
        ("attachment; filename=\"report.pdf\"", "/x", "report.pdf"),
        ("attachment; filename=\"old.pdf\"; filename*=UTF-8''%C3%9Cbersicht%201.pdf", "/x", "Übersicht 1.pdf"),
        ("attachment; filename=\"../../etc/passwd\"", "/x", "passwd"),
        ("attachment; filename=\"..\\\\..\\\\evil.exe\"", "/x", "evil.exe"),
        ("attachment; filename=..", "/x", ""),
        ("inline", "/files/b%C3%A4r.png?x=1", "bär.png"),
        ("inline", "/", ""),
    ] {
        let server = Server::start(move |_, _| {
            Answer::new(
                "200 OK",
                &[("content-type", "application/pdf"), ("content-disposition", disposition)],
                b"\x00\x01\xff",
            )
        })
        .await;
        let stage = Stage::new();
        let config = json!({ "url": server.url(path), "output_file": "report" });
        let mut step = step(&server, config, vec![Item::default()]);
        stage.run("http", "request", &mut step).await.unwrap();
        let file = &step.puts[0].item.binary["report"];
        assert_eq!((file.file_name.as_str(), file.mime_type.as_str()), (expected, "application/pdf"), "{disposition}");
        assert_eq!(stage.content(file).await, b"\x00\x01\xff");
    }
}

#[tokio::test]
async fn anything_can_be_read_as_a_file() {
    let server = Server::saying(json!({ "a": 1 })).await;
    let stage = Stage::new();
    let config = json!({ "url": server.url("/a.json"), "response": "file", "full_response": true });
    let mut step = step(&server, config, vec![Item::default()]);
    stage.run("http", "request", &mut step).await.unwrap();
    let item = &step.puts[0].item;
    assert_eq!((&item.json["status"], &item.json["body"]), (&json!(200), &Value::Null));
    assert_eq!(stage.content(&item.binary["data"]).await, b"{\"a\":1}");
}
