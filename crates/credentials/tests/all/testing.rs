//! The test button: what came of using a credential once.

use std::sync::Arc;

use bridge_credentials::Credentials;
use bridge_domain::{Credential, CredentialKind, CredentialTester, Error, ErrorCode, ExposeSecret, Grant, Result};
use futures_util::future::BoxFuture;

use crate::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_says_is_told() {
    for (status, expected) in [
        (200, None),
        (204, None),
        (401, Some(ErrorCode::KeyRejected)),
        (403, Some(ErrorCode::PermissionDenied)),
        (302, Some(ErrorCode::ServiceFailed)),
        (404, Some(ErrorCode::ServiceFailed)),
        (500, Some(ErrorCode::ServiceFailed)),
    ] {
        let kit = kit().await;
        let server = Server::start(vec![(status, String::new())]).await;
        let url = format!("http://{}/me?secret=no", server.place());
        let new = draft(CredentialKind::Bearer, "n", &[&server.place()], &[("token", CANARY), ("test_url", &url)]);
        let id = kit.credentials.create(new).await.unwrap().id;
        let problem = kit.credentials.test(id).await.unwrap().problem;
        assert_eq!(problem.as_ref().map(|problem| problem.code), expected, "{status}");
        assert!(!format!("{problem:?}").contains("secret=no"), "{problem:?}");
        assert_eq!(server.seen().len(), 1);
        assert!(server.seen()[0].contains(&format!("authorization: Bearer {CANARY}")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_tested_is_said_so() {
    let kit = kit().await;
    let id = kit.credentials.create(bearer("n")).await.unwrap().id;
    let problem = kit.credentials.test(id).await.unwrap().problem.unwrap();
    assert!(problem.message.contains("nothing to test it against"), "{problem:?}");

    let server = Server::start(vec![(200, String::new())]).await;
    let port = server.port.to_string();
    let fields = [("host", "127.0.0.1"), ("port", port.as_str()), ("security", "none")];
    let mail = kit.credentials.create(draft(CredentialKind::Smtp, "m", &[], &fields)).await.unwrap().id;
    let problem = kit.credentials.test(mail).await.unwrap().problem.unwrap();
    assert!(problem.message.contains("cannot be tried here"), "{problem:?}");
    assert!(server.seen().is_empty());
}

struct Picky;

impl CredentialTester for Picky {
    fn test<'a>(&'a self, credential: &'a Credential, grants: &'a [Grant]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            assert_eq!(grants, [Grant::Host { host: "127.0.0.1".to_owned(), port: 25 }]);
            match credential.fields["password"].expose_secret() {
                "right" => Ok(()),
                _ => Err(Error::new(ErrorCode::KeyRejected, "The server does not accept the password.", "Correct it.")),
            }
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_speaks_the_language_tries_the_sign_in() {
    let kit = kit().await;
    let picky: Arc<dyn CredentialTester> = Arc::new(Picky);
    let credentials: Credentials = kit.credentials.clone().with_testers([(CredentialKind::Smtp, picky)]);
    for (password, expected) in [("right", None), ("wrong", Some(ErrorCode::KeyRejected))] {
        let fields =
            [("host", "127.0.0.1"), ("port", "25"), ("security", "none"), ("user", "u"), ("password", password)];
        let id = credentials.create(draft(CredentialKind::Smtp, password, &[], &fields)).await.unwrap().id;
        assert_eq!(credentials.test(id).await.unwrap().problem.map(|problem| problem.code), expected);
    }
}
