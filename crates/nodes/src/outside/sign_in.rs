//! The test of a credential: signs in with the protocols that nodes speak, and out again. Nothing else is sent or read.

use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Credential, CredentialKind, CredentialTester, Error, ErrorCode, Grant, Result, StepFailure};
use bridge_gate::Gate;
use futures_util::future::BoxFuture;
use tokio::time::timeout;

use super::email::{imap, smtp};
use super::postgres::connection;
use crate::http::redact::text_without_secrets;

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
                let Error { message, .. } = *failure.error;
                // A server may repeat what it was sent.
                let message = text_without_secrets(&message, Some(&secrets(credential)));
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

/// The credential with its password only: host and user may be named.
fn secrets(credential: &Credential) -> Credential {
    let parts = (credential.kind == CredentialKind::Database).then(|| connection::in_parts(credential.clone()));
    let mut parts = parts.and_then(std::result::Result::ok).unwrap_or_else(|| credential.clone());
    parts.fields.retain(|name, _| name == "password");
    parts
}

fn too_slow() -> StepFailure {
    let message = "The server did not answer in time.";
    let hint = "Check host, port and encryption in the credential: a server may wait for an encrypted beginning.";
    Error::new(ErrorCode::Timeout, message, hint).into()
}
