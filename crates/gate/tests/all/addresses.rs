//! X1: which addresses a workflow reaches, in every notation, behind names and redirects.

use std::sync::atomic::Ordering;
use std::time::Duration;

use bridge_domain::{ErrorCode, Grant};
use bridge_gate::{Access, Gate, Request};
use url::Url;

use crate::support::*;

/// Notations of an address that is never asked. The port is that of a server that must see nothing.
const FORBIDDEN: &[&str] = &[
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0xA9.0xFE.0xA9.0xFE",
    "0251.0376.0251.0376",
    "169.254.43518",
    "169.16689662",
    "169.254.169.254.",
    "169%2e254%2e169%2e254",
    "%31%36%39.254.169.254",
    "①⑥⑨.②⑤④.①⑥⑨.②⑤④",
    "169。254。169。254",
    "１６９.254.169.254",
    "[::ffff:169.254.169.254]",
    "[::FFFF:A9FE:A9FE]",
    "[::169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::a9fe:a9fe]",
    "[2002:a9fe:a9fe::]",
    "[::ffff:0:a9fe:a9fe]",
    "[2001:db8::5efe:a9fe:a9fe]",
    "[fd00:ec2::254]",
    "[fd20:ce::254]",
    "[fd00:ec2::23]",
    "[fd00:42::42]",
    "[fd00:c1::a9fe:a9fe]",
    "[0000:0000:0000:0000:0000:FFFF:A9FE:A9FE]",
    "[::ffff:169.254.170.2]",
    "[64:ff9b:1:fffe::a9fe:a9fe]",
    "[64:ff9b::0:100.100.100.200]",
    "[2002:a9fe:a9fe:1::1]",
    "[2001::a9fe:a9fe]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "[100::1]",
    "[5f00::1]",
    "[4000::1]",
    "169.254.0.23",
    "0x000000a9.0x0fe.0000376.254",
    "169.254.169.0376",
    "169.254.0xa9fe",
    "1６９.２５４.169.254",
    "169｡254．169.254",
    "169.254.169\u{ad}.254",
    "[fe80::1]",
    "[ff02::1]",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "0.0.0.0",
    "0",
    "0x0",
    "[::]",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
];

#[tokio::test(flavor = "multi_thread")]
async fn x1_forbidden_addresses_are_refused_in_every_notation_even_when_granted() {
    let gate = Gate::new().unwrap();
    for host in FORBIDDEN {
        for scheme in ["http", "https"] {
            let url = Url::parse(&format!("{scheme}://{host}:8080/latest/meta-data/?token=1")).unwrap();
            let grants = [grant(url.host_str().unwrap(), 8080), grant(host, 8080), grant("169.254.169.254", 8080)];
            for grants in [&[][..], &grants] {
                let failure = send(&gate, Request::get(url.clone()), grants).await.unwrap_err();
                assert_eq!(failure.error.code, ErrorCode::RequestRefused, "{scheme}://{host}");
                assert_eq!(failure.grant, None, "{host}");
                assert_presentable(&failure);
            }
        }
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        for host in [*host, bare] {
            let failure = gate.connect(host, 25, &Access::default()).await.unwrap_err();
            assert!(
                matches!(failure.error.code, ErrorCode::RequestRefused | ErrorCode::InvalidInput),
                "{host}: {failure:?}"
            );
        }
    }
}

/// Notations of this machine and private networks.
const INSIDE: &[&str] = &[
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "127.255.255.254",
    "①②⑦.0.0.①",
    "%31%32%37.0.0.1",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[::127.0.0.1]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "foo.localhost",
    "ｌocalhost",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "10.0.0.1",
    "0xa000001",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "3232235777",
    "[::ffff:192.168.1.1]",
    "[64:ff9b::c0a8:101]",
    "100.64.0.1",
    "198.18.0.1",
    "[fd12:3456::1]",
    "[fec0::1]",
    "[0000::0001]",
    "[::0.0.0.1]",
    "[2002:c0a8:101::1]",
    "[::ffff:0:127.0.0.1]",
    "[2001:db8::200:5efe:7f00:1]",
    "127.0x1",
    "127.0.01",
    "00000177.1",
    "0X7F000001",
    "127.0.0.1%2e",
    "127。1",
    "LocalHost%2E",
    "a.b.LOCALHOST.",
    "192.168.0x101",
    "0300.0250.1.1",
    "192.0.0.8",
];

