//! Workflows that start because another one has failed.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::world::{World, failing, flow};

fn telling() -> Value {
    let set = json!({ "fields": { "about": "={{ $json.run.workflow_name }}" }, "keep_other_fields": false });
    flow(&[("Failed", "error", "workflow_failed", json!({})), ("About", "set", "set_fields", set)], "Failed -> About")
}

#[test]
fn a_failure_is_told_once_and_never_that_of_the_telling_itself() {
    let world = World::new();
    let hooked = failing(("webhook", "receive", json!({ "path": "in" })));
    let broken = failing(("error", "workflow_failed", json!({})));
    world.activate(&[("Telling", telling()), ("Broken", broken), ("Hooked", hooked)]);
    let serving = world.serve();
    assert_eq!(serving.post(&world.address("Hooked"), "{}").status, 200);
    let told = world.until("Telling", |runs| !runs.is_empty() && runs[0]["status"] == "success");
    let failed = world.runs("Hooked");
    assert_eq!(told[0]["trigger"], json!({ "type": "error", "failed": failed[0]["id"] }));
    world.until("Broken", |runs| !runs.is_empty() && runs[0]["status"] == "error");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!((world.runs("Telling").len(), world.runs("Broken").len(), world.runs("Hooked").len()), (1, 1, 1));
    // A run on which the process ended is told when it has failed, once.
    assert_eq!(serving.signal(Signal::KILL), None);
    let _serving = world.serve();
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!((world.runs("Telling").len(), world.runs("Broken").len()), (1, 1));
}

#[test]
fn x6_what_a_telling_run_calls_and_does_not_wait_for_is_not_told_when_it_fails() {
    for (calls, waits) in [(1, false), (2, false), (2, true)] {
        let world = World::new();
        let call = |workflow: &str, waits: bool| {
            let config = json!({ "workflow_id": workflow, "wait_for_result": waits, "run": "once_for_all_items" });
            ("Call", "subworkflow", "execute_workflow", config)
        };
        let called = world.keep(&[("Called", failing(("manual", "start", json!({}))))])[0].to_string();
        let between = flow(&[("Start", "manual", "start", json!({})), call(&called, waits)], "Start -> Call");
        let between = world.keep(&[("Between", between)])[0].to_string();
        let first = if calls == 1 { &called } else { &between };
        let begin = ("Failed", "error", "workflow_failed", json!({}));
        world.activate(&[("Telling", flow(&[begin, call(first, false)], "Failed -> Call"))]);
        world.keep(&[("Failing", failing(("manual", "start", json!({}))))]);
        let _serving = world.serve();
        assert_eq!(world.cli(&["run", "Failing"]).code, 1);
        world.until("Called", |runs| !runs.is_empty() && runs[0]["status"] == "error");
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!((world.runs("Telling").len(), world.runs("Called").len()), (1, 1), "{calls} {waits}");
    }
}

#[test]
fn the_failure_of_a_command_is_told_before_the_command_ends() {
    let world = World::new();
    world.activate(&[("Telling", telling())]);
    world.keep(&[("Failing", failing(("manual", "start", json!({}))))]);
    assert_eq!(world.cli(&["run", "Failing"]).code, 1);
    let told = world.runs("Telling");
    assert_eq!((told.len(), &told[0]["status"]), (1, &json!("success")));
}

#[test]
fn a_storm_of_failures_becomes_a_few_runs() {
    let world = World::new();
    let hooked = failing(("webhook", "receive", json!({ "path": "in", "respond": "after_last_node" })));
    world.activate(&[("Telling", telling()), ("Hooked", hooked)]);
    let serving = world.serve();
    let path = world.address("Hooked");
    for _ in 0..40 {
        assert_eq!(serving.post(&path, "{}").status, 500);
    }
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!((world.runs("Hooked").len(), world.runs("Telling").len()), (40, 10));
}
