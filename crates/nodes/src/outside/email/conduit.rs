//! One connection to a mail server, encrypted or not, with a cap on what is read from it.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bridge_domain::{Error, ErrorCode, Grant, StepFailure};
use bridge_gate::Gate;
use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

use crate::outside::account::{Account, Security};

/// Bytes of one line of a plain beginning, and lines of one reply.
const MAX_LINE: usize = 4096;
const MAX_LINES: usize = 100;
/// For the plain beginning, and for its first line.
const TALK_TIME: Duration = Duration::from_secs(30);
const GREETING_TIME: Duration = Duration::from_secs(10);

/// What both kinds of connection are.
trait Wire: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Wire for T {}

/// How a protocol begins and how it asks for encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// RFC 3207.
    Smtp,
    /// RFC 3501, section 6.2.1.
    Imap,
}

/// A connection.
pub struct Conduit {
    wire: Box<dyn Wire>,
    peer: SocketAddr,
    /// Read before anything from the wire. After STARTTLS a server does not greet again, but its client waits for it.
    before: &'static [u8],
    /// Bytes that may still be read.
    allowance: Arc<AtomicU64>,
}

impl Conduit {
    /// Connects, and encrypts as the account says.
    ///
    /// # Errors
    /// Those of the gate; a server that does not encrypt.
    pub async fn open(
        gate: &Gate,
        grants: &[Grant],
        account: &Account,
        security: Security,
        protocol: Protocol,
        allowance: u64,
    ) -> Result<Self, StepFailure> {
        let mut stream = account.connect(gate, grants).await?;
        let lost = |error: io::Error| interrupted(&error);
        let peer = stream.peer_addr().map_err(lost)?;
        let allowance = Arc::new(AtomicU64::new(allowance));
        let (wire, before): (Box<dyn Wire>, &'static [u8]) = match security {
            Security::None => (Box::new(stream), b""),
            Security::Tls => {
                let encrypted = gate.start_tls(stream, &account.host).await.map_err(not_encrypted_at_once)?;
                (Box::new(encrypted), b"")
            }
            Security::StartTls => {
                ask_for_encryption(&mut stream, protocol).await?;
                (Box::new(gate.start_tls(stream, &account.host).await?), greeting(protocol))
            }
        };
        Ok(Self { wire, peer, before, allowance })
    }

    /// How many bytes may still be read; may be set at any time.
    pub fn allowance(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.allowance)
    }
}

/// A connection that ended.
pub fn interrupted(error: &io::Error) -> StepFailure {
    let message = format!("The connection to the mail server ended: {error}.");
    Error::new(ErrorCode::Interrupted, message, "Try again; check host, port and security in the credential.").into()
}

/// The result of talk with a mail server, or a failure when it takes longer than this.
///
/// # Errors
/// `timeout`; those of the talk.
pub async fn in_time<T>(time: Duration, talk: impl Future<Output = Result<T, StepFailure>>) -> Result<T, StepFailure> {
    tokio::time::timeout(time, talk).await.unwrap_or_else(|_| {
        let message = "The mail server did not answer in time.";
        Err(Error::new(ErrorCode::Timeout, message, "Check host, port and security in the credential.").into())
    })
}

fn greeting(protocol: Protocol) -> &'static [u8] {
    match protocol {
        Protocol::Smtp => b"220 ready\r\n",
        Protocol::Imap => b"* OK ready\r\n",
    }
}

/// The plain beginning. Reads not a byte more than the server's reply: what somebody else put behind it would otherwise be
/// taken for something said in secret.
async fn ask_for_encryption(stream: &mut TcpStream, protocol: Protocol) -> Result<(), StepFailure> {
    let (hello, ask, done): (&[u8], &[u8], &str) = match protocol {
        Protocol::Smtp => (b"EHLO localhost\r\n", b"STARTTLS\r\n", "220"),
        Protocol::Imap => (b"", b"a STARTTLS\r\n", "a OK"),
    };
    let greeting = tokio::time::timeout(GREETING_TIME, reply(stream, protocol)).await.map_err(|_| silent())?;
    greeting.map_err(|error| interrupted(&error))?;
    let talk = async {
        if !hello.is_empty() {
            stream.write_all(hello).await?;
            reply(stream, protocol).await?;
        }
        stream.write_all(ask).await?;
        loop {
            let line = reply(stream, protocol).await?;
            // An IMAP server may say other things before it answers.
            if protocol == Protocol::Smtp || !line.starts_with('*') {
                return Ok::<_, io::Error>(line);
            }
        }
    };
    let answer = tokio::time::timeout(TALK_TIME, talk).await;
    let answer = answer.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(|error| interrupted(&error))?;
    if answer.get(..done.len()).is_some_and(|start| start.eq_ignore_ascii_case(done)) {
        return Ok(());
    }
    let message = "The mail server does not offer an encrypted connection at this port.";
    Err(Error::new(ErrorCode::TlsFailed, message, "Choose another port, such as 465 or 993 with TLS.").into())
}

/// A server that waits for its client to begin.
fn silent() -> StepFailure {
    let message = "The mail server says nothing before the connection is encrypted.";
    let hint = "Choose tls in the credential, with its port, such as 465 or 993.";
    Error::new(ErrorCode::TlsFailed, message, hint).into()
}

/// A failure to encrypt from the first byte, with what it may be for a mail server.
fn not_encrypted_at_once(mut failure: StepFailure) -> StepFailure {
    failure
        .error
        .hint
        .push_str(" For a server that encrypts after a plain beginning, often at port 587 or 143, choose starttls.");
    failure
}

/// The last line of a reply.
async fn reply(stream: &mut TcpStream, protocol: Protocol) -> io::Result<String> {
    for _ in 0..MAX_LINES {
        let mut line = Vec::new();
        while !line.ends_with(b"\n") {
            if line.len() == MAX_LINE {
                return Err(io::Error::other("the server's line is too long"));
            }
            line.push(stream.read_u8().await?);
        }
        let goes_on = protocol == Protocol::Smtp && line.get(3) == Some(&b'-');
        if !goes_on {
            return Ok(String::from_utf8_lossy(&line).into_owned());
        }
    }
    Err(io::Error::other("the server's reply is too long"))
}

impl fmt::Debug for Conduit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Conduit")
    }
}

impl AsyncTokioStream for Conduit {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl AsyncRead for Conduit {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.before.is_empty() {
            let (now, later) = self.before.split_at(self.before.len().min(buf.remaining()));
            buf.put_slice(now);
            self.before = later;
            return Poll::Ready(Ok(()));
        }
        let had = buf.filled().len();
        let polled = Pin::new(&mut self.wire).poll_read(cx, buf);
        let read = u64::try_from(buf.filled().len() - had).unwrap_or(u64::MAX);
        let left = self.allowance.load(Ordering::Relaxed);
        match left.checked_sub(read) {
            Some(left) => {
                self.allowance.store(left, Ordering::Relaxed);
                polled
            }
            None => Poll::Ready(Err(io::Error::other("the server sends more than it was asked for"))),
        }
    }
}

impl AsyncWrite for Conduit {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}