#[tokio::test(flavor = "multi_thread")]
async fn x1_this_machine_and_private_networks_need_a_grant_in_every_notation() {
    let gate = Gate::new().unwrap();
    let server = Server::always(response(200, "", "secret")).await;
    for host in INSIDE {
        for scheme in ["http", "https"] {
            let url = Url::parse(&format!("{scheme}://{host}:{}/", server.port)).unwrap();
            // Other hosts, other ports, folders: none of them is a grant for this.
            let others = [
                grant("example.com", server.port),
                grant(url.host_str().unwrap(), server.port.wrapping_add(1)),
                Grant::Folder { path: "/".to_owned(), write: true },
                grant("*", server.port),
                grant("", server.port),
            ];
            for grants in [&[][..], &others] {
                let failure = send(&gate, Request::get(url.clone()), grants).await.unwrap_err();
                assert_eq!(failure.error.code, ErrorCode::NotGranted, "{url}: {failure:?}");
                let Some(Grant::Host { host: named, port }) = failure.grant.as_deref().cloned() else {
                    panic!("{failure:?}")
                };
                assert_eq!(port, server.port);
                assert!(failure.error.hint.contains(&port.to_string()), "{failure:?}");
                // What the failure offers to grant is what lets the request through the rule.
                let granted = [grant(&named, port)];
                let request = Request { timeout: Duration::from_millis(100), ..Request::get(url.clone()) };
                let after = send(&gate, request, &granted).await;
                let code = after.err().map(|failure| failure.error.code);
                assert!(!matches!(code, Some(ErrorCode::NotGranted)), "{url}: {code:?}");
                assert_presentable(&failure);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x1_a_grant_is_for_one_host_and_one_port() {
    let gate = Gate::new().unwrap();
    let (one, other) =
        (Server::always(response(200, "", "one")).await, Server::always(response(200, "", "other")).await);
    for host in ["127.0.0.1", "2130706433", "0x7f.1"] {
        let url = format!("http://{host}:{}/", one.port);
        let body = send(&gate, get(&url), &[one.grant()]).await.unwrap().bytes().await.unwrap();
        assert_eq!(body, b"one");
    }
    let failure = send(&gate, get(other.url("/")), &[one.grant()]).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::NotGranted);
    let named = get(format!("http://localhost:{}/", one.port));
    assert_eq!(send(&gate, named, &[one.grant()]).await.unwrap_err().error.code, ErrorCode::NotGranted);
    assert_eq!(other.requests(), 0);
    // A connection that a grant opened does not serve a workflow without it.
    assert_eq!(send(&gate, get(one.url("/")), &[]).await.unwrap_err().error.code, ErrorCode::NotGranted);
    assert_eq!(one.requests(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn x1_names_that_lead_inside_need_a_grant_and_forbidden_ones_have_none() {
    let server = Server::always(response(200, "", "inside")).await;
    let names = FakeNames::new(&[
        ("inside.test", "127.0.0.1"),
        ("private.test", "10.1.2.3 fd12::1"),
        ("mapped.test", "::ffff:127.0.0.1"),
        ("metadata.test", "169.254.169.254"),
        ("both.test", "169.254.169.254 ::ffff:169.254.169.254 fd00:ec2::254"),
        ("localhost", "8.8.8.8"),
        ("nowhere.test", ""),
    ]);
    let gate = gate_with_names(&names);
    for name in ["inside.test", "INSIDE.test", "inside.test.", "private.test", "mapped.test"] {
        let url = format!("http://{name}:{}/", server.port);
        let failure = send(&gate, get(&url), &[]).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::NotGranted, "{name}: {failure:?}");
        let expected = name.to_lowercase().trim_end_matches('.').to_owned();
        assert_eq!(failure.grant.as_deref(), Some(&grant(&expected, server.port)));
        let failure = gate.connect(name, server.port, &Access::default()).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::NotGranted, "{name}: {failure:?}");
    }
    for name in ["metadata.test", "both.test"] {
        let granted = [grant(name, server.port)];
        for grants in [&[][..], &granted] {
            let failure = send(&gate, get(format!("http://{name}:{}/", server.port)), grants).await.unwrap_err();
            assert_eq!(failure.error.code, ErrorCode::RequestRefused, "{name}: {failure:?}");
            let access = Access { grants, credential: None };
            let failure = gate.connect(name, server.port, &access).await.unwrap_err();
            assert_eq!(failure.error.code, ErrorCode::RequestRefused, "{name}: {failure:?}");
        }
    }
    // `localhost` is this machine, whatever a name server says.
    let granted = [grant("localhost", server.port)];
    let failure = send(&gate, get(format!("http://localhost:{}/", server.port)), &granted).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::RequestRefused);
    for name in ["nowhere.test", "unknown.test"] {
        let failure = send(&gate, get(format!("http://{name}/")), &[]).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::Offline, "{name}");
    }
    assert_eq!(server.requests(), 0);
    let granted = [grant("Inside.Test", server.port)];
    let response = send(&gate, get(format!("http://inside.test:{}/", server.port)), &granted).await.unwrap();
    assert_eq!(response.bytes().await.unwrap(), b"inside");
}

#[tokio::test(flavor = "multi_thread")]
async fn x1_a_name_that_changes_its_address_gains_nothing() {
    let server = Server::always(response(200, "", "inside")).await;
    // Public first, this machine at every later lookup. There is no later lookup.
    let names = FakeNames::new(&[("rebind.test", "203.0.113.7, 127.0.0.1")]);
    let gate = gate_with_names(&names);
    let request =
        Request { timeout: Duration::from_millis(300), ..get(format!("http://rebind.test:{}/", server.port)) };
    let failure = send(&gate, request.clone(), &[]).await.unwrap_err();
    assert_ne!(failure.error.code, ErrorCode::NotGranted, "{failure:?}");
    assert_eq!(names.lookups.load(Ordering::SeqCst), 1);
    // Asked again, it leads here, and is refused for what it is now.
    assert_eq!(send(&gate, request, &[]).await.unwrap_err().error.code, ErrorCode::NotGranted);
    // Both at once: only the public one is tried.
    let names = FakeNames::new(&[("mixed.test", "127.0.0.1 203.0.113.7 ::1")]);
    let gate = gate_with_names(&names);
    let request = Request { timeout: Duration::from_millis(300), ..get(format!("http://mixed.test:{}/", server.port)) };
    assert_ne!(send(&gate, request, &[]).await.unwrap_err().error.code, ErrorCode::NotGranted);
    assert_eq!(server.requests(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn x1_urls_that_name_no_http_host_are_refused() {
    let gate = Gate::new().unwrap();
    for url in [
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://127.0.0.1:6379/_INFO",
        "data:text/plain,x",
        "javascript:alert(1)",
        "unix:/var/run/docker.sock",
        "ws://example.com/",
        "http://user:pass@example.com/",
        "http://user@example.com/",
        "http://:pass@example.com/",
        "http://example.com@127.0.0.1/",
        "https://api.example.com%40evil.example@127.0.0.1/",
    ] {
        let failure = send(&gate, get(url), &[]).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::InvalidInput, "{url}");
        assert!(!format!("{failure:?}").contains("pass@"), "{failure:?}");
    }
    for host in ["", " ", "a b", "exa<mple", "http://127.0.0.1", "user@host", "[::1", "host:80", "a/b"] {
        let failure = gate.connect(host, 80, &Access::default()).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::InvalidInput, "{host:?}: {failure:?}");
    }
}
