//! What runs, in which order, with what: lines, branches, joins, settings of nodes, waits, events.

use std::time::Duration;

use bridge_domain::*;
use serde_json::json;
use tokio::sync::oneshot;

use super::world::*;

/// Runs a graph on items `{n: 0..items}`; what ran and what came out must be as expected.
async fn check(text: &str, items: u32, ran: &str, out: &str) {
    check_graph(graph(text), items, ran, out).await;
}

async fn check_graph(definition: Definition, items: u32, ran: &str, out: &str) {
    let world = World::new();
    let program = world.program(definition);
    let (running, summary) = world.run(&program, numbers(0, items)).await;
    assert_eq!(summary.status, RunStatus::Success, "{:?}", summary.error);
    assert_eq!(world.ran(), ran);
    assert_eq!(list(&output(&running).await), out);
}

#[tokio::test]
async fn a_line_passes_items_on() {
    check("manual -> a -> b", 2, "a(0,1) b(0,1)", "0,1").await;
}

#[tokio::test]
async fn a_fan_out_gives_every_branch_all_items() {
    check("manual -> a; a -> b, c, d", 2, "a(0,1) b(0,1) c(0,1) d(0,1)", "0,1,0,1,0,1").await;
}

#[tokio::test]
async fn a_diamond_waits_for_both_sides_in_the_order_of_its_connections() {
    check("manual -> a; a -> b, c:twice; b, c -> d:merge", 2, "a(0,1) b(0,1) c(0,1) d(0,1,0,0,1,1)", "0,1,0,0,1,1")
        .await;
    check("manual -> a; a -> b, c:twice; c, b -> d", 1, "a(0) b(0) c(0) d(0,0,0)", "0,0,0").await;
}

#[tokio::test]
async fn an_asymmetric_join_waits_for_the_longer_side() {
    check("manual -> a -> b -> c -> d; a -> d", 1, "a(0) b(0) c(0) d(0,0)", "0,0").await;
}

#[tokio::test]
async fn a_branch_that_nothing_takes_is_pruned_and_waited_for_no_longer() {
    let text = "manual -> p:parity; p.odd -> o -> o2 -> j; p.even -> e -> j; j -> last";
    check(text, 1, "p(0) e(0) j(0) last(0)", "0").await;
    check(text, 2, "p(0,1) o(1) e(0) o2(1) j(1,0) last(1,0)", "1,0").await;
    check("manual -> a:none -> b -> c", 3, "a(0,1,2)", "").await;
    check("manual -> a -> b", 0, "", "").await;
}

#[tokio::test]
async fn a_disabled_node_passes_on_by_its_first_output() {
    let mut definition = graph("manual -> a:none -> b");
    node(&mut definition, "a").settings.disabled = true;
    let world = World::new();
    let program = world.program(definition);
    let (running, summary) = world.run(&program, numbers(0, 2)).await;
    assert_eq!(summary.status, RunStatus::Success);
    assert_eq!(steps(&running), ["manual success", "a skipped", "b success"]);
    assert_eq!(output(&running).await, [0, 1]);
}

#[tokio::test]
async fn execute_once_takes_the_first_item_and_always_output_gives_an_empty_one() {
    let mut definition = graph("manual -> a -> b");
    node(&mut definition, "a").settings.execute_once = true;
    check_graph(definition, 3, "a(0) b(0)", "0").await;
    let mut definition = graph("manual -> a:none -> b");
    node(&mut definition, "a").settings.always_output = true;
    check_graph(definition, 3, "a(0,1,2) b(-1)", "-1").await;
}

#[tokio::test]
async fn joins_any_and_first_start_with_what_arrives_first() {
    for join in [Join::Any, Join::First] {
        let mut definition = graph("manual -> a; a -> c0 -> c1 -> c2 -> j; a -> b -> j");
        node(&mut definition, "j").settings.join = join;
        check_graph(definition, 1, "a(0) c0(0) b(0) c1(0) j(0) c2(0)", "0").await;
    }
}

