//! What secrets look like: formats of well-known services, and names that values of a secret kind go by.

use std::sync::LazyLock;

use regex::Regex;

/// A format with the name a person knows it by.
pub struct Format {
    /// Shown in place of the secret.
    pub name: &'static str,
    /// Matches the secret.
    pub pattern: Regex,
}

/// Formats in the order they are tried: the more particular first. From the services' own documentation and the rules
/// of public secret scanners.
const SOURCES: &[(&str, &str)] = &[
    (
        "a private key",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\z)",
    ),
    ("an Anthropic key", r"\bsk-ant-[A-Za-z0-9_-]{12,}"),
    ("an OpenAI key", r"\bsk-(?:proj-|svcacct-|admin-|or-v1-)?[A-Za-z0-9_-]{16,}"),
    ("a Google key", r"\bAIza[A-Za-z0-9_-]{30,}"),
    ("a Google key", r"\bAQ\.[A-Za-z0-9_-]{20,}"),
    ("a Google token", r"\bya29\.[A-Za-z0-9_-]{16,}"),
    ("a Google client secret", r"\bGOCSPX-[A-Za-z0-9_-]{20,}"),
    ("a Slack token", r"\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,}"),
    ("a Slack token", r"\bxapp-[A-Za-z0-9-]{10,}"),
    ("a Slack webhook", r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9_/+-]+"),
    ("a Discord webhook", r"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/[A-Za-z0-9_-]+"),
    ("a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{16,}"),
    ("a GitHub token", r"\bgithub_pat_[A-Za-z0-9_]{20,}"),
    ("a GitLab token", r"\bgl[a-z]{2,6}-[A-Za-z0-9_-]{20,}"),
    ("an AWS key", r"\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}\b"),
    ("a Telegram bot token", r"\d{8,10}:[A-Za-z0-9_-]{35}"),
    ("a Stripe key", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    ("a signing secret", r"\bwhsec_[A-Za-z0-9+/=]{16,}"),
    ("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    ("a Hugging Face token", r"\bhf_[A-Za-z0-9]{20,}"),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{30,}"),
    ("a model provider's key", r"\b(?:gsk_|xai-|pplx-|r8_|nvapi-|tgp_v1_)[A-Za-z0-9_-]{20,}"),
    ("a Notion token", r"\b(?:ntn|secret)_[A-Za-z0-9]{30,}"),
    ("a token", r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    ("a token", r"(?i)\bbearer\s+[A-Za-z0-9._~+/=-]*[0-9][A-Za-z0-9._~+/=-]{7,}"),
    ("a token", r"(?i)\bbearer\s+[A-Za-z0-9._~+/=-]{20,}"),
    (
        "an authorization header",
        r#"(?i)\b(?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:[a-z]+\s+)?[A-Za-z0-9._~+/=-]{8,}"#,
    ),
];

/// [`SOURCES`], compiled.
pub static FORMATS: LazyLock<Vec<Format>> =
    LazyLock::new(|| SOURCES.iter().map(|(name, source)| Format { name, pattern: compile(source) }).collect());

/// Whether any of them is there at all, in one pass.
pub static ANY_FORMAT: LazyLock<Regex> = LazyLock::new(|| {
    let all: Vec<String> = SOURCES.iter().map(|(_, source)| format!("(?:{source})")).collect();
    compile(&all.join("|"))
});

/// Name and password in a URL.
pub static URL_PASSWORD: LazyLock<Regex> =
    LazyLock::new(|| compile(r#"(?P<scheme>\b[A-Za-z][A-Za-z0-9+.-]*://)[^\s/?#@"'<>]*:[^\s/?#@"'<>]+@"#));

/// `name = value`, `"name": "value"`, `?name=value`, `--name value` with a name that secrets go by.
pub static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r#"(?i)(?P<all>(?P<name>[a-z0-9_.-]*(?:passw|passphrase|pwd|secret|token|key|credential|auth|signature|\bsig\b|cookie|session)[a-z0-9_.-]*)(?P<between>\\?["']?\s*(?::|=|\bis\b)\s*\\?["']?)(?P<value>=?\{\{[^}]*\}\}|\[redacted[^\]]*\]|[^\s"'\\,;&<>]+))"#,
    )
});

/// A run of characters that could be a key.
pub static TOKEN: LazyLock<Regex> = LazyLock::new(|| compile(r"[A-Za-z0-9+_=-]{32,}"));

static STRONG: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)(?:passw(?:or)?d|passphrase|\bpwd\b|secret|api[_.-]?key|private[_.-]?key|access[_.-]?key|auth[_.-]?key|credential|authorization|(?:^|[_.-])token$|(?:access|refresh|auth|bearer|bot|api|id|session)[_.-]?token)",
    )
});

static WEAK: LazyLock<Regex> =
    LazyLock::new(|| compile(r"(?i)(?:passw|pwd|token|(?:^|[_.-]|[a-z])key$|auth|signature|^sig$|cookie|session)"));

/// Names whose values are always hidden.
pub fn is_strong_name(name: &str) -> bool {
    STRONG.is_match(name) && !is_count(name)
}

/// Names whose values are hidden when they look random.
pub fn is_weak_name(name: &str) -> bool {
    WEAK.is_match(name)
}

/// `max_tokens` and the like count tokens of text.
fn is_count(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("tokens") || name.ends_with("_count") || name.ends_with("_limit")
}

#[expect(clippy::expect_used, reason = "the patterns are constants of this file, and a test compiles each of them")]
fn compile(source: &str) -> Regex {
    Regex::new(source).expect("a valid pattern")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(FORMATS.len(), SOURCES.len());
        for pattern in [&ANY_FORMAT, &URL_PASSWORD, &NAMED, &TOKEN, &STRONG, &WEAK] {
            assert!(!pattern.as_str().is_empty());
        }
    }
}
