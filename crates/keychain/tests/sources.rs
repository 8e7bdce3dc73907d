//! Where a key comes from, which one wins, and for which host.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use bridge_domain::{ErrorCode, ExposeSecret, KeySource, SecretString};
use bridge_keychain::VaultError;
use support::{LIMITS, Next, Scripted, lookup, text};

const HOST: &str = "api.openai.com";

#[tokio::test]
async fn session_comes_before_keychain_before_environment() {
    let vault = Scripted::default();
    let keys = vault.keys_with(LIMITS, &[("OPENAI_API_KEY", " sk-environment\n")]);
    let found = keys.find(&lookup(HOST)).await.unwrap().unwrap();
    assert_eq!((found.0.expose_secret(), found.1), ("sk-environment", KeySource::Environment));

    keys.set("openai", HOST, "sk-keychain".into()).await.unwrap();
    let found = keys.find(&lookup(HOST)).await.unwrap().unwrap();
    assert_eq!((found.0.expose_secret(), found.1), ("sk-keychain", KeySource::Keychain));

    keys.set_session("openai", HOST, "sk-session".into()).unwrap();
    let found = keys.find(&lookup(HOST)).await.unwrap().unwrap();
    assert_eq!((found.0.expose_secret(), found.1), ("sk-session", KeySource::Session));
    assert_eq!(keys.source(&lookup(HOST)).await, (KeySource::Session, None));

    keys.remove("openai", HOST).await.unwrap();
    assert_eq!(keys.source(&lookup(HOST)).await, (KeySource::Environment, None));
    assert!(vault.entries().is_empty());
}

#[tokio::test]
async fn s1_a_key_is_never_handed_out_for_another_host() {
    let vault = Scripted::default();
    let keys = vault.keys_with(LIMITS, &[("OPENAI_API_KEY", "sk-environment")]);
    keys.set("openai", HOST, "sk-keychain".into()).await.unwrap();
    keys.set_session("openai", HOST, "sk-session".into()).unwrap();
    let others = ["evil.example", "api.openai.com.evil.example", "api.openai.com.", "api.openai.com:8443", "127.0.0.1"];
    for other in others {
        assert_eq!(text(keys.find(&lookup(other)).await.unwrap()), None, "{other}");
        assert_eq!(keys.source(&lookup(other)).await, (KeySource::None, None), "{other}");
    }
    for broken in ["x@api.openai.com", "api.\u{43e}penai.com", "", "api.openai.com/path"] {
        let error = keys.find(&lookup(broken)).await.unwrap_err();
        assert_eq!((error.code, error.problems[0].path.as_str()), (ErrorCode::InvalidInput, "host"), "{broken}");
    }
    assert_eq!(text(keys.get("anthropic", HOST).await.unwrap()), None);
}

#[tokio::test]
async fn one_provider_keeps_a_key_for_each_of_its_hosts() {
    let keys = Scripted::default().keys();
    keys.set("openai", HOST, "sk-first".into()).await.unwrap();
    keys.set("openai", "proxy.example:8443", "sk-second".into()).await.unwrap();
    keys.remove("openai", HOST).await.unwrap();
    assert_eq!(text(keys.get("openai", HOST).await.unwrap()), None);
    assert_eq!(text(keys.get("openai", "PROXY.example:8443").await.unwrap()).as_deref(), Some("sk-second"));
}

#[tokio::test]
async fn environment_serves_while_the_keychain_fails_and_the_failure_is_told() {
    let failures = [VaultError::Missing, VaultError::Locked, VaultError::Denied, VaultError::NotAnswering];
    for failure in failures {
        let vault = Scripted::default();
        let keys = vault.keys_with(LIMITS, &[("OPENAI_API_KEY", "sk-environment")]);
        vault.then(Next::Fail(failure.clone()));
        assert_eq!(text(keys.find(&lookup(HOST)).await.unwrap()).as_deref(), Some("sk-environment"), "{failure}");
        vault.then(Next::Fail(failure.clone()));
        vault.then_fail_to_open(failure.clone());
        let (source, error) = keys.source(&lookup(HOST)).await;
        assert_eq!((source, error.is_some()), (KeySource::Environment, true), "{failure}");
    }
}

