//! Which credential goes where. The gate attaches it; here is proven that the node hands over the right one.

use bridge_domain::{CredentialKind, ErrorCode, Item};
use serde_json::json;

use crate::server::{Answer, Server};
use crate::stage::{Stage, credential, step};

/// What the node is set to, the credential's kind and values, and the request.
type Case = (&'static str, CredentialKind, &'static [(&'static str, &'static str)], &'static str);

#[tokio::test]
async fn each_kind_of_credential_is_sent_its_way() {
    let kinds: [Case; 6] = [
        (
            "bearer",
            CredentialKind::Bearer,
            &[("token", "t-1")],
            "GET /?a=1\naccept: */*\nauthorization: Bearer t-1\n\n",
        ),
        (
            "oauth2",
            CredentialKind::OAuth2,
            &[("access_token", "t-2")],
            "GET /?a=1\naccept: */*\nauthorization: Bearer t-2\n\n",
        ),
        (
            "bearer",
            CredentialKind::OAuth2,
            &[("access_token", "t-3")],
            "GET /?a=1\naccept: */*\nauthorization: Bearer t-3\n\n",
        ),
        (
            "basic",
            CredentialKind::Basic,
            &[("user", "u"), ("password", "p")],
            "GET /?a=1\naccept: */*\nauthorization: Basic dTpw\n\n",
        ),
        (
            "header",
            CredentialKind::Header,
            &[("name", "X-Key"), ("value", "k")],
            "GET /?a=1\naccept: */*\nx-key: k\n\n",
        ),
        ("query", CredentialKind::Query, &[("name", "key"), ("value", "k")], "GET /?a=1&key=k\naccept: */*\n\n"),
    ];
    for (authentication, kind, fields, expected) in kinds {
        let server = Server::saying(json!({})).await;
        let config = json!({ "url": server.url("/?a=1"), "authentication": authentication });
        let mut step = step(&server, config, vec![Item::default()]);
        step.credential = Some(credential(&server, kind, fields));
        Stage::new().run("http", "request", &mut step).await.unwrap();
        assert_eq!(server.only().written(), expected);
    }
}

#[tokio::test]
async fn without_authentication_the_credential_stays_here() {
    let server = Server::saying(json!({})).await;
    let mut step = step(&server, json!({ "url": server.url("/") }), vec![Item::default()]);
    step.credential = Some(credential(&server, CredentialKind::Bearer, &[("token", "t")]));
    Stage::new().run("http", "request", &mut step).await.unwrap();
    assert_eq!(server.only().header("authorization"), None);
}

#[tokio::test]
async fn another_kind_than_chosen_is_refused() {
    let server = Server::saying(json!({})).await;
    let config = json!({ "url": server.url("/"), "authentication": "header" });
    let mut wrong = step(&server, config.clone(), vec![Item::default()]);
    wrong.credential = Some(credential(&server, CredentialKind::Bearer, &[("token", "t")]));
    let failure = Stage::new().run("http", "request", &mut wrong).await.unwrap_err();
    assert_eq!(failure.parameter.as_deref(), Some("authentication"));
    let mut none = step(&server, config, vec![Item::default()]);
    assert_eq!(Stage::new().run("http", "request", &mut none).await.unwrap_err().error.code, ErrorCode::InvalidInput);
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn x2_a_next_page_at_another_host_gets_no_credential() {
    let other = Server::saying(json!({ "items": [] })).await;
    for target in [other.url("/"), format!("http://localhost:{}/", other.address.port())] {
        let server = Server::start(move |_, _| Answer::json(json!({ "items": [1], "next": target }))).await;
        let config = json!({
            "url": server.url("/"), "authentication": "bearer", "pagination": "next_url", "next_path": "next",
        });
        let mut step = step(&server, config, vec![Item::default()]);
        for host in ["127.0.0.1", "localhost"] {
            step.grants.push(bridge_domain::Grant::Host { host: host.into(), port: other.address.port() });
        }
        step.credential = Some(credential(&server, CredentialKind::Bearer, &[("token", "canary")]));
        let failure = Stage::new().run("http", "request", &mut step).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::RequestRefused);
        assert!(step.puts.is_empty());
    }
    assert!(other.received().is_empty());
}
