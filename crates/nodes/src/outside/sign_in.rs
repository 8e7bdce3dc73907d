//! The test of a credential: signs in with the protocols that nodes speak, and out again. Nothing else is sent or read.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bridge_domain::{Credential, CredentialKind, CredentialTester, Error, ErrorCode, Grant, Result, StepFailure};
use bridge_gate::Gate;
use futures_util::future::BoxFuture;
use secrecy::ExposeSecret;
use tokio::time::timeout;

use super::email::{imap, smtp};
use super::postgres::connection;

/// Passwords that are shorter stand in a text by chance.
const SHORTEST: usize = 4;
/// A person waits for it.
const TIME: Duration = Duration::from_secs(20);

/// Who can try a sign-in through this gate, for each kind of credential that HTTP does not know.
#[must_use]
pub fn credential_testers(gate: &Gate) -> [(CredentialKind, Arc<dyn CredentialTester>); 3] {
    [CredentialKind::Smtp, CredentialKind::Imap, CredentialKind::Database]
        .map(|kind| (kind, Arc::new(SignIn { gate: gate.clone() }) as Arc<dyn CredentialTester>))
}

struct SignIn {
    gate: Gate,
}

impl CredentialTester for SignIn {
    fn test<'a>(&'a self, credential: &'a Credential, grants: &'a [Grant]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let tried = timeout(TIME, self.sign_in(credential, grants)).await.unwrap_or_else(|_| Err(too_slow()));
            tried.map_err(|failure| {
                let message = without_password(&failure.error.message, credential);
                Error { message, ..*failure.error }
            })
        })
    }
}

impl SignIn {
    async fn sign_in(&self, credential: &Credential, grants: &[Grant]) -> Result<(), StepFailure> {
        let (gate, credential) = (&self.gate, credential.clone());
        match credential.kind {
            CredentialKind::Smtp => smtp::Session::open(gate, credential, grants).await?.close().await,
            CredentialKind::Imap => imap::Mailbox::open(gate, credential, grants).await?.close().await,
            _ => connection::Session::open(gate, credential, grants).await?.ask().await?,
        }
        Ok(())
    }
}

/// The text without the password: a server may repeat what it was sent, as it is or as the mail protocols write it.
fn without_password(text: &str, credential: &Credential) -> String {
    let parts = (credential.kind == CredentialKind::Database).then(|| connection::in_parts(credential.clone()));
    let parts = parts.and_then(std::result::Result::ok).unwrap_or_else(|| credential.clone());
    let field = |name: &str| parts.fields.get(name).map_or("", |value| value.expose_secret());
    let (user, password) = (field("user"), field("password"));
    if password.len() < SHORTEST {
        return text.to_owned();
    }
    let written = [password.to_owned(), STANDARD.encode(password), STANDARD.encode(format!("\0{user}\0{password}"))];
    written.iter().fold(text.to_owned(), |text, written| text.replace(written, "[redacted]"))
}

fn too_slow() -> StepFailure {
    let message = "The server did not answer in time.";
    let hint = "Check host, port and encryption in the credential: a server may wait for an encrypted beginning.";
    Error::new(ErrorCode::Timeout, message, hint).into()
}
