//! Which hosts a credential belongs to. Values only.

use std::fmt;

use url::{Host, Url};

use crate::address::{canonical, canonical_host};

/// Why a text cannot be a credential's host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostProblem {
    /// It is no host with or without a port.
    NotAHost,
    /// A `*` anywhere but in a leading `*.`, or before an address.
    Wildcard,
    /// Anybody can have a name below this one.
    PublicSuffix(String),
}

impl fmt::Display for HostProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAHost => f.write_str("This is not a host, such as api.example.com or 127.0.0.1:8080."),
            Self::Wildcard => f.write_str("A * stands only in front of a name, as in *.example.com."),
            Self::PublicSuffix(name) => {
                write!(
                    f,
                    "Anybody can have a name below {name}. Name the domain that is yours, as in *.example.{name}."
                )
            }
        }
    }
}

/// A host a credential may be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    any_below: bool,
    host: String,
    port: Option<u16>,
}

/// Checks a host as the user enters it and gives the one way it is kept: lower case, an address in its usual notation.
///
/// # Errors
/// What is wrong with it.
pub fn check_host(text: &str) -> Result<String, HostProblem> {
    let Pattern { any_below, host, port } = parse(text)?;
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    let star = if any_below { "*." } else { "" };
    Ok(port.map_or_else(|| format!("{star}{host}"), |port| format!("{star}{host}:{port}")))
}

fn parse(text: &str) -> Result<Pattern, HostProblem> {
    let text = text.trim();
    let (any_below, rest) = text.strip_prefix("*.").map_or((false, text), |rest| (true, rest));
    if rest.contains('*') {
        return Err(HostProblem::Wildcard);
    }
    let (host, port) = split_port(rest).ok_or(HostProblem::NotAHost)?;
    if host.is_empty() || host.contains(['/', '@', '?', '#', '\\', '%', ' ']) {
        return Err(HostProblem::NotAHost);
    }
    let host = canonical(host).filter(|host| is_plain(host)).ok_or(HostProblem::NotAHost)?;
    if any_below {
        if !matches!(Host::parse(&host), Ok(Host::Domain(_))) {
            return Err(HostProblem::Wildcard);
        }
        // A name without a registrable part is itself a suffix under which anybody registers (publicsuffix.org).
        if psl::domain_str(&host).is_none() {
            return Err(HostProblem::PublicSuffix(host));
        }
    }
    Ok(Pattern { any_below, host, port })
}

/// Whether a host is made of what hosts are made of. A URL may hold more, such as a comma, which other readers take for
/// the end of one host and the begin of the next.
fn is_plain(host: &str) -> bool {
    host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte))
}

/// Splits off a port. `None` when what stands behind the colon is no port.
fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    let bare_v6 = !text.starts_with('[') && text.matches(':').count() > 1;
    match text.rsplit_once(':') {
        Some((host, port)) if !bare_v6 && !port.ends_with(']') => {
            let port = port.parse().ok().filter(|port| *port != 0)?;
            Some((host, Some(port)))
        }
        _ => Some((text, None)),
    }
}

impl Pattern {
    fn covers<S: AsRef<str>>(&self, host: &Host<S>) -> bool {
        let name = canonical_host(host);
        if !self.any_below {
            return name == self.host;
        }
        let below = name.strip_suffix(&self.host).and_then(|rest| rest.strip_suffix('.'));
        matches!(host, Host::Domain(_)) && below.is_some_and(|label| !label.is_empty())
    }
}

/// Whether a URL's host is one of these. A host without a port means the scheme's own.
#[must_use]
pub fn belongs(hosts: &[String], url: &Url) -> bool {
    let Some(host) = url.host() else { return false };
    hosts.iter().filter_map(|text| parse(text).ok()).any(|pattern| {
        let same_port = match pattern.port {
            Some(port) => url.port_or_known_default() == Some(port),
            None => url.port().is_none(),
        };
        same_port && pattern.covers(&host)
    })
}

/// Whether a host and port are one of these. Here every host needs its port: no scheme says which is usual.
pub(crate) fn belongs_to_port<S: AsRef<str>>(hosts: &[String], host: &Host<S>, port: u16) -> bool {
    let patterns = hosts.iter().filter_map(|text| parse(text).ok());
    patterns.into_iter().any(|pattern| pattern.port == Some(port) && pattern.covers(host))
}