#[tokio::test]
async fn what_comes_too_late_for_a_join_is_said_at_its_step() {
    let late = "manual -> a; a -> c0:twice -> c1 -> j; a -> b -> j; a -> d0:twice -> d1 -> j";
    let at_once = "manual -> j; manual -> b -> j; b -> c -> j";
    let looped = "manual -> l:loop; l.loop -> c0:twice -> j; l.loop -> j; j -> l; l.done -> z";
    for (text, join, expected) in [
        (late, Join::Any, vec![Some("8 items from \"c1\" and another node came too late")]),
        (late, Join::First, vec![Some("8 items from \"c1\" and another node came too late")]),
        (at_once, Join::First, vec![Some("4 items from \"b\" and another node came too late")]),
        (looped, Join::Any, vec![Some("2 items from \"c0\" came too late"); 2]),
        (late, Join::Active, vec![None]),
    ] {
        let mut definition = graph(text);
        node(&mut definition, "j").settings.join = join;
        let world = World::new();
        let program = world.program(definition);
        let (running, summary) = world.run(&program, numbers(0, 2)).await;
        assert_eq!(summary.status, RunStatus::Success);
        let steps = running.snapshot().steps;
        let notices = |node: &str| -> Vec<Option<String>> {
            steps.iter().filter(|step| step.node_id.as_str() == node).map(|step| step.notice.clone()).collect()
        };
        let said = notices("j");
        let begins = |(said, expected): (&Option<String>, &Option<&str>)| match (said, expected) {
            (Some(said), Some(expected)) => said.starts_with(expected),
            (said, expected) => said.is_none() && expected.is_none(),
        };
        assert!(said.len() == expected.len() && said.iter().zip(&expected).all(begins), "{text} {join:?}: {said:?}");
        assert!(notices("z").iter().chain(&notices("b")).all(Option::is_none));
        let kept = world.memory.load(running.id).await.unwrap().steps;
        let kept: Vec<_> = kept.into_iter().map(|record| (record.started.step, record.notice)).collect();
        assert_eq!(kept, steps.iter().map(|step| (step.step, step.notice.clone())).collect::<Vec<_>>(), "{text}");
    }
}

#[tokio::test]
async fn a_merge_node_in_mode_first_takes_one_branch_only() {
    let mut definition = graph("manual -> j:merge; manual -> b -> j");
    set(&mut definition, "j", json!({ "mode": "first" }));
    check_graph(definition, 2, "j(0,1) b(0,1)", "0,1").await;
}

#[tokio::test]
async fn a_join_of_all_that_cannot_fire_names_the_connection() {
    let mut definition = graph("manual -> p:parity; p.odd -> o -> j; p.even -> j");
    node(&mut definition, "j").settings.join = Join::All;
    let world = World::new();
    let program = world.program(definition.clone());
    let (_, summary) = world.run(&program, numbers(0, 1)).await;
    assert_eq!(summary.status, RunStatus::Error);
    let message = summary.error.unwrap().error.message;
    assert!(message.contains("\"o\"") && message.contains("e2"), "{message}");
    let (_, summary) = world.run(&program, numbers(0, 2)).await;
    assert_eq!(summary.status, RunStatus::Success);
}

#[tokio::test]
async fn pins_replace_a_node_in_test_runs_only_and_not_in_what_they_call() {
    let called = RunTrigger::Workflow { parent: RunId::new() };
    for (mode, trigger, expected) in [
        (RunMode::Test, RunTrigger::Manual, vec![7]),
        (RunMode::Production, RunTrigger::Manual, vec![0]),
        (RunMode::Test, called, vec![0]),
    ] {
        let world = World::new();
        let mut program = world.program(graph("manual -> a -> b"));
        let pin = Pin { node_id: NodeId::from("a"), items: numbers(7, 8), updated_at: Timestamp::now() };
        program.pins = vec![pin].into();
        let start = bridge_engine::Start { mode, trigger, ..begin(&program, numbers(0, 1), RunScope::Whole) };
        let running = world.engine.start(start).await.unwrap();
        running.finished().await;
        assert_eq!(output(&running).await, expected);
        assert_eq!(running.snapshot().steps[1].reused, expected == [7]);
    }
}

#[tokio::test]
async fn a_wait_is_a_timer_in_the_journal_and_the_run_says_that_it_waits() {
    let world = World::new();
    let program = world.program(graph("manual -> w:wait -> b"));
    let running = world.begin(&program, numbers(0, 1), RunScope::Whole).await.unwrap();
    let mut statuses = Vec::new();
    let mut events = running.subscribe();
    while let Some(batch) = events.recv().await {
        for event in batch {
            if let RunEvent::Run { run } = event {
                statuses.push(run.status);
            }
        }
    }
    assert_eq!(statuses, [RunStatus::Running, RunStatus::Waiting, RunStatus::Running, RunStatus::Success]);
    let entries = world.memory.entries(running.id);
    assert!(entries.iter().any(|entry| matches!(entry, Entry::TimerSet(_))));
}

