//! Faults that can only be provoked on the write connection itself: a full disk, and what a commit costs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bridge_domain::{
    Config, Definition, ErrorCode, Journal, MessageMetadata, MessageStatus, Node, NodeData, NodeId, NodeType, Origin,
    Position, RunId, RunStatus,
};

use crate::Store;

async fn fresh() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap().store;
    (folder, store)
}

fn large() -> Definition {
    let data = NodeData {
        label: "x".repeat(2_000_000),
        connector_id: "http".to_owned(),
        action_id: "request".to_owned(),
        config: Config::new(),
        settings: bridge_domain::NodeSettings::default(),
    };
    let position = Position::default();
    Definition { nodes: vec![Node { id: NodeId::new(), node_type: NodeType::Action, position, data }], edges: vec![] }
}

/// Leaves room for this many more pages.
async fn leave_room(store: &Store, pages: i64) {
    let mut writer = store.database.writer().await.unwrap();
    let used: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *writer).await.unwrap();
    let limit = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {}", used + pages));
    sqlx::query(limit).execute(&mut *writer).await.unwrap();
}

#[tokio::test]
async fn d4_the_write_connection_syncs_every_commit() {
    let (_folder, store) = fresh().await;
    let mut writer = store.database.writer().await.unwrap();
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *writer).await.unwrap();
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *writer).await.unwrap();
    let foreign_keys: bool = sqlx::query_scalar("PRAGMA foreign_keys").fetch_one(&mut *writer).await.unwrap();
    assert_eq!((synchronous, journal.as_str(), foreign_keys), (2, "wal", true));
}

#[tokio::test]
async fn d6_a_full_disk_is_a_typed_error_and_saving_works_again_with_room() {
    let (_folder, store) = fresh().await;
    let id = store.create_workflow("Orders", "").await.unwrap().id;
    leave_room(&store, 2).await;
    let edit = large();
    for _ in 0..3 {
        let full = store.commit(id, Some(1), Origin::User, |_| Ok(edit.clone())).await.unwrap_err();
        assert_eq!((full.code, full.retryable), (ErrorCode::DiskFull, true), "{full:?}");
    }
    assert_eq!(store.open_workflow(id).await.unwrap().version.version_number, 1);
    leave_room(&store, 10_000).await;
    let saved = store.commit(id, Some(1), Origin::User, |_| Ok(edit.clone())).await.unwrap();
    assert_eq!(saved.after.definition, edit);
}

#[tokio::test]
async fn d6_a_turn_survives_a_disk_that_fills_up_under_it() {
    let (_folder, store) = fresh().await;
    let id = store.create_workflow("Orders", "").await.unwrap().id;
    let begun = store.begin_turn(id, "Hello", MessageMetadata::default()).await.unwrap();
    store.save_progress(begun.answer.id, "Half").await.unwrap();
    leave_room(&store, 2).await;
    let answer = "y".repeat(500_000);
    let full = store.save_progress(begun.answer.id, &answer).await.unwrap_err();
    assert_eq!(full.code, ErrorCode::DiskFull);
    let finish = || async {
        let (metadata, status) = (MessageMetadata::default(), MessageStatus::Complete);
        store.finish_message(begun.answer.id, &answer, Vec::new(), metadata, status).await
    };
    assert_eq!(finish().await.unwrap_err().code, ErrorCode::DiskFull);
    assert_eq!(store.message(begun.answer.id).await.unwrap().content, "Half");
    leave_room(&store, 10_000).await;
    assert_eq!(finish().await.unwrap().content, answer);
}

#[tokio::test]
async fn d6_undo_and_a_pin_that_find_no_room_leave_what_was_there_and_can_be_done_later() {
    let (_folder, store) = fresh().await;
    let id = store.create_workflow("Orders", "").await.unwrap().id;
    let node = NodeId::new();
    let items = |text: &str| {
        let json = [("text".to_owned(), serde_json::Value::from(text))].into_iter().collect::<Config>();
        Some(vec![bridge_domain::Item::from(json)])
    };
    store.commit(id, Some(1), Origin::User, |_| Ok(large())).await.unwrap();
    store.commit(id, Some(2), Origin::User, |_| Ok(Definition::default())).await.unwrap();
    store.set_pin(id, &node, items("old")).await.unwrap();
    leave_room(&store, 2).await;
    for _ in 0..2 {
        let full = store.undo(id).await.unwrap_err();
        assert_eq!((full.code, full.retryable), (ErrorCode::DiskFull, true));
        let full = store.set_pin(id, &node, items(&"x".repeat(1_000_000))).await.unwrap_err();
        assert_eq!(full.code, ErrorCode::DiskFull);
    }
    let snapshot = store.open_workflow(id).await.unwrap();
    assert_eq!((snapshot.version.version_number, snapshot.can_undo, snapshot.can_redo), (3, true, false));
    assert_eq!(store.pins(id).await.unwrap()[0].items[0].json["text"], "old");
    leave_room(&store, 10_000).await;
    store.undo(id).await.unwrap();
    assert_eq!(store.open_workflow(id).await.unwrap().version.definition.nodes.len(), 1);
    store.set_pin(id, &node, items("new")).await.unwrap();
    assert_eq!(store.pins(id).await.unwrap()[0].items[0].json["text"], "new");
}

