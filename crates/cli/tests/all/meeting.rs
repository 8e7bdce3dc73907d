//! Commands at the same time, and folders that are not as they should be.

use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::world::{World, adding_one, done, flow, program};

fn pausing(seconds: f64) -> serde_json::Value {
    let pause = json!({ "amount": seconds, "unit": "seconds" });
    flow(&[("Start", "manual", "start", json!({})), ("Wait", "wait", "pause", pause)], "Start -> Wait")
}

#[test]
fn d11_commands_at_the_same_time_all_do_their_work() {
    let world = World::new();
    world.keep(&[("Adding", adding_one()), ("Pausing", pausing(1.0))]);
    let start = |arguments: &[&str]| -> Child { world.command(arguments).spawn().unwrap() };
    let mut children = vec![start(&["run", "Pausing"])];
    for _ in 0..6 {
        children.push(start(&["run", "Adding", "--input", r#"{"a":1}"#]));
        children.push(start(&["list"]));
    }
    for child in children {
        let done = done(child);
        assert_eq!((done.code, done.lines.is_empty()), (0, false), "{done:?}");
    }
    let runs = world.cli(&["runs"]).lines;
    assert_eq!(runs.iter().filter(|run| run["status"] == "success").count(), 7, "{runs:?}");
    assert!(!world.data().join("control.sock").exists());
}

#[test]
fn d11_the_first_of_two_commands_stays_until_the_second_is_done() {
    let world = World::new();
    world.keep(&[("Short", pausing(3.0)), ("Long", pausing(6.0))]);
    let mut first = world.command(&["run", "Short"]).spawn().unwrap();
    world.until("Short", |runs| !runs.is_empty());
    let second = world.command(&["run", "Long"]).spawn().unwrap();
    world.until("Long", |runs| !runs.is_empty());
    world.until("Short", |runs| runs[0]["status"] == "success");
    // While it stays, it takes others' commands, too.
    assert_eq!((world.cli(&["list"]).code, first.try_wait().unwrap()), (0, None));
    assert_eq!((done(first).code, done(second).code), (0, 0));
    assert_eq!(world.runs("Long")[0]["status"], "success");
}

#[test]
fn d11_a_command_in_progress_hears_that_the_server_ends_and_its_run_goes_on_later() {
    let world = World::new();
    world.keep(&[("Pausing", pausing(2.0))]);
    let serving = world.serve();
    let running = world.command(&["run", "Pausing"]).spawn().unwrap();
    world.until("Pausing", |runs| !runs.is_empty());
    let begin = Instant::now();
    assert_eq!(serving.signal(rustix::process::Signal::TERM), Some(0));
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    let told = done(running);
    assert_eq!((told.code, &told.error["code"]), (1, &json!("interrupted")), "{told:?}");
    let serving = world.serve();
    world.until("Pausing", |runs| runs[0]["status"] == "success");
    drop(serving);
}

#[test]
fn d14_a_synced_folder_is_told_of_and_has_no_log() {
    let world = World::new();
    let folder = world.files().join("Dropbox/Bridge");
    let output =
        Command::new(program()).arg("--data-folder").arg(&folder).args(["credentials", "list"]).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!((output.status.code(), &told["notice"]["kind"]), (Some(0), &json!("synced_folder")), "{told}");
    assert!(folder.join("bridge.db").exists() && !folder.join("bridge.db-wal").exists());
}

#[test]
fn d7_a_folder_that_is_gone_is_told_of_and_not_made_elsewhere() {
    let world = World::new();
    world.keep(&[("Adding", adding_one())]);
    let serving = world.serve();
    let aside = world.files().join("aside");
    std::fs::rename(world.data(), &aside).unwrap();
    let by_socket = Command::new(program()).arg("--data-folder").arg(&aside).args(["run", "Adding"]).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&by_socket.stderr).unwrap();
    assert_eq!((by_socket.status.code(), &told["error"]["code"]), (Some(6), &json!("store_unavailable")), "{told}");
    assert!(!world.data().exists());
    std::fs::rename(&aside, world.data()).unwrap();
    assert_eq!(world.cli(&["run", "Adding"]).code, 0, "back in its place");
    drop(serving);
}

#[test]
fn d7_what_a_command_keeps_is_the_users_alone_whatever_the_umask() {
    let world = World::new();
    let folder = world.data();
    let output = Command::new("sh")
        .arg("-c")
        .arg("umask 000; \"$0\" --data-folder \"$1\" serve --port 0 & echo $!; sleep 2; find \"$1\" -perm /077; kill $!; wait")
        .arg(program())
        .arg(&folder)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("ready") && !text.contains("bridge.db") && !text.contains("control"), "{text}");
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn d7_a_folder_that_is_not_there_is_made_only_by_what_begins_something() {
    let world = World::new();
    for arguments in [vec!["list"], vec!["runs"], vec!["tables", "list"], vec!["activate", "Adding"]] {
        let refused = world.cli(&arguments);
        assert_eq!(
            (refused.code, &refused.error["code"]),
            (6, &json!("store_unavailable")),
            "{arguments:?} {refused:?}"
        );
        assert!(!world.data().exists());
    }
    assert_eq!(world.cli(&["run", &world.file("a.json", &adding_one().to_string())]).code, 0);
    assert!(world.data().join("bridge.db").exists());
}
