//! OAuth 2 against a token server on loopback: consent, PKCE, state, renewal.

use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bridge_domain::{CredentialDraft, CredentialId, CredentialKind, CredentialSource, ErrorCode, ExposeSecret};
use bridge_gate::{Access, Gate, Request};
use sha2::{Digest, Sha256};
use url::Url;

use crate::support::*;

fn tokens(access: &str, refresh: Option<&str>, seconds: i64) -> String {
    let refresh = refresh.map(|token| format!(r#","refresh_token":"{token}""#)).unwrap_or_default();
    format!(r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":{seconds}{refresh}}}"#)
}

fn oauth(server: &Server, more: &[(&str, &str)]) -> CredentialDraft {
    let authorization = format!("http://{}/authorize?prompt=consent&state=theirs", server.place());
    let token = format!("http://{}/token", server.place());
    let mut fields =
        vec![("authorization_url", authorization.as_str()), ("token_url", &token), ("client_id", "the client")];
    fields.extend_from_slice(more);
    draft(CredentialKind::OAuth2, "Service", &["api.example.com"], &fields)
}

/// A browser whose person agrees: comes back with this query. `{state}` stands for the right one.
async fn come_back(consent: &Url, query: &str) -> u16 {
    let value = |name: &str| consent.query_pairs().find(|(found, _)| found == name).unwrap().1.into_owned();
    let redirect = value("redirect_uri");
    let url = Url::parse(&format!("{redirect}?{}", query.replace("{state}", &value("state")))).unwrap();
    let grants = [bridge_domain::Grant::Host { host: "127.0.0.1".to_owned(), port: url.port().unwrap() }];
    let access = Access { grants: &grants, credential: None };
    Gate::new().unwrap().send(Request::get(url), &access).await.unwrap().status
}

async fn connect(kit: &Kit, id: CredentialId, queries: &[&str]) -> bridge_domain::Result<Url> {
    let queries: Vec<String> = queries.iter().map(|query| (*query).to_owned()).collect();
    let shown: Mutex<Option<Url>> = Mutex::new(None);
    kit.credentials
        .authorize(id, |consent| {
            *shown.lock().unwrap() = Some(consent.clone());
            let consent = consent.clone();
            tokio::spawn(async move {
                for query in queries {
                    come_back(&consent, &query).await;
                }
            });
            Ok(())
        })
        .await?;
    Ok(shown.into_inner().unwrap().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_connects_it_in_the_browser() {
    let kit = kit().await;
    let server = Server::start(vec![(200, tokens(CANARY, Some("the-refresh-token"), 3600))]).await;
    let new = oauth(&server, &[("client_secret", "the secret"), ("scopes", "read write")]);
    let created = kit.credentials.create(new).await.unwrap();
    assert_eq!(created.problem.unwrap().code, ErrorCode::KeyMissing);
    assert_eq!(kit.credentials.credential(created.id).await.unwrap_err().code, ErrorCode::KeyMissing);

    let consent = connect(&kit, created.id, &["code=the-code&state={state}"]).await.unwrap();
    let value = |name: &str| {
        let mut values = consent.query_pairs().filter(|(found, _)| found == name).map(|(_, value)| value.into_owned());
        let first = values.next();
        assert_eq!(values.next(), None, "{name} is there twice");
        first.unwrap()
    };
    assert_eq!(value("response_type"), "code");
    assert_eq!(value("client_id"), "the client");
    assert_eq!(value("scope"), "read write");
    assert_eq!(value("prompt"), "consent");
    assert_eq!(value("code_challenge_method"), "S256");
    assert_ne!(value("state"), "theirs");
    assert!(value("state").len() >= 22 && value("redirect_uri").starts_with("http://127.0.0.1:"));

    let request = server.seen().remove(0);
    let body = request.split_once("\r\n\r\n").unwrap().1.to_owned();
    let sent = |name: &str| {
        url::form_urlencoded::parse(body.as_bytes())
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.into_owned())
    };
    assert_eq!(sent("grant_type").as_deref(), Some("authorization_code"));
    assert_eq!(sent("code").as_deref(), Some("the-code"));
    assert_eq!(sent("client_secret").as_deref(), Some("the secret"));
    assert_eq!(sent("redirect_uri"), Some(value("redirect_uri")));
    let verifier = sent("code_verifier").unwrap();
    assert!((43..=128).contains(&verifier.len()));
    assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())), value("code_challenge"));

    let credential = kit.credentials.credential(created.id).await.unwrap();
    assert_eq!(credential.fields["access_token"].expose_secret(), CANARY);
    assert_eq!(credential.fields.len(), 1, "the rest is for the token server only");
    let listed = kit.credentials.list().await.unwrap().remove(0);
    assert_eq!(listed.problem, None);
    assert_eq!(listed.secret_fields, ["access_token", "client_secret", "refresh_token"]);
    assert_not_in_files(kit.folder.path(), CANARY);
    assert_not_in_files(kit.folder.path(), "the-refresh-token");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_answer_with_the_right_state_counts() {
    let kit = kit().await;
    let server = Server::start(vec![(200, tokens("right", None, 3600))]).await;
    let id = kit.credentials.create(oauth(&server, &[])).await.unwrap().id;
    let forged =
        ["code=evil", "code=evil&state=guess", "error=access_denied", "error=access_denied&state=", "state=&code=evil"];
    let queries: Vec<&str> = forged.into_iter().chain(["code=good&state={state}"]).collect();
    connect(&kit, id, &queries).await.unwrap();
    assert_eq!(server.seen().len(), 1);
    assert!(server.seen()[0].contains("code=good") && server.seen()[0].contains("client_id=the+client"));
    for query in
        ["error=access_denied&state={state}", "state={state}", "code=&state={state}", "code=x&error=y&state={state}"]
    {
        let error = connect(&kit, id, &[query]).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::PermissionDenied, "{query}");
    }
    let open = |_: &Url| Err(bridge_domain::Error::new(ErrorCode::Internal, "No browser.", "Install one."));
    assert_eq!(kit.credentials.authorize(id, open).await.unwrap_err().message, "No browser.");
    let other = kit.credentials.create(bearer("other")).await.unwrap().id;
    assert_eq!(kit.credentials.authorize(other, |_| Ok(())).await.unwrap_err().code, ErrorCode::InvalidInput);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_before_it_ends_once_for_all() {
    let kit = kit().await;
    let server = Server::start(vec![
        (200, tokens("first", Some("refresh-1"), 30)),
        (200, tokens("second", Some("refresh-2"), 3600)),
        (500, String::new()),
    ])
    .await;
    let id = kit
        .credentials
        .create(oauth(&server, &[("client_authentication", "header"), ("client_secret", "s")]))
        .await
        .unwrap()
        .id;
    connect(&kit, id, &["code=c&state={state}"]).await.unwrap();
    assert!(
        server.seen()[0].contains("authorization: Basic dGUrY2xpZW50OnM=")
            || server.seen()[0].contains("authorization: Basic ")
    );
    assert!(!server.seen()[0].contains("client_secret"));
    let mut steps = Vec::new();
    for _ in 0..20 {
        let credentials = kit.credentials.clone();
        steps.push(tokio::spawn(async move { credentials.credential(id).await.unwrap() }));
    }
    for step in steps {
        assert_eq!(step.await.unwrap().fields["access_token"].expose_secret(), "second");
    }
    assert_eq!(server.seen().len(), 2, "renewed once");
    assert!(
        server.seen()[1].contains("grant_type=refresh_token") && server.seen()[1].contains("refresh_token=refresh-1")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_over_says_so() {
    for (answer, code) in [
        (
            (400, r#"{"error":"invalid_grant","error_description":"canary-51c2e9-do-not-find"}"#.to_owned()),
            ErrorCode::KeyRejected,
        ),
        ((200, r#"{"error":"canary-51c2e9-do-not-find"}"#.to_owned()), ErrorCode::KeyRejected),
        ((200, "<html>Sign in</html>".to_owned()), ErrorCode::BadAnswer),
        ((200, r#"{"access_token":"x","token_type":"mac"}"#.to_owned()), ErrorCode::BadAnswer),
        ((302, String::new()), ErrorCode::BadAnswer),
        ((500, "{}".to_owned()), ErrorCode::BadAnswer),
    ] {
        let kit = kit().await;
        let server = Server::start(vec![(200, tokens("first", Some("r"), 1)), answer]).await;
        let id = kit.credentials.create(oauth(&server, &[])).await.unwrap().id;
        connect(&kit, id, &["code=c&state={state}"]).await.unwrap();
        let error = kit.credentials.credential(id).await.unwrap_err();
        assert_eq!(error.code, code, "{error:?}");
        assert!(!format!("{error:?}").contains(CANARY), "{error:?}");
        assert_eq!(server.seen().len(), 2, "no redirect is followed with secrets in the body");
    }
    let kit = kit().await;
    let server = Server::start(vec![(200, tokens("first", None, 1))]).await;
    let id = kit.credentials.create(oauth(&server, &[])).await.unwrap().id;
    connect(&kit, id, &["code=c&state={state}"]).await.unwrap();
    assert_eq!(kit.credentials.credential(id).await.unwrap_err().code, ErrorCode::KeyRejected);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_stay_with_the_server_and_client_they_are_from() {
    let kit = kit().await;
    let server = Server::start(vec![(200, tokens("first", Some("r"), 3600))]).await;
    let id = kit.credentials.create(oauth(&server, &[])).await.unwrap().id;
    connect(&kit, id, &["code=c&state={state}"]).await.unwrap();
    let mut renamed = oauth(&server, &[]);
    renamed.name = "Renamed".to_owned();
    kit.credentials.update(id, renamed).await.unwrap();
    assert_eq!(kit.credentials.credential(id).await.unwrap().fields["access_token"].expose_secret(), "first");
    let mut moved = oauth(&server, &[]);
    moved.fields.insert("token_url".to_owned(), "https://evil.example/token".into());
    kit.credentials.update(id, moved).await.unwrap();
    assert_eq!(kit.credentials.credential(id).await.unwrap_err().code, ErrorCode::KeyMissing);
}

/// Begins to connect, and gives what the browser would show.
async fn begin(kit: &Kit, id: CredentialId) -> (tokio::task::JoinHandle<bridge_domain::Result<()>>, Url) {
    let (sender, shown) = tokio::sync::oneshot::channel();
    let credentials = kit.credentials.clone();
    let waiting = tokio::spawn(async move {
        let open = move |consent: &Url| {
            sender.send(consent.clone()).unwrap();
            Ok(())
        };
        credentials.authorize(id, open).await.map(|_| ())
    });
    (waiting, shown.await.unwrap())
}

/// Whether the port that the browser comes back to is closed.
async fn nobody_listens(consent: &Url) -> bool {
    let redirect = consent.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned();
    let port = Url::parse(&redirect).unwrap().port().unwrap();
    tokio::net::TcpListener::bind(("127.0.0.1", port)).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_sign_in_closes_its_port_and_a_late_answer_does_nothing() {
    let kit = kit().await;
    let server = Server::start(vec![(200, tokens("late", None, 3600))]).await;
    let id = kit.credentials.create(oauth(&server, &[])).await.unwrap().id;
    kit.credentials.cancel_authorization(id);

    let (waiting, consent) = begin(&kit, id).await;
    assert!(!nobody_listens(&consent).await);
    kit.credentials.cancel_authorization(id);
    assert_eq!(waiting.await.unwrap().unwrap_err().code, ErrorCode::Canceled);
    assert!(nobody_listens(&consent).await);

    // Begun anew, only the new sign-in counts.
    let (first, old) = begin(&kit, id).await;
    let (second, new) = begin(&kit, id).await;
    assert_eq!(first.await.unwrap().unwrap_err().code, ErrorCode::Canceled);
    assert!(nobody_listens(&old).await);
    assert!(server.seen().is_empty());
    come_back(&new, "code=good&state={state}").await;
    second.await.unwrap().unwrap();
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_credential_ends_its_sign_in() {
    let kit = kit().await;
    let server = Server::start(Vec::new()).await;
    let id = kit.credentials.create(oauth(&server, &[])).await.unwrap().id;
    let (waiting, consent) = begin(&kit, id).await;
    kit.credentials.delete(id).await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap_err().code, ErrorCode::Canceled);
    assert!(nobody_listens(&consent).await);
}
