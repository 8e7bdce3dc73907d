//! A session with an SMTP server (RFC 5321) that messages are handed to.

use bridge_domain::{Credential, CredentialKind, Error, ErrorCode, Grant, StepFailure};
use bridge_gate::Gate;
use lettre::Message;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;

use super::conduit::{Conduit, Protocol};
use crate::outside::account::Account;

/// Bytes an SMTP server may say in one session.
const MAX_SAID: u64 = 4 << 20;
/// What was not done when there is no session.
const NO_SESSION: &str = "The mail server could not be used";

/// A session.
pub struct Session {
    connection: AsyncSmtpConnection,
    /// The address that stands for the account.
    pub sender: Option<String>,
}

impl Session {
    /// Connects and signs in.
    ///
    /// # Errors
    /// Those of the credential, the gate and the server.
    pub async fn open(gate: &Gate, credential: Credential, grants: &[Grant]) -> Result<Self, StepFailure> {
        let account = Account::new(credential, CredentialKind::Smtp, 587)?;
        let security = account.security(465)?;
        let conduit = Conduit::open(gate, grants, &account, security, Protocol::Smtp, MAX_SAID).await?;
        let name = ClientId::Domain("localhost".to_owned());
        let mut connection = AsyncSmtpConnection::connect_with_transport(Box::new(conduit), &name)
            .await
            .map_err(|error| failure(NO_SESSION, &error))?;
        if !account.user.is_empty() {
            let credentials = Credentials::new(account.user.clone(), account.password.expose_secret().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(|error| not_signed_in(&error))?;
        }
        let sender = account.field("from").or_else(|| Some(&*account.user).filter(|user| user.contains('@')));
        Ok(Self { sender: sender.map(str::to_owned), connection })
    }

    /// Hands a message to the server.
    ///
    /// # Errors
    /// What the server says; the session is of no use then.
    pub async fn send(&mut self, message: &Message) -> Result<(), StepFailure> {
        let sent = self.connection.send(message.envelope(), &message.formatted()).await;
        sent.map(drop).map_err(|error| failure("The message was not sent", &error))
    }

    /// Whether it can still be used.
    pub fn is_open(&self) -> bool {
        !self.connection.has_broken()
    }

    /// Says goodbye. A server that does not answer has the messages all the same.
    pub async fn close(mut self) {
        let _ = self.connection.quit().await;
    }
}

fn not_signed_in(error: &lettre::transport::smtp::Error) -> StepFailure {
    // RFC 3207, section 4, and RFC 4954, section 6: the server wants encryption first.
    let wants_encryption = error.status().is_some_and(|code| matches!(u16::from(code), 530 | 538));
    let (code, message, hint) = if wants_encryption || error.is_client() {
        (
            ErrorCode::TlsFailed,
            format!("The mail server takes no sign-in on this connection: {error}."),
            "Choose tls or starttls in the credential; leave the user name empty for a server that wants none.",
        )
    } else if error.is_permanent() {
        (
            ErrorCode::KeyRejected,
            format!("The mail server does not accept the user name and password: {error}."),
            "Correct them in the credential; many providers want a password made for applications.",
        )
    } else {
        return failure(NO_SESSION, error);
    };
    Error::new(code, message, hint).into()
}

/// `what` is what was not done, without a full stop.
fn failure(what: &str, error: &lettre::transport::smtp::Error) -> StepFailure {
    let source = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
    let (code, hint) = if error.is_transient() {
        (ErrorCode::ProviderUnavailable, "Try again later.")
    } else if error.is_permanent() {
        (ErrorCode::ServiceFailed, "Check the addresses and the size of the message.")
    } else if error.is_client() {
        (ErrorCode::ServiceFailed, "Check the credential and the addresses.")
    } else {
        (ErrorCode::Interrupted, "Check host, port and security in the credential.")
    };
    Error::new(code, format!("{what}: {error}{source}."), hint).into()
}
