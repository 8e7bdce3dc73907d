//! A locked gnome-keyring with a display: it asks in a window, and nobody answers.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/private_bus.rs"]
mod private_bus;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bridge_domain::{ErrorCode, KeySource, KeychainState};
use bridge_keychain::Keys;

const HOST: &str = "api.openai.com";
/// Where Debian and its descendants have the window that asks for the password.
const PROMPTER: &str = "/usr/libexec/gcr-prompter";

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A virtual display and its name.
fn display() -> (Running, String) {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut number = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut number).unwrap();
    (Running(child), format!(":{}", number.trim()))
}

fn prompter(display: &str) -> Running {
    let mut command = Command::new(PROMPTER);
    command.env("DISPLAY", display).env("GDK_BACKEND", "x11").stdout(Stdio::null()).stderr(Stdio::null());
    let running = Running(command.spawn().unwrap());
    private_bus::await_name("org.gnome.keyring.SystemPrompter", true);
    running
}

#[test]
fn s2_a_prompt_nobody_answers_is_waiting_and_a_dismissed_one_is_locked() {
    let test = "s2_a_prompt_nobody_answers_is_waiting_and_a_dismissed_one_is_locked";
    if !Path::new(PROMPTER).is_file() || Command::new("Xvfb").arg("-version").output().is_err() {
        return private_bus::skip(test, "gcr-prompter or Xvfb is not installed");
    }
    private_bus::run(test, "unlocked", &[], async || {
        Keys::new().set("openai", HOST, "sk-1".into()).await.unwrap();
        private_bus::lock_keyring();
        let (_screen, display) = display();
        let prompter = prompter(&display);

        let keys = Keys::new();
        let started = Instant::now();
        assert_eq!(keys.get("openai", HOST).await.unwrap_err().code, ErrorCode::KeychainWaiting);
        let waited = started.elapsed();
        assert!(waited >= Duration::from_secs(3) && waited < Duration::from_secs(4), "{waited:?}");
        // Known to hang by now: nobody waits for it again.
        let started = Instant::now();
        assert_eq!(keys.get("openai", "other.example").await.unwrap_err().code, ErrorCode::KeychainWaiting);
        assert_eq!(keys.state().await, KeychainState::Waiting);
        assert!(started.elapsed() < Duration::from_millis(100), "{:?}", started.elapsed());
        keys.set_session("openai", HOST, "sk-session".into()).unwrap();
        assert_eq!(keys.get("openai", HOST).await.unwrap().unwrap().1, KeySource::Session);

        // The write waits behind the read until the window goes away, and then finds nobody who could ask.
        let write = {
            let keys = keys.clone();
            tokio::spawn(async move { keys.set("openai", HOST, "sk-2".into()).await })
        };
        drop(prompter);
        let error = write.await.unwrap().unwrap_err();
        assert_eq!(error.code, ErrorCode::KeychainLocked, "{error:?}");
        assert_eq!(keys.state().await, KeychainState::Locked);
    });
}
