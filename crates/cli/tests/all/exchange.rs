//! Import and export: files, standard input, and through the process that has the folder open.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::world::{Done, World, adding_one, block_on, done};

/// Most that an import may take. Without optimisation, and beside other tests, it takes several times as long.
const MOST_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 25 } else { 5 });
const MOST_MEMORY: u64 = 300 << 20;

fn n8n() -> Value {
    json!({
        "name": "From elsewhere", "active": true,
        "nodes": [
            { "id": "a", "name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {} },
            { "id": "b", "name": "Charge", "type": "n8n-nodes-base.stripe", "typeVersion": 1, "position": [220, 0],
              "parameters": { "amount": 5 }, "credentials": { "stripeApi": { "id": "7", "name": "Shop" } } },
        ],
        "connections": { "Start": { "main": [[{ "node": "Charge", "type": "main", "index": 0 }]] } },
    })
}

fn succeeded(done: Done) -> Vec<Value> {
    assert_eq!(done.code, 0, "{done:?}");
    done.lines
}

#[test]
fn what_is_exported_is_imported_as_it_was() {
    let world = World::new();
    world.keep(&[("Adding", adding_one())]);
    let file = world.files().join("out.json");
    let file = file.to_str().unwrap();
    let lines = succeeded(world.cli(&["export", "Adding", "--output", file]));
    assert_eq!(lines[0]["file"], file);
    let lines = succeeded(world.cli(&["import", file, "--name", "Again"]));
    assert_eq!((&lines[0]["workflow"]["name"], &lines[0]["notices"]), (&json!("Again"), &json!([])));
    let again = file_text(&world, "Again");
    assert_eq!(again, fs::read_to_string(file).unwrap().replace("\"Adding\"", "\"Again\""));
    assert_eq!(succeeded(world.cli(&["run", "Again", "--input", r#"{"a":1}"#]))[0]["output"][0]["json"]["b"], 2);
}

fn file_text(world: &World, workflow: &str) -> String {
    let output = world.command(&["export", workflow]).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn standard_input_is_read_and_the_notices_are_printed() {
    let world = World::new();
    let lines = succeeded(world.cli_with(&["import", "-"], &n8n().to_string()));
    assert_eq!(lines[0]["workflow"]["name"], "From elsewhere");
    let notices = lines[0]["notices"].as_array().unwrap();
    assert!(notices[0]["message"].as_str().unwrap().contains("n8n-nodes-base.stripe"), "{notices:?}");
    let several = json!([n8n(), { "nodes": [], "edges": [] }]).to_string();
    let lines = succeeded(world.cli_with(&["import", "-"], &several));
    assert_eq!(lines[1]["workflow"]["name"], "Imported workflow");
    assert_eq!(world.cli_with(&["import", "-", "--name", "One"], &several).code, 2);
}

#[test]
fn a_running_server_imports_and_exports_as_well() {
    let world = World::new();
    let serving = world.serve();
    let file =
        world.file("a.json", &json!({ "nodes": adding_one()["nodes"], "edges": adding_one()["edges"] }).to_string());
    let lines = succeeded(world.cli(&["import", &file]));
    assert_eq!(lines[0]["workflow"]["name"], "a");
    let handed = file_text(&world, "a");
    drop(serving);
    assert_eq!(handed, file_text(&world, "a"));
}

#[test]
fn a_file_that_is_there_is_replaced_only_with_force() {
    let world = World::new();
    world.keep(&[("Adding", adding_one())]);
    let there = world.file("there.json", "mine");
    let link = world.files().join("link.json");
    symlink(world.files().join("nowhere.json"), &link).unwrap();
    for path in [there.as_str(), link.to_str().unwrap()] {
        let refused = world.cli(&["export", "Adding", "--output", path]);
        assert_eq!((refused.code, &refused.error["code"]), (1, &json!("conflict")), "{refused:?}");
    }
    assert_eq!(fs::read_to_string(&there).unwrap(), "mine");
    assert!(!world.files().join("nowhere.json").exists());
    succeeded(world.cli(&["export", "Adding", "--output", &there, "--force"]));
    assert!(fs::read_to_string(&there).unwrap().starts_with("{\n"));
    assert_eq!(fs::read_dir(world.files()).unwrap().count(), 2, "nothing is left beside it");
    assert_eq!(world.cli(&["export", "Nobody"]).code, 3);
}

#[test]
fn x5_an_imported_workflow_is_off_and_refuses_to_run_what_it_does_not_know() {
    let world = World::new();
    let file = world.file("elsewhere.json", &n8n().to_string());
    let imported = succeeded(world.cli(&["import", &file]));
    let list = succeeded(world.cli(&["list"]));
    assert_eq!((&list[0]["workflow"]["active"], &list[0]["triggers"]), (&json!(false), &json!([])));
    let grants = block_on(async {
        let store = world.store().await;
        let id = imported[0]["workflow"]["id"].as_str().unwrap().parse().unwrap();
        let grants = store.grants(id).await.unwrap();
        store.close().await;
        grants
    });
    assert!(grants.is_empty());
    for run in ["From elsewhere", &file] {
        let refused = world.cli(&["run", run]);
        assert_eq!(refused.code, 2, "{refused:?}");
        let problem = refused.error["problems"][0]["message"].as_str().unwrap();
        assert!(problem.contains("“Charge”") && problem.contains("n8n-nodes-base.stripe"), "{problem}");
    }
}

#[test]
fn x5_webhooks_of_an_imported_workflow_have_an_address_of_their_own() {
    let world = World::new();
    let hook = json!({ "name": "Hook", "nodes": [
        { "id": "hook", "type": "trigger", "position": { "x": 0, "y": 0 }, "data": { "label": "Hook",
          "connector_id": "webhook", "action_id": "receive", "config": { "path": "orders" } } } ], "edges": [] });
    let file = world.file("hook.json", &hook.to_string());
    succeeded(world.cli(&["import", &file]));
    succeeded(world.cli(&["import", &file, "--name", "Hook 2"]));
    succeeded(world.cli(&["activate", "Hook"]));
    succeeded(world.cli(&["activate", "Hook 2"]));
    let _serving = world.serve();
    let (first, second) = (world.address("Hook"), world.address("Hook 2"));
    assert_ne!(first, second);
}

/// Imports a file while its memory is watched.
fn watched(world: &World, content: &[u8]) -> (Done, Duration, u64) {
    let path = world.files().join("hostile.json");
    fs::File::create(&path).unwrap().write_all(content).unwrap();
    let start = Instant::now();
    let mut child = world.command(&["import", path.to_str().unwrap()]).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or_default() << 10);
        std::thread::sleep(Duration::from_millis(1));
    }
    let took = start.elapsed();
    (done(child), took, peak)
}

#[test]
fn x5_no_file_takes_more_than_five_seconds_or_300_mebibytes() {
    let world = World::new();
    let many = |one: &str, count: usize| vec![one; count].join(",");
    let beside = |value: String| format!(r#"{{"nodes":[],"connections":{{}},"meta":{value}}}"#).into_bytes();
    let node = |parameters: String| {
        format!(r#"{{"nodes":[{{"name":"A","type":"x","parameters":{parameters}}}],"connections":{{}}}}"#).into_bytes()
    };
    let links = many(r#"{"node":"A","type":"main","index":0}"#, 159_000);
    let cases: Vec<(&str, Vec<u8>, i32)> = vec![
        ("deep", [b'['; 16 << 20].to_vec(), 2),
        ("objects at the limit", beside(format!("[{}]", many(r#"{"a":0}"#, 159_990))), 0),
        ("objects above it", beside(format!("[{}]", many(r#"{"a":0}"#, 1_900_000))), 2),
        ("values at the limit", beside(format!("[{}]", many("0", 599_000))), 0),
        ("values above it", beside(format!("[{}]", many("0", 7_900_000))), 2),
        (
            "names of one object",
            beside(format!("{{{}}}", (0..590_000).map(|n| format!("\"{n}\":0")).collect::<Vec<_>>().join(","))),
            0,
        ),
        ("one long text", beside(format!("\"{}\"", "\\u0041".repeat(2_700_000))), 0),
        ("a large node", node(format!("{{\"x\":[{}]}}", many(r#"{"a":{"b":[0]}}"#, 70_000))), 2),
        ("a wide node", node(format!("{{\"x\":[{}]}}", many(r#"{"a":0}"#, 120_000))), 0),
        (
            "connections",
            format!(r#"{{"nodes":[{{"name":"A","type":"x"}}],"connections":{{"A":{{"main":[[{links}]]}}}}}}"#)
                .into_bytes(),
            2,
        ),
    ];
    for (name, content, code) in cases {
        let (done, took, peak) = watched(&world, &content);
        println!("{name}: {took:?}, {} MiB", peak >> 20);
        assert!(took < MOST_TIME, "{name} took {took:?}");
        assert!((1..MOST_MEMORY).contains(&peak), "{name} took {} MiB", peak >> 20);
        assert_eq!(done.code, code, "{name}: {}", done.error);
    }
}
