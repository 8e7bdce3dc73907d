//! What went wrong below HTTP, told apart: name, connection, encryption, proxy, silence. Texts of the network libraries
//! are read but never shown, because they hold URLs.

use std::error::Error as StdError;
use std::io;

use crate::Inadmissible;
use crate::names::NameFault;

/// Why there is no response, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The address may not be asked; nothing was sent.
    Inadmissible(Inadmissible),
    /// The host's name leads nowhere, or nobody could be asked.
    NameNotFound,
    /// The host's name leads to an address that may not be asked this way; nothing was sent.
    NameRefused,
    /// The host's name leads to this machine or a private network, and this was not granted; nothing was sent.
    NeedsGrant,
    /// The proxy wants a name and password.
    ProxyAuthentication,
    /// The proxy does not let this through.
    ProxyRefused,
    /// Nothing listens there.
    ConnectionRefused,
    /// There is no way there.
    Unreachable,
    /// No connection in time.
    ConnectTimeout,
    /// No answer in time.
    Timeout,
    /// No encrypted connection could be set up.
    Tls,
    /// The connection ended before the response did.
    Interrupted,
    /// The server sent the request on to another origin, where nothing was sent: its scheme, host and port.
    RedirectedAway(String),
    /// The server sent the request on to an address that cannot be read.
    RedirectUnreadable,
    /// The server sent the request on too often.
    RedirectCircle,
}

impl From<NameFault> for Fault {
    fn from(fault: NameFault) -> Self {
        match fault {
            NameFault::NotFound => Self::NameNotFound,
            NameFault::Refused => Self::NameRefused,
            NameFault::NeedsGrant => Self::NeedsGrant,
        }
    }
}

impl Fault {
    /// The fault of a request that got no response, or whose body broke off.
    pub(crate) fn of_request(error: reqwest::Error, encrypted: bool) -> Self {
        let error = error.without_url();
        let chain = Chain(&error);
        if let Some(fault) = chain.find::<NameFault>() {
            return (*fault).into();
        }
        if chain.says("proxy auth") {
            return Self::ProxyAuthentication;
        }
        if error.is_connect() {
            return if chain.says("tunnel") {
                Self::ProxyRefused
            } else if error.is_timeout() {
                Self::ConnectTimeout
            } else {
                Self::of_connection(chain.io_kind(), encrypted)
            };
        }
        if error.is_timeout() || chain.io_kind() == Some(io::ErrorKind::TimedOut) {
            return Self::Timeout;
        }
        Self::Interrupted
    }

    /// The fault of a connection that was not set up. `encrypted`: what is not the network's fault is the handshake's.
    pub(crate) fn of_connection(kind: Option<io::ErrorKind>, encrypted: bool) -> Self {
        match kind {
            Some(io::ErrorKind::ConnectionRefused) => Self::ConnectionRefused,
            Some(
                io::ErrorKind::HostUnreachable
                | io::ErrorKind::NetworkUnreachable
                | io::ErrorKind::NetworkDown
                | io::ErrorKind::AddrNotAvailable,
            ) => Self::Unreachable,
            Some(io::ErrorKind::TimedOut) => Self::ConnectTimeout,
            _ if encrypted => Self::Tls,
            _ => Self::Interrupted,
        }
    }
}

/// An error and its causes.
struct Chain<'a>(&'a (dyn StdError + 'static));

impl<'a> Chain<'a> {
    fn causes(&self) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
        std::iter::successors(Some(self.0), |error| cause(*error))
    }

    fn find<E: StdError + 'static>(&self) -> Option<&'a E> {
        self.causes().find_map(|error| error.downcast_ref())
    }

    fn says(&self, words: &str) -> bool {
        self.causes().any(|error| error.to_string().contains(words))
    }

    fn io_kind(&self) -> Option<io::ErrorKind> {
        self.causes().filter_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind).last()
    }
}

/// The next cause. An `io::Error` names the source of what it holds as its own, and so skips what it holds.
fn cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(held) => Some(held),
        None => error.source(),
    }
}
