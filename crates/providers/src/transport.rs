//! What went wrong below HTTP, told apart: name, connection, encryption, proxy, silence. Texts of the network libraries
//! are read but never shown, because they hold URLs.

use std::error::Error as StdError;
use std::io;

use bridge_domain::{Error, ErrorCode};
use url::Url;

use crate::address::{Reach, authority, reach_of_host};
use crate::failure::{Failure, Retry};
use crate::resolver::{AddressRefused, NameNotFound};

/// The failure of a request that got no response, or whose body broke off.
pub(crate) fn failure(error: reqwest::Error, url: &Url) -> Failure {
    let error = error.without_url();
    let host = authority(url);
    let chain = Chain(&error);
    if chain.has::<NameNotFound>() {
        return new(
            ErrorCode::Offline,
            format!("The host {host} cannot be found."),
            "Check your network connection, and the base URL in Settings.",
        );
    }
    if chain.has::<AddressRefused>() {
        return new(
            ErrorCode::RequestRefused,
            format!("The name {host} leads to an address that may not be asked over this connection."),
            "Use https://, or a server on this machine or in your own network.",
        );
    }
    if chain.says("proxy auth") {
        return proxy_authentication();
    }
    if error.is_connect() {
        return connect_failure(&error, &chain, url);
    }
    if error.is_timeout() || chain.io_kind() == Some(io::ErrorKind::TimedOut) {
        return new(ErrorCode::Timeout, format!("{host} did not answer in time."), "Try again in a moment.");
    }
    // Reset or closed: nothing was shown yet or part of the answer was; the caller knows.
    interrupted(&host)
}

fn connect_failure(error: &reqwest::Error, chain: &Chain<'_>, url: &Url) -> Failure {
    let host = authority(url);
    if chain.says("tunnel") {
        return new(
            ErrorCode::Offline,
            format!("The proxy does not let through to {host}."),
            "Check the proxy settings of your system.",
        );
    }
    match chain.io_kind() {
        Some(io::ErrorKind::ConnectionRefused) => refused(url),
        Some(
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable,
        ) => new(ErrorCode::Offline, format!("{host} cannot be reached."), "Check your network connection."),
        _ if error.is_timeout() || chain.io_kind() == Some(io::ErrorKind::TimedOut) => new(
            ErrorCode::Timeout,
            format!("{host} could not be connected to in time."),
            "Check your network connection, and the base URL in Settings.",
        ),
        _ if url.scheme() == "https" => new(
            ErrorCode::TlsFailed,
            format!("No encrypted connection to {host} could be set up."),
            "Check the date of this computer and whether a program or network inspects connections; for a server \
             without encryption on this machine use http://.",
        ),
        _ => interrupted(&host),
    }
}

fn refused(url: &Url) -> Failure {
    let hint = match reach_of_host(url) {
        Some(Reach::Loopback) => "Start the model server, or check its port in Settings.",
        _ => "Check the base URL in Settings, and that the server is running.",
    };
    new(ErrorCode::ConnectionRefused, format!("Nothing answers at {}.", authority(url)), hint)
}

/// The proxy between here and the provider wants a name and password.
pub(crate) fn proxy_authentication() -> Failure {
    new(
        ErrorCode::ProxyAuthentication,
        "The proxy of your network wants a name and password.".to_owned(),
        "Enter them in the proxy settings of your system.",
    )
}

/// The connection ended before the answer did. Worth another try as long as nothing was shown.
pub(crate) fn interrupted(host: &str) -> Failure {
    let error = Error::new(
        ErrorCode::Interrupted,
        format!("The connection to {host} ended before the answer did."),
        "Try again; what had arrived is kept.",
    );
    Failure { error, retry: Retry::Backoff }
}

fn new(code: ErrorCode, message: String, hint: &str) -> Failure {
    Error::new(code, message, hint).into()
}

/// An error and its causes.
struct Chain<'a>(&'a (dyn StdError + 'static));

impl<'a> Chain<'a> {
    fn causes(&self) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
        std::iter::successors(Some(self.0), |error| cause(*error))
    }

    fn has<E: StdError + 'static>(&self) -> bool {
        self.causes().any(|error| error.is::<E>())
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
