//! How much memory many items take. A binary of its own, so that the peak is that of one run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

#[path = "all/graphs.rs"]
mod graphs;
#[path = "all/trouble.rs"]
mod trouble;
#[path = "all/world.rs"]
mod world;

use bridge_domain::*;
use serde_json::json;
use world::*;

/// The most memory this process has had so far, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// Items with a text of this length.
fn items(count: u32, length: usize) -> Vec<Item> {
    (0..count).map(|n| item(json!({ "n": n, "text": "x".repeat(length) }))).collect()
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn x6_a_hundred_thousand_items_through_five_nodes_stay_small_and_what_is_dropped_is_read_back() {
    let world = World::new();
    let program = world.program(graph("manual -> a -> b -> c -> d -> e"));
    let (running, summary) = world.run(&program, items(100_000, 100)).await;
    assert_eq!(summary.status, RunStatus::Success, "{:?}", summary.error);
    let counted = running.snapshot().steps.last().unwrap().outputs[0].items;
    assert_eq!(counted, 100_000);
    assert!(peak() <= 300, "{} MiB", peak());
    drop((running, world));

    // More text than a run holds in memory: the second node reads pages that were dropped before.
    let world = World::new();
    let program = world.program(graph("manual -> a:parity"));
    let (running, summary) = world.run(&program, items(700, 100_000)).await;
    assert_eq!(summary.status, RunStatus::Success, "{:?}", summary.error);
    let outputs = &running.snapshot().steps[1].outputs;
    assert_eq!(outputs.iter().map(|output| output.items).sum::<u32>(), 700);
}
