//! Which URLs may be asked, as far as their text says. What a name leads to is decided when it is looked up.

use bridge_domain::{ErrorCode, Grant, StepFailure};
use url::{Host, Url};

use crate::address::{Reach, canonical, canonical_host, reach_of, reach_of_host};
use crate::failure::{address_forbidden, failure, not_granted};

/// Why a URL in the settings may not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inadmissible {
    /// Neither `https` nor `http`.
    Scheme,
    /// It names no host.
    NoHost,
    /// A metadata service, or a link-local, multicast or unspecified address.
    Forbidden,
    /// Plain `http` over the internet.
    PlainPublic,
    /// A key over plain `http` to another machine.
    PlainKey,
}

/// Checks a URL in the settings: whether it may be asked at all, with or without a key.
///
/// # Errors
/// The first reason why not.
pub fn admit(url: &Url, with_key: bool) -> Result<(), Inadmissible> {
    let plain = match url.scheme() {
        "https" => false,
        "http" => true,
        _ => return Err(Inadmissible::Scheme),
    };
    if url.host().is_none() {
        return Err(Inadmissible::NoHost);
    }
    match (plain, reach_of_host(url)) {
        (_, Some(Reach::Forbidden)) => Err(Inadmissible::Forbidden),
        (true, Some(Reach::Public)) => Err(Inadmissible::PlainPublic),
        (true, reach) if with_key && reach != Some(Reach::Loopback) => Err(Inadmissible::PlainKey),
        _ => Ok(()),
    }
}

/// How a host may be reached on behalf of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// On the internet only.
    Public,
    /// Wherever it is.
    Granted,
}

/// Decides on a URL on behalf of a workflow with these grants.
pub(crate) fn admission(url: &Url, grants: &[Grant]) -> Result<Admission, StepFailure> {
    if !matches!(url.scheme(), "http" | "https") {
        let message = format!("An address starts with https:// or http://, not with {}:.", url.scheme());
        return Err(failure(ErrorCode::InvalidInput, message, "Correct the URL."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let message = "The URL holds a user name or a password.";
        let hint = "Take them out of the URL and use a credential of the kind user name and password.";
        return Err(failure(ErrorCode::InvalidInput, message, hint));
    }
    match (url.host(), url.port_or_known_default()) {
        (Some(host), Some(port)) => admission_of(&host, port, grants),
        _ => Err(failure(ErrorCode::InvalidInput, "The URL names no host.", "Correct the URL.")),
    }
}

/// Decides on a host and port on behalf of a workflow with these grants.
pub(crate) fn admission_of<S: AsRef<str>>(
    host: &Host<S>,
    port: u16,
    grants: &[Grant],
) -> Result<Admission, StepFailure> {
    let name = canonical_host(host);
    match reach_of(host) {
        Some(Reach::Forbidden) => Err(address_forbidden(&name)),
        _ if is_granted(&name, port, grants) => Ok(Admission::Granted),
        Some(Reach::Loopback | Reach::Private) => Err(not_granted(&name, port)),
        Some(Reach::Public) | None => Ok(Admission::Public),
    }
}

fn is_granted(name: &str, port: u16, grants: &[Grant]) -> bool {
    grants.iter().any(|grant| match grant {
        Grant::Host { host, port: granted } => *granted == port && canonical(host).as_deref() == Some(name),
        Grant::Folder { .. } => false,
    })
}
