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

/// Sends bytes to a server of its own, and gives the statuses of all answers and how often a workflow was looked for.
async fn statuses(request: impl Fn(u16) -> String) -> (Vec<String>, usize) {
    let (listening, echo) = server(quick()).await;
    let answer = talk(listening.address(), request(listening.address().port()).as_bytes()).await;
    let statuses = answer.split("HTTP/1.1 ").skip(1).map(|rest| rest[..3].to_owned()).collect();
    (statuses, echo.calls.load(Ordering::SeqCst))
}

#[tokio::test]
async fn x4_hosts_and_origins_are_refused_in_every_notation() {
    for (line, headers) in [
        ("GET PATH HTTP/1.0", ""),
        ("GET PATH HTTP/1.1", ""),
        ("GET PATH HTTP/1.1", "Host:\r\n"),
        ("GET PATH HTTP/1.1", "Host: 127.0.0.1:PORT:80\r\n"),
        ("GET PATH HTTP/1.1", "Host: user@127.0.0.1:PORT\r\n"),
        ("GET PATH HTTP/1.1", "Host: 127.0.0.1:PORT, evil.example\r\n"),
        ("GET PATH HTTP/1.1", "Host: 2130706433:PORT\r\n"),
        ("GET PATH HTTP/1.1", "Host: 127.1:PORT\r\n"),
        ("GET PATH HTTP/1.1", "Host: [::ffff:127.0.0.1]:PORT\r\n"),
        ("GET PATH HTTP/1.1", "Host: foo.localhost:PORT\r\n"),
        ("GET PATH HTTP/1.1", "Host: 127.0.0.1.nip.io:PORT\r\n"),
        ("GET PATH HTTP/1.1", "X-Forwarded-Host: 127.0.0.1:PORT\r\nHost: evil.example\r\n"),
        // The authority of an absolute target counts, whatever Host says (RFC 9112, section 3.2.2).
        ("GET http://evil.examplePATH HTTP/1.1", "Host: 127.0.0.1:PORT\r\n"),
        ("GET http://evil.example:PORTPATH HTTP/1.1", "Host: 127.0.0.1:PORT\r\n"),
        ("GET PATH HTTP/1.1", "Host: 127.0.0.1:PORT\r\nOrigin:\r\n"),
        ("GET PATH HTTP/1.1", "Host: 127.0.0.1:PORT\r\nOrigin: file://\r\n"),
        ("GET PATH HTTP/1.1", "Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1\r\n"),
        ("GET PATH HTTP/1.1", "Host: 127.0.0.1:PORT\r\nOrigin: chrome-extension://abcdef\r\n"),
        ("GET PATH HTTP/1.1", "Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT/\r\n"),
        ("GET PATH HTTP/1.1", "Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT https://evil.example\r\n"),
        (
            "GET PATH HTTP/1.1",
            "Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT\r\nOrigin: https://evil.example\r\n",
        ),
        ("GET PATH HTTP/1.1", "Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: same-site\r\n"),
        ("GET PATH HTTP/1.1", "Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n"),
        ("OPTIONS PATH HTTP/1.1", "Host: 127.0.0.1:PORT\r\nOrigin: https://evil.example\r\n"),
        ("HEAD PATH HTTP/1.1", "Host: evil.example\r\n"),
    ] {
        let request = |port: u16| {
            let text = format!("{line}\r\nConnection: close\r\n{headers}\r\n");
            text.replace("PATH", &format!("/webhook/{TOKEN}/x")).replace("PORT", &port.to_string())
        };
        let (statuses, calls) = statuses(request).await;
        assert_eq!(calls, 0, "{line} {headers}");
        assert!(
            statuses.iter().all(|status| ["403", "400"].contains(&status.as_str())),
            "{line} {headers}: {statuses:?}"
        );
    }
}

#[tokio::test]
async fn x4_paths_that_another_reader_would_take_apart_lead_nowhere() {
    for path in [
        "/%77ebhook/TOKEN/x",
        "/webhook%2fTOKEN/x",
        "/webhook//TOKEN/x",
        "/webhook/./TOKEN/x",
        "/x/../webhook/TOKEN/x",
        "/WEBHOOK/TOKEN/x",
        "/webhook/TOKEN%00/x",
        "/webhook/TOKEN;a=1/x",
        "/webhook/%41AAAAAAAAAAAAAAAAAAAAA/x",
        "/webhook/TOKEN.json",
        "*",
        "/webhook?/TOKEN/x",
        "/form/../webhook/TOKEN",
    ] {
        let path = path.replace("TOKEN", TOKEN);
        let request = |port| String::from_utf8(post(port, &path, "", "")).unwrap();
        let (statuses, calls) = statuses(request).await;
        assert_eq!((calls, statuses.len()), (0, 1), "{path}");
        assert!(["404", "400"].contains(&statuses[0].as_str()), "{path}: {statuses:?}");
    }
}

