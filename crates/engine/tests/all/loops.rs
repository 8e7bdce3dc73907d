//! Loops: rounds, nesting, edges that leave, references inside, caps.

use bridge_domain::*;
use serde_json::json;

use super::world::*;

async fn check(mut definition: Definition, batch_size: u32, items: u32, ran: &str, out: &str) {
    set(&mut definition, "l", json!({ "batch_size": batch_size }));
    let world = World::new();
    let program = world.program(definition);
    let (running, summary) = world.run(&program, numbers(0, items)).await;
    assert_eq!(summary.status, RunStatus::Success, "{:?}", summary.error);
    assert_eq!(world.ran(), ran);
    assert_eq!(list(&output(&running).await), out);
}

#[tokio::test]
async fn a_loop_deals_out_batches_and_puts_out_what_came_back() {
    let text = "manual -> l:loop; l.loop -> a -> l; l.done -> b";
    check(graph(text), 2, 5, "a(0,1) a(2,3) a(4) b(0,1,2,3,4)", "0,1,2,3,4").await;
    check(graph(text), 10, 3, "a(0,1,2) b(0,1,2)", "0,1,2").await;
    check(graph(text), 1, 0, "", "").await;
}

#[tokio::test]
async fn rounds_that_bring_nothing_back_still_follow_each_other() {
    check(graph("manual -> l:loop; l.loop -> a:none -> l; l.done -> b"), 1, 3, "a(0) a(1) a(2)", "").await;
    check(graph("manual -> l:loop; l.loop -> a; l.done -> b"), 2, 4, "a(0,1) a(2,3)", "").await;
    check(graph("manual -> l:loop; l.loop -> l; l.done -> b"), 2, 3, "b(0,1,2)", "0,1,2").await;
}

#[tokio::test]
async fn branches_in_a_loop_come_back_in_the_order_of_rounds() {
    let text = "manual -> l:loop; l.loop -> p:parity; p.even -> e -> l; p.odd -> o -> l; l.done -> b";
    check(graph(text), 1, 4, "p(0) e(0) p(1) o(1) p(2) e(2) p(3) o(3) b(0,1,2,3)", "0,1,2,3").await;
}

#[tokio::test]
async fn an_edge_that_leaves_a_loop_delivers_once_at_its_end() {
    let text = "manual -> l:loop; l.loop -> a -> l; a -> x; manual -> x; l.done -> b";
    let world = World::new();
    let mut definition = graph(text);
    set(&mut definition, "l", json!({ "batch_size": 1 }));
    let program = world.program(definition);
    let (_, summary) = world.run(&program, numbers(0, 3)).await;
    assert_eq!(summary.status, RunStatus::Success);
    let ran = world.ran();
    assert!(ran.starts_with("a(0) a(1) a(2)") && ran.contains("x(0,1,2,0,1,2)") && ran.contains("b(0,1,2)"), "{ran}");
}

#[tokio::test]
async fn loops_nest() {
    let mut definition = graph("manual -> l:loop; l.loop -> i:loop; i.loop -> a -> i; i.done -> c -> l; l.done -> b");
    set(&mut definition, "i", json!({ "batch_size": 1 }));
    check(definition, 2, 4, "a(0) a(1) c(0,1) a(2) a(3) c(2,3) b(0,1,2,3)", "0,1,2,3").await;
    let definition = graph("manual -> l:loop; l.loop -> i:loop; i.loop -> a -> i; a -> l; l.done -> b");
    check(definition, 2, 4, "a(0) a(1) a(2) a(3) b(0,1,2,3)", "0,1,2,3").await;
}

#[tokio::test]
async fn steps_in_a_loop_have_their_round_and_see_nodes_of_the_same_round() {
    let world = World::new();
    let mut definition = graph("manual -> l:loop; l.loop -> a -> p:pair; a -> q:all; q -> l; l.done -> z:pair");
    set(&mut definition, "p", json!({ "of": "manual" }));
    set(&mut definition, "q", json!({ "of": "a" }));
    set(&mut definition, "z", json!({ "of": "manual" }));
    let program = world.program(definition);
    let (running, summary) = world.run(&program, numbers(0, 3)).await;
    assert_eq!(summary.status, RunStatus::Success, "{:?}", summary.error);
    assert_eq!(world.seen(), ["p: 0", "q: 0", "p: 1", "q: 1", "p: 2", "q: 2"]);
    let steps = steps(&running);
    assert_eq!(steps[1..5], ["l/0 success", "a/0 success", "p/0 success", "q/0 success"]);
    assert_eq!(steps.last().unwrap(), "l success");
}

#[tokio::test]
async fn items_that_leave_a_loop_are_followed_back_through_it() {
    let world = World::new();
    let mut definition = graph("manual -> m -> l:loop; l.loop -> a -> l; l.done -> z:pair");
    set(&mut definition, "l", json!({ "batch_size": 2 }));
    set(&mut definition, "z", json!({ "of": "m" }));
    let program = world.program(definition);
    let (_, summary) = world.run(&program, numbers(0, 5)).await;
    assert_eq!(summary.status, RunStatus::Success, "{:?}", summary.error);
    assert_eq!(world.seen(), ["z: 0", "z: 1", "z: 2", "z: 3", "z: 4"]);
}

#[tokio::test]
async fn x6_a_loop_ends_at_its_cap_of_rounds_and_a_run_at_its_cap_of_steps() {
    let mut definition = graph("manual -> l:loop; l.loop -> a -> l; l.done -> b");
    set(&mut definition, "l", json!({ "max_rounds": 3 }));
    let world = World::new();
    let program = world.program(definition.clone());
    let (_, summary) = world.run(&program, numbers(0, 5)).await;
    let error = summary.error.unwrap().error;
    assert_eq!((error.code, summary.status), (ErrorCode::LimitReached, RunStatus::Error));
    assert!(error.message.contains("3 times"), "{}", error.message);

    set(&mut definition, "l", json!({ "max_rounds": 1_000_000_000 }));
    let world = World::with(RunLimits { steps: 1_000, ..RunLimits::default() });
    let program = world.program(definition);
    let (_, summary) = world.run(&program, numbers(0, 5_000)).await;
    let error = summary.error.unwrap().error;
    assert_eq!(error.code, ErrorCode::LimitReached);
    assert!(error.message.contains("1000 steps"), "{}", error.message);
}
