//! A keychain that is missing, locked, denied, hanging or broken, played by a script.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use bridge_domain::{ErrorCode, KeySource, KeychainState};
use bridge_keychain::{Limits, VaultError};
use support::{LIMITS, Next, Scripted, answered, lookup, text};

const HOST: &str = "api.openai.com";

#[tokio::test]
async fn s2_nothing_is_opened_before_a_key_is_asked_for() {
    let vault = Scripted::default();
    let keys = vault.keys();
    keys.set_session("openai", HOST, "sk-session".into()).unwrap();
    assert_eq!(keys.source(&lookup(HOST)).await, (KeySource::Session, None));
    assert_eq!(vault.opened(), 0);
    keys.get("openai", "other.example").await.unwrap();
    assert_eq!(vault.opened(), 1);
}

#[tokio::test]
async fn s2_each_failure_has_its_own_message_and_a_way_on() {
    let cases = [
        (VaultError::Missing, ErrorCode::KeychainMissing, KeychainState::Missing),
        (VaultError::Locked, ErrorCode::KeychainLocked, KeychainState::Locked),
        (VaultError::NoDefaultKeyring, ErrorCode::KeychainLocked, KeychainState::Locked),
        (VaultError::Denied, ErrorCode::KeychainDenied, KeychainState::Denied),
        (VaultError::NotAnswering, ErrorCode::KeychainWaiting, KeychainState::Waiting),
        (VaultError::Failed("odd".to_owned()), ErrorCode::KeychainDenied, KeychainState::Denied),
    ];
    let mut messages = std::collections::HashSet::new();
    for (failure, code, state) in cases {
        let vault = Scripted::default();
        let keys = vault.keys();
        let fail = || vault.then(Next::Fail(failure.clone()));
        fail();
        let read = keys.get("openai", HOST).await.unwrap_err();
        fail();
        let write = keys.set("openai", HOST, "sk-1".into()).await.unwrap_err();
        fail();
        let removal = keys.remove("openai", HOST).await.unwrap_err();
        for error in [&read, &write, &removal] {
            assert_eq!(error.code, code, "{failure}");
            assert!(error.hint.contains("for this session only"), "{failure}: {}", error.hint);
        }
        fail();
        assert_eq!(keys.state().await, state, "{failure}");
        assert!(messages.insert(read.message.clone()), "said twice: {}", read.message);

        keys.set_session("openai", HOST, "sk-session".into()).unwrap();
        assert_eq!(text(keys.get("openai", HOST).await.unwrap()).as_deref(), Some("sk-session"), "{failure}");
        assert!(vault.entries().is_empty(), "{failure}");
    }
}

#[tokio::test]
async fn s2_a_hanging_read_is_waiting_and_a_later_one_sees_the_answer() {
    let vault = Scripted::default();
    vault.put("openai@api.openai.com", "sk-late");
    let keys = vault.keys();
    vault.then(Next::Hang);
    let started = Instant::now();
    assert_eq!(keys.get("openai", HOST).await.unwrap_err().code, ErrorCode::KeychainWaiting);
    assert!(started.elapsed() >= LIMITS.read);
    vault.release();
    assert_eq!(text(answered(|| keys.get("openai", HOST)).await.unwrap()).as_deref(), Some("sk-late"));
    assert_eq!(vault.calls().len(), 1, "the late answer was kept");
}

#[tokio::test]
async fn s2_a_keychain_that_gave_up_by_itself_is_not_asked_for_each_provider() {
    let vault = Scripted::default();
    let keys = vault.keys();
    vault.then(Next::Fail(VaultError::NotAnswering));
    for provider in ["openai", "anthropic", "gemini", "deepseek"] {
        assert_eq!(keys.get(provider, HOST).await.unwrap_err().code, ErrorCode::KeychainWaiting);
    }
    assert_eq!(vault.calls().len(), 1, "one wait for all of them");
    keys.set("openai", HOST, "sk-1".into()).await.unwrap();
    assert_eq!(text(keys.get("openai", HOST).await.unwrap()).as_deref(), Some("sk-1"), "a write that works ends it");
}

