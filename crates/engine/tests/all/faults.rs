//! Faults at every place: a slow or full disk, the user who cancels, defects of nodes, callers that are gone, large graphs.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bridge_domain::*;
use bridge_engine::memory::MemoryJournal;
use serde_json::json;

use super::journals::{Disk, WatchedJournal};
use super::world::*;

/// Lets everything happen that can happen now.
async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
}

#[tokio::test]
async fn d3_a_step_that_acts_outside_begins_only_when_its_start_is_durable() {
    for text in ["manual -> s:send", "manual -> a -> s:send -> b", "manual -> l:loop; l.loop -> s:send -> l"] {
        let (journal, world) = WatchedJournal::world(Arc::default(), None);
        let program = world.program(graph(text));
        journal.set(Disk::Hangs);
        let running = world.begin(&program, numbers(0, 1), RunScope::Whole).await.unwrap();
        settle().await;
        let log = journal.memory.load(running.id).await.unwrap();
        assert!(log.steps.iter().any(|step| !step.started.harmless), "{text}: it has been told to the journal");
        assert_eq!(world.shared.sent.load(Ordering::SeqCst), 0, "{text}");
        journal.set(Disk::Works);
        assert_eq!(running.finished().await.status, RunStatus::Success);
        assert_eq!(world.shared.sent.load(Ordering::SeqCst), 1, "{text}");
    }
}

#[tokio::test]
async fn d3_nothing_is_sent_when_the_journal_fails() {
    for (fails, text) in [(Disk::Fails, "manual -> s:send"), (Disk::Fails, "manual -> a:wait -> s:send")] {
        let (journal, world) = WatchedJournal::world(Arc::default(), None);
        let program = world.program(graph(text));
        journal.set(fails);
        let running = world.begin(&program, numbers(0, 1), RunScope::Whole).await.unwrap();
        let summary = running.finished().await;
        assert_eq!((summary.status, summary.error.unwrap().error.code), (RunStatus::Error, ErrorCode::DiskFull));
        assert_eq!(running.accepted().await.unwrap_err().code, ErrorCode::DiskFull);
        assert_eq!(world.shared.sent.load(Ordering::SeqCst), 0, "{text}");
    }
}

#[tokio::test]
async fn what_happens_without_a_pause_is_one_append() {
    for (text, at_most) in [
        ("manual -> a -> b -> c -> d -> e -> f -> g -> h -> i", 2),
        ("manual -> a; a -> b, c, d, e; b, c -> f; d, e -> g; f, g -> h", 2),
        ("manual -> l:loop; l.loop -> a -> l; l.done -> b", 2),
    ] {
        let (journal, world) = WatchedJournal::world(Arc::default(), None);
        let program = world.program(graph(text));
        let (_, summary) = world.run(&program, numbers(0, 5)).await;
        assert_eq!(summary.status, RunStatus::Success);
        let appends = journal.appends.lock().unwrap().clone();
        assert!(appends.len() <= at_most, "{text}: {appends:?}");
    }
}

#[tokio::test]
async fn x6_a_run_can_be_cancelled_at_every_step() {
    let text = "manual -> a -> b; b -> c, d; c, d -> e -> l:loop; l.loop -> f -> g:send -> l; l.done -> h -> i -> j";
    for label in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] {
        let world = World::new();
        let mut definition = graph(text);
        set(&mut definition, "l", json!({ "batch_size": 1 }));
        let program = world.program(definition);
        let running = world.begin(&program, numbers(0, 2), RunScope::Whole).await.unwrap();
        let (engine, run) = (world.engine.clone(), running.id);
        world.shared.when(label, move || assert!(engine.cancel(run)));
        assert_eq!(running.finished().await.status, RunStatus::Canceled, "at {label}");
        let ran = world.ran();
        assert_eq!(ran.matches(&format!("{label}(")).count(), 1, "at {label}: {ran}");
        assert_eq!(world.shared.begun(), ran.split(' ').count(), "nothing begins after {label}: {ran}");
        let entries = world.memory.entries(run);
        let last = entries.last().unwrap();
        assert!(matches!(last, Entry::Status { status: RunStatus::Canceled, .. }), "at {label}: {last:?}");
        let log = world.journal.load(run).await.unwrap();
        assert!(log.steps.iter().all(|step| step.ended.is_some()), "at {label}");
        assert!(running.snapshot().steps.iter().all(|step| step.duration_ms.is_some()), "at {label}");
        assert_eq!(world.engine.resume(run).await.unwrap_err().code, ErrorCode::Conflict);
        assert!(!world.engine.cancel(run));
    }
}

#[tokio::test]
async fn a_defect_of_a_node_is_an_error_of_its_step_wherever_it_is() {
    for kind in ["panic", "panic_effect"] {
        for on_error in [OnError::Stop, OnError::Continue] {
            let world = World::new();
            let mut definition = graph(&format!("manual -> a -> p:{kind} -> b"));
            node(&mut definition, "p").settings.on_error = on_error;
            let program = world.program(definition);
            let (running, summary) = world.run(&program, numbers(0, 2)).await;
            let error = summary.error.unwrap();
            assert_eq!((summary.status, error.error.code), (RunStatus::Error, ErrorCode::Internal), "{kind}");
            assert_eq!(error.node_label, "p");
            assert_eq!(world.ran().contains("b(0,1)"), on_error == OnError::Continue);
            assert_eq!(steps(&running)[2], "p error");
            let log = world.journal.load(running.id).await.unwrap();
            assert_eq!((log.status, log.steps.len()), (RunStatus::Error, running.snapshot().steps.len()));
        }
    }
}

