//! P11: no connection, or one to something that is no provider. Each has a message of its own.

use std::time::{Duration, Instant};

use bridge_domain::{ErrorCode, SecretString};
use bridge_providers::{Gate, Limits, connect, find_local_servers, probe};

use crate::support::*;

/// A loopback port that nothing listens at.
async fn closed_port() -> u16 {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

async fn without_key(id: &str, url: &str) -> bridge_domain::Error {
    let model = connect(spec(id), &Gate::new().unwrap(), Some(url), None, quick()).unwrap();
    outcome(model.stream(question())).await.error()
}

#[tokio::test(flavor = "multi_thread")]
async fn p11_refused_is_told_at_once_and_says_to_start_a_local_server() {
    let port = closed_port().await;
    for (id, url) in [
        ("ollama", format!("http://127.0.0.1:{port}/v1")),
        ("custom", format!("http://localhost:{port}")),
        ("openai", format!("https://127.0.0.1:{port}/v1")),
    ] {
        let start = Instant::now();
        let error = ask(id, &url, quick()).await.error();
        assert_eq!(error.code, ErrorCode::ConnectionRefused, "{url}: {error:?}");
        assert!(error.hint.contains("Start"), "{}", error.hint);
        assert!(error.message.contains(&port.to_string()));
        assert!(start.elapsed() < Duration::from_secs(2));
        let error = model_at(id, &url, quick()).models().await.unwrap_err();
        assert_eq!(error.code, ErrorCode::ConnectionRefused);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p11_a_name_that_cannot_be_found_is_offline() {
    for url in ["https://no-such-host.invalid/v1", "https://api.openai.com.invalid"] {
        let error = ask("openai", url, quick()).await.error();
        assert_eq!(error.code, ErrorCode::Offline, "{url}: {error:?}");
    }
    let error = without_key("custom", "http://no-such-host.invalid:8080/v1").await;
    assert_eq!(error.code, ErrorCode::Offline, "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn p11_a_page_is_not_an_answer() {
    for page in ["<!DOCTYPE html><html><title>Sign in</title></html>", "\n\n<html>", "<?xml version=\"1.0\"?><html/>"] {
        for kind in ["text/html; charset=utf-8", "text/event-stream", "application/json"] {
            let server = FaultServer::always(response(200, &format!("content-type: {kind}\r\n"), page)).await;
            let error = ask("openai", &server.url(), quick()).await.error();
            assert_eq!(error.code, ErrorCode::CaptivePortal, "{kind} {page}");
            let error = model_at("gemini", &server.url(), quick()).models().await.unwrap_err();
            assert_eq!(error.code, ErrorCode::CaptivePortal, "{kind} {page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p11_what_does_not_speak_tls_is_a_tls_failure() {
    for answer in
        [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b"SSH-2.0-OpenSSH_9.9\r\n", b"\x15\x03\x03\x00\x02\x02\x28"]
    {
        let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://127.0.0.1:{}/v1", server.local_addr().unwrap().port());
        let answer = answer.to_vec();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = server.accept().await {
                let mut hello = [0; 2048];
                let _ = tokio::io::AsyncReadExt::read(&mut socket, &mut hello).await;
                let _ = tokio::io::AsyncWriteExt::write_all(&mut socket, &answer).await;
            }
        });
        let error = ask("openai", &url, quick()).await.error();
        assert_eq!(error.code, ErrorCode::TlsFailed, "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "fills the queue of a listener")]
async fn p11_a_connection_that_is_never_set_up_times_out() {
    // A listener whose queue is full: further connections hang.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut held = Vec::new();
    let connect = || tokio::time::timeout(Duration::from_millis(200), tokio::net::TcpStream::connect(address));
    while let Ok(connection) = connect().await {
        held.push(connection);
    }
    let start = Instant::now();
    let error = ask("custom", &format!("http://{address}"), Limits::cloud()).await.error();
    assert_eq!(error.code, ErrorCode::Timeout, "{error:?}");
    assert!((4..8).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn p11_a_proxy_that_wants_a_password_is_told_apart() {
    let server = FaultServer::always(response(407, "proxy-authenticate: Basic\r\n", "<html>Proxy</html>")).await;
    assert_eq!(ask("openai", &server.url(), quick()).await.error().code, ErrorCode::ProxyAuthentication);
    assert_eq!(server.requests(), 1);
}

#[test]
fn p11_the_systems_proxy_is_used_for_the_network_and_not_for_this_machine() {
    if let Ok(proxy) = std::env::var("PROXY_UNDER_TEST") {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(through_proxy(&proxy));
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        for (answer, expected) in [
            (response(407, "proxy-authenticate: Basic realm=\"x\"\r\n", ""), "proxy_authentication"),
            (response(403, "", "blocked"), "offline"),
            (b"HTTP/1.1 200 Connection established\r\n\r\nnot TLS at all".to_vec(), "tls_failed"),
        ] {
            let proxy = FaultServer::always(answer).await;
            let url = proxy.url();
            let variables = [
                ("PROXY_UNDER_TEST", expected),
                ("HTTPS_PROXY", url.as_str()),
                ("HTTP_PROXY", url.as_str()),
                ("https_proxy", url.as_str()),
                ("http_proxy", url.as_str()),
                ("NO_PROXY", ""),
                ("no_proxy", ""),
            ];
            let test = "connections::p11_the_systems_proxy_is_used_for_the_network_and_not_for_this_machine";
            let owned: Vec<(String, String)> =
                variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            tokio::task::spawn_blocking(move || {
                let variables: Vec<(&str, &str)> = owned.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                in_own_process(test, &variables);
            })
            .await
            .unwrap();
            let seen = proxy.seen();
            assert!(
                !seen.is_empty() && seen.iter().all(|request| request.head.starts_with("CONNECT api.openai.com:443"))
            );
            assert!(seen.iter().all(|request| !request.head.contains(KEY)), "the proxy was given the key");
        }
    });
}

async fn through_proxy(expected: &str) {
    let error = ask("openai", "https://api.openai.com/v1", quick()).await.error();
    assert_eq!(serde_json::to_value(error.code).unwrap(), expected, "{error:?}");
    let server = FaultServer::always(stream_of(recording("openai"))).await;
    for host in ["127.0.0.1", "localhost"] {
        let outcome = ask("ollama", &format!("http://{host}:{}/v1", server.port), quick()).await;
        outcome.end.expect("this machine is not asked through the proxy");
    }
}

#[test]
fn p11_addresses_are_checked_before_anything_is_sent() {
    let gate = Gate::new().unwrap();
    let connected = |url: &str, key: Option<&str>| {
        connect(spec("custom"), &gate, Some(url), key.map(SecretString::from), Limits::cloud()).map(|_| ())
    };
    for url in [
        "",
        "  ",
        "api.openai.com/v1",
        "localhost:8080",
        "ftp://host/",
        "file:///etc/passwd",
        "https://",
        "http://exa mple/",
        "https://user:pass@host/v1",
        "https://host@evil.example/v1",
        "https://host/v1?key=1",
        "https://host/v1#x",
        "http://api.example.com@127.0.0.1/",
        "http://8.8.8.8/v1",
        "http://169.254.169.254/",
        "https://169.254.169.254/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[fe80::1]/",
        "http://0.0.0.0:11434",
        "http://[::]:11434",
        "http://224.0.0.1/",
        "http://[fd00:ec2::254]/",
        "http://[::8.8.8.8]/",
        "http://[2002:808:808::]/",
    ] {
        let error = connected(url, None).expect_err(url);
        assert_eq!(error.code, ErrorCode::InvalidInput, "{url}");
        assert_eq!(error.problems[0].path, "base_url", "{url}");
        assert!(!error.message.is_empty() && !error.hint.is_empty() && !error.message.contains("pass@"), "{error:?}");
    }
    for url in [
        "https://host.example/v1/",
        "http://127.0.0.1:8080",
        "http://localhost:1234/v1",
        "http://[::1]:11434/v1",
        "http://192.168.1.20:11434",
        "http://10.0.0.5/v1",
        "http://nas.local:11434/v1",
        "http://[fd12::1]:8080",
        "http://100.100.1.1:11434",
        "http://2130706433:8080",
    ] {
        connected(url, None).unwrap_or_else(|error| panic!("{url}: {error:?}"));
    }
    // With a key only encrypted, or to this machine.
    for url in ["http://192.168.1.20:11434", "http://nas.local:11434", "http://localhost.example.com:1234"] {
        assert_eq!(connected(url, Some(KEY)).expect_err(url).code, ErrorCode::InvalidInput, "{url}");
    }
    for url in ["https://192.168.1.20:11434", "http://127.0.0.1:1234", "http://localhost:1234", "http://a.localhost:1"]
    {
        connected(url, Some(KEY)).unwrap_or_else(|error| panic!("{url}: {error:?}"));
    }
    for key in ["sk-line\nbreak", "sk with spaces", "sk-ünïcode", "sk-\u{200B}hidden"] {
        let error = connected("https://host.example", Some(key)).expect_err(key);
        assert_eq!(error.problems[0].path, "key");
        assert!(!format!("{error:?}").contains("sk-"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_on_this_machine_are_found_by_what_they_list() {
    let gate = Gate::new().unwrap();
    let list =
        r#"{"object":"list","data":[{"id":"llama4:8b","object":"model"},{"id":"nomic-embed-text","object":"model"}]}"#;
    let server = FaultServer::always(response(200, "", list)).await;
    let found = probe(spec("ollama"), &gate, &format!("{}/v1", server.url())).await.unwrap();
    assert_eq!((found.provider.as_str(), found.models), ("ollama", vec!["llama4:8b".to_owned()]));
    assert_eq!(server.seen()[0].path(), "/v1/models");
    assert_eq!(server.seen()[0].header("authorization"), None);
    for other in [
        response(200, "", "<html>Jenkins</html>"),
        response(404, "", ""),
        response(200, "", "{}"),
        b"SSH-2.0\r\n".to_vec(),
    ] {
        let server = FaultServer::always(other).await;
        assert_eq!(probe(spec("llamacpp"), &gate, &server.url()).await, None);
    }
    let start = Instant::now();
    let stalled = FaultServer::start(vec![vec![Step::Stall]]).await;
    assert_eq!(probe(spec("lmstudio"), &gate, &stalled.url()).await, None);
    assert!(start.elapsed() < Duration::from_secs(4));
    for server in find_local_servers(&gate).await {
        assert!(server.base_url.starts_with("http://127.0.0.1:"));
    }
}
