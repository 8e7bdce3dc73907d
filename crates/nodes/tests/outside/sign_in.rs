//! The test of a credential, against the servers that it is for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bridge_domain::{Credential, CredentialKind, CredentialTester, Error, ErrorCode, Grant, SecretString};
use bridge_gate::{Gate, Options};
use bridge_nodes::credential_testers;
use tokio::io::AsyncWriteExt;

use crate::mail_server::{Mail, PASSWORD, USER};
use crate::postgres_server::Postgres;
use crate::servers::free_port;
use crate::stage::credential;

/// Of no account.
const WRONG: &str = "wrong-canary-words";

struct Test {
    testers: [(CredentialKind, Arc<dyn CredentialTester>); 3],
}

impl Test {
    fn trusting(roots: Vec<Vec<u8>>) -> Self {
        let gate = Gate::with(Options { roots, ..Options::default() }).unwrap();
        Self { testers: credential_testers(&gate) }
    }

    async fn of(&self, credential: &Credential) -> Result<(), Error> {
        let (_, tester) = self.testers.iter().find(|(kind, _)| *kind == credential.kind).unwrap();
        let grants: Vec<Grant> = credential
            .hosts
            .iter()
            .filter_map(|place| place.rsplit_once(':'))
            .map(|(host, port)| Grant::Host { host: host.to_owned(), port: port.parse().unwrap() })
            .collect();
        tester.test(credential, &grants).await
    }

    /// Why a sign-in fails; checks that it says what to do, and no password.
    async fn refused(&self, credential: &Credential) -> Error {
        let error = self.of(credential).await.unwrap_err();
        let said = format!("{error:?}");
        for secret in [WRONG, PASSWORD, crate::postgres_server::PASSWORD, "s3cret%20words", "wrong%2Dcanary"] {
            assert!(!said.contains(secret), "{said}");
        }
        assert!(!error.hint.is_empty(), "{error:?}");
        error
    }
}

fn with(credential: &Credential, name: &str, value: &str) -> Credential {
    let mut changed = credential.clone();
    changed.fields.insert(name.to_owned(), SecretString::from(value));
    changed
}

