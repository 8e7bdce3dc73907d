//! Who may knock: the checks before anything of a workflow is looked at.
//!
//! Any web page the user visits can reach a local port, so the machine is no boundary. A page gives itself away by its
//! Origin, by `Sec-Fetch-Site`, or, after it has rebound its own name to this machine, by the Host it asks for.

use std::collections::BTreeSet;

use hyper::HeaderMap;
use hyper::header::{HOST, ORIGIN};

/// The names this machine answers to.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    /// Host and port, lower case.
    authorities: BTreeSet<String>,
}

impl Hosts {
    /// The loopback names with this port, and names the user has added, such as that of a tunnel. An added name without a
    /// port stands for the usual ports and this one.
    #[must_use]
    pub fn new(port: u16, added: &[String]) -> Self {
        let own = ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"));
        let added = added.iter().map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty());
        let with_port = added.flat_map(|name| {
            let here = format!("{name}:{port}");
            [name, here]
        });
        Self { authorities: own.into_iter().chain(with_port).collect() }
    }

    /// Whether a request with these headers comes from a program, or from a page this server has sent. `target` is the
    /// authority that its target names, if it does: it must be that of Host (RFC 9112, section 3.2.2).
    pub(crate) fn admit(&self, target: Option<&str>, headers: &HeaderMap) -> bool {
        let Some(host) = only(headers, HOST.as_str()).map(str::to_ascii_lowercase) else { return false };
        if !self.authorities.contains(&host) || target.is_some_and(|target| !target.eq_ignore_ascii_case(&host)) {
            return false;
        }
        let from_here = match headers.get_all(ORIGIN).iter().count() {
            0 => true,
            _ => only(headers, ORIGIN.as_str()).is_some_and(|origin| self.is_own(origin, &host)),
        };
        let site = only(headers, "sec-fetch-site");
        let is_foreign = headers.contains_key("sec-fetch-site") && !matches!(site, Some("same-origin" | "none"));
        from_here && !is_foreign
    }

    /// Whether an origin is the very host that was asked.
    fn is_own(&self, origin: &str, host: &str) -> bool {
        let origin = origin.to_ascii_lowercase();
        let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        authority == Some(host) && self.authorities.contains(host)
    }
}

/// The value of a header that is there exactly once and is plain text.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use hyper::header::{HeaderName, HeaderValue};

    use super::*;

    fn admits(headers: &[(&str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        Hosts::new(5680, &["hooks.example.com".to_owned()]).admit(None, &map)
    }

    #[test]
    fn x4_programs_and_own_pages_are_let_in() {
        assert!(admits(&[("host", "127.0.0.1:5680")]));
        assert!(admits(&[("host", "LOCALHOST:5680"), ("sec-fetch-site", "none")]));
        assert!(admits(&[("host", "[::1]:5680")]));
        assert!(admits(&[("host", "hooks.example.com")]));
        assert!(admits(&[
            ("host", "127.0.0.1:5680"),
            ("origin", "http://127.0.0.1:5680"),
            ("sec-fetch-site", "same-origin")
        ]));
    }

    #[test]
    fn x4_pages_and_rebound_names_are_turned_away() {
        for headers in [
            vec![],
            vec![("host", "evil.example")],
            vec![("host", "evil.example:5680")],
            vec![("host", "127.0.0.1")],
            vec![("host", "127.0.0.1:5681")],
            vec![("host", "127.0.0.1.evil.example:5680")],
            vec![("host", "localhost.:5680")],
            vec![("host", "127.0.0.1:5680"), ("host", "evil.example")],
            vec![("host", "127.0.0.1:5680"), ("origin", "https://evil.example")],
            vec![("host", "127.0.0.1:5680"), ("origin", "null")],
            vec![("host", "127.0.0.1:5680"), ("origin", "http://localhost:5680")],
            vec![("host", "127.0.0.1:5680"), ("origin", "http://127.0.0.1:5681")],
            vec![("host", "127.0.0.1:5680"), ("origin", "http://127.0.0.1:5680.evil.example")],
            vec![("host", "127.0.0.1:5680"), ("origin", "http://127.0.0.1:5680"), ("origin", "https://evil.example")],
            vec![("host", "127.0.0.1:5680"), ("sec-fetch-site", "cross-site")],
            vec![("host", "127.0.0.1:5680"), ("sec-fetch-site", "same-site")],
            vec![("host", "127.0.0.1:5680"), ("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")],
        ] {
            assert!(!admits(&headers), "{headers:?}");
        }
    }
}
