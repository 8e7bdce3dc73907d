//! Takes secrets out of what a service said, before it is shown or kept. It errs on the side of taking out too much.

use std::borrow::Cow;
use std::sync::LazyLock;

use bridge_domain::Credential;
use regex::Regex;
use secrecy::ExposeSecret;

/// Bytes of an answer that are shown with a failure.
const SHOWN: usize = 2 << 10;
/// Bytes that are looked at, so that a secret across the end of what is shown is still recognised.
const READ: usize = SHOWN + 4096;
/// Values shorter than this are no secrets: taking them out would make a text unreadable.
const SHORTEST: usize = 6;
/// What stands for a secret.
const MASK: &str = "[redacted]";

/// What looks like a secret in any text.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // A named value: `"api_key": "…"`, `token=…`, `Authorization: Bearer …`.
        r#"(?i)(?P<keep>(?:authorization|cookie|api[_-]?key|[a-z_-]*token|[a-z_-]*secret|password|passwd|passphrase|private[_-]?key|signature)\\?["']?\s*[:=]\s*\\?["']?(?:(?:bearer|basic|token)\s+)?)[^\s"'\\,;&<>})\]]+"#,
        r"(?i)(?P<keep>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}",
        // Keys by the way their services write them, tokens in three parts, and a Telegram bot's token.
        r"(?P<keep>)\b(?:sk|pk|rk|whsec|xox[a-z]|xapp|gh[a-z]|github_pat|glpat|hf|npm|gsk|pat)[-_][A-Za-z0-9_.-]{10,}",
        r"(?P<keep>)\b(?:AKIA|ASIA|AIza|ya29\.|SG\.)[A-Za-z0-9_.-]{12,}",
        r"(?P<keep>)\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?",
        r"(?P<keep>)\d{6,12}:[A-Za-z0-9_-]{30,}",
        // User name and password in an address.
        r"(?P<keep>://)[^\s/@]+@",
    ]
    .iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// The beginning of a body as text, without anything that looks like a secret and without the credential's values.
#[must_use]
pub fn beginning(body: &[u8], credential: Option<&Credential>) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(READ)]);
    let clean = text_without_secrets(&text, credential);
    let mut end = clean.len().min(SHOWN);
    while !clean.is_char_boundary(end) {
        end -= 1;
    }
    let is_cut = end < clean.len() || body.len() > READ;
    format!("{}{}", &clean[..end], if is_cut { "…" } else { "" })
}

/// A text without anything that looks like a secret and without the credential's values.
#[must_use]
pub fn text_without_secrets(text: &str, credential: Option<&Credential>) -> String {
    let mut clean = Cow::Borrowed(text);
    for field in credential.into_iter().flat_map(|credential| credential.fields.values()) {
        for written in spellings(field.expose_secret()) {
            if written.len() >= SHORTEST && clean.contains(&written) {
                clean = Cow::Owned(clean.replace(&written, MASK));
            }
        }
    }
    for pattern in PATTERNS.iter() {
        if let Cow::Owned(changed) = pattern.replace_all(&clean, format!("${{keep}}{MASK}")) {
            clean = Cow::Owned(changed);
        }
    }
    clean.into_owned()
}

/// A value as it is, as it stands in a URL, and as it stands in JSON.
fn spellings(value: &str) -> [String; 3] {
    let in_url = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let quoted = serde_json::Value::from(value).to_string();
    let in_json = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned();
    [value.to_owned(), in_url, in_json]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use bridge_domain::{CredentialId, CredentialKind};

    fn clean(text: &str) -> String {
        text_without_secrets(text, None)
    }

    #[test]
    fn all_patterns_compile() {
        assert_eq!(PATTERNS.len(), 7);
    }

    #[test]
    fn what_looks_like_a_secret_is_taken_out() {
        let secrets = [
            (r#"{"api_key": "hunter2hunter2"}"#, "hunter2"),
            (r#"{\"access_token\":\"abc-def-ghi\"}"#, "abc-def"),
            ("Authorization: Bearer abcdefghij.klm", "abcdefghij"),
            ("got header Basic dXNlcjpwYXNzd29yZA==", "dXNlcj"),
            ("your key sk-live-0123456789abcdef is wrong", "0123456789"),
            ("https://user:pass@db.example/x", "pass"),
            ("/bot123456789:AAExampleExampleExampleExampleExample/sendMessage", "AAExample"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcDEF123", "eyJzdWI"),
            ("?client_secret=zzzzzz&x=1", "zzzzzz"),
        ];
        for (text, secret) in secrets {
            let clean = clean(text);
            assert!(!clean.contains(secret) && clean.contains(MASK), "{text} became {clean}");
        }
    }

    #[test]
    fn what_a_person_needs_stays() {
        for text in ["Order 4711 was not found.", r#"{"error":"invalid_auth"}"#, "The field `name` is required."] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn the_credentials_own_values_are_taken_out_in_every_spelling() {
        let credential = Credential {
            id: CredentialId::new(),
            kind: CredentialKind::Bearer,
            hosts: Vec::new(),
            fields: [("token".to_owned(), "my own/word \"x\"".into())].into(),
        };
        for text in ["<my own/word \"x\">", "<my+own%2Fword+%22x%22>", r#"<my own/word \"x\">"#] {
            assert_eq!(text_without_secrets(text, Some(&credential)), "<[redacted]>", "{text}");
        }
    }

    #[test]
    fn only_the_beginning_is_shown_and_a_secret_across_its_end_is_not() {
        let body = format!("{}password=abcdefghijklmnop{}", "ä".repeat(SHOWN / 2 - 6), "z".repeat(9000));
        let shown = beginning(body.as_bytes(), None);
        assert!(shown.len() <= SHOWN + 3 && shown.ends_with('…'), "{}", shown.len());
        assert!(!shown.contains("abc"), "{shown}");
    }
}
