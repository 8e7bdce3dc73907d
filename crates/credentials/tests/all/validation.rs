//! Every broken field, with its path and its reason, at once.

use bridge_credentials::kinds;
use bridge_domain::{CredentialDraft, CredentialKind, ErrorCode};

use crate::support::*;

async fn paths(new: CredentialDraft) -> Vec<String> {
    let kit = kit().await;
    let error = kit.credentials.create(new).await.expect_err("it should be refused");
    assert_eq!(error.code, ErrorCode::InvalidInput);
    assert!(!format!("{error:?}").contains(CANARY), "{error:?}");
    assert!(error.problems.iter().all(|problem| problem.message.len() > 10));
    error.problems.into_iter().map(|problem| problem.path).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_broken_fields_are_named_at_once() {
    use CredentialKind::{Basic, Bearer, Database, Header, Imap, ModelProvider, OAuth2, Query, Smtp};
    let host = &["api.example.com"][..];
    for (kind, name, hosts, fields, expected) in [
        (
            Bearer,
            "",
            &["https://x", "*.com"][..],
            &[("tok", "x")][..],
            &["name", "fields.tok", "fields.token", "hosts[0]", "hosts[1]"][..],
        ),
        (Bearer, "n", &[], &[("token", CANARY)], &["hosts"]),
        (Bearer, "n", host, &[("token", "two\nlines")], &["fields.token"]),
        (Header, "n", host, &[("name", "X Y"), ("value", CANARY)], &["fields.name"]),
        (Header, "n", host, &[("name", "Host"), ("value", CANARY)], &["fields.name"]),
        (Basic, "n", host, &[("user", "a:b"), ("password", CANARY)], &["fields.user"]),
        (Query, "n", host, &[("name", "k")], &["fields.value"]),
        (Bearer, "n", host, &[("token", CANARY), ("test_url", "https://other.example/")], &["fields.test_url"]),
        (Bearer, "n", host, &[("token", CANARY), ("test_url", "http://api.example.com/")], &["fields.test_url"]),
        (Bearer, "n", host, &[("token", CANARY), ("test_url", "no url")], &["fields.test_url"]),
        (Smtp, "n", &[], &[("host", "mail.example.com"), ("security", "none")], &["fields.security"]),
        (
            Smtp,
            "n",
            &[],
            &[("host", "a b"), ("port", "0"), ("user", "u"), ("security", "ssl")],
            &["fields.security", "fields.password", "fields.port"],
        ),
        (Imap, "n", &[], &[("host", "u@h"), ("user", "u"), ("password", CANARY)], &["fields.host"]),
        (Imap, "n", &[], &[("host", "*.example.com"), ("user", "u"), ("password", CANARY)], &["fields.host"]),
        (Database, "n", &[], &[("url", "mysql://u:canary-51c2e9-do-not-find@h/x")], &["fields.url"]),
        (Database, "n", &[], &[("url", "postgres://u:p@good.example/x?hostaddr=10.0.0.1")], &["fields.url"]),
        (Database, "n", &[], &[("url", "postgres://u:p@good.example/x?host=evil.example")], &["fields.url"]),
        (Database, "n", &[], &[("url", "postgres://u:p@one.example,two.example/x")], &["fields.url"]),
        (Database, "n", &[], &[("url", "postgres://%2Fvar%2Frun/x")], &["fields.url"]),
        (Database, "n", &[], &[("url", "postgres:///x")], &["fields.url"]),
        (
            OAuth2,
            "n",
            host,
            &[("authorization_url", "http://auth.example/"), ("token_url", "https://u:p@auth.example/")],
            &["fields.client_id", "fields.authorization_url", "fields.token_url"],
        ),
        (ModelProvider, "n", host, &[], &["kind"]),
    ] {
        let mut found = paths(draft(kind, name, hosts, fields)).await;
        let mut expected: Vec<String> = expected.iter().map(|path| (*path).to_owned()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{kind:?} {fields:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_of_mail_and_databases_come_from_their_own_fields() {
    let kit = kit().await;
    for (number, (kind, fields, expected)) in [
        (
            CredentialKind::Smtp,
            &[("host", "Mail.Example.com"), ("user", "u"), ("password", "p")][..],
            "mail.example.com:465",
        ),
        (CredentialKind::Smtp, &[("host", "localhost"), ("port", "1025"), ("security", "none")], "localhost:1025"),
        (CredentialKind::Imap, &[("host", "::1"), ("user", "u"), ("password", "p"), ("security", "none")], "[::1]:993"),
        (
            CredentialKind::Database,
            &[("url", "postgres://u:p@db.example.com/x?sslmode=require")],
            "db.example.com:5432",
        ),
        (CredentialKind::Database, &[("url", "postgresql://u:p@[::1]:5433/x")], "[::1]:5433"),
    ]
    .into_iter()
    .enumerate()
    {
        // Hosts that are entered beside are not taken: nothing else may get these values.
        let new = draft(kind, &format!("n{number}"), &["evil.example"], fields);
        assert_eq!(kit.credentials.create(new).await.unwrap().hosts, [expected]);
    }
}

#[test]
fn every_kind_says_what_its_fields_are() {
    for spec in kinds() {
        assert!(!spec.name.is_empty() && spec.description.ends_with('.'), "{spec:?}");
        assert!(spec.fields.iter().any(|field| field.secret), "{spec:?}");
        for field in &spec.fields {
            assert!(!field.title.is_empty() && field.description.ends_with('.'), "{field:?}");
            assert!(!field.secret || field.default.is_empty());
        }
    }
}
