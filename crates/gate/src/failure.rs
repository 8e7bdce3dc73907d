//! What the gate says to a person when a request of a workflow fails. No text holds a URL's path, its query or a secret.

use bridge_domain::{Error, ErrorCode, Grant, StepFailure};

use crate::Fault;

pub(crate) fn failure(code: ErrorCode, message: impl Into<String>, hint: impl Into<String>) -> StepFailure {
    Error::new(code, message, hint).into()
}

/// The workflow would have to be granted this host and port.
pub(crate) fn not_granted(host: &str, port: u16) -> StepFailure {
    let shown = shown(host, port);
    let failure = failure(
        ErrorCode::NotGranted,
        format!("This workflow may not reach {shown}, which is on this machine or in a private network."),
        format!("If that is intended, allow {shown} for this workflow; otherwise correct the address."),
    );
    StepFailure { grant: Some(Box::new(Grant::Host { host: host.to_owned(), port })), ..failure }
}

/// No workflow can be granted this.
pub(crate) fn address_forbidden(host: &str) -> StepFailure {
    failure(
        ErrorCode::RequestRefused,
        format!(
            "{host} is never asked: it is, or leads to, a metadata service or an address with no server behind it."
        ),
        "Use the address of the server you mean.",
    )
}

/// Host and port for a person; an IPv6 address in brackets.
pub(crate) fn shown(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// The failure that a fault towards a host means.
pub(crate) fn of_fault(fault: &Fault, host: &str, port: u16) -> StepFailure {
    let place = shown(host, port);
    let network = "Check the address and your network connection.";
    let (code, message, hint) = match fault {
        Fault::NeedsGrant => return not_granted(host, port),
        Fault::NameRefused | Fault::Inadmissible(_) => return address_forbidden(host),
        Fault::NameNotFound => (ErrorCode::Offline, format!("The host {host} cannot be found."), network),
        Fault::ProxyAuthentication => (
            ErrorCode::ProxyAuthentication,
            "The proxy of your network wants a name and password.".to_owned(),
            "Enter them in the proxy settings of your system.",
        ),
        Fault::ProxyRefused => (
            ErrorCode::Offline,
            format!("The proxy does not let through to {place}."),
            "Check the proxy settings of your system.",
        ),
        Fault::ConnectionRefused => (
            ErrorCode::ConnectionRefused,
            format!("Nothing answers at {place}."),
            "Check the address, and that the server is running.",
        ),
        Fault::Unreachable => (ErrorCode::Offline, format!("{place} cannot be reached."), network),
        Fault::ConnectTimeout => (ErrorCode::Timeout, format!("{place} could not be connected to in time."), network),
        Fault::Timeout => (
            ErrorCode::Timeout,
            format!("{place} did not answer in time."),
            "Try again in a moment, or allow more time.",
        ),
        Fault::Tls => (
            ErrorCode::TlsFailed,
            format!("No encrypted connection to {place} could be set up."),
            "Check the server's certificate, the date of this computer, and whether a program or network inspects \
             connections.",
        ),
        Fault::Interrupted => (
            ErrorCode::Interrupted,
            format!("The connection to {place} ended before the answer did."),
            "Try again in a moment.",
        ),
        Fault::RedirectedAway(_) | Fault::RedirectUnreadable => return redirect_unreadable(&place),
        Fault::RedirectCircle => return too_many_redirects(&place),
    };
    failure(code, message, hint)
}

pub(crate) fn redirect_unreadable(place: &str) -> StepFailure {
    let message = format!("{place} redirects to an address that cannot be read.");
    failure(ErrorCode::ServiceFailed, message, "Check the URL, or follow no redirects.")
}

pub(crate) fn too_many_redirects(place: &str) -> StepFailure {
    let message = format!("{place} redirects too often.");
    failure(ErrorCode::ServiceFailed, message, "Check the URL, or allow more redirects.")
}