#[tokio::test]
async fn an_environment_variable_that_is_no_key_is_told_by_name() {
    for value in ["sk 1", "sk-\u{e9}", "a\nb"] {
        let keys = Scripted::default().keys_with(LIMITS, &[("OPENAI_API_KEY", value)]);
        let error = keys.find(&lookup(HOST)).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidInput);
        assert!(error.message.contains("OPENAI_API_KEY") && !error.message.contains(value), "{error}");
    }
    let keys = Scripted::default().keys_with(LIMITS, &[("OPENAI_API_KEY", "  ")]);
    assert_eq!(keys.source(&lookup(HOST)).await, (KeySource::None, None));
}

#[tokio::test]
async fn text_that_is_no_key_is_refused_before_anything_is_asked() {
    let vault = Scripted::default();
    let keys = vault.keys();
    for broken in ["", " \n", "sk 1", "sk-1\nsk-2", "sk-\u{0}", "sk-\u{e9}"] {
        for error in [
            keys.set("openai", HOST, broken.into()).await.unwrap_err(),
            keys.set_session("openai", HOST, broken.into()).unwrap_err(),
        ] {
            assert_eq!((error.code, error.problems[0].path.as_str()), (ErrorCode::InvalidInput, "key"), "{broken:?}");
        }
    }
    assert_eq!(vault.opened(), 0);
}

#[tokio::test]
async fn an_entry_that_is_no_key_is_not_handed_out() {
    let vault = Scripted::default();
    vault.put("openai@api.openai.com", "two words");
    vault.put("openai@other.example", "sk-other\n");
    let keys = vault.keys();
    let error = keys.get("openai", HOST).await.unwrap_err();
    assert_eq!((error.code, error.problems[0].path.as_str()), (ErrorCode::InvalidInput, "key"));
    assert_eq!(text(keys.get("openai", "other.example").await.unwrap()).as_deref(), Some("sk-other"));
}

#[tokio::test]
async fn the_keychain_is_read_once_until_the_key_changes() {
    let vault = Scripted::default();
    vault.put("openai@api.openai.com", "sk-old");
    let keys = vault.keys();
    for _ in 0..10 {
        assert_eq!(text(keys.clone().get("openai", HOST).await.unwrap()).as_deref(), Some("sk-old"));
    }
    assert_eq!(vault.calls(), ["get openai@api.openai.com"]);
    keys.set("openai", HOST, "sk-new".into()).await.unwrap();
    assert_eq!(text(keys.get("openai", HOST).await.unwrap()).as_deref(), Some("sk-new"));
    keys.remove("openai", HOST).await.unwrap();
    assert_eq!(text(keys.get("openai", HOST).await.unwrap()), None);
}

#[tokio::test]
async fn a_key_set_in_the_keychain_takes_the_place_of_the_sessions() {
    let vault = Scripted::default();
    let keys = vault.keys();
    keys.set_session("openai", HOST, "sk-session".into()).unwrap();
    vault.then(Next::Fail(VaultError::Locked));
    keys.set("openai", HOST, "sk-new".into()).await.unwrap_err();
    assert_eq!(
        text(keys.get("openai", HOST).await.unwrap()).as_deref(),
        Some("sk-session"),
        "a failed write takes nothing"
    );
    keys.set("openai", HOST, "sk-new".into()).await.unwrap();
    assert_eq!(keys.get("openai", HOST).await.unwrap().map(|(_, source)| source), Some(KeySource::Keychain));
}

#[tokio::test]
async fn s3_nothing_prints_a_key() {
    let vault = Scripted::default();
    let keys = vault.keys_with(LIMITS, &[("OPENAI_API_KEY", "sk canary")]);
    let mut printed = String::new();
    printed.push_str(&format!("{:?}", keys.set("openai", HOST, "sk canary".into()).await));
    printed.push_str(&format!("{:?}", keys.find(&lookup(HOST)).await));
    keys.set("openai", HOST, SecretString::from("sk-canary")).await.unwrap();
    keys.set_session("openai", HOST, SecretString::from("sk-canary")).unwrap();
    printed.push_str(&format!("{keys:?} {:#?}", keys.get("openai", HOST).await));
    printed.push_str(&serde_json::to_string(&keys.source(&lookup(HOST)).await).unwrap());
    assert!(printed.contains("Session") && !printed.contains("canary"), "{printed}");
}
