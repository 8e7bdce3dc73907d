//! Opening databases of other versions: older ones are migrated, newer ones refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "fixture/child.rs"]
mod child;
mod fixture;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use bridge_domain::{ErrorCode, MessageMetadata, Origin, WorkflowId};
use bridge_store::Store;
use fixture::{answer, with_node};
use sqlx::{Connection, Executor, SqliteConnection, migrate::Migrator, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

/// A data folder as the first version left it: structure version 1, one workflow with two messages.
async fn first_version() -> (TempDir, WorkflowId) {
    let fixture = fixture::fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    fixture.store.commit(id, None, Origin::User, |definition| Ok(with_node(definition, "a"))).await.unwrap();
    answer(&fixture.store, id, 0).await;
    fixture.store.close().await;
    let current = fixture.folder.path().join("bridge.db");
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("bridge.db");

    let migrations = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/0001_core_records.sql");
    fs::copy(source, migrations.path().join("0001_core_records.sql")).unwrap();
    let options = SqliteConnectOptions::new().filename(&old).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    Migrator::new(migrations.path()).await.unwrap().run(&mut connection).await.unwrap();
    sqlx::query("ATTACH ? AS current").bind(current.to_str().unwrap()).execute(&mut connection).await.unwrap();
    connection.execute("BEGIN").await.unwrap();
    for table in ["workflows", "workflow_versions", "conversation_threads", "chat_messages"] {
        let copy = format!("INSERT INTO {table} SELECT * FROM current.{table}");
        connection.execute(sqlx::AssertSqlSafe(copy)).await.unwrap();
    }
    connection.execute("COMMIT").await.unwrap();
    connection.close().await.unwrap();
    (folder, id)
}

async fn user_version(path: &Path) -> i64 {
    // Not read only: a kill may have left a journal to be rolled back.
    let mut connection = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap();
    sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut connection).await.unwrap()
}

fn backups(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder.join("backups")) else { return Vec::new() };
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

async fn assert_migrated(folder: &Path, id: WorkflowId) {
    let opened = Store::open(folder).await.unwrap();
    assert_eq!(opened.notices, []);
    assert_eq!(opened.store.open_workflow(id).await.unwrap().version.definition.nodes.len(), 1);
    assert_eq!(opened.store.history(id, 50).await.unwrap().messages.len(), 2);
    opened.store.begin_turn(id, "Hello", MessageMetadata::default()).await.unwrap();
    opened.store.clear_history(id).await.unwrap_err();
    opened.store.close().await;
    assert_eq!(user_version(&folder.join("bridge.db")).await, 5);
}

/// The verified copy from before the migration is there, and has what was there.
async fn assert_backed_up(folder: &Path) {
    let name = backups(folder).into_iter().find(|name| name.ends_with("-before-migration-0005.db")).unwrap();
    let path = folder.join("backups").join(name);
    assert!((1..5).contains(&user_version(&path).await), "the structure from before the last migration");
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&path).read_only(true)).await.unwrap();
    let sound: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
    let messages: i64 =
        sqlx::query_scalar("SELECT count(*) FROM chat_messages").fetch_one(&mut connection).await.unwrap();
    assert_eq!((sound.as_str(), messages), ("ok", 2));
}

#[tokio::test]
async fn d5_an_older_database_is_migrated_after_a_verified_backup() {
    let (folder, id) = first_version().await;
    assert_migrated(folder.path(), id).await;
    assert_backed_up(folder.path()).await;
}

#[tokio::test]
#[ignore = "started by d5 as a process to be killed, or as one of many"]
async fn child_opens() {
    let Some(folder) = child::folder() else { return };
    child::say_started(&folder);
    let code = match Store::open(&folder).await {
        Ok(opened) => {
            opened.store.list_workflows().await.unwrap();
            opened.store.close().await;
            10
        }
        Err(error) if error.code == ErrorCode::StoreInUse => 11,
        Err(error) => panic!("{error}"),
    };
    std::process::exit(code);
}

