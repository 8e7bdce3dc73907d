//! Runs that would never end or never fit: they end at their caps with an error that says so, and at once when they are
//! cancelled. The caps are those of the product, except where these would take longer than a test may.

use std::time::{Duration, Instant};

use bridge_domain::{ErrorCode, RunLimits, RunScope, RunStatus, RunTrigger};
use serde_json::{Value, json};

use crate::inside::Inside;
use crate::world::{World, block_on, file_of, flow};

type Node = (&'static str, &'static str, &'static str, Value);

fn start() -> Node {
    ("Start", "manual", "start", json!({}))
}

fn code(name: &'static str, code: &str) -> Node {
    (name, "code", "run_javascript", json!({ "code": code, "timeout_seconds": 60 }))
}

fn pass(name: &'static str) -> Node {
    (name, "no_op", "pass", json!({}))
}

fn looped(name: &'static str) -> Node {
    (name, "loop", "over_items", json!({ "batch_size": 1 }))
}

/// Puts out so many items.
fn many(count: u32) -> String {
    format!("return Array.from({{ length: {count} }}, (_, n) => ({{ n }}))")
}

/// Three loops of a thousand rounds, one in the other.
fn a_billion_rounds() -> Value {
    let thousand = many(1_000);
    flow(
        &[
            start(),
            code("Make", &thousand),
            looped("A"),
            code("MakeB", &thousand),
            looped("B"),
            code("MakeC", &thousand),
            looped("C"),
            pass("P"),
        ],
        "Start -> Make, Make -> A, A.loop -> MakeB, MakeB -> B, B.loop -> MakeC, MakeC -> C, C.loop -> P, P -> C, C.done -> B, \
         B.done -> A",
    )
}

/// A fan-out whose items go through one more node; the run itself keeps one.
fn fan_out(count: u32) -> Value {
    let one = ("One", "limit", "limit_items", json!({ "max_items": 1 }));
    flow(&[start(), code("Make", &many(count)), pass("P"), one], "Start -> Make, Make -> P, P -> One")
}

/// The same from one item with a long list.
fn split(count: u32) -> Value {
    let list = format!("={{{{ Array.from({{ length: {count} }}, (_, n) => n) }}}}");
    let set = ("Set", "set", "set_fields", json!({ "fields": { "list": list } }));
    let split = ("Split", "split_out", "split", json!({ "field": "list" }));
    let one = ("One", "limit", "limit_items", json!({ "max_items": 1 }));
    flow(&[start(), set, split, pass("P"), one], "Start -> Set, Set -> Split, Split -> P, P -> One")
}

fn ends_at(limits: RunLimits, definition: &Value, said: &str) {
    block_on(async {
        let summary = Inside::new(limits).await.run(definition).await;
        let error = summary.error.unwrap().error;
        assert_eq!((summary.status, error.code), (RunStatus::Error, ErrorCode::LimitReached), "{error:?}");
        assert!(error.message.contains(said) && !error.hint.is_empty(), "{error:?}");
    });
}

#[test]
fn x6_a_loop_of_a_billion_rounds_ends_at_a_cap() {
    ends_at(RunLimits { steps: 2_000, ..RunLimits::default() }, &a_billion_rounds(), "2000 steps");
    // One loop has a cap of its own.
    let mut definition = flow(
        &[start(), code("Make", &many(300)), looped("A"), pass("P")],
        "Start -> Make, Make -> A, A.loop -> P, P -> A",
    );
    definition["nodes"][2]["data"]["config"]["max_rounds"] = json!(100);
    ends_at(RunLimits::default(), &definition, "\"A\" may go round 100 times");
}

#[test]
fn x6_what_never_ends_is_cancelled_within_a_second() {
    for (definition, after) in [(a_billion_rounds(), 1_000), (fan_out(1_000_000), 2_000), (split(1_000_000), 2_000)] {
        block_on(async {
            let inside = Inside::new(RunLimits::default()).await;
            let id = inside.keep("Endless", &definition).await;
            let run = inside.start(id, RunScope::Whole, RunTrigger::Manual).await.unwrap();
            tokio::time::sleep(Duration::from_millis(after)).await;
            let asked = Instant::now();
            inside.runner.cancel(run).await.unwrap();
            let summary = inside.runner.finished(run).await.unwrap();
            assert_eq!(summary.status, RunStatus::Canceled, "{:?}", summary.error);
            let took = asked.elapsed();
            assert!(took < Duration::from_secs(1), "{took:?} after {after} ms");
        });
    }
}

#[test]
fn x6_what_puts_out_too_much_ends_at_its_cap() {
    let texts = ("Texts", "set", "set_fields", json!({ "fields": { "text": "={{ 'x'.repeat(10000) }}" } }));
    let definition = flow(&[start(), code("Make", &many(2_000)), texts], "Start -> Make, Make -> Texts");
    ends_at(RunLimits { step_output: 8 << 20, ..RunLimits::default() }, &definition, "may put out 8 MiB");
    ends_at(RunLimits { output: 8 << 20, ..RunLimits::default() }, &definition, "8 MiB");
    ends_at(RunLimits { items: 1_000, ..RunLimits::default() }, &definition, "1000 items");
}

#[test]
fn x6_code_that_builds_a_gigabyte_is_stopped() {
    let builds =
        "const parts = []; for (let n = 0; n < 1024; n++) parts.push('x'.repeat(1 << 20) + n); return { parts }";
    let definition = flow(&[start(), code("Make", builds)], "Start -> Make");
    ends_at(RunLimits::default(), &definition, "more than 256 MiB of memory");
    let returns = "return Array.from({ length: 100 }, () => ({ text: 'x'.repeat(1 << 20) }))";
    let definition = flow(&[start(), code("Make", returns)], "Start -> Make");
    ends_at(RunLimits::default(), &definition, "more than 64 MiB");
}

/// In a process of its own, so that the peak is that of the one run. JavaScript runs in yet another one.
#[cfg(target_os = "linux")]
#[test]
fn x6_many_items_stay_small() {
    for (name, definition) in [("fan", fan_out(200_000)), ("split", split(200_000))] {
        let world = World::new();
        let file = file_of(&world, name, &definition);
        let mut child = world.command(&["run", &file]).spawn().unwrap();
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        while child.try_wait().unwrap().is_none() {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with("VmHWM"));
            let size = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
            peak = size.map_or(peak, |size| size / 1024);
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(child.wait().unwrap().success());
        // A fifth of a million: the part that grows with the items must be small.
        assert!(peak > 20 && peak < 150, "{name}: {peak} MiB");
    }
}
