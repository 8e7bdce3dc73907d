//! The same behaviour as with the scripted keychain, against a real gnome-keyring on a private bus.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/private_bus.rs"]
mod private_bus;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use bridge_domain::{ErrorCode, ExposeSecret, KeySource, KeychainState};
use bridge_keychain::{Keys, Lookup};
use private_bus::run;

const HOST: &str = "api.openai.com";
const KEY: &str = "sk-canary-8d1f2c";

async fn read(keys: &Keys, host: &str) -> Option<String> {
    keys.get("openai", host).await.unwrap().map(|(key, _)| key.expose_secret().to_owned())
}

/// Whatever the keychain's trouble: it is told within `limit`, and a key for this session works all the same.
async fn assert_trouble(code: ErrorCode, state: KeychainState, limit: Duration) {
    let keys = Keys::new();
    let started = Instant::now();
    let error = keys.set("openai", HOST, KEY.into()).await.unwrap_err();
    assert_eq!(error.code, code, "{error:?}");
    assert!(error.hint.contains("for this session only"), "{error:?}");
    assert_eq!(keys.state().await, state);
    assert!(started.elapsed() < limit, "{:?}", started.elapsed());
    keys.set_session("openai", HOST, KEY.into()).unwrap();
    assert_eq!(read(&keys, HOST).await.as_deref(), Some(KEY));
    assert_not_on_disk();
}

/// No file of this home holds the key, as it is or in the encodings it could be found in.
fn assert_not_on_disk() {
    let hex: String = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let base64 = "c2stY2FuYXJ5LThkMWYyYw";
    for pattern in [KEY, &hex, base64] {
        let found = Command::new("grep").args(["-rlaF", pattern]).arg(std::env::var("HOME").unwrap()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&found.stdout), "", "{pattern}");
        assert_eq!(found.status.code(), Some(1), "grep failed: {found:?}");
    }
}

#[test]
fn s2_a_key_goes_round_and_is_not_readable_on_disk() {
    run("s2_a_key_goes_round_and_is_not_readable_on_disk", "unlocked", &[], async || {
        let keys = Keys::new();
        assert_eq!(read(&keys, HOST).await, None);
        keys.set("openai", HOST, format!(" {KEY}\n").into()).await.unwrap();
        // Another process would see it: nothing remembered serves here.
        let other = Keys::new();
        let (key, source) = other.get("openai", HOST).await.unwrap().unwrap();
        assert_eq!((key.expose_secret(), source), (KEY, KeySource::Keychain));
        keys.set("openai", HOST, "sk-replaced".into()).await.unwrap();
        assert_eq!(read(&Keys::new(), HOST).await.as_deref(), Some("sk-replaced"));
        keys.set("openai", HOST, KEY.into()).await.unwrap();
        assert!(Path::new(&std::env::var("XDG_DATA_HOME").unwrap()).join("keyrings/login.keyring").is_file());
        assert_not_on_disk();
        assert_eq!(keys.state().await, KeychainState::Ready);
    });
}

#[test]
fn s2_two_hosts_of_one_provider_stay_apart() {
    run("s2_two_hosts_of_one_provider_stay_apart", "unlocked", &[], async || {
        let keys = Keys::new();
        keys.set("openai", HOST, "sk-first".into()).await.unwrap();
        keys.set("openai", "proxy.example:8443", "sk-second".into()).await.unwrap();
        let other = Keys::new();
        assert_eq!(read(&other, HOST).await.as_deref(), Some("sk-first"));
        assert_eq!(read(&other, "proxy.example:8443").await.as_deref(), Some("sk-second"));
        for host in ["proxy.example", "api.openai.com.evil.example", "openai.com"] {
            assert_eq!(read(&other, host).await, None, "{host}");
        }
    });
}

#[test]
fn s2_a_removed_key_is_gone() {
    run("s2_a_removed_key_is_gone", "unlocked", &[], async || {
        let keys = Keys::new();
        keys.set("openai", HOST, KEY.into()).await.unwrap();
        keys.set("openai", "other.example", "sk-other".into()).await.unwrap();
        assert_eq!(read(&keys, HOST).await.as_deref(), Some(KEY));
        keys.remove("openai", HOST).await.unwrap();
        keys.remove("openai", HOST).await.unwrap();
        assert_eq!(read(&keys, HOST).await, None);
        assert_eq!(read(&Keys::new(), HOST).await, None);
        assert_eq!(read(&Keys::new(), "other.example").await.as_deref(), Some("sk-other"));
    });
}

#[test]
fn s2_without_a_session_bus_the_keychain_is_missing() {
    let no_bus = [("DBUS_SESSION_BUS_ADDRESS", None), ("XDG_RUNTIME_DIR", None)];
    run("s2_without_a_session_bus_the_keychain_is_missing", "none", &no_bus, async || {
        assert_trouble(ErrorCode::KeychainMissing, KeychainState::Missing, Duration::from_secs(2)).await;
    });
}

