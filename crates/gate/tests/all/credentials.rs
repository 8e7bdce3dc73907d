//! X2: a credential goes to its own hosts only, over an encrypted connection or within this machine.

use bridge_domain::{Credential, CredentialKind, ErrorCode};
use bridge_gate::{Access, Gate, HostProblem, check_host};

use crate::support::*;

fn bearer(hosts: &[&str]) -> Credential {
    credential(CredentialKind::Bearer, hosts, &[("token", SECRET)])
}

#[tokio::test(flavor = "multi_thread")]
async fn x2_each_kind_is_attached_to_its_own_host() {
    let gate = Gate::new().unwrap();
    let server = Server::always(response(200, "", "")).await;
    let place = format!("127.0.0.1:{}", server.port);
    for (kind, fields, line) in [
        (CredentialKind::Bearer, &[("token", SECRET)][..], format!("authorization: Bearer {SECRET}")),
        (CredentialKind::OAuth2, &[("access_token", SECRET)], format!("authorization: Bearer {SECRET}")),
        (CredentialKind::Header, &[("name", "X-Key"), ("value", SECRET)], format!("x-key: {SECRET}")),
        (
            CredentialKind::Basic,
            &[("user", "Aladdin"), ("password", "open sesame")],
            "authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==".to_owned(),
        ),
        (CredentialKind::Query, &[("name", "k"), ("value", "a&b=c")], "GET /p?x=1&k=a%26b%3Dc HTTP/1.1".to_owned()),
    ] {
        let credential = credential(kind, &[&place], fields);
        let access = Access { grants: &[server.grant()], credential: Some(&credential) };
        let mut request = get(server.url("/p?x=1&k=user"));
        request.headers = vec![("Authorization".to_owned(), "from the node".to_owned())];
        let response = gate.send(request, &access).await.unwrap();
        let seen = server.seen().pop().unwrap();
        assert!(seen.lines().any(|found| found == line), "{kind:?}: {seen}");
        assert!(kind != CredentialKind::Query || response.url.query() == Some("x=1"), "{}", response.url);
        if line.starts_with("authorization") {
            assert_eq!(seen.to_lowercase().matches("authorization:").count(), 1, "{seen}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x2_other_hosts_are_refused_before_anything_is_sent() {
    let gate = Gate::new().unwrap();
    let server = Server::always(response(200, "", "")).await;
    let port = server.port;
    for hosts in [
        &[][..],
        &["127.0.0.1"],
        &["localhost"],
        &["*.127.0.0.1"],
        &["*.0.0.1"],
        &["*"],
        &["*.*"],
        &[""],
        &["127.0.0.1:1"],
        &["127.0.0.1.evil.example"],
    ] {
        let hosts: Vec<String> = hosts
            .iter()
            .flat_map(|host| {
                [(*host).to_owned(), if host.contains(":1") { "x".to_owned() } else { host.replace("127.0.0.1.", "") }]
            })
            .collect();
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let credential = bearer(&hosts);
        let access = Access { grants: &[server.grant()], credential: Some(&credential) };
        let failure = gate.send(get(server.url("/?q=1")), &access).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::RequestRefused, "{hosts:?}");
        assert_presentable(&failure);
        let failure = gate.connect("127.0.0.1", port, &access).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::RequestRefused, "{hosts:?}");
    }
    assert_eq!(server.requests(), 0);
}

/// The rule on hosts without a network: whether the refusal is about the host.
async fn refuses(gate: &Gate, host: &str, url: &str) -> bool {
    let credential = bearer(&[host]);
    let request = bridge_gate::Request { timeout: std::time::Duration::from_millis(200), ..get(url) };
    let failure = gate.send(request, &Access { grants: &[], credential: Some(&credential) }).await.unwrap_err();
    failure.error.message.contains("may not be sent to")
}

#[tokio::test(flavor = "multi_thread")]
async fn x2_hosts_match_exactly_or_below_a_star() {
    let gate = gate_with_names(&FakeNames::new(&[]));
    for (host, url) in [
        ("api.example.com", "https://api.example.com/"),
        ("API.Example.com", "https://api.example.COM:443/"),
        ("api.example.com:8443", "https://api.example.com:8443/"),
        ("api.example.com:443", "https://api.example.com/"),
        ("*.example.com", "https://a.example.com/"),
        ("*.example.com", "https://a.b.example.com/"),
        ("*.example.co.uk:8443", "https://a.example.co.uk:8443/"),
        ("bücher.example", "https://xn--bcher-kva.example/"),
        ("api.example.com", "https://api.example.com./"),
    ] {
        assert!(!refuses(&gate, host, url).await, "{host} {url}");
    }
    for (host, url) in [
        ("api.example.com", "https://example.com/"),
        ("api.example.com", "https://xapi.example.com/"),
        ("api.example.com", "https://api.example.com.evil.test/"),
        ("api.example.com", "https://api.example.com:8443/"),
        ("api.example.com:8443", "https://api.example.com/"),
        ("*.example.com", "https://example.com/"),
        ("*.example.com", "https://evilexample.com/"),
        ("*.example.com", "https://a.example.com:8443/"),
        ("*.example.com", "https://a.example.com.evil.test/"),
        ("*.com", "https://evil.com/"),
        ("*.co.uk", "https://evil.co.uk/"),
        ("*.github.io", "https://evil.github.io/"),
        ("*.", "https://evil.test/"),
        ("*", "https://evil.test/"),
        ("a*.example.com", "https://ab.example.com/"),
        ("api.exаmple.com", "https://api.example.com/"),
        ("https://api.example.com", "https://api.example.com/"),
        ("api.example.com/path", "https://api.example.com/path"),
        ("evil.test@api.example.com", "https://api.example.com/"),
    ] {
        assert!(refuses(&gate, host, url).await, "{host} {url}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x2_never_over_a_plain_connection_to_another_machine() {
    let server = Server::always(response(200, "", "")).await;
    let names = FakeNames::new(&[("nas.test", "127.0.0.1"), ("localhost", "127.0.0.1")]);
    let gate = gate_with_names(&names);
    for host in ["nas.test", "localhost.nas.test", "10.0.0.1", "93.184.216.34"] {
        let place = format!("{host}:{}", server.port);
        let credential = bearer(&[&place]);
        let access = Access { grants: &[grant(host, server.port)], credential: Some(&credential) };
        let failure = gate.send(get(format!("http://{place}/")), &access).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::RequestRefused, "{host}");
        assert!(failure.error.message.contains("without encryption"), "{failure:?}");
    }
    assert_eq!(server.requests(), 0);
    let place = format!("localhost:{}", server.port);
    let credential = bearer(&[&place]);
    let access = Access { grants: &[grant("localhost", server.port)], credential: Some(&credential) };
    gate.send(get(format!("http://{place}/")), &access).await.unwrap();
    assert!(server.seen()[0].contains(SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn x2_values_cannot_smuggle_headers_and_kinds_without_http_are_refused() {
    let gate = Gate::new().unwrap();
    let server = Server::always(response(200, "", "")).await;
    let place = format!("127.0.0.1:{}", server.port);
    for (kind, fields) in [
        (CredentialKind::Bearer, &[("token", "canary-7f3a-secret\r\nX-Evil: 1")][..]),
        (CredentialKind::Header, &[("name", "X\r\nEvil"), ("value", SECRET)]),
        (CredentialKind::Header, &[("name", "Host"), ("value", SECRET)]),
        (CredentialKind::Header, &[("name", "Transfer-Encoding"), ("value", SECRET)]),
        (CredentialKind::Header, &[("name", "X-Key"), ("value", "canary-7f3a-secret\n")]),
        (CredentialKind::Header, &[("value", SECRET)]),
        (CredentialKind::Smtp, &[("password", SECRET)]),
        (CredentialKind::Database, &[("url", SECRET)]),
    ] {
        let credential = credential(kind, &[&place], fields);
        let access = Access { grants: &[server.grant()], credential: Some(&credential) };
        let failure = gate.send(get(server.url("/")), &access).await.unwrap_err();
        assert!(matches!(failure.error.code, ErrorCode::InvalidInput | ErrorCode::RequestRefused), "{failure:?}");
        assert_presentable(&failure);
    }
    assert_eq!(server.requests(), 0);
}

#[test]
fn x2_hosts_are_kept_in_one_form() {
    for (given, kept) in [
        (" API.Example.com ", "api.example.com"),
        ("api.example.com.", "api.example.com"),
        ("*.Example.com:8443", "*.example.com:8443"),
        ("0x7f.1:80", "127.0.0.1:80"),
        ("[::1]:5432", "[::1]:5432"),
        ("::1", "[::1]"),
        ("bücher.example", "xn--bcher-kva.example"),
    ] {
        assert_eq!(check_host(given).as_deref(), Ok(kept), "{given}");
        assert_eq!(check_host(kept).as_deref(), Ok(kept), "{given}");
    }
    for given in [
        "",
        " ",
        "a b",
        "host:",
        "host:0",
        "host:99999",
        "host:x",
        "https://host",
        "host/path",
        "u@host",
        "one,two",
        "a;b",
    ] {
        assert_eq!(check_host(given), Err(HostProblem::NotAHost), "{given}");
    }
    for given in ["*", "a.*", "*.*.example.com", "**.example.com", "*.127.0.0.1", "*.[::1]"] {
        assert!(check_host(given).is_err(), "{given}");
    }
    for given in ["*.com", "*.co.uk", "*.github.io", "*.internal", "*.s3.amazonaws.com"] {
        assert!(matches!(check_host(given), Err(HostProblem::PublicSuffix(_))), "{given}");
    }
}