#[tokio::test]
async fn s2_a_hanging_write_is_waiting_and_still_finishes() {
    let vault = Scripted::default();
    let keys = vault.keys();
    keys.set_session("openai", HOST, "sk-session".into()).unwrap();
    vault.then(Next::Hang);
    let error = keys.set("openai", HOST, "sk-late".into()).await.unwrap_err();
    assert_eq!((error.code, error.retryable), (ErrorCode::KeychainWaiting, true));
    // Typed after the write was given up: it must not be taken away by the write's late success.
    keys.set_session("openai", HOST, "sk-newer".into()).unwrap();
    vault.release();
    answered(|| keys.get("openai", "other.example")).await.unwrap();
    assert_eq!(vault.entries()["openai@api.openai.com"], "sk-late");
    assert_eq!(text(keys.get("openai", HOST).await.unwrap()).as_deref(), Some("sk-newer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_after_a_long_wait_for_the_person_the_next_read_is_not_refused() {
    let vault = Scripted::default();
    let keys = vault.keys();
    for _ in 0..3 {
        vault.then(Next::Hang);
        let person = tokio::spawn({
            let vault = vault.clone();
            async move {
                tokio::time::sleep(LIMITS.read + (LIMITS.write - LIMITS.read) / 3).await;
                vault.release();
            }
        });
        keys.set("openai", HOST, "sk-1".into()).await.unwrap();
        assert_eq!(text(keys.get("openai", HOST).await.unwrap()).as_deref(), Some("sk-1"));
        person.await.unwrap();
    }
}

#[tokio::test]
async fn s2_calls_given_up_before_they_began_are_not_made() {
    let vault = Scripted::default();
    let keys = vault.keys();
    vault.then(Next::Hang);
    keys.get("openai", HOST).await.unwrap_err();
    let error = keys.set("openai", HOST, "sk-abandoned".into()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::KeychainWaiting);
    vault.release();
    assert_eq!(text(answered(|| keys.get("openai", HOST)).await.unwrap()), None);
    assert!(vault.entries().is_empty());
}

#[tokio::test]
async fn s2_a_keychain_that_has_hung_for_long_is_not_waited_for_again() {
    let vault = Scripted::default();
    let keys = vault.keys();
    vault.then(Next::Hang);
    keys.get("openai", HOST).await.unwrap_err();
    let started = Instant::now();
    for number in 0..200 {
        let error = keys.get("openai", &format!("host-{number}.example")).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::KeychainWaiting);
    }
    assert_eq!(keys.state().await, KeychainState::Waiting);
    assert!(started.elapsed() < LIMITS.read, "waited again: {:?}", started.elapsed());
    assert_eq!(vault.threads(), 1);
    vault.release();
}

#[tokio::test]
async fn s2_many_writes_to_a_hanging_keychain_stay_bounded() {
    let vault = Scripted::default();
    let keys = vault.keys();
    vault.then(Next::Hang);
    keys.get("openai", HOST).await.unwrap_err();
    let started = Instant::now();
    let writes = (0..500).map(|number| {
        let keys = keys.clone();
        tokio::spawn(async move { keys.set("openai", &format!("host-{number}.example"), "sk-1".into()).await })
    });
    let writes: Vec<_> = writes.collect();
    for write in writes {
        assert_eq!(write.await.unwrap().unwrap_err().code, ErrorCode::KeychainWaiting);
    }
    assert!(started.elapsed() < LIMITS.write * 3, "{:?}", started.elapsed());
    vault.release();
    answered(|| keys.set("openai", HOST, "sk-after".into())).await.unwrap();
    assert_eq!((vault.entries().len(), vault.threads()), (1, 1));
}

/// Whether this process is the child that the test below starts.
const CHILD: &str = "BRIDGE_TEST_HANGING_CHILD";

#[tokio::test]
async fn s2_a_hanging_keychain_does_not_keep_the_application_from_ending() {
    if std::env::var_os(CHILD).is_some() {
        let vault = Scripted::default();
        let keys = vault.keys_with(Limits::default(), &[]);
        vault.then(Next::Hang);
        let pending = tokio::spawn(async move { keys.get("openai", HOST).await });
        tokio::task::spawn_blocking(move || vault.await_hanging()).await.unwrap();
        drop(pending);
        return;
    }
    let started = Instant::now();
    let name = "s2_a_hanging_keychain_does_not_keep_the_application_from_ending";
    let child =
        Command::new(std::env::current_exe().unwrap()).args(["--exact", name]).env(CHILD, "1").output().unwrap();
    assert!(child.status.success() && String::from_utf8_lossy(&child.stdout).contains("1 passed"), "{child:?}");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}

#[tokio::test]
async fn s2_a_keychain_that_starts_later_is_found() {
    let vault = Scripted::default();
    vault.put("openai@api.openai.com", "sk-1");
    let keys = vault.keys();
    for _ in 0..3 {
        vault.then_fail_to_open(VaultError::Missing);
        assert_eq!(keys.get("openai", HOST).await.unwrap_err().code, ErrorCode::KeychainMissing);
    }
    assert_eq!(text(keys.get("openai", HOST).await.unwrap()).as_deref(), Some("sk-1"));
}

#[tokio::test]
async fn s2_a_connection_that_went_stale_is_opened_again_within_the_call() {
    for stale in [VaultError::Missing, VaultError::Failed("NoSession".to_owned())] {
        let vault = Scripted::default();
        let keys = vault.keys();
        keys.set("openai", HOST, "sk-1".into()).await.unwrap();
        vault.then(Next::Fail(stale.clone()));
        assert_eq!(text(keys.get("openai", HOST).await.unwrap()).as_deref(), Some("sk-1"), "{stale}");
        assert_eq!(vault.opened(), 2, "{stale}");
    }
    let vault = Scripted::default();
    let keys = vault.keys();
    keys.set("openai", HOST, "sk-1".into()).await.unwrap();
    vault.then(Next::Fail(VaultError::Locked));
    keys.get("openai", HOST).await.unwrap_err();
    keys.get("openai", HOST).await.unwrap();
    assert_eq!(vault.opened(), 1, "a locked keychain is not stale");
}

#[tokio::test]
async fn s2_a_call_that_panics_does_not_end_the_keychain() {
    let vault = Scripted::default();
    let keys = vault.keys();
    vault.then(Next::Panic);
    assert_eq!(keys.get("openai", HOST).await.unwrap_err().code, ErrorCode::KeychainDenied);
    keys.set("openai", HOST, "sk-1".into()).await.unwrap();
    assert_eq!(text(keys.get("openai", HOST).await.unwrap()).as_deref(), Some("sk-1"));
}

#[tokio::test]
async fn s2_without_a_keychain_a_session_key_can_be_removed() {
    let vault = Scripted::default();
    let keys = vault.keys();
    keys.set_session("openai", HOST, "sk-session".into()).unwrap();
    vault.then_fail_to_open(VaultError::Missing);
    keys.remove("openai", HOST).await.unwrap();
    vault.then_fail_to_open(VaultError::Missing);
    assert_eq!(keys.remove("openai", HOST).await.unwrap_err().code, ErrorCode::KeychainMissing);
}

#[tokio::test]
async fn s2_the_state_is_probed_by_writing_once_in_a_while() {
    let vault = Scripted::default();
    let keys = vault.keys_with(Limits { state: Duration::from_millis(200), ..LIMITS }, &[]);
    for _ in 0..5 {
        assert_eq!(keys.state().await, KeychainState::Ready);
    }
    assert_eq!(vault.calls(), ["set #probe", "delete #probe"]);
    assert!(vault.entries().is_empty());
    tokio::time::sleep(Duration::from_millis(250)).await;
    vault.then(Next::Fail(VaultError::Denied));
    assert_eq!(keys.state().await, KeychainState::Denied);
    keys.set("openai", HOST, "sk-1".into()).await.unwrap();
    assert_eq!(keys.state().await, KeychainState::Ready, "a write tells more than an old probe");
}
