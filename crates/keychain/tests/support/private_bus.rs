//! Runs the body of a test inside a private session bus with a real, throw-away gnome-keyring (`script/with-keyring`).

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "test support")]
#![allow(dead_code, reason = "each test file uses a part")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Set in the child that runs inside the bus.
const INSIDE: &str = "BRIDGE_INSIDE_PRIVATE_BUS";
/// `1`: a missing keyring fails the test instead of skipping it.
const REQUIRE: &str = "BRIDGE_REQUIRE_KEYRING";

/// Runs `body` in a child process inside the bus; `test` is the calling test's full name.
///
/// `keyring` is a kind that `script/with-keyring` knows, and `environment` goes to the child (none: it is removed).
pub fn run(test: &str, keyring: &str, environment: &[(&str, Option<&str>)], body: impl AsyncFnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(body());
        return;
    }
    if let Some(reason) = missing() {
        return skip(test, &reason);
    }
    let mut command = Command::new(script());
    command.args(["--keyring", keyring, "--", "env"]);
    for (name, value) in environment {
        match value {
            Some(value) => command.arg(format!("{name}={value}")),
            None => command.args(["-u", name]),
        };
    }
    command.arg(std::env::current_exe().unwrap()).args(["--exact", test, "--nocapture", "--test-threads=1"]);
    // Nothing of the desktop this runs on may answer a prompt.
    command.env(INSIDE, "1").env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").stdin(Stdio::null());
    let output = command.output().unwrap();
    let printed = format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && printed.contains("1 passed"), "inside the bus ({}):\n{printed}", output.status);
}

/// Says why a test does not run here.
pub fn skip(test: &str, reason: &str) {
    assert!(std::env::var(REQUIRE).as_deref() != Ok("1"), "{REQUIRE}=1, but {reason}");
    eprintln!("skipped {test}: {reason}");
}

fn script() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../script/with-keyring")
}

/// Why no keyring can be started here.
fn missing() -> Option<String> {
    let check = Command::new(script()).arg("--check").output().unwrap();
    (!check.status.success()).then(|| String::from_utf8_lossy(&check.stderr).trim().to_owned())
}

/// Sends a signal, such as `KILL`, to the keyring of this bus.
pub fn signal_keyring(signal: &str) {
    let process = std::env::var("BRIDGE_KEYRING_PID").unwrap();
    assert!(Command::new("kill").args(["-s", signal, &process]).status().unwrap().success());
}

/// Starts a keyring on this bus in place of the one that was killed, and waits until it answers.
pub fn start_keyring() -> std::process::Child {
    let mut child = Command::new("gnome-keyring-daemon")
        .args(["--foreground", "--unlock", "--components=secrets"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Dropping the pipe ends the password.
    let password = std::env::var("BRIDGE_KEYRING_PASSWORD").unwrap();
    child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
    await_name(KEYRING, true);
    child
}

/// Locks the default keyring of this bus.
pub fn lock_keyring() {
    let lock = [
        "--session",
        "--print-reply",
        "--dest=org.freedesktop.secrets",
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service.Lock",
        "array:objpath:/org/freedesktop/secrets/collection/login",
    ];
    assert!(Command::new("dbus-send").args(lock).output().unwrap().status.success());
}

/// The Secret Service's name on the bus.
pub const KEYRING: &str = "org.freedesktop.secrets";

/// Waits until somebody on the bus has this name, or nobody has it any longer.
pub fn await_name(name: &str, present: bool) {
    let question = [
        "--session",
        "--print-reply=literal",
        "--dest=org.freedesktop.DBus",
        "/org/freedesktop/DBus",
        "org.freedesktop.DBus.NameHasOwner",
        &format!("string:{name}"),
    ];
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(10) {
        let answer = Command::new("dbus-send").args(question).output().unwrap();
        if String::from_utf8_lossy(&answer.stdout).contains("true") == present {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{name} is {} there after 10 s", if present { "not" } else { "still" });
}
