//! X1, P9: every redirect passes the gate again, and nothing secret goes with it to another origin.

use bridge_domain::{CredentialKind, ErrorCode};
use bridge_gate::{Access, Body, Gate, Request};

use crate::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn x1_a_redirect_inside_is_refused() {
    let gate = Gate::new().unwrap();
    let inside = Server::always(response(200, "", "inside")).await;
    for status in [301, 302, 303, 307, 308] {
        for (target, code) in [
            (format!("http://127.0.0.1:{}/", inside.port), ErrorCode::NotGranted),
            (format!("http://localhost:{}/", inside.port), ErrorCode::NotGranted),
            (format!("//[::ffff:127.0.0.1]:{}/x", inside.port), ErrorCode::NotGranted),
            (format!("http://0x7f.1:{}/", inside.port), ErrorCode::NotGranted),
            ("http://169.254.169.254/latest/".to_owned(), ErrorCode::RequestRefused),
            ("http://[fd00:ec2::254]/".to_owned(), ErrorCode::RequestRefused),
            ("http://2852039166/".to_owned(), ErrorCode::RequestRefused),
            (format!("http://user:pass@127.0.0.1:{}/", inside.port), ErrorCode::InvalidInput),
            ("file:///etc/passwd".to_owned(), ErrorCode::InvalidInput),
            ("gopher://127.0.0.1:6379/_INFO".to_owned(), ErrorCode::InvalidInput),
            ("http://[broken".to_owned(), ErrorCode::ServiceFailed),
        ] {
            let location = target.clone();
            let server = Server::plain(move |_| redirect(status, &location)).await;
            let failure = send(&gate, get(server.url("/")), &[server.grant()]).await.unwrap_err();
            assert_eq!(failure.error.code, code, "{status} {target}: {failure:?}");
            assert_presentable(&failure);
            assert_eq!(server.requests(), 1);
        }
    }
    assert_eq!(inside.requests(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_credentials_and_headers_that_could_be_one_stay_at_home() {
    let gate = Gate::new().unwrap();
    for status in [301, 302, 303, 307, 308] {
        let other = Server::always(response(200, "", "other")).await;
        let (back, target) = (other.port, format!("http://127.0.0.1:{}/there", other.port));
        let server = Server::plain(move |_| redirect(status, &target)).await;
        let hosts = format!("127.0.0.1:{}", server.port);
        let access_hosts = [hosts.as_str()];
        for credential in [
            credential(CredentialKind::Bearer, &access_hosts, &[("token", SECRET)]),
            credential(CredentialKind::Header, &access_hosts, &[("name", "X-Api-Key"), ("value", SECRET)]),
            credential(CredentialKind::Basic, &access_hosts, &[("user", "u"), ("password", SECRET)]),
            credential(CredentialKind::Query, &access_hosts, &[("name", "key"), ("value", SECRET)]),
            credential(CredentialKind::OAuth2, &access_hosts, &[("access_token", SECRET)]),
        ] {
            let mut request = get(server.url("/here"));
            request.headers = [
                ("Authorization", "Bearer own"),
                ("Cookie", "session=own"),
                ("X-Auth-Token", "own"),
                ("PRIVATE-TOKEN", "own"),
                ("Accept-Language", "de"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
            let access = Access { grants: &[server.grant(), other.grant()], credential: Some(&credential) };
            let response = gate.send(request, &access).await.unwrap();
            assert_eq!(response.url.port(), Some(back));
            let arrived = other.seen().pop().unwrap();
            for word in ["own", SECRET, "authorization", "cookie", "key", "dTpjYW5hcnk"] {
                assert!(!arrived.to_lowercase().contains(&word.to_lowercase()), "{status} {word}: {arrived}");
            }
            assert_eq!(header(&arrived, "accept-language"), Some("de"));
            assert_eq!(header(&arrived, "referer"), None);
        }
        assert!(server.seen().iter().all(|request| request.contains("own") || request.contains(SECRET)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_what_left_home_does_not_get_its_credential_back() {
    let gate = Gate::new().unwrap();
    let home_port = std::sync::Arc::new(std::sync::atomic::AtomicU16::new(0));
    let back = std::sync::Arc::clone(&home_port);
    let other = Server::plain(move |_| {
        redirect(302, &format!("http://127.0.0.1:{}/again", back.load(std::sync::atomic::Ordering::SeqCst)))
    })
    .await;
    let away = other.url("/").to_string();
    let home =
        Server::plain(move |number| if number == 0 { redirect(302, &away) } else { response(200, "", "") }).await;
    home_port.store(home.port, std::sync::atomic::Ordering::SeqCst);
    let hosts = format!("127.0.0.1:{}", home.port);
    let credential = credential(CredentialKind::Bearer, &[&hosts], &[("token", SECRET)]);
    let access = Access { grants: &[home.grant(), other.grant()], credential: Some(&credential) };
    gate.send(get(home.url("/")), &access).await.unwrap();
    assert!(home.seen()[0].contains(SECRET));
    assert!(!home.seen()[1].contains(SECRET) && !other.seen()[0].contains(SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn x2_a_redirect_cannot_carry_the_credential_in_its_address() {
    let gate = Gate::new().unwrap();
    let encoded = SECRET.replace('-', "%2D");
    let twice = SECRET.replace('-', "%252D");
    for path in
        [format!("/?key={SECRET}"), format!("/?other={encoded}"), format!("/{SECRET}/x"), format!("/?u={twice}")]
    {
        let other = Server::always(response(200, "", "")).await;
        let target = format!("http://127.0.0.1:{}{path}", other.port);
        let server = Server::plain(move |_| redirect(302, &target)).await;
        let hosts = format!("127.0.0.1:{}", server.port);
        let credential = credential(CredentialKind::Query, &[&hosts], &[("name", "key"), ("value", SECRET)]);
        let access = Access { grants: &[server.grant(), other.grant()], credential: Some(&credential) };
        let failure = gate.send(get(server.url("/")), &access).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::RequestRefused, "{path}");
        assert_presentable(&failure);
        assert_eq!(other.requests(), 0, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_from_encrypted_to_plain_nothing_secret_is_repeated() {
    let (acceptor, gate) = encryption(&["localhost"]);
    let plain = Server::always(response(200, "", "plain")).await;
    let target = plain.url("/").to_string();
    for status in [302, 307] {
        let location = target.clone();
        let secure = Server::encrypted(acceptor.clone(), move |_| redirect(status, &location)).await;
        let (url, place) = (format!("https://localhost:{}/", secure.port), format!("localhost:{}", secure.port));
        let grants = [grant("localhost", secure.port), plain.grant()];
        let credential = credential(CredentialKind::Bearer, &[&place], &[("token", SECRET)]);
        let access = Access { grants: &grants, credential: Some(&credential) };
        let failure = gate.send(get(&url), &access).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::RequestRefused, "{failure:?}");
        assert!(secure.seen()[0].contains(SECRET), "it was attached at home");
        let headers = vec![("X-Api-Key".to_owned(), SECRET.to_owned())];
        let failure = send(&gate, Request { headers, ..get(&url) }, &grants).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::RequestRefused);
        assert_eq!(plain.requests(), 0);
    }
    let secure = Server::encrypted(acceptor, move |_| redirect(302, &target)).await;
    let grants = [grant("localhost", secure.port), plain.grant()];
    let response = send(&gate, get(format!("https://localhost:{}/", secure.port)), &grants).await.unwrap();
    assert_eq!(response.bytes().await.unwrap(), b"plain", "without a secret it is followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_methods_and_bodies_change_as_in_browsers() {
    let gate = Gate::new().unwrap();
    for (status, method, expected, body) in [
        (301, "POST", "GET", false),
        (302, "POST", "GET", false),
        (303, "POST", "GET", false),
        (303, "PUT", "GET", false),
        (303, "HEAD", "HEAD", false),
        (301, "PUT", "PUT", true),
        (307, "POST", "POST", true),
        (308, "PATCH", "PATCH", true),
    ] {
        let server =
            Server::plain(move |number| if number == 0 { redirect(status, "/b?c=1#d") } else { response(200, "", "") })
                .await;
        let mut request = get(server.url("/a#fragment"));
        request.method = method.to_owned();
        request.headers = vec![("Content-Type".to_owned(), "text/plain".to_owned())];
        request.body = if method == "HEAD" { Body::Empty } else { Body::Bytes(b"hello".to_vec()) };
        let response = send(&gate, request, &[server.grant()]).await.unwrap();
        assert_eq!(response.url.path(), "/b");
        let seen = server.seen();
        assert!(seen[0].starts_with(&format!("{method} /a HTTP")), "{}", seen[0]);
        assert!(seen[1].starts_with(&format!("{expected} /b?c=1 HTTP")), "{status} {method}: {}", seen[1]);
        assert_eq!(seen[1].ends_with("hello"), body, "{status} {method}");
        assert_eq!(header(&seen[1], "content-type").is_some(), body || method == "HEAD", "{status} {method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_redirects_are_counted() {
    let gate = Gate::new().unwrap();
    let server = Server::always(redirect(302, "/again")).await;
    for (allowed, requests) in [(1, 2), (3, 4), (255, 21)] {
        let before = server.requests();
        let request = Request { redirects: allowed, ..get(server.url("/")) };
        let failure = send(&gate, request, &[server.grant()]).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::ServiceFailed);
        assert_eq!(server.requests() - before, requests);
    }
    let response = send(&gate, Request { redirects: 0, ..get(server.url("/")) }, &[server.grant()]).await.unwrap();
    assert_eq!(response.status, 302);
    assert!(response.headers.contains(&("location".to_owned(), "/again".to_owned())));
}
