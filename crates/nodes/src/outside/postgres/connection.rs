//! A connection to a PostgreSQL server over the gate.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bridge_domain::{CredentialKind, Error, ErrorCode, Step, StepFailure};
use bridge_gate::{Gate, TlsStream};
use secrecy::ExposeSecret;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream as PostgresTls};
use tokio_postgres::{Client, Config};

use super::failure::of_database;
use crate::Services;
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
    /// Signs in with the node's credential.
    ///
    /// # Errors
    /// Those of the credential, the gate and the server.
    pub async fn open(services: &Services, step: &dyn Step) -> Result<Self, StepFailure> {
        let account = Account::of(step, CredentialKind::Database, 5432).await?;
        // The protocol begins plain and then encrypts; there is no port that encrypts from the first byte.
        let mode = if account.security(0)? == Security::None { SslMode::Disable } else { SslMode::Require };
        let mut config = Config::new();
        config.ssl_mode(mode).application_name("Bridge").user(&account.user);
        config.dbname(account.field("database").unwrap_or(&account.user));
        if !account.password.expose_secret().is_empty() {
            config.password(account.password.expose_secret());
        }
        let stream = account.connect(&services.gate, step.grants()).await?;
        let encrypt = Encrypt { gate: services.gate.clone(), host: account.host.clone() };
        let signed_in = timeout(SIGN_IN_TIME, config.connect_raw(stream, encrypt)).await.map_err(|_| {
            let message = "The database server did not answer in time.";
            StepFailure::from(Error::new(ErrorCode::Timeout, message, "Check that PostgreSQL listens at this address."))
        })?;
        let (client, connection) = signed_in.map_err(|error| of_database(error, None))?;
        let mut carrier = JoinSet::new();
        carrier.spawn(async move {
            // Its error reaches whoever asks, as an error of the question.
            let _ = connection.await;
        });
        Ok(Self { client, _carrier: carrier })
    }
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