#[tokio::test]
async fn events_after_a_snapshot_give_the_same_as_the_last_snapshot() {
    let world = World::new();
    let program = world.program(graph("manual -> a:wait -> b; a -> c:parity; c.odd -> d"));
    let running = world.begin(&program, numbers(0, 5), RunScope::Whole).await.unwrap();
    let mut events = running.subscribe();
    let mut late = Vec::new();
    let mut steps = std::collections::BTreeMap::new();
    let mut run = None;
    while let Some(batch) = events.recv().await {
        if late.is_empty() {
            late.push(running.subscribe());
        }
        for event in batch {
            match event {
                RunEvent::Step { step } => drop(steps.insert(step.step, *step)),
                RunEvent::Run { run: now } => run = Some(*now),
                RunEvent::Progress { .. } => {}
            }
        }
    }
    let last = running.snapshot();
    assert_eq!(run.unwrap(), last.run);
    assert_eq!(steps.into_values().collect::<Vec<_>>(), last.steps);
    let mut last_event = None;
    while let Some(batch) = late[0].recv().await {
        last_event = batch.into_iter().last();
    }
    assert!(matches!(last_event, Some(RunEvent::Run { run }) if run.status == RunStatus::Success));
}

#[tokio::test]
async fn a_reply_is_given_once() {
    let world = World::new();
    let program = world.program(graph("manual -> a:reply -> b:reply"));
    for (trigger, second) in [(RunTrigger::Webhook, Some(ErrorCode::Conflict)), (RunTrigger::CommandLine, None)] {
        let (sender, receiver) = oneshot::channel();
        let start = begin(&program, numbers(0, 1), RunScope::Whole);
        let running = world.engine.start(bridge_engine::Start { reply: Some(sender), trigger, ..start }).await.unwrap();
        assert_eq!(receiver.await.unwrap().body, b"hello");
        assert_eq!(running.finished().await.error.map(|error| error.error.code), second);
    }
}

#[tokio::test]
async fn who_waits_for_a_reply_hears_when_the_run_ends_without_one() {
    let world = World::new();
    let program = world.program(graph("manual -> a"));
    let (sender, receiver) = oneshot::channel();
    let start = bridge_engine::Start { reply: Some(sender), ..begin(&program, numbers(0, 1), RunScope::Whole) };
    let _running = world.engine.start(start).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_secs(5), receiver).await.unwrap().is_err());
}

#[tokio::test]
async fn an_item_is_followed_back_to_where_it_came_from() {
    let world = World::new();
    let mut definition = graph("manual -> a -> t:twice -> p:parity; p.odd -> o:pair; p.even -> x; x -> e:all");
    set(&mut definition, "o", json!({ "of": "a" }));
    set(&mut definition, "e", json!({ "of": "p" }));
    let program = world.program(definition);
    let (_, summary) = world.run(&program, numbers(0, 4)).await;
    assert_eq!(summary.status, RunStatus::Success, "{:?}", summary.error);
    let mut seen = world.seen();
    seen.sort();
    assert_eq!(seen, ["e: 0", "e: 0", "e: 2", "e: 2", "o: 1", "o: 1", "o: 3", "o: 3"]);
}

#[tokio::test]
async fn a_reference_that_cannot_be_resolved_says_why() {
    for (of, expected) in [("nobody", "no node \"nobody\""), ("later", "has not run"), ("double", "2 nodes are called")]
    {
        let world = World::new();
        let mut definition = graph("manual -> a -> o:pair -> later -> d1 -> d2");
        set(&mut definition, "o", json!({ "of": of }));
        node(&mut definition, "d1").label = "double".to_owned();
        node(&mut definition, "d2").label = "double".to_owned();
        let program = world.program(definition);
        let (_, summary) = world.run(&program, numbers(0, 1)).await;
        let message = summary.error.unwrap().error.message;
        assert!(message.contains(expected), "{message}");
    }
}

#[tokio::test]
async fn a_called_workflow_gives_its_last_items_and_its_failure() {
    let world = World::new();
    let child = world.program(graph("manual -> c:twice"));
    let mut definition = graph("manual -> call:call -> after");
    set(&mut definition, "call", json!({ "workflow": child.workflow_id.to_string() }));
    let program = world.program(definition.clone());
    let (running, summary) = world.run(&program, numbers(3, 4)).await;
    assert_eq!(summary.status, RunStatus::Success, "{:?}", summary.error);
    assert_eq!(output(&running).await, [3, 3]);
    let failing = world.program(graph("manual -> c:fail"));
    set(&mut definition, "call", json!({ "workflow": failing.workflow_id.to_string() }));
    let (_, summary) = world.run(&world.program(definition), numbers(3, 4)).await;
    assert!(summary.error.unwrap().error.message.contains("failed"));
}

#[tokio::test]
async fn x6_a_workflow_that_calls_itself_ends_at_the_cap() {
    let world = World::new();
    let mut definition = graph("manual -> call:call");
    let mut program = world.program(definition.clone());
    set(&mut definition, "call", json!({ "workflow": program.workflow_id.to_string() }));
    program.definition = std::sync::Arc::new(definition);
    world.keep(&program);
    let (_, summary) = world.run(&program, numbers(0, 1)).await;
    assert!(summary.error.unwrap().error.message.contains("16 deep"));
}
