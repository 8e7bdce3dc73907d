//! Activation, addresses, times of schedules.

use std::collections::HashSet;

use bridge_domain::{Entry, ErrorCode, Journal, NewRun, NodeId, RunId, RunStatus, RunTrigger, Timestamp, WorkflowId};
use bridge_store::{Firing, Store};

use crate::{
    fixture::{Fixture, fresh},
    run::started,
};

async fn active_workflow() -> (Fixture, WorkflowId) {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    fixture.store.set_active(id, true).await.unwrap();
    (fixture, id)
}

fn due(workflow: WorkflowId, due_at: Timestamp) -> NewRun {
    let Entry::Started(new) = started(workflow, "due") else { unreachable!() };
    NewRun { trigger: RunTrigger::Schedule { due_at }, trigger_node: NodeId::from("clock"), ..*new }
}

fn hour(hour: i64) -> Timestamp {
    Timestamp::from_microseconds(1_800_000_000_000_000 + hour * 3_600_000_000)
}

async fn active(store: &Store) -> Vec<WorkflowId> {
    store.active_workflows().await.unwrap().into_iter().map(|(id, _)| id).collect()
}

#[tokio::test]
async fn activation_is_told_and_forgets_times_when_switched_off() {
    let (fixture, id) = active_workflow().await;
    let (store, node) = (&fixture.store, NodeId::from("clock"));
    store.set_next_time(id, &node, Some(hour(1))).await.unwrap();
    assert!(store.list_workflows().await.unwrap()[0].active);
    assert_eq!(active(store).await, [id]);
    assert_eq!(store.scheduled_times().await.unwrap()[0].next_at, hour(1));
    store.set_active(id, false).await.unwrap();
    assert!(!store.list_workflows().await.unwrap()[0].active);
    assert_eq!(store.scheduled_times().await.unwrap(), []);
    store.set_active(id, true).await.unwrap();
    assert_eq!(store.scheduled_times().await.unwrap(), []);
    store.delete_workflow(id).await.unwrap();
    assert_eq!(active(store).await, []);
    assert_eq!(store.set_active(id, true).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn addresses_cannot_be_guessed_and_are_renewed() {
    let (fixture, id) = active_workflow().await;
    let store = &fixture.store;
    let mut seen = HashSet::new();
    for number in 0..100 {
        let token = store.trigger_token(id, &NodeId(number.to_string())).await.unwrap();
        assert!(token.len() == 22 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        assert!(seen.insert(token));
    }
    let node = NodeId::from("7");
    let old = store.trigger_token(id, &node).await.unwrap();
    assert!(!seen.insert(old.clone()), "an address stays the same");
    let new = store.renew_trigger_token(id, &node).await.unwrap();
    assert_eq!(store.trigger_address(&old).await.unwrap_err().code, ErrorCode::NotFound);
    let address = store.trigger_address(&new).await.unwrap();
    assert_eq!((address.workflow_id, address.node_id, address.active), (id, node, true));
    store.set_active(id, false).await.unwrap();
    assert!(!store.trigger_address(&new).await.unwrap().active);
    store.delete_workflow(id).await.unwrap();
    for token in [new.as_str(), "", "' OR 1 = 1 --"] {
        assert_eq!(store.trigger_address(token).await.unwrap_err().code, ErrorCode::NotFound);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d15_one_due_time_never_starts_two_runs() {
    let (fixture, id) = active_workflow().await;
    let mut attempts = Vec::new();
    for time in 0..20 {
        for _ in 0..4 {
            let (store, run) = (fixture.store.clone(), RunId::new());
            let new = due(id, hour(time));
            attempts.push(tokio::spawn(async move {
                store.accept_scheduled(hour(time), run, new, Some(hour(time + 1))).await.unwrap().then_some(run)
            }));
        }
    }
    let mut accepted = Vec::new();
    for attempt in attempts {
        accepted.extend(attempt.await.unwrap());
    }
    assert_eq!(accepted.len(), 20);
    let fixture = fixture.reopen().await;
    assert_eq!(fixture.store.unfinished().await.unwrap().len(), 20);
    for run in &accepted {
        let log = fixture.store.load(*run).await.unwrap();
        assert_eq!((log.status, log.steps.len()), (RunStatus::New, 0));
        let end = Entry::Status { status: RunStatus::Success, error: None, duration_ms: 1, at: Timestamp::now() };
        fixture.store.append(*run, vec![end]).await.unwrap();
        // That its run is gone does not free the time.
        fixture.store.delete_run(*run).await.unwrap();
    }
    let again = fixture.store.accept_scheduled(hour(3), RunId::new(), due(id, hour(3)), None).await.unwrap();
    assert!(!again);
}

#[tokio::test]
async fn d15_missed_times_are_recorded_once_and_not_caught_up_with_later() {
    let (fixture, id) = active_workflow().await;
    let (store, node) = (&fixture.store, NodeId::from("clock"));
    let run = RunId::new();
    assert!(store.accept_scheduled(hour(1), run, due(id, hour(1)), Some(hour(2))).await.unwrap());
    assert_eq!(store.record_missed(id, &node, &[hour(1), hour(2), hour(3)]).await.unwrap(), 2);
    assert_eq!(store.record_missed(id, &node, &[hour(2), hour(3)]).await.unwrap(), 0);
    assert!(!store.accept_scheduled(hour(2), RunId::new(), due(id, hour(2)), None).await.unwrap());
    let times = store.firings(id, &node, 10).await.unwrap();
    let firing = |hours, run_id| Firing { due_at: hour(hours), run_id };
    assert_eq!(times, [firing(3, None), firing(2, None), firing(1, Some(run))]);
    // More times than are remembered: an old one still counts as used.
    let many: Vec<_> = (10..1_100).map(hour).collect();
    store.record_missed(id, &node, &many).await.unwrap();
    assert!(!store.accept_scheduled(hour(0), RunId::new(), due(id, hour(0)), None).await.unwrap());
    assert!(store.firings(id, &node, 5_000).await.unwrap().len() <= 1_002);
    store.set_active(id, false).await.unwrap();
    assert!(!store.accept_scheduled(hour(2_000), RunId::new(), due(id, hour(2_000)), None).await.unwrap());
    assert_eq!(store.unfinished().await.unwrap(), [run]);
}
