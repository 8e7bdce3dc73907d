//! Finds values that look like keys and passwords. Those belong in the keychain, never in a definition.

use bridge_domain::{Config, Problem, ProblemCode};
use serde_json::Value;

use crate::config::is_expression;
use crate::path::{member, problem};

/// How the keys of well-known services begin, and how many characters of a key follow at least.
const PREFIXES: &[(&str, usize)] = &[
    ("sk-", 20),
    ("sk_live_", 16),
    ("sk_test_", 16),
    ("rk_live_", 16),
    ("whsec_", 16),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("xoxa-", 10),
    ("xoxr-", 10),
    ("xoxs-", 10),
    ("xoxe-", 10),
    ("xapp-", 10),
    ("ghp_", 30),
    ("gho_", 30),
    ("ghu_", 30),
    ("ghs_", 30),
    ("ghr_", 30),
    ("github_pat_", 20),
    ("glpat-", 18),
    ("AIza", 30),
    ("ya29.", 20),
    ("AKIA", 16),
    ("ASIA", 16),
    ("hf_", 30),
    ("npm_", 30),
    ("gsk_", 30),
    ("SG.", 40),
    ("pat", 70),
    ("eyJ", 40),
];

/// Names of parameters, headers and fields that hold a secret, without separators.
const NAMES: &[&str] = &[
    "authorization",
    "proxyauthorization",
    "apikey",
    "xapikey",
    "xauthtoken",
    "accesstoken",
    "refreshtoken",
    "authtoken",
    "bearertoken",
    "bottoken",
    "clientsecret",
    "secret",
    "secretkey",
    "privatekey",
    "password",
    "passwd",
    "cookie",
];

/// Whether a text holds something that looks like a key or a password.
#[must_use]
pub fn holds_secret(text: &str) -> bool {
    (text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----"))
        || PREFIXES.iter().any(|(prefix, length)| has_key(text, prefix, *length))
        || has_bearer(text)
        || has_bot_token(text)
        || has_password_in_url(text)
        || text.contains("hooks.slack.com/services/")
}

/// Problems with the values of a configuration that look like secrets.
pub(crate) fn problems(config: &Config, path: &str) -> Vec<Problem> {
    let mut found = Vec::new();
    for (key, value) in config {
        search(value, key, &member(path, key), &mut found);
    }
    found
}

fn search(value: &Value, key: &str, path: &str, found: &mut Vec<Problem>) {
    match value {
        Value::String(text) if holds_secret(text) || (names_secret(key) && is_literal(text)) => {
            let message = "This looks like a key or a password. Those belong in the keychain, never in a workflow.";
            found.push(problem(ProblemCode::Secret, path, message));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, one)| search(one, key, &format!("{path}[{index}]"), found));
        }
        Value::Object(object) => {
            object.iter().for_each(|(key, one)| search(one, key, &member(path, key), found));
        }
        _ => {}
    }
}

fn names_secret(key: &str) -> bool {
    let plain: String = key.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_lowercase()).collect();
    NAMES.contains(&plain.as_str())
}

/// Text that could be a secret itself: neither an expression nor a placeholder such as `<token>`.
fn is_literal(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && !is_expression(text) && !text.contains("{{") && !text.starts_with(['<', '$'])
}

fn is_key_character(one: char) -> bool {
    one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.')
}

/// Whether a word starts with the prefix, goes on long enough, and is not all letters.
fn has_key(text: &str, prefix: &str, length: usize) -> bool {
    text.match_indices(prefix).any(|(at, _)| {
        let starts_word = !text[..at].ends_with(|one: char| one.is_ascii_alphanumeric());
        let rest = &text[at + prefix.len()..];
        let rest = &rest[..rest.find(|one| !is_key_character(one)).unwrap_or(rest.len())];
        starts_word
            && rest.len() >= length
            && rest.contains(|one: char| one.is_ascii_digit() || one.is_ascii_uppercase())
    })
}