#[tokio::test]
async fn tries_of_a_step_have_one_key_and_other_steps_have_others() {
    let world = World::new();
    world.shared.failures.store(2, Ordering::SeqCst);
    let mut definition = graph("manual -> l:loop; l.loop -> a:flaky -> l; l.done -> b:flaky");
    set(&mut definition, "l", json!({ "batch_size": 1 }));
    node(&mut definition, "a").settings.retry = Some(Retry { max_tries: 3, wait_ms: 1 });
    let program = world.program(definition);
    for _ in 0..2 {
        let (_, summary) = world.run(&program, numbers(0, 2)).await;
        assert_eq!(summary.status, RunStatus::Success, "{:?}", summary.error);
    }
    let keys = world.shared.keys.lock().unwrap().clone();
    assert_eq!(keys.len(), 8, "three tries of the first round, one each of the others, and of the other run");
    assert!(keys[0] == keys[1] && keys[1] == keys[2]);
    let mut each = keys[2..].to_vec();
    each.sort_unstable();
    each.dedup();
    assert_eq!(each.len(), 6, "another round, another node and another run have keys of their own: {keys:?}");
}

/// Cuts the journals of a run and of the run that it called; what was there before must be found and not started again.
#[tokio::test]
async fn d3_a_caller_that_goes_on_finds_the_run_it_had_started() {
    let (journal, world) = WatchedJournal::world(Arc::default(), None);
    let child = world.program(graph("manual -> s:send -> t"));
    let mut definition = graph("manual -> call:call -> after");
    set(&mut definition, "call", json!({ "workflow": child.workflow_id.to_string() }));
    let (parent, _) = world.run(&world.program(definition), numbers(3, 4)).await;
    let runs = journal.runs();
    assert_eq!((runs.len(), output(&parent).await), (2, vec![3]));
    let called = *runs.iter().find(|run| **run != parent.id).unwrap();
    let (of_parent, of_child) = (world.memory.entries(parent.id), world.memory.entries(called));
    let is_call_ended = |entry: &Entry| matches!(entry, Entry::StepEnded(end) if end.step == 1);
    let in_flight = of_parent.iter().position(is_call_ended).unwrap();
    let is_sent = |entry: &Entry| matches!(entry, Entry::StepEnded(end) if end.step == 1);
    let is_sending = |entry: &Entry| matches!(entry, Entry::StepStarted(start) if start.step == 1);
    for kept in 0..=of_child.len() {
        let memory = Arc::new(MemoryJournal::new());
        memory.append(parent.id, of_parent[..in_flight].to_vec()).await.unwrap();
        if kept > 0 {
            memory.append(called, of_child[..kept].to_vec()).await.unwrap();
        }
        let (journal, again) = WatchedJournal::world(memory, Some(&world));
        let resumed = again.engine.resume(parent.id).await.unwrap();
        let summary = resumed.finished().await;
        let sent = again.shared.sent.load(Ordering::SeqCst);
        let (was_sent, was_sending) = (of_child[..kept].iter().any(is_sent), of_child[..kept].iter().any(is_sending));
        assert!(journal.runs().iter().all(|run| runs.contains(run)), "no other run was started");
        if was_sending && !was_sent {
            assert_eq!((sent, again.memory.load(called).await.unwrap().status), (0, RunStatus::Unknown));
            assert_eq!(summary.status, RunStatus::Error, "the called run asks the user");
        } else {
            assert_eq!((summary.status, sent), (RunStatus::Success, u32::from(!was_sent)), "{kept} entries kept");
            assert_eq!(output(&resumed).await, [3]);
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn x6_the_cost_of_a_run_grows_with_its_nodes_and_no_faster() {
    let cost = |text: &dyn Fn(usize) -> String, nodes: usize| {
        let definition = graph_of_lines(&text(nodes));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new();
            let program = world.program(definition);
            let before = super::cost::processor_time();
            let (running, summary) = world.run(&program, numbers(0, 1)).await;
            assert_eq!(summary.status, RunStatus::Success, "{:?}", summary.error);
            assert_eq!(running.snapshot().run.step_count as usize, nodes + 1);
            super::cost::processor_time() - before
        })
    };
    let chain = |nodes: usize| (1..=nodes).map(|node| format!("n{} n{node}\n", node - 1)).collect::<String>();
    let fan = |nodes: usize| (1..nodes).map(|node| format!("n0 n{node}\nn{node} n{nodes}\n")).collect::<String>();
    for (name, text) in [("chain", &chain as &dyn Fn(usize) -> String), ("fan", &fan)] {
        cost(text, 100);
        let (small, large) = (cost(text, 2_000), cost(text, 10_000));
        // Five times the nodes: 5 times the work, or 25 times if it were quadratic.
        assert!(large < small * 12, "{name}: {small} ns and {large} ns");
    }
}
