//! The account in a credential for a server that does not speak HTTP: where it is, who asks, and how the connection is kept
//! private.

use bridge_domain::{Credential, CredentialKind, Error, ErrorCode, Grant, StepFailure};
use bridge_gate::{Access, Gate, is_localhost};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpStream;

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// From the first byte.
    Tls,
    /// After a plain beginning, before anything secret is said.
    StartTls,
    /// Not at all; this machine only.
    None,
}

/// An account.
pub struct Account {
    /// Host without a port.
    pub host: String,
    /// Port.
    pub port: u16,
    /// User name; may be empty.
    pub user: String,
    /// Password; may be empty.
    pub password: SecretString,
    credential: Credential,
}

impl Account {
    /// The account in a credential.
    ///
    /// # Errors
    /// When the credential is of another kind, or it names no host or port.
    pub fn new(credential: Credential, kind: CredentialKind, default_port: u16) -> Result<Self, StepFailure> {
        if credential.kind != kind {
            return Err(wrong("The credential of this node is of another kind.", "Choose one that fits the node."));
        }
        let text = |name: &str| credential.fields.get(name).map_or("", |value| value.expose_secret().trim());
        let host = text("host").trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            return Err(wrong("The credential names no host.", "Enter the server's name in the credential."));
        }
        let port = match text("port") {
            "" => default_port,
            port => port.parse().ok().filter(|port| *port > 0).ok_or_else(|| {
                wrong("The port of the credential is no number from 1 to 65535.", "Correct it in the credential.")
            })?,
        };
        let user = text("user").to_owned();
        let password = credential.fields.get("password").cloned().unwrap_or_default();
        Ok(Self { host, port, user, password, credential })
    }

    /// A value of the credential that is no secret; none when it is empty.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.credential.fields.get(name).map(|value| value.expose_secret().trim()).filter(|text| !text.is_empty())
    }

    /// Whether the server is on this machine.
    pub fn is_local(&self) -> bool {
        is_localhost(&self.host) || self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// How the connection is encrypted, by the field `security`: `tls`, `starttls`, `none`, or `auto`, which is `at_start`
    /// where a server by custom encrypts from the first byte, and nothing on this machine.
    ///
    /// # Errors
    /// An unknown word; `none` for another machine.
    pub fn security(&self, encrypted_port: u16) -> Result<Security, StepFailure> {
        match self.field("security").unwrap_or("auto") {
            "tls" => Ok(Security::Tls),
            "starttls" => Ok(Security::StartTls),
            "none" if self.is_local() => Ok(Security::None),
            "none" => Err(wrong(
                "An unencrypted connection is for servers on this machine only.",
                "Choose tls or starttls in the credential; of a database, take sslmode=disable out of its URL.",
            )),
            "auto" if self.port == encrypted_port => Ok(Security::Tls),
            "auto" if self.is_local() => Ok(Security::None),
            "auto" => Ok(Security::StartTls),
            _ => Err(wrong(
                "The credential has an unknown kind of security.",
                "Choose tls, starttls, none or auto in it.",
            )),
        }
    }

    /// A connection to the server, not encrypted yet.
    ///
    /// # Errors
    /// Those of the gate.
    pub async fn connect(&self, gate: &Gate, grants: &[Grant]) -> Result<TcpStream, StepFailure> {
        let access = Access { grants, credential: Some(&self.credential) };
        gate.connect(&self.host, self.port, &access).await
    }
}

fn wrong(message: &str, hint: &str) -> StepFailure {
    Error::new(ErrorCode::InvalidInput, message, hint).into()
}
