//! Commands while another process has the folder open.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::world::{LONG, World, adding_one, done, failing, file_of, flow};

#[test]
fn a_second_server_is_refused_and_says_why() {
    let world = World::new();
    let _serving = world.serve();
    let second = world.cli(&["serve", "--port", "0"]);
    assert_eq!((second.code, &second.error["code"]), (6, &json!("store_in_use")), "{second:?}");
    assert!(!second.error["hint"].as_str().unwrap().is_empty());
}

#[test]
fn commands_are_handed_over_with_the_same_output_and_exit_codes() {
    let world = World::new();
    let pause = json!({ "amount": 50, "unit": "seconds" });
    let waiting = flow(&[("Start", "manual", "start", json!({})), ("Wait", "wait", "pause", pause)], "Start -> Wait");
    let hooked = failing(("webhook", "receive", json!({ "path": "a" })));
    let failed = failing(("manual", "start", json!({})));
    world.keep(&[("Adding", adding_one()), ("Failing", failed), ("Waiting", waiting), ("Hooked", hooked)]);
    let file = file_of(&world, "filed", &adding_one());
    let alone = world.cli(&["run", "Adding", "--input", r#"{"a":1}"#]);
    let serving = world.serve();
    let handed = world.cli_with(&["run", "Adding", "--input", "-"], r#"{"a":1}"#);
    let keys = |line: &Value| line["run"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!((handed.code, &handed.lines[0]["output"]), (0, &alone.lines[0]["output"]));
    assert_eq!(keys(&handed.lines[0]), keys(&alone.lines[0]));
    assert_eq!(world.cli(&["run", &file, "--input", r#"{"a":1}"#]).lines[0]["output"][0]["json"]["b"], 2);
    assert_eq!(world.cli(&["list"]).lines.len(), 5);
    assert_eq!(world.cli(&["runs"]).lines.len(), 3);
    for (arguments, code, error) in [
        (vec!["run", "Failing"], 1, Value::Null),
        (vec!["run", "Nothing"], 3, json!("not_found")),
        (vec!["run", "Adding", "--input", "1"], 2, json!("invalid_input")),
        (vec!["activate", "Adding"], 2, json!("invalid_input")),
        (vec!["runs", "what"], 3, json!("not_found")),
    ] {
        let done = world.cli(&arguments);
        assert_eq!((done.code, &done.error["code"]), (code, &error), "{arguments:?} {done:?}");
    }
    assert_eq!(world.cli(&["activate", "Hooked"]).code, 0);
    assert_eq!(serving.post(&world.address("Hooked"), "{}").status, 200);
    assert_eq!(world.cli(&["deactivate", "Hooked"]).code, 0);

    let child = world.command(&["run", "Waiting"]).spawn().unwrap();
    world.until("Waiting", |runs| runs.iter().any(|run| run["status"] == "waiting"));
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::INT).unwrap();
    let cancelled = done(child);
    assert_eq!((cancelled.code, &cancelled.lines[0]["run"]["status"]), (4, &json!("canceled")), "{cancelled:?}");
}

#[test]
fn a_caller_that_is_killed_does_not_take_its_run_with_it() {
    let world = World::new();
    let pause = json!({ "amount": 2, "unit": "seconds" });
    let waiting = flow(&[("Start", "manual", "start", json!({})), ("Wait", "wait", "pause", pause)], "Start -> Wait");
    world.keep(&[("Waiting", waiting)]);
    let _serving = world.serve();
    let mut child = world.command(&["run", "Waiting"]).spawn().unwrap();
    world.until("Waiting", |runs| !runs.is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    world.until("Waiting", |runs| runs[0]["status"] == "success");
}

#[test]
fn the_socket_is_the_users_alone_and_that_of_a_killed_process_is_replaced() {
    let world = World::new();
    world.keep(&[("Adding", adding_one())]);
    let socket = world.data().join("control.sock");
    let serving = world.serve();
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(serving.signal(rustix::process::Signal::KILL), None);
    assert!(socket.exists(), "left behind");
    let before = std::fs::metadata(&socket).unwrap().ino();
    assert_eq!(world.cli(&["list"]).code, 0, "with a socket that leads nowhere");
    let serving = world.serve();
    assert_ne!(std::fs::metadata(&socket).map(|socket| (socket.ino(), socket.mtime())).unwrap().0, 0, "{before}");
    assert_eq!(world.cli(&["list"]).code, 0);
    assert_eq!(serving.signal(rustix::process::Signal::TERM), Some(0));
    assert!(!socket.exists());
}

#[test]
fn hostile_callers_are_turned_away_and_others_are_served() {
    let world = World::new();
    world.keep(&[("Adding", adding_one())]);
    let serving = world.serve();
    let connect = || {
        let stream = UnixStream::connect(world.data().join("control.sock")).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream
    };
    for garbage in
        ["\n", "hello\n", "{}\n", "[1,2]\n", "\u{0}\u{1}\n", r#"{"version":"0.0.0","request":{"type":"list"}}"#]
    {
        let mut stream = connect();
        stream.write_all(garbage.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["type"], "failed", "{garbage:?}");
    }
    // A line of a gigabyte is not read to its end, and not kept.
    let mut endless = connect();
    endless.set_write_timeout(Some(LONG)).unwrap();
    let part = vec![b'x'; 1 << 20];
    let sent = (0..1_024).take_while(|_| endless.write_all(&part).is_ok()).count();
    assert!(sent < 100, "{sent} MiB were taken");
    // One that writes slowly is given up; others need not wait for it.
    let mut slow = connect();
    slow.write_all(b"{").unwrap();
    assert_eq!(world.cli(&["list"]).code, 0);
    let begin = Instant::now();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(begin.elapsed() < Duration::from_secs(30) && answer.contains("longer than"), "{answer}");
    let memory = std::fs::read_to_string(format!("/proc/{}/status", serving.child.id())).unwrap_or_default();
    let peak =
        memory.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().split(' ').next()?.parse::<u64>().ok());
    assert!(peak.is_none_or(|kib| kib < 400 << 10), "{peak:?} KiB");
}