#[tokio::test]
async fn d5_a_kill_during_migration_leaves_the_old_or_the_new_structure() {
    let (pristine, id) = first_version().await;
    let start = || {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(pristine.path().join("bridge.db"), folder.path().join("bridge.db")).unwrap();
        let running = child::command("child_opens", folder.path()).spawn().unwrap();
        child::wait_until_started(folder.path());
        (folder, running, Instant::now())
    };
    let (_folder, mut undisturbed, begun) = start();
    undisturbed.wait().unwrap();
    let whole = u64::try_from(begun.elapsed().as_micros()).unwrap();
    let mut old = 0;
    for seed in 0..60 {
        let (folder, running, _) = start();
        child::kill_after(running, Duration::from_micros(child::spread(seed, whole)));
        // Every other time the program itself is the first to look.
        if seed % 2 == 0 {
            old += i64::from(user_version(&folder.path().join("bridge.db")).await < 5);
        }
        assert_migrated(folder.path(), id).await;
        if !backups(folder.path()).is_empty() {
            assert_backed_up(folder.path()).await;
        }
    }
    assert!(old > 0, "the kills must have hit before the end of the migration");
}

#[tokio::test]
async fn d5_seven_processes_open_and_migrate_at_once() {
    for _ in 0..3 {
        let (folder, id) = first_version().await;
        let children: Vec<_> = (0..7).map(|_| child::command("child_opens", folder.path()).spawn().unwrap()).collect();
        let codes: Vec<_> = children.into_iter().map(|mut child| child.wait().unwrap().code()).collect();
        assert!(codes.iter().all(|code| matches!(code, Some(10 | 11))), "{codes:?}");
        assert!(codes.contains(&Some(10)), "{codes:?}");
        assert_backed_up(folder.path()).await;
        assert_migrated(folder.path(), id).await;
    }
}

/// Every file of a folder with its bytes, but not the lock.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file() && !path.ends_with("bridge.lock"));
    let mut files: Vec<_> =
        files.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())).collect();
    files.sort();
    files
}

#[tokio::test]
async fn d9_a_newer_database_is_refused_and_left_as_it_is() {
    for mark in [
        "INSERT INTO _sqlx_migrations VALUES (99, 'from the future', CURRENT_TIMESTAMP, TRUE, x'00', 0)",
        "PRAGMA user_version = 99",
    ] {
        let fixture = fixture::fresh().await;
        fixture.store.create_workflow("Orders", "").await.unwrap();
        fixture.store.close().await;
        let path = fixture.folder.path().join("bridge.db");
        let mut connection =
            SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&path)).await.unwrap();
        connection.execute(mark).await.unwrap();
        connection.close().await.unwrap();
        let before = contents(fixture.folder.path());
        for _ in 0..2 {
            let error = Store::open(fixture.folder.path()).await.unwrap_err();
            assert_eq!(error.code, ErrorCode::StoreNewer);
            assert!(error.message.contains("99") && error.message.contains("knows 5"), "{}", error.message);
            assert!(contents(fixture.folder.path()) == before, "bytes were changed");
        }
    }
}

#[tokio::test]
async fn d9_a_newer_database_with_an_open_log_is_left_as_it_is() {
    let fixture = fixture::fresh().await;
    fixture.store.create_workflow("Orders", "").await.unwrap();
    fixture.store.close().await;
    let path = fixture.folder.path().join("bridge.db");
    let mut connection = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&path)).await.unwrap();
    connection.execute("PRAGMA user_version = 99").await.unwrap();
    // As a crash leaves it: a copy of the file with its log, which has the new version.
    let crashed = tempfile::tempdir().unwrap();
    for name in ["bridge.db", "bridge.db-wal"] {
        fs::copy(fixture.folder.path().join(name), crashed.path().join(name)).unwrap();
    }
    let read = |name: &str| fs::read(crashed.path().join(name)).unwrap();
    let before = (read("bridge.db"), read("bridge.db-wal"));
    assert!(!before.1.is_empty());
    assert_eq!(Store::open(crashed.path()).await.unwrap_err().code, ErrorCode::StoreNewer);
    assert!((read("bridge.db"), read("bridge.db-wal")) == before, "bytes were changed");
}
