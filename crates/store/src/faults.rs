//! Faults that can only be provoked on the write connection itself: a full disk, and what a commit costs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bridge_domain::{
    Config, Definition, ErrorCode, MessageMetadata, MessageStatus, Node, NodeData, NodeId, NodeType, Origin, Position,
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
