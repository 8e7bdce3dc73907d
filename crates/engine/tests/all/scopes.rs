//! Running a part: up to a node, from a node, and what a failed run did not finish.

use std::sync::atomic::Ordering;

use bridge_domain::*;

use super::world::*;

#[tokio::test]
async fn up_to_a_node_takes_over_what_leads_to_it_and_leaves_out_the_rest() {
    let world = World::new();
    let program = world.program(graph("manual -> a -> b -> c; a -> d"));
    world.run(&program, numbers(0, 2)).await;
    world.ran();
    let scope = RunScope::To { node_id: NodeId::from("b") };
    let running = world.begin(&program, numbers(0, 2), scope.clone()).await.unwrap();
    assert_eq!(running.finished().await.status, RunStatus::Success);
    assert_eq!(world.ran(), "b(0,1)");
    assert_eq!(output(&running).await, [0, 1]);
    let reused: Vec<bool> = running.snapshot().steps.iter().map(|step| step.reused).collect();
    assert_eq!(reused, [false, true, false]);
    let other_input = world.begin(&program, numbers(5, 6), scope).await.unwrap();
    other_input.finished().await;
    assert_eq!(world.ran(), "a(5) b(5)");
}

#[tokio::test]
async fn from_a_node_executes_it_and_what_follows_anew() {
    let world = World::new();
    let program = world.program(graph("manual -> a -> b -> c; a -> x -> c; a -> y"));
    world.run(&program, numbers(0, 1)).await;
    world.ran();
    let scope = RunScope::From { node_id: NodeId::from("b") };
    let running = world.begin(&program, numbers(0, 1), scope).await.unwrap();
    running.finished().await;
    assert_eq!(world.ran(), "b(0) c(0,0)");
    let unknown = RunScope::To { node_id: NodeId::from("nobody") };
    assert_eq!(world.begin(&program, numbers(0, 1), unknown).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_changed_node_is_not_taken_over() {
    let world = World::new();
    let mut program = world.program(graph("manual -> a -> b -> c"));
    world.run(&program, numbers(0, 1)).await;
    world.ran();
    let mut definition = (*program.definition).clone();
    set(&mut definition, "a", serde_json::json!({ "field": 1 }));
    program.definition = std::sync::Arc::new(definition);
    let running = world.begin(&program, numbers(0, 1), RunScope::To { node_id: NodeId::from("c") }).await.unwrap();
    running.finished().await;
    assert_eq!(world.ran(), "a(0) c(0)", "a has changed; b gets the same as before");
}

#[tokio::test]
async fn a_retry_sends_nothing_again_that_was_sent() {
    let world = World::new();
    world.shared.failures.store(1, Ordering::SeqCst);
    let program = world.program(graph("manual -> s:send -> f:flaky -> t:send"));
    let (failed, summary) = world.run(&program, numbers(0, 1)).await;
    assert_eq!((summary.status, world.shared.sent.load(Ordering::SeqCst)), (RunStatus::Error, 1));
    let scope = RunScope::Retry { run_id: failed.id, active_version: false };
    let running = world.begin(&program, numbers(0, 1), scope).await.unwrap();
    let summary = running.finished().await;
    assert_eq!((summary.status, world.shared.sent.load(Ordering::SeqCst)), (RunStatus::Success, 2));
    assert_eq!(output(&running).await, [0]);
}
