//! What the values of each kind may be, beyond being there.

use std::collections::BTreeMap;

use bridge_domain::{CredentialKind, ExposeSecret, Problem, ProblemCode};
use bridge_gate::{Reach, check_host, is_localhost, reach};
use url::{Host, Url};

use crate::check::{path, problem};
use crate::seal::Secrets;

/// Parameters of a connection URL that change nothing about where it leads or what it trusts.
const DATABASE_PARAMETERS: [&str; 5] =
    ["application_name", "channel_binding", "connect_timeout", "sslmode", "target_session_attrs"];

/// Headers that a connection sets itself, or that say who gets a request.
const CONNECTION_HEADERS: [&str; 8] =
    ["connection", "content-length", "expect", "host", "proxy-authorization", "te", "transfer-encoding", "upgrade"];

struct Values<'a> {
    public: &'a BTreeMap<String, String>,
    secrets: &'a Secrets,
    problems: &'a mut Vec<Problem>,
}

/// Checks the values of a kind, and gives the host they themselves name, with its port.
pub(crate) fn check_values(
    kind: CredentialKind,
    public: &BTreeMap<String, String>,
    secrets: &Secrets,
    hosts: &[String],
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let mut values = Values { public, secrets, problems };
    values.test_url(hosts);
    match kind {
        CredentialKind::Bearer => values.one_line("token"),
        CredentialKind::Header => values.header(),
        CredentialKind::Basic => values.basic(),
        CredentialKind::OAuth2 => values.oauth2(),
        CredentialKind::Smtp | CredentialKind::Imap => return values.mail().into_iter().collect(),
        CredentialKind::Database => return values.database().into_iter().collect(),
        CredentialKind::Query | CredentialKind::ModelProvider => {}
    }
    Vec::new()
}

impl Values<'_> {
    fn broken(&mut self, field: &str, message: &str) {
        self.problems.push(problem(&path(field), ProblemCode::InvalidValue, message));
    }

    fn secret(&self, name: &str) -> Option<&str> {
        self.secrets.get(name).map(ExposeSecret::expose_secret)
    }

    fn public(&self, name: &str) -> Option<&str> {
        self.public.get(name).map(String::as_str)
    }

    /// A header carries it, so it is visible ASCII or blanks.
    fn one_line(&mut self, name: &str) {
        if self.secret(name).is_some_and(|value| !value.bytes().all(|byte| (b' '..=b'~').contains(&byte))) {
            self.broken(name, "It holds a line break or a character that cannot be sent. Copy it again.");
        }
    }

    fn header(&mut self) {
        self.one_line("value");
        let Some(name) = self.public("name") else { return };
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if !name.bytes().all(is_token) {
            self.broken("name", "A header's name holds letters, digits and hyphens.");
        } else if CONNECTION_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            self.broken("name", "This header is set by the connection itself.");
        }
    }

    fn basic(&mut self) {
        if self.public("user").is_some_and(|user| user.contains(':')) {
            self.broken("user", "A user name holds no colon here: the password would begin there.");
        }
    }

    fn oauth2(&mut self) {
        for name in ["authorization_url", "token_url"] {
            let url = self.public(name).map(Url::parse);
            match url {
                Some(Ok(url)) if !is_secure(&url) => {
                    self.broken(name, "It starts with https://; http:// only for this machine.");
                }
                Some(Ok(url)) if has_user(&url) || url.fragment().is_some() => {
                    self.broken(name, "It holds a user name, a password or a #, which does not belong here.");
                }
                Some(Err(_)) => self.broken(name, "This is not a URL."),
                Some(Ok(_)) | None => {}
            }
        }
        if self.public("client_authentication").is_some_and(|way| !matches!(way, "body" | "header")) {
            self.broken("client_authentication", "Enter body or header.");
        }
    }

    /// The address is asked with the credential, so it is one the credential may be sent to.
    fn test_url(&mut self, hosts: &[String]) {
        match self.public("test_url").map(Url::parse) {
            Some(Ok(url)) if !is_secure(&url) => {
                self.broken("test_url", "It starts with https://; http:// only for this machine.");
            }
            Some(Ok(url)) if has_user(&url) => self.broken("test_url", "It holds a user name or a password."),
            Some(Ok(url)) if !bridge_gate::belongs(hosts, &url) => {
                self.broken("test_url", "Its host is not among the hosts of this credential.");
            }
            Some(Err(_)) => self.broken("test_url", "This is not a URL."),
            Some(Ok(_)) | None => {}
        }
    }

    fn mail(&mut self) -> Option<String> {
        let security = self.public("security").unwrap_or_default().to_owned();
        if !matches!(security.as_str(), "tls" | "starttls" | "none") {
            self.broken("security", "Enter tls, starttls or none.");
        }
        if self.public("user").is_some() && self.secret("password").is_none() {
            self.problems.push(problem(&path("password"), ProblemCode::Missing, "Password is missing."));
        }
        let port: Option<u16> = self.public("port").and_then(|port| port.parse().ok()).filter(|port| *port != 0);
        if port.is_none() {
            self.broken("port", "A port is a number from 1 to 65535.");
        }
        let host = self.public("host")?.to_owned();
        if security == "none" && !is_this_machine(&host) {
            self.broken("security", "Without encryption only a server on this machine is used.");
        }
        self.place("host", &host, port?)
    }

    fn database(&mut self) -> Option<String> {
        let parsed = Url::parse(self.secret("url")?);
        let Ok(url) = parsed else {
            self.broken("url", "This is not a connection URL, such as postgres://user:password@host:5432/name.");
            return None;
        };
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            self.broken("url", "A connection URL starts with postgres://.");
            return None;
        }
        if let Some((name, _)) = url.query_pairs().find(|(name, _)| !DATABASE_PARAMETERS.contains(&name.as_ref())) {
            // Some of them, such as `hostaddr`, lead elsewhere than the host says. The name is no secret, but may be long.
            let known = DATABASE_PARAMETERS.join(", ");
            let name: String = name.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
            self.broken("url", &format!("The parameter {name} is not taken here; these are: {known}."));
            return None;
        }
        let Some(host) = url.host_str().filter(|host| !host.is_empty()).map(str::to_owned) else {
            self.broken("url", "The connection URL names no host.");
            return None;
        };
        self.place("url", &host, url.port().unwrap_or(5432))
    }

    fn place(&mut self, field: &str, host: &str, port: u16) -> Option<String> {
        let bracketed =
            if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() };
        let place = format!("{bracketed}:{port}");
        match check_host(&place) {
            Ok(place) if !place.starts_with('*') => Some(place),
            _ => {
                self.broken(field, "This is not a host, such as mail.example.com.");
                None
            }
        }
    }
}

fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn is_secure(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && url.host_str().is_some_and(is_this_machine))
}

/// Whether a host means this machine by its text alone.
pub(crate) fn is_this_machine(host: &str) -> bool {
    match host.parse().map(Host::Ipv6).or_else(|_| Host::parse(host)) {
        Ok(Host::Domain(name)) => is_localhost(&name),
        Ok(Host::Ipv4(v4)) => reach(v4.into()) == Reach::Loopback,
        Ok(Host::Ipv6(v6)) => reach(v6.into()) == Reach::Loopback,
        Err(_) => false,
    }
}
