//! Secrets are taken out in every form they travel in; what is none stays.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bridge_assistant::redact::Redactor;
use bridge_domain::{Config, SecretString};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Put together at run time, so that no scanner takes this file for a leak.
fn key(prefix: &str, rest: &str) -> String {
    format!("{prefix}{rest}")
}

fn config(value: &Value) -> Config {
    value.as_object().unwrap().clone()
}

#[test]
fn s1_known_formats_are_recognised() {
    let keys = [
        key("sk-", "proj-Ab12Cd34Ef56Gh78Ij90Kl12"),
        key("sk-", "0123456789abcdef0123456789abcdef"),
        key("sk-ant-", "api03-Ab12Cd34Ef56Gh78Ij90Kl12"),
        key("AI", "zaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7"),
        key("xo", "xb-1234567890-abcdefghij"),
        key("ghp", "_abcdefghij0123456789abcdefghij012345"),
        key("github", "_pat_abcdefghij0123456789_abcdef"),
        key("AKI", "AIOSFODNN7EXAMPLE"),
        key("1234567890:", "AAabcdefghij0123456789ABCDEFGHIJ012"),
        key("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl"),
        key("hooks.slack.com", "/services/T000/B000/abcdefghijklmnop"),
        key("-----BEGIN RSA PRIVATE", " KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----"),
    ];
    for key in keys {
        for text in [
            key.clone(),
            format!("use {key} please"),
            format!("https://example.com/?a={key}&b=1"),
            format!("{{\"x\": \"{key}\"}}"),
        ] {
            let clean = Redactor::default().text(&text);
            assert!(!clean.contains(&key) && clean.contains("[redacted: "), "{text} became {clean}");
        }
    }
}

#[test]
fn s1_values_under_telling_names_are_hidden_in_text() {
    for (text, secret) in [
        ("password: hunter2", "hunter2"),
        ("my API_KEY=abc123def456", "abc123def456"),
        ("the password is hunter2hunter", "hunter2hunter"),
        ("{\"client_secret\": \"q w\"}", "\"q"),
        ("https://x.example/?token=abc123&y=1", "abc123"),
        ("https://me:hunter2@x.example/", "hunter2"),
        ("Authorization: Basic bWU6aHVudGVyMg==", "bWU6aHVudGVyMg"),
        ("authorization: Bearer abcdefgh12345678", "abcdefgh12345678"),
        ("curl -H 'X-Api-Key: a1b2c3'", "a1b2c3"),
        ("postgres://admin:s3cret@db:5432/x", "s3cret"),
    ] {
        let clean = Redactor::default().text(text);
        assert!(!clean.contains(secret), "{text} became {clean}");
    }
}

#[test]
fn what_is_no_secret_stays() {
    for text in [
        "When a webhook arrives, check that amount is over 100 and send a Slack message",
        "The token is missing and the api key is wrong.",
        "={{ $json.token }}",
        "token: ={{ $json.token }}",
        "node 7d9f3c1e-2b4a-4c6d-8e9f-0a1b2c3d4e5f connects to c56a4180-65aa-42ec-a945-5fd21dec0538",
        "max_tokens: 4096",
        "https://example.com/path/to/page?limit=10&sort=key",
        "https://hooks.example.com/services",
        "sort by key: name",
        "basic understanding of authentication",
    ] {
        assert_eq!(Redactor::default().text(text), text);
    }
}

#[test]
fn s1_configuration_is_redacted_by_name_and_by_value() {
    let clean = Redactor::default().config(&config(&json!({
        "password": "x",
        "apiKey": "short1",
        "url": "https://example.com",
        "channel": "#general",
        "headers": [{"name": "Authorization", "value": "abc"}, {"name": "Accept", "value": "text/html"}],
        "nested": {"client_secret": ["a", "b"]},
        "header_map": {"X-Auth-Token": "zzz"},
        "blob": "Zk3vQ8xL1pR7tY5wN2mB6cH9jD4gF0sAqE",
        "limit": 10,
        "token": "={{ $json.token }}",
    })));
    let text = serde_json::to_string(&clean).unwrap();
    for secret in ["\"x\"", "short1", "\"abc\"", "\"a\"", "\"b\"", "zzz", "Zk3vQ8xL1pR7tY5wN2mB6cH9jD4gF0sAqE"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    for kept in ["https://example.com", "#general", "text/html", "={{ $json.token }}"] {
        assert!(text.contains(kept), "{kept} not in {text}");
    }
    assert_eq!(clean["limit"], json!(10));
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A known secret is found raw, in JSON, in hexadecimal, in URLs, and in base64 wherever it stands in it.
    #[test]
    fn s1_known_secrets_are_found_in_every_encoding(
        secret in "[a-zA-Z0-9/+_.:~\"\\\\ &%-]{12,40}",
        before in "[a-z]{0,5}",
        after in "[a-z]{0,5}",
    ) {
        let secret = secret.trim().to_owned();
        prop_assume!(secret.len() >= 12);
        let redactor = Redactor::new(&[SecretString::from(secret.clone())]);
        let around = format!("{before}{secret}{after}");
        for form in [
            around.clone(),
            serde_json::to_string(&around).unwrap(),
            STANDARD.encode(&around),
            URL_SAFE_NO_PAD.encode(&around),
            hex::encode(&around),
            percent(&around),
            around.bytes().map(|b| if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect(),
        ] {
            let clean = redactor.known(&form);
            prop_assert!(clean.contains("[redacted: a stored key]"), "{} became {}", form, clean);
            prop_assert!(!clean.contains(secret.as_str()));
        }
    }

    /// Cut anywhere, a secret is held back until it is whole.
    #[test]
    fn s1_half_a_secret_is_never_safe(at in 1_usize..19) {
        let redactor = Redactor::new(&[SecretString::from("canary-0123456789-xy")]);
        let text = format!("the key is {}", &"canary-0123456789-xy"[..at]);
        prop_assert_eq!(redactor.safe_length(&text), "the key is ".len());
    }
}
