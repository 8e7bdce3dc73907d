//! Connections for what is not HTTP: mail, databases. The same rules, and the same roots for encryption.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bridge_domain::{ErrorCode, StepFailure};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Host;

use crate::address::canonical_host;
use crate::admission::{Admission, admission_of};
use crate::credential_host::belongs_to_port;
use crate::failure::{failure, of_fault, shown};
use crate::names::Zone;
use crate::{Access, Fault, Gate};

/// An encrypted connection.
pub type TlsStream<S> = tokio_rustls::client::TlsStream<S>;

/// For one address to answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// For a name's lookup.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(10);
/// For the handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(15);

impl Gate {
    /// Connects to a host and port. Where [`Access::credential`] is given, the host and port must be among its hosts; the
    /// caller sends its values, and nothing else does.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn connect(&self, host: &str, port: u16, access: &Access<'_>) -> Result<TcpStream, StepFailure> {
        let host = parse(host)?;
        let name = canonical_host(&host);
        if access.credential.is_some_and(|credential| !belongs_to_port(&credential.hosts, &host, port)) {
            let message = format!("This credential may not be sent to {}.", shown(&name, port));
            let hint = "Correct the host in the credential, or choose another credential.";
            return Err(failure(ErrorCode::RequestRefused, message, hint));
        }
        let admission = admission_of(&host, port, access.grants)?;
        let connected = async {
            let addresses = self.addresses(&host, admission).await?;
            connect_any(&addresses, port).await
        };
        connected.await.map_err(|fault| of_fault(&fault, &name, port))
    }

    /// Connects and encrypts from the first byte.
    ///
    /// # Errors
    /// As [`Self::connect`]; `tls_failed`.
    pub async fn connect_tls(
        &self,
        host: &str,
        port: u16,
        access: &Access<'_>,
    ) -> Result<TlsStream<TcpStream>, StepFailure> {
        let stream = self.connect(host, port, access).await?;
        self.start_tls(stream, host).await
    }

    /// Encrypts a connection that has begun plain. The certificate must name the host.
    ///
    /// # Errors
    /// `tls_failed`, `timeout`.
    pub async fn start_tls<S>(&self, stream: S, host: &str) -> Result<TlsStream<S>, StepFailure>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let name = canonical_host(&parse(host)?);
        let failed = |what: &str| {
            let message = format!("No encrypted connection to {name} could be set up{what}.");
            let hint = "Check the server's certificate, the port, the date of this computer, and whether a program or \
                        network inspects connections.";
            failure(ErrorCode::TlsFailed, message, hint)
        };
        let server = ServerName::try_from(name.clone()).map_err(|_| failed(""))?;
        match timeout(HANDSHAKE_TIMEOUT, self.tls.connect(server, stream)).await {
            Ok(Ok(encrypted)) => Ok(encrypted),
            Ok(Err(_)) => Err(failed("")),
            Err(_) => Err(failure(
                ErrorCode::Timeout,
                format!("{name} did not finish setting up an encrypted connection in time."),
                "Check the port: it may be one without encryption.",
            )),
        }
    }

    async fn addresses(&self, host: &Host<String>, admission: Admission) -> Result<Vec<IpAddr>, Fault> {
        let name = match host {
            Host::Ipv4(v4) => return Ok(vec![(*v4).into()]),
            Host::Ipv6(v6) => return Ok(vec![(*v6).into()]),
            Host::Domain(name) => name,
        };
        let zone = match admission {
            Admission::Public => Zone::Public,
            Admission::Granted => Zone::Granted,
        };
        match timeout(LOOKUP_TIMEOUT, self.names.lookup(name)).await {
            Ok(Ok(found)) => Ok(zone.sift(name, found)?),
            Ok(Err(_)) | Err(_) => Err(Fault::NameNotFound),
        }
    }
}

fn parse(host: &str) -> Result<Host<String>, StepFailure> {
    let parsed = host.parse().map(Host::Ipv6).or_else(|_| Host::parse(host.trim()));
    parsed.map_err(|_| {
        let hint = "Enter a host such as mail.example.com, without a scheme or port.";
        failure(ErrorCode::InvalidInput, "The host cannot be read.", hint)
    })
}

/// Connects to the first address that answers.
async fn connect_any(addresses: &[IpAddr], port: u16) -> Result<TcpStream, Fault> {
    let mut last = Fault::NameNotFound;
    for address in addresses {
        match timeout(CONNECT_TIMEOUT, open(SocketAddr::new(*address, port))).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = Fault::of_connection(Some(error.kind()), false),
            Err(_) => last = Fault::ConnectTimeout,
        }
    }
    Err(last)
}

#[expect(clippy::disallowed_methods, reason = "this is the gate")]
async fn open(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