fn at(credential: &Credential, port: u16) -> Credential {
    Credential { hosts: vec![format!("localhost:{port}")], ..with(credential, "port", &port.to_string()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_smtp_account_is_signed_in_to_and_out_of() {
    for security in ["starttls", "tls", "none"] {
        let Some(mail) = Mail::start(security) else { return };
        let test = Test::trusting(vec![mail.root.clone()]);
        let right = mail.account(CredentialKind::Smtp, mail.smtp, security);
        test.of(&right).await.unwrap();
        let error = test.refused(&with(&right, "password", WRONG)).await;
        assert_eq!(error.code, ErrorCode::KeyRejected, "{error:?}");
        let said = "The mail server does not accept the user name and password: permanent error (5";
        assert!(error.message.starts_with(said), "{error:?}");
        let error = test.refused(&at(&right, free_port())).await;
        assert_eq!(error.code, ErrorCode::ConnectionRefused, "{error:?}");
        for other in ["starttls", "tls", "none"].into_iter().filter(|other| *other != security) {
            let begun = Instant::now();
            let error = test.refused(&with(&right, "security", other)).await;
            assert!(
                matches!(error.code, ErrorCode::TlsFailed | ErrorCode::Timeout),
                "{security} as {other}: {error:?}"
            );
            assert!(["tls", "port"].iter().any(|word| error.hint.contains(word)), "{security} as {other}: {error:?}");
            assert!(begun.elapsed() < Duration::from_secs(25), "{security} as {other}");
        }
        let without = credential(CredentialKind::Smtp, mail.smtp, &[("security", security)]);
        test.of(&without).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_signed_in_to_and_out_of() {
    let Some(mail) = Mail::start("none") else { return };
    let test = Test::trusting(vec![mail.root.clone()]);
    for (port, security) in [(mail.imaps, "tls"), (mail.imap, "starttls"), (mail.imap, "none")] {
        let right = mail.account(CredentialKind::Imap, port, security);
        test.of(&right).await.unwrap();
        let error = test.refused(&with(&right, "password", WRONG)).await;
        assert_eq!(error.code, ErrorCode::KeyRejected, "{error:?}");
    }
    let right = mail.account(CredentialKind::Imap, mail.imaps, "tls");
    assert_eq!(test.refused(&at(&right, free_port())).await.code, ErrorCode::ConnectionRefused);
    for (port, security) in [(mail.imap, "tls"), (mail.imaps, "starttls"), (mail.imaps, "none")] {
        let error = test.refused(&mail.account(CredentialKind::Imap, port, security)).await;
        assert!(matches!(error.code, ErrorCode::TlsFailed | ErrorCode::Timeout), "{port} as {security}: {error:?}");
    }
    // Nobody vouches for the certificate.
    let doubtful = Test::trusting(vec![]);
    assert_eq!(doubtful.refused(&right).await.code, ErrorCode::TlsFailed);
    // No server of this name.
    let mut nowhere = with(&right, "host", "imap.invalid");
    nowhere.hosts = vec![format!("imap.invalid:{}", mail.imaps)];
    let error = test.refused(&nowhere).await;
    assert!(error.message.contains("imap.invalid"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_signed_in_to_with_the_url_as_it_is_entered() {
    let Some(server) = Postgres::start() else { return };
    let test = Test::trusting(vec![server.root.clone()]);
    for parameters in ["", "?sslmode=require", "?sslmode=disable", "?sslmode=prefer&connect_timeout=3"] {
        test.of(&server.credential(parameters)).await.unwrap();
    }
    let url = |account: &str, host: &str, port: u16, rest: &str| {
        let mut made = server.with_url(&format!("postgresql://{account}@{host}:{port}/{rest}"));
        made.hosts = vec![format!("{host}:{port}")];
        made
    };
    let right = "bridge:s3cret%20words";
    for (credential, code) in [
        (url("bridge:wrong%2Dcanary-words", "localhost", server.port, "postgres"), ErrorCode::KeyRejected),
        (url("nobody:s3cret%20words", "localhost", server.port, "postgres"), ErrorCode::KeyRejected),
        (url(right, "localhost", server.port, "absent"), ErrorCode::NotFound),
        (url(right, "localhost", free_port(), "postgres"), ErrorCode::ConnectionRefused),
        (url(right, "db.example.com", server.port, "postgres?sslmode=disable"), ErrorCode::InvalidInput),
        (server.with_url("bridge s3cret%20words"), ErrorCode::InvalidInput),
    ] {
        let error = test.refused(&credential).await;
        assert_eq!(error.code, code, "{error:?}");
    }
    let doubtful = Test::trusting(vec![]);
    let error = doubtful.refused(&server.credential("?sslmode=require")).await;
    assert_eq!(error.code, ErrorCode::TlsFailed, "{error:?}");
}

/// A server that says its piece to everybody and then nothing.
async fn saying(piece: &'static [u8]) -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.write_all(piece).await;
            open.push(socket);
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_a_server_that_repeats_a_password_or_says_nothing_does_not_make_it_seen() {
    let test = Test::trusting(vec![]);
    let account = |kind, port| credential(kind, port, &[("user", USER), ("password", WRONG), ("security", "none")]);
    let repeats = saying(b"554 you are wrong-canary-words\r\n").await;
    let error = test.refused(&account(CredentialKind::Smtp, repeats)).await;
    assert!(error.message.contains("554"), "{error:?}");
    // The same word in Base64, as AUTH LOGIN sends it.
    let repeats = saying(b"554 you are d3JvbmctY2FuYXJ5LXdvcmRz\r\n").await;
    let error = test.refused(&account(CredentialKind::Smtp, repeats)).await;
    assert!(error.message.contains("[redacted]"), "{error:?}");
    let repeats = saying(b"* OK hello\r\nA0001 NO you are wrong-canary-words\r\n").await;
    test.refused(&account(CredentialKind::Imap, repeats)).await;
    let silent = saying(b"").await;
    let begun = Instant::now();
    let (smtp, imap) = (account(CredentialKind::Smtp, silent), account(CredentialKind::Imap, silent));
    let (smtp, imap) = tokio::join!(test.refused(&smtp), test.refused(&imap));
    assert_eq!((smtp.code, imap.code), (ErrorCode::Timeout, ErrorCode::Timeout));
    assert!(begun.elapsed() < Duration::from_secs(25), "a person waits for it");
    let mut unknown = account(CredentialKind::Imap, silent);
    unknown.hosts = vec!["localhost:1".to_owned()];
    assert_eq!(test.refused(&unknown).await.code, ErrorCode::RequestRefused, "a credential is for its own host");
}
