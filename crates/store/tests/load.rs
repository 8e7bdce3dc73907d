//! Many writers, long conversations, large workflows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::time::{Duration, Instant};

use bridge_domain::{Definition, MessageMetadata, MessageStatus, NodeId, Origin};
use fixture::{answer, fresh, node};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

const WRITERS: usize = 8;
const ROUNDS: usize = 200;

fn count_up(definition: &Definition) -> Definition {
    let mut next = definition.clone();
    if next.nodes.is_empty() {
        next.nodes.push(node("0"));
    }
    let count: usize = next.nodes[0].id.as_str().parse().unwrap();
    next.nodes[0].id = NodeId((count + 1).to_string());
    next
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d12_eight_writers_never_see_busy() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Counter", "").await.unwrap().id;
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let store = fixture.store.clone();
            tokio::spawn(async move {
                for _ in 0..ROUNDS {
                    store.commit(id, None, Origin::User, |definition| Ok(count_up(definition))).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let snapshot = fixture.store.open_workflow(id).await.unwrap();
    assert_eq!(snapshot.version.definition.nodes[0].id.as_str(), (WRITERS * ROUNDS).to_string());
    assert_eq!(snapshot.version.version_number as usize, 1 + WRITERS * ROUNDS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d12_turns_edits_and_reads_at_the_same_time_all_succeed() {
    let fixture = fresh().await;
    let mut tasks = Vec::new();
    for number in 0..WRITERS {
        let store = fixture.store.clone();
        tasks.push(tokio::spawn(async move {
            let id = store.create_workflow(&format!("Workflow {number}"), "").await.unwrap().id;
            for round in 0..20 {
                store.commit(id, Some(round + 1), Origin::User, |definition| Ok(count_up(definition))).await.unwrap();
                answer(&store, id, 1).await;
                store.history(id, 50).await.unwrap();
                store.list_workflows().await.unwrap();
            }
            store.thread_summary(id).await.unwrap().unwrap().message_count
        }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap(), 40);
    }
}

#[tokio::test]
async fn d12_cancelled_writes_leave_the_next_one_a_free_way() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Counter", "").await.unwrap().id;
    for number in 0..100 {
        let edit = fixture.store.commit(id, None, Origin::User, |definition| Ok(count_up(definition)));
        let _ = tokio::time::timeout(Duration::from_micros(number * 20), edit).await;
    }
    fixture.store.commit(id, None, Origin::User, |definition| Ok(count_up(definition))).await.unwrap();
    let snapshot = fixture.store.open_workflow(id).await.unwrap();
    let count: u32 = snapshot.version.definition.nodes[0].id.as_str().parse().unwrap();
    assert_eq!(snapshot.version.version_number, count + 1, "a half-done write was kept");
}

/// Ten thousand messages, each answer with an action.
async fn fill(fixture: &fixture::Fixture, id: bridge_domain::WorkflowId) {
    for _ in 0..5_000 {
        let begun = fixture.store.begin_turn(id, "What does this do?", MessageMetadata::default()).await.unwrap();
        let (metadata, status) = (MessageMetadata::default(), MessageStatus::Complete);
        fixture.store.finish_message(begun.answer.id, "This.", fixture::proposal(1), metadata, status).await.unwrap();
    }
}

#[tokio::test]
async fn p12_a_history_of_ten_thousand_messages_opens_at_once() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    fill(&fixture, id).await;
    let begun = Instant::now();
    let page = fixture.store.history(id, 50).await.unwrap();
    let newest = begun.elapsed();
    assert_eq!((page.messages.len(), page.has_more), (50, true));
    assert!(newest < Duration::from_millis(100), "{newest:?}");
    let begun = Instant::now();
    assert_eq!(fixture.store.history(id, 10_000).await.unwrap().messages.len(), 10_000);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let begun = Instant::now();
    let fixture = fixture.reopen().await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(fixture.store.thread_summary(id).await.unwrap().unwrap().message_count, 10_000);
}

#[tokio::test]
async fn p12_the_newest_messages_are_found_by_the_index() {
    let fixture = fresh().await;
    fixture.store.close().await;
    let options = SqliteConnectOptions::new().filename(fixture.folder.path().join("bridge.db"));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let plans = [
        (
            "EXPLAIN QUERY PLAN SELECT * FROM chat_messages WHERE thread_id = ? ORDER BY created_at DESC, seq DESC LIMIT ?",
            "chat_messages_by_time",
        ),
        (
            "EXPLAIN QUERY PLAN SELECT version_number, origin, origin_version FROM workflow_versions
             INDEXED BY workflow_version_log WHERE workflow_id = ? ORDER BY version_number",
            "COVERING INDEX workflow_version_log",
        ),
    ];
    for (query, index) in plans {
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(query).fetch_all(&mut connection).await.unwrap();
        let steps: Vec<_> = plan.iter().map(|(.., step)| step.as_str()).collect();
        assert!(steps.len() == 1 && steps[0].contains(index), "{steps:?}");
    }
}

#[tokio::test]
async fn a_workflow_of_ten_thousand_nodes_is_stored_and_opened() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Large", "").await.unwrap().id;
    let nodes = (0..10_000).map(|number| node(&number.to_string())).collect();
    let definition = Definition { nodes, edges: Vec::new() };
    let begun = Instant::now();
    fixture.store.commit(id, None, Origin::User, |_| Ok(definition.clone())).await.unwrap();
    assert_eq!(fixture.store.open_workflow(id).await.unwrap().version.definition, definition);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(fixture.store.list_workflows().await.unwrap()[0].node_count, 10_000);
}
