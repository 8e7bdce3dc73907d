//! After the application ended: the same journal gives the same run, and nothing happens twice without the user.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bridge_domain::*;
use bridge_engine::contract::journal_contract;
use bridge_engine::memory::MemoryJournal;
use serde_json::json;

use super::world::*;

/// A world whose journal ends behind these entries.
async fn crashed(world: &World, run: RunId, entries: &[Entry]) -> World {
    let journal = Arc::new(MemoryJournal::new());
    journal.append(run, entries.to_vec()).await.unwrap();
    World::on(Arc::clone(&journal) as Arc<dyn Journal>, journal, Arc::clone(&world.library), world.limits)
}

/// Steps that act outside: how many have ended by then, and how many were in flight.
fn outside(entries: &[Entry]) -> (usize, usize) {
    let started = entries.iter().filter_map(|entry| match entry {
        Entry::StepStarted(start) if !start.harmless => Some(start.step),
        _ => None,
    });
    let has_ended =
        |step: &u32| entries.iter().any(|entry| matches!(entry, Entry::StepEnded(end) if end.step == *step));
    let (ended, in_flight): (Vec<u32>, Vec<u32>) = started.partition(has_ended);
    (ended.len(), in_flight.len())
}

/// What is said of the steps that had begun by then.
async fn said(world: &World, run: RunId, begun: &[Entry]) -> Vec<(u32, Option<String>)> {
    let has_begun = |step: u32| begun.iter().any(|entry| matches!(entry, Entry::StepStarted(one) if one.step == step));
    let steps = world.memory.load(run).await.unwrap().steps.into_iter();
    steps.map(|record| (record.started.step, record.notice)).filter(|(step, _)| has_begun(*step)).collect()
}

/// Ends the application behind every entry of a run; it must come to the same end, and nothing that acts outside may happen
/// a second time unless the user says so.
pub async fn crash_everywhere(definition: Definition, items: u32) {
    let world = World::new();
    let program = world.program(definition);
    let (running, summary) = world.run(&program, numbers(0, items)).await;
    let expected = output(&running).await;
    let keys: HashSet<String> = world.shared.keys.lock().unwrap().iter().cloned().collect();
    let entries = world.memory.entries(running.id);
    for kept in 1..=entries.len() {
        let again = crashed(&world, running.id, &entries[..kept]).await;
        let Ok(mut resumed) = again.engine.resume(running.id).await else {
            assert!(kept == entries.len() && summary.status != RunStatus::Success, "at entry {kept}");
            continue;
        };
        let mut end = tokio::time::timeout(Duration::from_secs(20), resumed.finished()).await.unwrap();
        let (sent, in_flight) = outside(&entries[..kept]);
        assert_eq!(end.status == RunStatus::Unknown, in_flight > 0, "at entry {kept}");
        while end.status == RunStatus::Unknown {
            let steps = resumed.snapshot().steps;
            let asked = steps.iter().find(|step| step.status == StepStatus::Unknown).unwrap().step;
            resumed = again.engine.decide(running.id, asked, StepDecision::Repeat).await.unwrap();
            end = tokio::time::timeout(Duration::from_secs(20), resumed.finished()).await.unwrap();
        }
        assert_eq!(end.status, summary.status, "at entry {kept}: {:?}", end.error);
        assert_eq!(output(&resumed).await, expected, "at entry {kept}");
        let begun = &entries[..kept];
        assert_eq!(said(&again, running.id, begun).await, said(&world, running.id, begun).await, "at entry {kept}");
        let again = again.shared.keys.lock().unwrap().clone();
        let each: HashSet<String> = again.iter().cloned().collect();
        assert!(each.len() == again.len() && each.is_subset(&keys), "at entry {kept}: what has a key happens once");
        assert_eq!(again.len(), keys.len() - sent, "at entry {kept}: what had ended does not happen again");
    }
}

#[tokio::test]
async fn the_memory_journal_keeps_the_contract() {
    assert_eq!(journal_contract(Arc::new(MemoryJournal::new()), WorkflowId::new()).await, Ok(()));
}

#[tokio::test]
async fn a_crash_at_every_entry_gives_the_same_end() {
    crash_everywhere(graph("manual -> a -> p:parity; p.odd -> o -> j; p.even -> e:twice -> j; j -> z"), 5).await;
    let mut looped =
        graph("manual -> l:loop; l.loop -> i:loop; i.loop -> a -> i; i.done -> c -> l; a -> x; l.done -> b");
    set(&mut looped, "l", json!({ "batch_size": 2 }));
    crash_everywhere(looped, 5).await;
    let mut race = graph("manual -> a; a -> c0 -> c1 -> j; a -> b -> j; j -> z");
    node(&mut race, "j").settings.join = Join::Any;
    crash_everywhere(race, 2).await;
    crash_everywhere(graph("manual -> a -> f:fail; a -> b"), 2).await;
    crash_everywhere(graph("manual -> a -> w:wait -> b"), 2).await;
    crash_everywhere(graph("manual -> a; a -> s:send, t:send; s, t -> u:send -> b"), 2).await;
}

