//! The name a key is kept under. Never holds the key.

use std::fmt;

use bridge_domain::{Error, Problem, ProblemCode, Result};

/// A provider at a host, written `<provider>@<host>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Account(String);

impl Account {
    /// The account of a provider at a host. The host's case does not matter; it includes the port where the caller tells
    /// ports apart.
    ///
    /// # Errors
    /// [`bridge_domain::ErrorCode::InvalidInput`] for a provider or a host that could be read as another account: blank,
    /// or with characters that neither has.
    pub fn new(provider: &str, host: &str) -> Result<Self> {
        let mut problems = Vec::new();
        if !is_provider(provider) {
            problems.push(problem("provider", "A provider's identifier holds letters, digits, “-” and “_” only."));
        }
        if !is_host(host) {
            problems.push(problem("host", "This is not a host that a key could belong to."));
        }
        if problems.is_empty() {
            Ok(Self(format!("{provider}@{}", host.to_ascii_lowercase())))
        } else {
            Err(Error::invalid(problems))
        }
    }

    /// The account that is written and deleted to see whether the keychain works. No provider's account looks like it.
    pub(crate) fn probe() -> Self {
        Self("#probe".to_owned())
    }

    /// The account of a secret that the application made for itself. No provider's account looks like it.
    pub(crate) fn own(name: &str) -> Result<Self> {
        if is_provider(name) {
            Ok(Self(format!("#{name}")))
        } else {
            Err(Error::invalid(vec![problem("name", "A name holds letters, digits, “-” and “_” only.")]))
        }
    }

    /// As the keychain has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_provider(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Whether this can be the host of a URL, with or without a port: no userinfo, no path, nothing outside ASCII (a URL's
/// host is in Punycode, so that a look-alike letter is another host).
fn is_host(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b);
    !text.is_empty() && text.len() <= 260 && text.bytes().all(allowed)
}

fn problem(path: &str, message: &str) -> Problem {
    Problem { path: path.to_owned(), code: ProblemCode::InvalidValue, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Account;

    #[test]
    fn host_case_does_not_matter() {
        assert_eq!(
            Account::new("openai", "API.OpenAI.com").unwrap(),
            Account::new("openai", "api.openai.com").unwrap()
        );
    }

    #[test]
    fn other_spellings_are_other_hosts() {
        let plain = Account::new("openai", "api.openai.com").unwrap();
        for other in ["api.openai.com.", "api.openai.com:8443", "api.openai.co", "openai.com", "[::1]:443"] {
            assert_ne!(Account::new("openai", other).unwrap(), plain, "{other}");
        }
    }

    #[test]
    fn nothing_can_pose_as_another_account() {
        let hosts = ["", " ", "evil@api.openai.com", "api.openai.com/", "a b", "api.\u{43e}penai.com", "a\n", "a\0"];
        for host in hosts {
            assert_eq!(Account::new("openai", host).unwrap_err().problems[0].path, "host", "{host:?}");
        }
        for provider in ["", "openai@evil", "open ai", "\u{43e}penai", "#probe"] {
            let error = Account::new(provider, "api.openai.com").unwrap_err();
            assert_eq!(error.problems[0].path, "provider", "{provider:?}");
        }
        assert_eq!(Account::new("", "").unwrap_err().problems.len(), 2);
    }
}
