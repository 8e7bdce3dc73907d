//! The server on a real socket: who is turned away, and what is bounded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bridge_domain::Reply;
use bridge_triggers::{Endpoint, Incoming, Limits, Listening, Receiver, Server};
use futures_util::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAA";

/// Answers with what it got, and counts.
#[derive(Default)]
struct Echo {
    calls: AtomicUsize,
}

impl Receiver for Echo {
    fn receive<'a>(&'a self, endpoint: Endpoint, token: &'a str, request: Incoming) -> BoxFuture<'a, Option<Reply>> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            if token != TOKEN {
                return None;
            }
            let received = request.read(false).await.ok()?;
            let body = format!("{endpoint:?} {}", serde_json::Value::Object(received.json));
            Some(Reply { status: 200, headers: BTreeMap::new(), body: body.into_bytes() })
        })
    }
}

async fn server(limits: Limits) -> (Listening, Arc<Echo>) {
    let echo = Arc::new(Echo::default());
    let server = Server { limits, ..Server::default() };
    (server.listen(echo.clone()).await.unwrap(), echo)
}

fn quick() -> Limits {
    Limits { body: 1_000, patience: Duration::from_millis(400), connections: 4, ..Limits::default() }
}

/// Sends bytes and reads until the other side closes, or the time is over.
async fn talk(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn post(port: u16, path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[tokio::test]
async fn a_request_comes_in_whole() {
    let (listening, _) = server(quick()).await;
    let port = listening.address().port();
    let request = post(
        port,
        &format!("/webhook/{TOKEN}/orders/new?a=1&a=2&b=x%20y"),
        "Content-Type: application/json\r\n",
        r#"{"n":1}"#,
    );
    let answer = talk(listening.address(), &request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains(r#""query":{"a":["1","2"],"b":"x y"}"#), "{answer}");
    assert!(answer.contains(r#""path":"orders/new""#) && answer.contains(r#""body":{"n":1}"#), "{answer}");
    assert!(answer.contains("content-security-policy: default-src 'none'"), "{answer}");
}

#[tokio::test]
async fn x4_it_listens_on_this_machine_only() {
    let (listening, _) = server(quick()).await;
    assert!(listening.address().ip().is_loopback());
}

#[tokio::test]
async fn x4_pages_are_turned_away_before_any_workflow_is_looked_at() {
    let (listening, echo) = server(quick()).await;
    let port = listening.address().port();
    let path = format!("/webhook/{TOKEN}/x");
    for headers in [
        "Origin: https://evil.example\r\nContent-Type: text/plain\r\n",
        "Origin: null\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Host: evil.example\r\n",
    ] {
        let answer = talk(listening.address(), &post(port, &path, headers, "a=1")).await;
        assert!(answer.starts_with("HTTP/1.1 403") || answer.starts_with("HTTP/1.1 400"), "{headers}: {answer}");
    }
    let rebound = format!("GET {path} HTTP/1.1\r\nHost: evil.example:{port}\r\nConnection: close\r\n\r\n");
    assert!(talk(listening.address(), rebound.as_bytes()).await.starts_with("HTTP/1.1 403"));
    assert_eq!(echo.calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn x4_a_path_without_its_token_leads_nowhere() {
    let (listening, echo) = server(quick()).await;
    let port = listening.address().port();
    for path in
        ["/", "/webhook", "/webhook/short/x", "/webhook/../etc/passwd", "/admin/AAAAAAAAAAAAAAAAAAAAAA", "//webhook"]
    {
        assert!(talk(listening.address(), &post(port, path, "", "")).await.starts_with("HTTP/1.1 404"), "{path}");
    }
    assert_eq!(echo.calls.load(Ordering::SeqCst), 0);
    let wrong = talk(listening.address(), &post(port, "/webhook/BBBBBBBBBBBBBBBBBBBBBB/x", "", "")).await;
    assert!(wrong.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn x4_large_bodies_and_heads_are_refused() {
    let (listening, _) = server(quick()).await;
    let port = listening.address().port();
    let path = format!("/webhook/{TOKEN}/x");
    let large = talk(listening.address(), &post(port, &path, "", &"x".repeat(2_000))).await;
    assert!(large.starts_with("HTTP/1.1 413"), "{large}");
    let endless = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        "400\r\n".to_owned() + &"x".repeat(0x400) + "\r\n"
    );
    assert!(talk(listening.address(), endless.as_bytes()).await.starts_with("HTTP/1.1 413"));
    let heads: String = (0..200).map(|number| format!("X-{number}: y\r\n")).collect();
    assert!(talk(listening.address(), &post(port, &path, &heads, "")).await.starts_with("HTTP/1.1 431"));
    let long = format!("X: {}\r\n", "y".repeat(100_000));
    assert!(!talk(listening.address(), &post(port, &path, &long, "")).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn x4_slow_heads_and_bodies_are_ended_and_others_still_get_through() {
    let (listening, _) = server(quick()).await;
    let (address, port) = (listening.address(), listening.address().port());
    let started = Instant::now();
    let slow: Vec<_> = (0..4)
        .map(|number| {
            let head = format!("POST /webhook/{TOKEN}/x HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n");
            let request = if number % 2 == 0 { head } else { head + "Content-Length: 10\r\n\r\nabc" };
            tokio::spawn(async move { talk(address, request.as_bytes()).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let answer = talk(address, &post(port, &format!("/webhook/{TOKEN}/x"), "", "")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for one in slow {
        assert!(!one.await.unwrap().starts_with("HTTP/1.1 200"));
    }
    assert!(started.elapsed() < Duration::from_secs(9));
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let (listening, _) = server(quick()).await;
    let server = Server { port: listening.address().port(), ..Server::default() };
    let error = server.listen(Arc::new(Echo::default())).await.unwrap_err();
    assert!(error.message.contains(&listening.address().port().to_string()));
}

#[tokio::test]
async fn an_ended_server_gives_up_its_port() {
    let (listening, _) = server(quick()).await;
    let port = listening.address().port();
    drop(listening);
    tokio::time::sleep(Duration::from_millis(200)).await;
    Server { port, ..Server::default() }.listen(Arc::new(Echo::default())).await.unwrap();
}
