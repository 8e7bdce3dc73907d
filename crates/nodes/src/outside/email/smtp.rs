//! A session with an SMTP server (RFC 5321) that messages are handed to.

use bridge_domain::{CredentialKind, Error, ErrorCode, Step, StepFailure};
use lettre::Message;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;

use super::conduit::{Conduit, Protocol};
use crate::Services;
use crate::outside::account::Account;

/// Bytes an SMTP server may say in one session.
const MAX_SAID: u64 = 4 << 20;

/// A session.
pub struct Session {
    connection: AsyncSmtpConnection,
    /// The address that stands for the account.
    pub sender: Option<String>,
}

impl Session {
    /// Connects and signs in with the node's credential.
    ///
    /// # Errors
    /// Those of the credential, the gate and the server.
    pub async fn open(services: &Services, step: &dyn Step) -> Result<Self, StepFailure> {
        let account = Account::of(step, CredentialKind::Smtp, 587).await?;
        let security = account.security(465)?;
        let conduit = Conduit::open(&services.gate, step, &account, security, Protocol::Smtp, MAX_SAID).await?;
        let name = ClientId::Domain("localhost".to_owned());
        let mut connection = AsyncSmtpConnection::connect_with_transport(Box::new(conduit), &name)
            .await
            .map_err(|error| failure(&error))?;
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
        sent.map(drop).map_err(|error| failure(&error))
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
    if !error.is_permanent() {
        return failure(error);
    }
    let message = format!("The mail server does not accept the user name and password: {error}.");
    let hint = "Correct them in the credential; many providers want a password made for applications.";
    Error::new(ErrorCode::KeyRejected, message, hint).into()
}

fn failure(error: &lettre::transport::smtp::Error) -> StepFailure {
    let source = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
    let text = format!("{error}{source}");
    let (code, hint) = if error.is_transient() {
        (ErrorCode::ProviderUnavailable, "Try again later.")
    } else if error.is_permanent() {
        (ErrorCode::ServiceFailed, "Check the addresses and the size of the message.")
    } else if error.is_client() {
        (ErrorCode::ServiceFailed, "Check the credential and the addresses.")
    } else {
        (ErrorCode::Interrupted, "Check host, port and security in the credential.")
    };
    Error::new(code, format!("The message was not sent: {text}."), hint).into()
}
