//! What to tell a person when a provider could not be asked or its answer broke off: the gate's faults in the words of
//! the settings. Decides on no retry but that a broken connection is worth one.

use bridge_domain::{Error, ErrorCode};
use bridge_gate::{Fault, Reach, authority, reach_of_host};
use url::Url;

use crate::address::inadmissible;
use crate::failure::{Failure, Retry};

/// The failure that a fault towards this URL means.
pub(crate) fn failure(fault: &Fault, url: &Url) -> Failure {
    let host = authority(url);
    let network = "Check your network connection, and the base URL in Settings.";
    let (code, message, hint) = match fault {
        Fault::Inadmissible(reason) => return inadmissible(*reason, url).into(),
        Fault::NameNotFound => (ErrorCode::Offline, format!("The host {host} cannot be found."), network),
        Fault::NameRefused | Fault::NeedsGrant => (
            ErrorCode::RequestRefused,
            format!("The name {host} leads to an address that may not be asked over this connection."),
            "Use https://, or a server on this machine or in your own network.",
        ),
        Fault::ProxyAuthentication => return proxy_authentication(),
        Fault::ProxyRefused => (
            ErrorCode::Offline,
            format!("The proxy does not let through to {host}."),
            "Check the proxy settings of your system.",
        ),
        Fault::ConnectionRefused => return refused(url),
        Fault::Unreachable => {
            (ErrorCode::Offline, format!("{host} cannot be reached."), "Check your network connection.")
        }
        Fault::ConnectTimeout => (ErrorCode::Timeout, format!("{host} could not be connected to in time."), network),
        Fault::Timeout => (ErrorCode::Timeout, format!("{host} did not answer in time."), "Try again in a moment."),
        Fault::Tls => (
            ErrorCode::TlsFailed,
            format!("No encrypted connection to {host} could be set up."),
            "Check the date of this computer and whether a program or network inspects connections; for a server \
             without encryption on this machine use http://.",
        ),
        // Reset or closed: nothing was shown yet or part of the answer was; the caller knows.
        Fault::Interrupted => return interrupted(&host),
        Fault::RedirectedAway(target) => (
            ErrorCode::CaptivePortal,
            format!("{host} sent the request on to {target}, where nothing was sent."),
            "If your network has a sign-in page, sign in with a browser; otherwise check the base URL in Settings.",
        ),
        Fault::RedirectUnreadable => (
            ErrorCode::RequestRefused,
            format!("{host} redirects to an address that cannot be read."),
            "Check the base URL in Settings.",
        ),
        Fault::RedirectCircle => {
            (ErrorCode::RequestRefused, format!("{host} redirects in a circle."), "Check the base URL in Settings.")
        }
    };
    Error::new(code, message, hint).into()
}

fn refused(url: &Url) -> Failure {
    let hint = match reach_of_host(url) {
        Some(Reach::Loopback) => "Start the model server, or check its port in Settings.",
        _ => "Check the base URL in Settings, and that the server is running.",
    };
    Error::new(ErrorCode::ConnectionRefused, format!("Nothing answers at {}.", authority(url)), hint).into()
}

/// The proxy between here and the provider wants a name and password.
pub(crate) fn proxy_authentication() -> Failure {
    Error::new(
        ErrorCode::ProxyAuthentication,
        "The proxy of your network wants a name and password.",
        "Enter them in the proxy settings of your system.",
    )
    .into()
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