#[tokio::test]
async fn d3_a_step_in_flight_is_never_repeated_without_the_user() {
    let world = World::new();
    let program = world.program(graph("manual -> a -> s:send -> b"));
    let (running, _) = world.run(&program, numbers(0, 2)).await;
    let entries = world.memory.entries(running.id);
    let in_flight = entries.iter().position(|entry| matches!(entry, Entry::StepEnded(end) if end.step == 2)).unwrap();
    for (decision, sent, status) in [
        (StepDecision::Repeat, 1, RunStatus::Success),
        (StepDecision::Skip, 0, RunStatus::Success),
        (StepDecision::Stop, 0, RunStatus::Canceled),
    ] {
        let again = crashed(&world, running.id, &entries[..in_flight]).await;
        let asking = again.engine.resume(running.id).await.unwrap();
        assert_eq!(asking.finished().await.status, RunStatus::Unknown);
        assert_eq!(asking.snapshot().steps[2].status, StepStatus::Unknown);
        assert_eq!(again.shared.sent.load(Ordering::SeqCst), 0);
        assert_eq!(again.journal.unfinished().await.unwrap(), [running.id]);
        assert!(again.engine.decide(running.id, 1, decision).await.is_err());
        let decided = again.engine.decide(running.id, 2, decision).await.unwrap();
        assert_eq!(decided.finished().await.status, status);
        assert_eq!(again.shared.sent.load(Ordering::SeqCst), sent);
        if status == RunStatus::Success {
            assert_eq!(output(&decided).await, [0, 1]);
        }
        assert!(again.engine.decide(running.id, 2, decision).await.is_err());
    }
}

#[tokio::test]
async fn d3_a_repeated_step_has_the_key_of_its_first_try_and_asks_again_after_another_crash() {
    let world = World::new();
    let program = world.program(graph("manual -> s:send"));
    let (running, _) = world.run(&program, numbers(0, 1)).await;
    let first = world.shared.keys.lock().unwrap().clone();
    let entries = world.memory.entries(running.id);
    let again = crashed(&world, running.id, &entries[..4]).await;
    assert_eq!(again.engine.resume(running.id).await.unwrap().finished().await.status, RunStatus::Unknown);
    again.engine.decide(running.id, 1, StepDecision::Repeat).await.unwrap().finished().await;
    assert_eq!(*again.shared.keys.lock().unwrap(), first);
    let entries = again.memory.entries(running.id);
    let ended = entries.iter().rposition(|entry| matches!(entry, Entry::StepEnded(_))).unwrap();
    let third = crashed(&again, running.id, &entries[..ended]).await;
    assert_eq!(third.engine.resume(running.id).await.unwrap().finished().await.status, RunStatus::Unknown);
    assert_eq!(third.shared.sent.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn d15_no_single_sleep_is_longer_than_a_minute_and_a_clock_set_back_does_not_wake_early() {
    let at = |seconds: i64| Timestamp::from_microseconds(seconds * 1_000_000);
    assert_eq!(bridge_engine::next_sleep(at(0), at(86_400)), Some(Duration::from_secs(60)));
    assert_eq!(bridge_engine::next_sleep(at(86_390), at(86_400)), Some(Duration::from_secs(10)));
    assert_eq!(bridge_engine::next_sleep(at(-3_600), at(10)), Some(Duration::from_secs(60)));
    assert_eq!(bridge_engine::next_sleep(at(90_000), at(86_400)), None);
}

#[tokio::test]
async fn a_run_that_was_accepted_before_it_began_goes_on_when_who_asked_has_gone() {
    let world = World::new();
    let program = world.program(graph("manual -> a:reply"));
    let start = begin(&program, numbers(0, 1), RunScope::Whole);
    let run = world.engine.start(bridge_engine::Start { trigger: RunTrigger::Webhook, ..start }).await.unwrap();
    run.finished().await;
    let accepted = &world.memory.entries(run.id)[..1];
    let world = crashed(&world, run.id, accepted).await;
    let running = world.engine.resume(run.id).await.unwrap();
    assert_eq!(running.finished().await.status, RunStatus::Success);
}