/// `Bearer` or `Basic` and a long word.
fn has_bearer(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace().peekable();
    while let Some(word) = words.next() {
        let is_scheme = ["bearer", "basic"].iter().any(|scheme| {
            word.len() >= scheme.len() && word.is_char_boundary(word.len() - scheme.len()) && {
                let (before, end) = word.split_at(word.len() - scheme.len());
                end.eq_ignore_ascii_case(scheme) && !before.ends_with(|one: char| one.is_alphanumeric())
            }
        });
        let is_key = |next: &&str| {
            next.len() >= 16
                && next.chars().filter(|one| is_key_character(*one) || matches!(one, '+' | '/' | '=')).count() >= 16
                && next.contains(|one: char| one.is_ascii_digit() || one.is_ascii_uppercase())
                && !next.contains(['{', '<', '$'])
        };
        if is_scheme && words.peek().is_some_and(is_key) {
            return true;
        }
    }
    false
}

/// Telegram's form: eight to ten digits, a colon, 35 characters.
fn has_bot_token(text: &str) -> bool {
    text.match_indices(':').any(|(at, _)| {
        let digits = text[..at].bytes().rev().take_while(u8::is_ascii_digit).take(11).count();
        let key = text[at + 1..].chars().take_while(|one| is_key_character(*one) && *one != '.').take(36).count();
        (8..=10).contains(&digits) && key >= 35
    })
}

/// `https://user:password@host`.
fn has_password_in_url(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let rest = &text[at + 3..];
        let end = rest
            .find(|one: char| one.is_whitespace() || matches!(one, '/' | '?' | '#' | '"' | '\''))
            .unwrap_or(rest.len());
        rest[..end].rsplit_once('@').is_some_and(|(user, _)| {
            user.split_once(':').is_some_and(|(_, password)| !password.is_empty() && !password.contains("{{"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Put together here, so that no scanner takes this file for a leak.
    fn samples() -> Vec<String> {
        vec![
            format!("{}proj-{}", "sk-", "a1B2".repeat(8)),
            format!("{}{}", "xoxb-", "1234567890-abc"),
            format!("Bearer {}", "abcDEF123456".repeat(3)),
            format!("authorization: bearer {}", "abcdef123456".repeat(3)),
            format!("Basic {}", "dXNlcjpwYXNzd29yZA=="),
            format!("{}{}", "ghp_", "a1".repeat(18)),
            format!("{}{}", "AKIA", "ABCDEFGH12345678"),
            format!("{}{}", "AIza", "Sy0".repeat(12)),
            format!("123456789:{}", "AAbb1".repeat(7)),
            format!("={{{{ '{}{}' }}}}", "sk-", "a1B2".repeat(8)),
            "https://ann:hunter2@example.com/x".to_owned(),
            "-----BEGIN RSA PRIVATE KEY-----\nMII".to_owned(),
            format!("https://hooks.slack.com/{}/T000/B000/XXXX", "services"),
        ]
    }

    #[test]
    fn keys_of_many_kinds_are_found() {
        for sample in samples() {
            assert!(holds_secret(&sample), "{sample}");
        }
    }

    #[test]
    fn ordinary_texts_are_not_taken_for_keys() {
        for text in [
            "risk-assessment-for-customers-2024-and-later",
            "sk-short",
            "={{ $json.token }}",
            "Bearer {{ $json.access_token_of_user }}",
            "the bearer of this letter",
            "https://api.example.com/orders?at=12:30",
            "task-1234567890-abcdefghijkl",
            "10:30 to 12:45",
        ] {
            assert!(!holds_secret(text), "{text}");
        }
    }

    #[test]
    fn a_literal_under_a_telling_name_is_found_and_an_expression_is_not() {
        let config = |value: &str| {
            let headers = serde_json::json!({ "headers": { "X-Api-Key": value }, "note": "api_key" });
            headers.as_object().cloned().unwrap_or_default()
        };
        let found = problems(&config("abc123"), "actions[0].config");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "actions[0].config.headers[\"X-Api-Key\"]");
        assert!(problems(&config("={{ $env.KEY }}"), "").is_empty());
        assert!(problems(&config("<your key>"), "").is_empty());
    }
}