#[tokio::test]
async fn d6_a_decision_that_finds_no_room_is_still_to_be_made() {
    let (_folder, store) = fresh().await;
    let id = store.create_workflow("Orders", "").await.unwrap().id;
    let begun = store.begin_turn(id, "Hello", MessageMetadata::default()).await.unwrap();
    let action = bridge_domain::ProposedAction {
        index: 0,
        action: bridge_domain::Action::DeleteNode { node_id: NodeId::new() },
        problems: Vec::new(),
        risks: Vec::new(),
        depends_on: Vec::new(),
        title: "Delete".to_owned(),
        fields: Vec::new(),
        decision: bridge_domain::Decision::Pending,
    };
    let (metadata, status) = (MessageMetadata::default(), MessageStatus::Complete);
    store.finish_message(begun.answer.id, "Yes.", vec![action], metadata, status).await.unwrap();
    leave_room(&store, 2).await;
    let decide = || {
        let verdict = crate::Verdict::Apply { expected_version: Some(1) };
        store.decide(begun.answer.id, &[0], verdict, |_| "Applied.".to_owned(), |_| Ok(large()))
    };
    for _ in 0..2 {
        assert_eq!(decide().await.unwrap_err().code, ErrorCode::DiskFull);
        let message = store.message(begun.answer.id).await.unwrap();
        assert_eq!(message.actions[0].decision, bridge_domain::Decision::Pending);
        assert_eq!(store.open_workflow(id).await.unwrap().version.version_number, 1);
        assert_eq!(store.history(id, 10).await.unwrap().messages.len(), 2, "nothing says that it was applied");
    }
    leave_room(&store, 10_000).await;
    let decided = decide().await.unwrap();
    assert_eq!(decided.committed.unwrap().after.version_number, 2);
}

/// A run's first entry, with an input of this size.
fn accepted(workflow_id: bridge_domain::WorkflowId, bytes: usize) -> bridge_domain::Entry {
    let text = format!("[{{\"json\":{{\"text\":\"{}\"}}}}]", "x".repeat(bytes));
    bridge_domain::Entry::Started(Box::new(bridge_domain::NewRun {
        workflow_id,
        version_number: 1,
        mode: bridge_domain::RunMode::Test,
        trigger: bridge_domain::RunTrigger::Manual,
        trigger_node: NodeId::new(),
        input: vec![bridge_domain::Page::new(text, 1, bridge_domain::Lineage::None)],
        scope: bridge_domain::RunScope::Whole,
        at: bridge_domain::Timestamp::now(),
    }))
}

fn state(status: RunStatus) -> bridge_domain::Entry {
    let at = bridge_domain::Timestamp::now();
    bridge_domain::Entry::Status { status, error: None, duration_ms: 0, at }
}

#[tokio::test]
async fn d6_a_full_disk_fails_the_run_that_does_not_fit_and_all_its_later_entries() {
    let (_folder, store) = fresh().await;
    let workflow = store.create_workflow("Orders", "").await.unwrap().id;
    let (large, small, earlier) = (RunId::new(), RunId::new(), RunId::new());
    store.append(earlier, vec![accepted(workflow, 10)]).await.unwrap();
    leave_room(&store, 30).await;
    let answers = [
        store.append(large, vec![accepted(workflow, 1_000_000)]),
        store.append(small, vec![accepted(workflow, 100)]),
        store.append(large, vec![state(RunStatus::Running)]),
        store.append(earlier, vec![state(RunStatus::Running)]),
    ];
    let codes: Vec<_> =
        futures_util::future::join_all(answers).await.into_iter().map(|a| a.err().map(|error| error.code)).collect();
    let full = Some(ErrorCode::DiskFull);
    assert_eq!(codes, [full, None, full, None]);
    leave_room(&store, 10_000).await;
    // There is room again, but what came before is missing: the run stays refused until it was loaded.
    let late = store.append(large, vec![accepted(workflow, 1)]).await.unwrap_err();
    assert_eq!(late.code, ErrorCode::DiskFull);
    assert_eq!(store.load(large).await.unwrap_err().code, ErrorCode::NotFound);
    store.append(large, vec![accepted(workflow, 1_000_000), state(RunStatus::Success)]).await.unwrap();
    assert_eq!(store.load(large).await.unwrap().status, RunStatus::Success);
    assert_eq!(store.load(earlier).await.unwrap().status, RunStatus::Running);
    assert_eq!(store.unfinished().await.unwrap(), [earlier, small]);
}