#[tokio::test]
async fn x4_requests_behind_each_other_are_each_looked_at_and_none_is_smuggled() {
    let path = format!("/webhook/{TOKEN}/x");
    let evil = |port| format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: https://evil.example\r\n\r\n");
    let pipelined = |port| format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n{}{}", evil(port), evil(port));
    let (seen, calls) = statuses(pipelined).await;
    assert_eq!((seen[0].as_str(), calls), ("200", 1), "{seen:?}");
    assert!(seen[1..].iter().all(|status| status == "403"), "{seen:?}");
    let inner = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    for headers in [
        "Content-Length: 0\r\nContent-Length: 9\r\n",
        "Content-Length: 0, 9\r\n",
        "Content-Length: +0\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 0x0\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: x\r\n",
        "Transfer-Encoding : chunked\r\n",
        " X: folded\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    ] {
        let request = |port| format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\n0\r\n\r\n{inner}");
        let (seen, calls) = statuses(request).await;
        assert!(calls <= 1 && seen.iter().filter(|status| *status == "200").count() <= 1, "{headers}: {seen:?}");
    }
}

#[tokio::test]
async fn x4_bodies_that_are_not_what_they_seem_are_refused_or_kept_as_bytes() {
    let (listening, _) = server(Limits { body: 1 << 20, ..quick() }).await;
    let port = listening.address().port();
    let path = format!("/webhook/{TOKEN}/x");
    let deep = "[".repeat(100_000);
    let names = "a&".repeat(200_000);
    let parts = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(2_000) + "--b--\r\n";
    for (content_type, encoding, body) in [
        ("application/json", "", deep.as_str()),
        ("application/json", "gzip", "\u{1f}\u{8b}\u{8}"),
        ("application/json; charset=utf-16", "", "{\0}\0"),
        ("application/json", "", "{\"a\":1e999}"),
        ("application/json", "", "{\"a\":NaN}"),
        ("application/json", "", "{} {}"),
        ("application/x-www-form-urlencoded", "", names.as_str()),
        ("multipart/form-data", "", "x"),
        ("multipart/form-data; boundary=", "", "x"),
        ("multipart/form-data; boundary=b", "", "--b\r\n"),
        ("multipart/form-data; boundary=b", "", parts.as_str()),
    ] {
        let encoding = if encoding.is_empty() { String::new() } else { format!("Content-Encoding: {encoding}\r\n") };
        let answer =
            talk(listening.address(), &post(port, &path, &format!("Content-Type: {content_type}\r\n{encoding}"), body))
                .await;
        // The receiver of this test answers none when the body cannot be read.
        assert!(answer.starts_with("HTTP/1.1 404"), "{content_type}: {}", &answer[..answer.len().min(300)]);
    }
}

#[tokio::test]
async fn x4_who_says_nothing_or_listens_to_nothing_is_shown_out() {
    let (listening, _) = server(quick()).await;
    let (address, port) = (listening.address(), listening.address().port());
    let path = format!("/webhook/{TOKEN}/x");
    let get = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    // All places are taken: by who says nothing, who stays after an answer, who sends empty lines, who reads nothing.
    let mut kept = Vec::new();
    for first in ["", &get, "\r\n\r\n\r\n"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(first.as_bytes()).await.unwrap();
        kept.push(stream);
    }
    let deaf = TcpStream::connect(address).await.unwrap();
    let (_unread, mut to) = deaf.into_split();
    let flood = tokio::spawn(async move {
        let many = get.repeat(200);
        while to.write_all(many.as_bytes()).await.is_ok() {}
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    let answer = talk(address, &post(port, &path, "", "")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    // Nobody of them keeps a place.
    let again: Vec<_> = (0..4)
        .map(|_| {
            let request = post(port, &path, "", "");
            tokio::spawn(async move { talk(address, &request).await })
        })
        .collect();
    for one in again {
        assert!(one.await.unwrap().starts_with("HTTP/1.1 200"));
    }
    tokio::time::timeout(Duration::from_secs(5), flood).await.expect("the deaf one is shown out").unwrap();
}