#[test]
fn s2_with_a_bus_that_is_gone_the_keychain_is_missing() {
    let gone = [("DBUS_SESSION_BUS_ADDRESS", Some("unix:path=/nonexistent/bus"))];
    run("s2_with_a_bus_that_is_gone_the_keychain_is_missing", "none", &gone, async || {
        assert_trouble(ErrorCode::KeychainMissing, KeychainState::Missing, Duration::from_secs(2)).await;
    });
}

#[test]
fn s2_with_a_bus_without_a_service_the_keychain_is_missing() {
    let variable = [("OPENAI_API_KEY", Some("sk-environment"))];
    run("s2_with_a_bus_without_a_service_the_keychain_is_missing", "none", &variable, async || {
        assert_trouble(ErrorCode::KeychainMissing, KeychainState::Missing, Duration::from_secs(2)).await;
        let lookup = Lookup {
            provider: "openai".to_owned(),
            host: HOST.to_owned(),
            default_host: HOST.to_owned(),
            variable: Some("OPENAI_API_KEY".to_owned()),
        };
        let (source, error) = Keys::new().source(&lookup).await;
        assert_eq!((source, error.unwrap().code), (KeySource::Environment, ErrorCode::KeychainMissing));
    });
}

#[test]
fn s2_without_a_default_keyring_writing_says_so() {
    run("s2_without_a_default_keyring_writing_says_so", "empty", &[], async || {
        assert_eq!(read(&Keys::new(), HOST).await, None, "reading is fine");
        assert_trouble(ErrorCode::KeychainLocked, KeychainState::Locked, Duration::from_secs(2)).await;
        let error = Keys::new().set("openai", HOST, KEY.into()).await.unwrap_err();
        assert!(error.message.contains("default keyring"), "{error}");
    });
}

#[test]
fn s2_a_locked_keyring_that_nobody_can_unlock_is_locked() {
    run("s2_a_locked_keyring_that_nobody_can_unlock_is_locked", "locked", &[], async || {
        assert_trouble(ErrorCode::KeychainLocked, KeychainState::Locked, Duration::from_secs(5)).await;
    });
}

#[test]
fn s2_a_key_behind_a_lock_is_locked_not_absent() {
    run("s2_a_key_behind_a_lock_is_locked_not_absent", "unlocked", &[], async || {
        Keys::new().set("openai", HOST, KEY.into()).await.unwrap();
        private_bus::lock_keyring();
        let keys = Keys::new();
        assert_eq!(keys.get("openai", HOST).await.unwrap_err().code, ErrorCode::KeychainLocked);
        assert_eq!(keys.remove("openai", HOST).await.unwrap_err().code, ErrorCode::KeychainLocked);
    });
}

#[test]
fn s2_a_keyring_killed_and_started_again_is_used_again() {
    run("s2_a_keyring_killed_and_started_again_is_used_again", "unlocked", &[], async || {
        let keys = Keys::new();
        keys.set("openai", HOST, KEY.into()).await.unwrap();
        private_bus::signal_keyring("KILL");
        private_bus::await_name(private_bus::KEYRING, false);
        assert_eq!(keys.get("openai", HOST).await.unwrap_err().code, ErrorCode::KeychainMissing);
        let mut second = private_bus::start_keyring();
        assert_eq!(read(&keys, HOST).await.as_deref(), Some(KEY), "written before the kill");

        // Once more, with no call in between that could have noticed.
        second.kill().unwrap();
        second.wait().unwrap();
        private_bus::await_name(private_bus::KEYRING, false);
        let mut third = private_bus::start_keyring();
        keys.set("openai", "other.example", "sk-other".into()).await.unwrap();
        assert_eq!(keys.state().await, KeychainState::Ready);
        assert_eq!(read(&Keys::new(), "other.example").await.as_deref(), Some("sk-other"));
        third.kill().unwrap();
        third.wait().unwrap();
    });
}

#[test]
fn s2_a_keyring_that_hangs_is_waiting_and_works_once_it_goes_on() {
    run("s2_a_keyring_that_hangs_is_waiting_and_works_once_it_goes_on", "unlocked", &[], async || {
        let keys = Keys::new();
        keys.set("openai", HOST, KEY.into()).await.unwrap();
        private_bus::signal_keyring("STOP");
        let started = Instant::now();
        let mut waiting = Vec::new();
        for number in 0..50 {
            let keys = keys.clone();
            waiting.push(tokio::spawn(async move { keys.get("openai", &format!("host-{number}.example")).await }));
        }
        for read in waiting {
            assert_eq!(read.await.unwrap().unwrap_err().code, ErrorCode::KeychainWaiting);
        }
        assert!(started.elapsed() < Duration::from_millis(3500), "{:?}", started.elapsed());
        assert_eq!(keychain_threads(), 1);
        assert_eq!(keys.state().await, KeychainState::Waiting);
        private_bus::signal_keyring("CONT");
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            match keys.get("openai", HOST).await {
                Ok(found) => break assert_eq!(found.unwrap().0.expose_secret(), KEY),
                Err(error) => assert!(Instant::now() < deadline, "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(keys.state().await, KeychainState::Ready);
    });
}

/// Threads of this process that talk to the keychain.
fn keychain_threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")).unwrap_or_default());
    names.filter(|name| name.trim() == "keychain").count()
}
