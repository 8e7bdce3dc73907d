//! The rules the database itself keeps, tried with plain SQL past the program.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use bridge_domain::{MessageMetadata, Origin};
use fixture::{Fixture, answer, fresh, with_node};
use sqlx::{Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};

const ID: &str = "00000000-0000-7000-8000-000000000000";

/// A store with a workflow, two versions and a thread, closed, and a plain connection to its database.
async fn plain() -> (Fixture, SqliteConnection) {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    fixture.store.commit(id, None, Origin::User, |definition| Ok(with_node(definition, "a"))).await.unwrap();
    answer(&fixture.store, id, 1).await;
    fixture.store.close().await;
    let options = SqliteConnectOptions::new().filename(fixture.folder.path().join("bridge.db")).foreign_keys(true);
    (fixture, SqliteConnection::connect_with(&options).await.unwrap())
}

fn insert_message(role: &str, status: &str) -> String {
    format!(
        "INSERT INTO chat_messages (id, thread_id, role, status, created_at, content_hash, content)
         SELECT '{ID}', id, '{role}', '{status}', created_at, '{}', 'text' FROM conversation_threads",
        "0".repeat(64)
    )
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_by_the_database() {
    let (_fixture, mut connection) = plain().await;
    let hash = "0".repeat(64);
    let refused = [
        insert_message("tool", "complete"),
        insert_message("assistant", "half"),
        insert_message("user", "streaming"),
        format!(
            "INSERT INTO conversation_threads SELECT '{ID}', workflow_id, 'Second', created_at, updated_at
             FROM conversation_threads"
        ),
        format!("UPDATE conversation_threads SET title = '{}'", "é".repeat(201)),
        "UPDATE conversation_threads SET workflow_id = 'nobody'".to_owned(),
        "UPDATE workflows SET name = ''".to_owned(),
        format!("UPDATE workflows SET name = '{}'", "x".repeat(201)),
        "UPDATE workflows SET active_version = 1".to_owned(),
        "UPDATE workflows SET active_version = 3".to_owned(),
        "UPDATE workflow_versions SET is_active = 1".to_owned(),
        "UPDATE workflow_versions SET definition = '{}'".to_owned(),
        "UPDATE workflow_versions SET version_number = 7 WHERE version_number = 2".to_owned(),
        "UPDATE workflow_versions SET origin = 'import'".to_owned(),
        "DELETE FROM workflow_versions WHERE version_number = 1".to_owned(),
        format!(
            "INSERT INTO workflow_versions SELECT '{ID}', workflow_id, 2, 0, 'user', NULL, NULL, created_at, 0, '[]',
                 '{hash}', '{{}}' FROM workflow_versions WHERE version_number = 1"
        ),
        format!(
            "INSERT INTO workflow_versions SELECT '{ID}', workflow_id, 3, 0, 'restore', NULL, NULL, created_at, 0, '[]',
                 '{hash}', '{{}}' FROM workflow_versions WHERE version_number = 1"
        ),
        "UPDATE chat_messages SET actions = '{}'".to_owned(),
        "UPDATE chat_messages SET metadata = '[]'".to_owned(),
        "UPDATE chat_messages SET actions = 'nonsense'".to_owned(),
        "INSERT INTO action_decisions SELECT id, 0, 'applied', NULL, NULL, created_at FROM chat_messages
         WHERE role = 'assistant'"
            .to_owned(),
        "INSERT INTO action_decisions SELECT id, 1, 'rejected', NULL, NULL, created_at FROM chat_messages
         WHERE role = 'assistant'"
            .to_owned(),
        "INSERT INTO action_decisions SELECT id, 0, 'rejected', NULL, NULL, created_at FROM chat_messages
         WHERE role = 'user'"
            .to_owned(),
        format!(
            "INSERT INTO action_decisions SELECT id, 0, 'applied', '{ID}', NULL, created_at FROM chat_messages
             WHERE role = 'assistant'"
        ),
    ];
    for sql in refused {
        assert!(connection.execute(sqlx::AssertSqlSafe(sql.clone())).await.is_err(), "accepted: {sql}");
    }
    for sql in
        [insert_message("system", "complete"), insert_message("assistant", "streaming").replace("0000-7", "0001-7")]
    {
        connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    }
    let second = insert_message("assistant", "streaming").replace("0000-7", "0002-7");
    assert!(connection.execute(sqlx::AssertSqlSafe(second)).await.is_err(), "two answers at a time");
}

#[tokio::test]
async fn deleting_a_workflow_deletes_everything_of_it() {
    let (_fixture, mut connection) = plain().await;
    connection
        .execute(
            "INSERT INTO action_decisions SELECT m.id, 0, 'applied', v.id, NULL, m.created_at
             FROM chat_messages m, workflow_versions v WHERE m.role = 'assistant' AND v.version_number = 2",
        )
        .await
        .unwrap();
    connection.execute("DELETE FROM workflows").await.unwrap();
    for table in ["workflow_versions", "conversation_threads", "chat_messages", "action_decisions"] {
        let count = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        assert_eq!(sqlx::query_scalar::<_, i64>(count).fetch_one(&mut connection).await.unwrap(), 0, "{table}");
    }
}

#[tokio::test]
async fn the_trash_is_emptied_after_thirty_days() {
    let fixture = fresh().await;
    let (old, recent) = (
        fixture.store.create_workflow("Old", "").await.unwrap().id,
        fixture.store.create_workflow("Recent", "").await.unwrap().id,
    );
    fixture.store.begin_turn(old, "Hello", MessageMetadata::default()).await.unwrap();
    for id in [old, recent] {
        fixture.store.delete_workflow(id).await.unwrap();
    }
    fixture.store.close().await;
    let options = SqliteConnectOptions::new().filename(fixture.folder.path().join("bridge.db"));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let age = "UPDATE workflows SET deleted_at = strftime('%Y-%m-%dT%H:%M:%f000Z', deleted_at, ?) WHERE id = ?";
    for (id, days) in [(old, "-31 days"), (recent, "-29 days")] {
        sqlx::query(age).bind(days).bind(id.to_string()).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    let fixture = fixture.reopen().await;
    assert!(fixture.store.restore_workflow(old).await.is_err());
    assert_eq!(fixture.store.restore_workflow(recent).await.unwrap().name, "Recent");
}

#[tokio::test]
async fn messages_are_in_order_of_arrival_even_when_the_clock_was_set_back() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    answer(&fixture.store, id, 0).await;
    fixture.store.close().await;
    let options = SqliteConnectOptions::new().filename(fixture.folder.path().join("bridge.db"));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    connection.execute("UPDATE chat_messages SET created_at = '2999-01-01T00:00:00.000000Z'").await.unwrap();
    connection.close().await.unwrap();
    // Moving the times breaks the hashes, which is told; the order is what this is about.
    let store = bridge_store::Store::open(fixture.folder.path()).await.unwrap().store;
    let begun = store.begin_turn(id, "Later", MessageMetadata::default()).await.unwrap();
    let page = store.history(id, 50).await.unwrap();
    assert_eq!(page.messages.len(), 4);
    assert_eq!((page.messages[2].id, page.messages[3].id), (begun.user.id, begun.answer.id));
    let summary = store.thread_summary(id).await.unwrap().unwrap();
    assert_eq!(summary.last_message_at, Some(begun.answer.created_at));
}
