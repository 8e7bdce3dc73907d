//! Commands with nothing else running.

use std::time::Duration;

use serde_json::{Value, json};

use crate::world::{World, adding_one, done, failing, file_of, flow};

#[test]
fn a_workflow_runs_by_name_identifier_and_file() {
    let world = World::new();
    let id = world.keep(&[("Adding", adding_one())])[0].to_string();
    let file = file_of(&world, "filed", &adding_one());
    for workflow in ["Adding", &id, &file] {
        let done = world.cli(&["run", workflow, "--input", r#"{"a":1}"#]);
        assert_eq!(done.code, 0, "{done:?}");
        assert_eq!(done.lines.len(), 1);
        assert_eq!(done.lines[0]["output"], json!([{ "json": { "a": 1, "b": 2 } }]));
        assert_eq!(done.lines[0]["run"]["trigger"]["type"], "command_line");
    }
}

#[test]
fn a_file_stays_the_same_workflow_and_its_change_is_a_new_version() {
    let world = World::new();
    let file = file_of(&world, "filed", &adding_one());
    let run = |world: &World| world.cli(&["run", &file, "--input", r#"{"a":1}"#]).lines[0]["run"].clone();
    let (first, second) = (run(&world), run(&world));
    file_of(&world, "filed", &flow(&[("Start", "manual", "start", json!({}))], ""));
    let third = run(&world);
    assert_eq!(first["workflow_id"], third["workflow_id"]);
    assert_eq!(first["version_number"], second["version_number"]);
    assert_ne!(first["version_number"], third["version_number"]);
    assert_eq!(world.cli(&["list"]).lines.len(), 1);
}

#[test]
fn input_comes_as_an_object_a_list_a_file_or_from_standard_input() {
    let world = World::new();
    world.keep(&[("Adding", adding_one())]);
    let file = format!("@{}", world.file("input.json", r#"[{"a":3}]"#));
    for (input, typed, sums) in [
        (r#"{"a":1}"#, "", vec![2]),
        (r#"[{"a":1},{"a":5}]"#, "", vec![2, 6]),
        (&file, "", vec![4]),
        ("-", r#"{"a":10}"#, vec![11]),
        ("[]", "", vec![]),
    ] {
        let done = world.cli_with(&["run", "Adding", "--input", input], typed);
        let output = done.lines[0]["output"].as_array().unwrap();
        let found: Vec<i64> = output.iter().map(|item| item["json"]["b"].as_i64().unwrap()).collect();
        assert_eq!((done.code, found), (0, sums), "{input}");
    }
}

#[test]
fn the_exit_code_says_how_it_ended() {
    let world = World::new();
    let manual = ("manual", "start", json!({}));
    let incomplete = flow(
        &[("Start", "manual", "start", json!({})), ("Call", "http", "request", json!({ "url": "" }))],
        "Start -> Call",
    );
    world.keep(&[
        ("Adding", adding_one()),
        ("Failing", failing(manual)),
        ("Twice", adding_one()),
        ("Twice", adding_one()),
        ("Incomplete", incomplete),
    ]);
    let broken = world.file("broken.json", "{");
    for (arguments, code, error) in [
        (vec!["run", "Adding"], 0, Value::Null),
        (vec!["run", "Failing"], 1, Value::Null),
        (vec!["run", "Twice"], 1, json!("conflict")),
        (vec!["run", "Incomplete"], 2, json!("invalid_input")),
        (vec!["run", "Adding", "--input", "1"], 2, json!("invalid_input")),
        (vec!["run", "Adding", "--input", "{"], 2, json!("invalid_input")),
        (vec!["run", "Adding", "--input", "@/there/is/none"], 2, json!("invalid_input")),
        (vec!["run", "Adding", "--allow", "nowhere"], 2, json!("invalid_input")),
        (vec!["run", &broken], 2, json!("invalid_input")),
        (vec!["walk"], 2, Value::Null),
        (vec!["runs", "--limit", "0"], 2, Value::Null),
        (vec!["run", "Nothing"], 3, json!("not_found")),
        (vec!["run", "Adding", "--trigger", "Other"], 3, json!("not_found")),
        (vec!["runs", "01a00000-0000-7000-8000-000000000000"], 3, json!("not_found")),
        (vec!["runs", "what"], 3, json!("not_found")),
        (vec!["activate", "Nothing"], 3, json!("not_found")),
        (vec!["activate", "Adding"], 2, json!("invalid_input")),
        (vec!["--version"], 0, Value::Null),
        (vec!["list"], 0, Value::Null),
    ] {
        if arguments == ["--version"] {
            assert!(world.command(&arguments).output().unwrap().status.success());
            continue;
        }
        let done = world.cli(&arguments);
        assert_eq!((done.code, &done.error["code"]), (code, &error), "{arguments:?} {done:?}");
    }
}

#[test]
fn an_interrupted_run_is_cancelled() {
    let world = World::new();
    let pause = json!({ "amount": 50, "unit": "seconds" });
    let waiting = flow(&[("Start", "manual", "start", json!({})), ("Wait", "wait", "pause", pause)], "Start -> Wait");
    world.keep(&[("Waiting", waiting)]);
    let child = world.command(&["run", "Waiting"]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1_500));
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::INT).unwrap();
    let done = done(child);
    assert_eq!((done.code, &done.lines[0]["run"]["status"]), (4, &json!("canceled")), "{done:?}");
}

#[test]
fn runs_are_listed_newest_first_and_shown_with_their_steps() {
    let world = World::new();
    world.keep(&[("Adding", adding_one()), ("Failing", failing(("manual", "start", json!({}))))]);
    for _ in 0..2 {
        world.cli(&["run", "Adding", "--input", r#"{"a":1}"#]);
    }
    world.cli(&["run", "Failing"]);
    let status = |arguments: &[&str]| -> Vec<Value> {
        world.cli(arguments).lines.iter().map(|run| run["status"].clone()).collect()
    };
    assert_eq!(status(&["runs"]), ["error", "success", "success"]);
    assert_eq!(status(&["runs", "--workflow", "Adding", "--limit", "1"]), ["success"]);
    assert_eq!(status(&["runs", "--status", "error"]), ["error"]);
    let newest = world.cli(&["runs", "--workflow", "Adding"]).lines[0]["id"].as_str().unwrap().to_owned();
    let shown = world.cli(&["runs", &newest]);
    assert_eq!(shown.lines[0]["steps"].as_array().unwrap().len(), 2);
}

#[test]
fn a_workflow_is_switched_on_and_off() {
    let world = World::new();
    world.keep(&[("Hooked", failing(("webhook", "receive", json!({ "path": "a" }))))]);
    let active = |world: &World| world.cli(&["list"]).lines[0]["workflow"]["active"].clone();
    let on = world.cli(&["activate", "Hooked"]);
    assert_eq!((on.code, &on.lines[0]["triggers"][0]["kind"], active(&world)), (0, &json!("webhook"), json!(true)));
    let off = world.cli(&["deactivate", "Hooked"]);
    assert_eq!((off.code, active(&world)), (0, json!(false)));
}

#[test]
fn what_a_request_would_be_answered_is_in_the_result() {
    let world = World::new();
    let body = json!({ "respond_with": "body", "status": 201, "body": "={{ { a: $json.a } }}" });
    let text = json!({ "respond_with": "body", "body": "plain" });
    let answering = |body: &Value| {
        flow(
            &[("Start", "manual", "start", json!({})), ("Answer", "respond", "respond_to_webhook", body.clone())],
            "Start -> Answer",
        )
    };
    world.keep(&[("Object", answering(&body)), ("Text", answering(&text)), ("Silent", adding_one())]);
    let check = || {
        let of = |name: &str| world.cli(&["run", name, "--input", r#"{"a":1}"#]);
        let (object, text, silent) = (of("Object"), of("Text"), of("Silent"));
        assert_eq!((object.code, &object.lines[0]["output"][0]["json"]), (0, &json!({ "a": 1 })), "{object:?}");
        let reply = &object.lines[0]["reply"];
        assert_eq!((&reply["status"], &reply["body"]), (&json!(201), &json!({ "a": 1 })), "{reply}");
        assert_eq!((text.code, &text.lines[0]["reply"]["body"]), (0, &json!("plain")), "{text:?}");
        assert!(silent.lines[0].get("reply").is_none());
    };
    check();
    let serving = world.serve();
    check();
    drop(serving);
}
