//! A connection to a PostgreSQL server over the gate.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bridge_domain::{Credential, CredentialKind, Error, ErrorCode, Grant, StepFailure};
use bridge_gate::{Gate, TlsStream};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream as PostgresTls};
use tokio_postgres::{Client, Config};
use url::Url;

use super::failure::{not_signed_in, of_database};
use crate::outside::account::{Account, Security};

/// For signing in, once the connection stands.
const SIGN_IN_TIME: Duration = Duration::from_secs(20);

/// A session. Dropping it closes the connection.
pub struct Session {
    /// What asks.
    pub client: Client,
    /// What carries questions and answers; ends with the session.
    _carrier: JoinSet<()>,
}

impl Session {
    /// Connects and signs in.
    ///
    /// # Errors
    /// Those of the credential, the gate and the server.
    pub async fn open(gate: &Gate, credential: Credential, grants: &[Grant]) -> Result<Self, StepFailure> {
        let account = Account::new(in_parts(credential)?, CredentialKind::Database, 5432)?;
        // The protocol begins plain and then encrypts; there is no port that encrypts from the first byte.
        let mode = if account.security(0)? == Security::None { SslMode::Disable } else { SslMode::Require };
        let mut config = Config::new();
        config.ssl_mode(mode).application_name("Bridge").user(&account.user);
        config.dbname(account.field("database").unwrap_or(&account.user));
        if !account.password.expose_secret().is_empty() {
            config.password(account.password.expose_secret());
        }
        let stream = account.connect(gate, grants).await?;
        let encrypt = Encrypt { gate: gate.clone(), host: account.host.clone() };
        let signed_in = timeout(SIGN_IN_TIME, config.connect_raw(stream, encrypt)).await.map_err(|_| {
            let message = "The database server did not answer in time.";
            StepFailure::from(Error::new(ErrorCode::Timeout, message, "Check that PostgreSQL listens at this address."))
        })?;
        let (client, connection) = signed_in.map_err(not_signed_in)?;
        let mut carrier = JoinSet::new();
        carrier.spawn(async move {
            // Its error reaches whoever asks, as an error of the question.
            let _ = connection.await;
        });
        Ok(Self { client, _carrier: carrier })
    }

    /// Asks something that every server can answer.
    ///
    /// # Errors
    /// What the server says.
    pub async fn ask(self) -> Result<(), StepFailure> {
        self.client.simple_query("SELECT 1").await.map(drop).map_err(|error| of_database(error, None))
    }
}

/// The parts of the connection URL that the credential holds, as the fields of an account.
///
/// # Errors
/// When it holds none.
pub fn in_parts(mut credential: Credential) -> Result<Credential, StepFailure> {
    let wrong = || {
        let message = "The credential holds no connection URL.";
        StepFailure::from(Error::new(ErrorCode::InvalidInput, message, "Enter its URL again."))
    };
    let text = credential.fields.remove("url").ok_or_else(wrong)?;
    let url = Url::parse(text.expose_secret()).map_err(|_| wrong())?;
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(String::from).map_err(|_| wrong());
    let mode = url.query_pairs().find(|(name, _)| name == "sslmode").map(|(_, mode)| mode.into_owned());
    let security = match mode.as_deref() {
        Some("disable") => "none",
        Some("require" | "verify-ca" | "verify-full") => "starttls",
        _ => "auto",
    };
    let fields = [
        ("host", decoded(url.host_str().unwrap_or_default())?),
        ("port", url.port().map(|port| port.to_string()).unwrap_or_default()),
        ("user", decoded(url.username())?),
        ("password", decoded(url.password().unwrap_or_default())?),
        ("database", decoded(url.path().trim_start_matches('/'))?),
        ("security", security.to_owned()),
    ];
    credential.fields.extend(fields.map(|(name, value)| (name.to_owned(), SecretString::from(value))));
    Ok(credential)
}

/// Encrypts by the gate's rules.
struct Encrypt {
    gate: Gate,
    host: String,
}

impl TlsConnect<TcpStream> for Encrypt {
    type Stream = Encrypted;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Encrypted, Error>> + Send>>;

    fn connect(self, stream: TcpStream) -> Self::Future {
        Box::pin(async move {
            self.gate.start_tls(stream, &self.host).await.map(Encrypted).map_err(|failure| *failure.error)
        })
    }
}

/// The gate's encrypted connection, as the database library wants it.
pub struct Encrypted(TlsStream<TcpStream>);

impl PostgresTls for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
