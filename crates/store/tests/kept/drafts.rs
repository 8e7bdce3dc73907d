//! What the user is writing to the assistant: kept by workflow, gone with it, and of no interest to programs.

use bridge_domain::{ErrorCode, WorkflowId};
use bridge_store::Store;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::fixture::{Fixture, fresh};

async fn rows(fixture: &Fixture) -> i64 {
    let options = SqliteConnectOptions::new().filename(fixture.folder.path().join("bridge.db"));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query_scalar("SELECT count(*) FROM message_drafts").fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn a_draft_is_kept_by_workflow_and_outlives_the_program() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let (one, other) = (workflow(store, "One").await, workflow(store, "Other").await);
    assert_eq!(store.draft(one).await.unwrap(), "");
    let before = store.generation();
    let large = "é\u{0}\u{1F600} ".repeat(1 << 17);
    for text in ["Hello", " \n", "Hello 'there'; DROP TABLE workflows; --", large.as_str()] {
        store.save_draft(one, text).await.unwrap();
        assert!(store.draft(one).await.unwrap() == text);
    }
    assert_eq!(store.generation(), before, "nothing is read again because somebody types");
    assert_eq!(store.draft(other).await.unwrap(), "");
    let fixture = fixture.reopen().await;
    assert!(fixture.store.draft(one).await.unwrap() == large);
    fixture.store.save_draft(one, "").await.unwrap();
    fixture.store.save_draft(one, "").await.unwrap();
    assert_eq!((fixture.store.draft(one).await.unwrap().as_str(), rows(&fixture).await), ("", 0));
}

#[tokio::test]
async fn a_draft_goes_with_its_workflow() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let id = workflow(store, "Orders").await;
    store.save_draft(id, "half a sent").await.unwrap();
    store.delete_workflow(id).await.unwrap();
    // In the trash nobody reads or writes it, and it comes back with everything else.
    assert_eq!(store.draft(id).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(store.save_draft(id, "more").await.unwrap_err().code, ErrorCode::NotFound);
    store.restore_workflow(id).await.unwrap();
    assert_eq!(store.draft(id).await.unwrap(), "half a sent");
    assert_eq!(store.draft(store.duplicate_workflow(id).await.unwrap().id).await.unwrap(), "");
    // Deleted for good.
    store.delete_workflow(id).await.unwrap();
    store.close().await;
    let options = SqliteConnectOptions::new().filename(fixture.folder.path().join("bridge.db"));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("UPDATE workflows SET deleted_at = '2020-01-01T00:00:00.000000Z' WHERE id = ?")
        .bind(id.to_string())
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let fixture = fixture.reopen().await;
    assert_eq!(rows(&fixture).await, 0);
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_and_leaves_what_was() {
    let fixture = fresh().await;
    let store = &fixture.store;
    let id = workflow(store, "Orders").await;
    let most = "x".repeat(4 << 20);
    store.save_draft(id, &most).await.unwrap();
    for text in [format!("{most}x"), "é".repeat((2 << 20) + 1)] {
        let refused = store.save_draft(id, &text).await.unwrap_err();
        assert_eq!((refused.code, refused.problems[0].path.as_str()), (ErrorCode::InvalidInput, "text"));
    }
    assert_eq!(store.draft(id).await.unwrap().len(), most.len());
    let nobody = WorkflowId::new();
    assert_eq!(store.draft(nobody).await.unwrap_err().code, ErrorCode::NotFound);
    for text in ["x", ""] {
        assert_eq!(store.save_draft(nobody, text).await.unwrap_err().code, ErrorCode::NotFound);
    }
}

async fn workflow(store: &Store, name: &str) -> WorkflowId {
    store.create_workflow(name, "").await.unwrap().id
}
