//! Runs that were cut off: deciding about their steps, and cancelling them, with and without another process at work.

use std::process::Stdio;
use std::time::Instant;

use serde_json::{Value, json};

use crate::counter::Counter;
use crate::world::{LONG, World, flow};

/// A message, then a note; the process is killed when the message has arrived and is not answered yet.
fn cut_off(world: &World, counter: &Counter) -> String {
    let post = json!({ "method": "POST", "url": format!("http://127.0.0.1:{}/Post", counter.port), "body_kind": "json", "body": {} });
    world.keep(&[(
        "Posting",
        flow(
            &[
                ("Start", "manual", "start", json!({})),
                ("Post", "http", "request", post),
                ("Set", "set", "set_fields", json!({ "fields": { "done": true } })),
            ],
            "Start -> Post, Post -> Set",
        ),
    )]);
    let allow = format!("127.0.0.1:{}", counter.port);
    let before = counter.total();
    let mut child = world.command(&["run", "Posting", "--allow", &allow]).stdout(Stdio::null()).spawn().unwrap();
    let begin = Instant::now();
    while counter.total() == before {
        assert!(begin.elapsed() < LONG);
        std::thread::sleep(std::time::Duration::from_micros(200));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    world.runs("Posting")[0]["id"].as_str().unwrap().to_owned()
}

/// Alone, and handed over to `serve`, which goes on with the run itself until it asks.
fn each_way(check: impl Fn(&World, &Counter, &str)) {
    for serves in [false, true] {
        let (world, counter) = (World::new(), Counter::start());
        let run = cut_off(&world, &counter);
        let serving = serves.then(|| world.serve());
        if serves {
            world.until("Posting", |runs| runs[0]["status"] == "unknown");
        }
        check(&world, &counter, &run);
        drop(serving);
    }
}

#[test]
fn a_step_in_flight_is_repeated_skipped_or_ends_the_run_as_decided() {
    for (decision, code, status, messages) in
        [("repeat", 0, "success", 2), ("skip", 0, "success", 1), ("stop", 4, "canceled", 1)]
    {
        each_way(|world, counter, run| {
            let done = world.cli(&["decide", run, decision]);
            assert_eq!((done.code, &done.lines[0]["run"]["status"]), (code, &json!(status)), "{decision} {done:?}");
            assert_eq!((counter.total(), &done.lines[0]["undecided"]), (messages, &json!([])), "{decision}");
            let again = world.cli(&["decide", run, decision]);
            assert_eq!((again.code, &again.error["code"]), (1, &json!("conflict")), "{again:?}");
        });
    }
}

#[test]
fn what_waits_for_a_decision_is_shown_with_the_runs() {
    let (world, counter) = (World::new(), Counter::start());
    let run = cut_off(&world, &counter);
    let serving = world.serve();
    let runs = world.until("Posting", |runs| runs[0]["status"] == "unknown");
    let step = &runs[0]["undecided"][0];
    assert_eq!((&step["node_label"], &step["step"]), (&json!("Post"), &json!(1)), "{runs:?}");
    let shown = world.cli(&["show", &run, "--items"]);
    assert_eq!(shown.lines[0]["undecided"][0], *step);
    assert_eq!((&shown.lines[1]["node_id"], &shown.lines[1]["items"]), (&json!("Start"), &json!([{ "json": {} }])));
    assert_eq!(world.cli(&["runs", "--status", "unknown"]).lines.len(), 1);
    let wrong = world.cli(&["decide", &run, "repeat", "--step", "7"]);
    assert_eq!((wrong.code, &wrong.error["code"]), (1, &json!("conflict")), "{wrong:?}");
    assert_eq!(world.cli(&["decide", "what", "repeat"]).code, 3);
    assert_eq!(world.cli(&["decide", &run, "again"]).code, 2);
    drop(serving);
    // Without it, the run still asks.
    assert_eq!(world.runs("Posting")[0]["undecided"][0]["node_label"], "Post");
    assert_eq!(world.cli(&["decide", &run, "skip", "--step", "1"]).code, 0);
    assert_eq!(counter.total(), 1);
}

#[test]
fn a_run_that_was_cut_off_or_asks_or_works_elsewhere_can_be_cancelled() {
    each_way(|world, counter, run| {
        let done = world.cli(&["cancel", run]);
        assert_eq!((done.code, &done.lines[0]["status"]), (0, &json!("canceled")), "{done:?}");
        // Whoever opens the folder next does not go on with it.
        drop((!world.data().join("control.sock").exists()).then(|| world.serve()));
        assert_eq!((counter.total(), &world.runs("Posting")[0]["status"]), (1, &json!("canceled")));
    });
    // One that another command has begun.
    let world = World::new();
    let pause = json!({ "amount": 50, "unit": "seconds" });
    world.keep(&[(
        "Waiting",
        flow(&[("Start", "manual", "start", json!({})), ("Wait", "wait", "pause", pause)], "Start -> Wait"),
    )]);
    let running = world.command(&["run", "Waiting"]).spawn().unwrap();
    let runs: Vec<Value> = world.until("Waiting", |runs| runs.iter().any(|run| run["status"] == "waiting"));
    let done = world.cli(&["cancel", runs[0]["id"].as_str().unwrap()]);
    assert_eq!((done.code, &done.lines[0]["status"]), (0, &json!("canceled")), "{done:?}");
    assert_eq!(crate::world::done(running).code, 4);
    assert_eq!(world.cli(&["cancel", "01a00000-0000-7000-8000-000000000000"]).code, 3);
}
