//! Restoring a backup that the user chose, and where a folder is that has no write-ahead log.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;
#[path = "fixture/run.rs"]
mod run;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use bridge_domain::{ErrorCode, Journal, NoticeKind, RunFilter, RunId, WorkflowId};
use bridge_store::Store;
use fixture::fresh;
use run::{page, whole};
use sqlx::{Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

#[tokio::test]
async fn d13_a_chosen_backup_takes_the_place_of_the_database_which_is_set_aside() {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Before", "").await.unwrap().id;
    let run = RunId::new();
    fixture.store.append(run, whole(workflow, "a", 3)).await.unwrap();
    let fixture = fixture.reopen().await;
    fixture.store.rename_workflow(workflow, "After", "").await.unwrap();
    let folder = fixture.folder.path();
    let backup = Store::backups(folder).unwrap().remove(0);
    assert!(backup.size > 0);
    assert_eq!(Store::restore_backup(folder, &backup.name).await.unwrap_err().code, ErrorCode::StoreInUse);
    fixture.store.close().await;
    for unknown in ["", "000009-daily-2000-01-01.db", "../bridge.db"] {
        assert_eq!(Store::restore_backup(folder, unknown).await.unwrap_err().code, ErrorCode::NotFound, "{unknown}");
    }
    fs::write(folder.join("backups/000099-daily-2000-01-01.db"), "no database").unwrap();
    let damaged = Store::restore_backup(folder, "000099-daily-2000-01-01.db").await.unwrap_err();
    assert_eq!(damaged.code, ErrorCode::StoreDamaged);
    let before = fs::read(folder.join("bridge.db")).unwrap();
    let notice = Store::restore_backup(folder, &backup.name).await.unwrap();
    assert_eq!(notice.kind, NoticeKind::StoreRestored);
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let aside = entries.filter(|path| path.to_str().unwrap().contains("damaged-")).collect::<Vec<_>>();
    assert_eq!((aside.len(), fs::read(aside[0].join("bridge.db")).unwrap()), (1, before));
    assert!(notice.hint.contains(aside[0].to_str().unwrap()));
    let store = Store::open(folder).await.unwrap().store;
    assert_eq!(store.workflow(workflow).await.unwrap().name, "Before");
    assert_eq!(store.load(run).await.unwrap().steps.len(), 3);
}

#[tokio::test]
async fn d13_a_backup_cut_short_or_that_leads_elsewhere_is_refused_and_nothing_is_touched() {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Before", "").await.unwrap().id;
    fixture.store.append(RunId::new(), whole(workflow, "a", 50)).await.unwrap();
    let fixture = fixture.reopen().await;
    let folder = fixture.folder.path();
    let backup = Store::backups(folder).unwrap().remove(0);
    fixture.store.close().await;
    let (whole_one, now) = (folder.join("backups").join(&backup.name), fs::read(folder.join("bridge.db")).unwrap());
    let content = fs::read(&whole_one).unwrap();
    for keep in [0, 1, 100, content.len() / 2, content.len() - 4096] {
        fs::write(&whole_one, &content[..keep]).unwrap();
        let refused = Store::restore_backup(folder, &backup.name).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::StoreDamaged, "{keep}");
        assert_eq!(fs::read(folder.join("bridge.db")).unwrap(), now, "{keep}");
    }
    // A name that leads to a file elsewhere, which is no database, and one that is a folder.
    for name in ["000098-daily-2000-01-01.db", "000097-daily-2000-01-01.db"] {
        let place = folder.join("backups").join(name);
        if name.starts_with("000098") {
            std::os::unix::fs::symlink("/etc/hostname", &place).unwrap();
        } else {
            fs::create_dir(&place).unwrap();
        }
        let refused = Store::restore_backup(folder, name).await.unwrap_err();
        assert!(matches!(refused.code, ErrorCode::StoreDamaged | ErrorCode::StoreUnavailable), "{name}: {refused:?}");
        assert_eq!(fs::read(folder.join("bridge.db")).unwrap(), now, "{name}");
    }
    fs::write(&whole_one, &content).unwrap();
    Store::restore_backup(folder, &backup.name).await.unwrap();
    assert_eq!(Store::open(folder).await.unwrap().store.workflow(workflow).await.unwrap().name, "Before");
}

#[tokio::test]
async fn d13_a_backup_brings_back_what_was_to_be_decided_and_what_was_in_progress() {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    let answer = fixture::answer(&fixture.store, workflow, 2).await;
    let run = RunId::new();
    let mut entries = whole(workflow, "a", 3);
    entries.truncate(entries.len() - 1);
    fixture.store.append(run, entries).await.unwrap();
    // The backup of the day is made while opening.
    let fixture = fixture.reopen().await;
    let verdict = || bridge_store::Verdict::Reject { reason: None };
    let reject = |store: Store, indexes: Vec<u32>| async move {
        store.decide(answer.id, &indexes, verdict(), |_| "No.".to_owned(), |same| Ok(same.clone())).await
    };
    reject(fixture.store.clone(), vec![0, 1]).await.unwrap();
    fixture.store.delete_workflow(workflow).await.unwrap();
    let folder = fixture.folder.path();
    let backup = Store::backups(folder).unwrap().remove(0);
    fixture.store.close().await;
    Store::restore_backup(folder, &backup.name).await.unwrap();
    let store = Store::open(folder).await.unwrap().store;
    assert_eq!(store.unfinished().await.unwrap(), [run], "the user sees that it had not ended");
    let message = store.message(answer.id).await.unwrap();
    assert!(message.actions.iter().all(|one| one.decision == bridge_domain::Decision::Pending));
    reject(store.clone(), vec![0]).await.unwrap();
    assert_eq!(reject(store, vec![0]).await.unwrap_err().code, ErrorCode::Conflict);
}

#[tokio::test]
async fn d13_fifty_megabytes_are_backed_up_and_restored_in_five_seconds() {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    for number in 0..55 {
        let mut entries = whole(workflow, &number.to_string(), 1);
        let bridge_domain::Entry::Started(new) = &mut entries[0] else { unreachable!() };
        new.input = vec![page(&format!("{number}{}", "x".repeat(1_000_000)))];
        fixture.store.append(RunId::new(), entries).await.unwrap();
    }
    let target = fixture.folder.path().join("backups/000001-daily-2000-01-01.db");
    let begun = Instant::now();
    fixture.store.backup(&target).await.unwrap();
    let backed_up = begun.elapsed();
    assert!(target.metadata().unwrap().len() > 50_000_000);
    fixture.store.close().await;
    let begun = Instant::now();
    Store::restore_backup(fixture.folder.path(), "000001-daily-2000-01-01.db").await.unwrap();
    let restored = begun.elapsed();
    let limit = Duration::from_secs(5);
    assert!(backed_up < limit && restored < limit, "{backed_up:?} {restored:?}");
}

/// A closed store with more than is checked before it is opened: 150 MB.
async fn large() -> (TempDir, WorkflowId) {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    fixture.store.append(RunId::new(), whole(workflow, "a", 3)).await.unwrap();
    fixture.store.close().await;
    let options = SqliteConnectOptions::new().filename(fixture.folder.path().join("bridge.db"));
    let mut plain = SqliteConnection::connect_with(&options).await.unwrap();
    plain
        .execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
             INSERT INTO pages (hash, text) SELECT randomblob(32), hex(zeroblob(500000)) FROM n",
        )
        .await
        .unwrap();
    plain.close().await.unwrap();
    (fixture.folder, workflow)
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder.join("backups")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn d13_the_backup_of_the_day_is_made_beside_the_work_and_given_up_when_closing() {
    let (folder, workflow) = large().await;
    // Closed at once, after a little, and let go without closing: whole or not at all, and the folder is free.
    for wait in [0, 50, 300] {
        let store = Store::open(folder.path()).await.unwrap().store;
        tokio::time::sleep(Duration::from_millis(wait)).await;
        store.close().await;
        assert!(names(folder.path()).iter().all(|name| !name.ends_with(".part")), "{:?}", names(folder.path()));
    }
    drop(Store::open(folder.path()).await.unwrap().store);
    for name in names(folder.path()).iter().filter(|name| name.ends_with(".db")) {
        fs::remove_file(folder.path().join("backups").join(name)).unwrap();
    }
    let begun = Instant::now();
    let store = Store::open(folder.path()).await.unwrap().store;
    let opened = begun.elapsed();
    // It is not waited for, and writing goes on meanwhile.
    store.append(RunId::new(), whole(workflow, "b", 3)).await.unwrap();
    store.rename_workflow(workflow, "After", "").await.unwrap();
    let worked = begun.elapsed();
    assert_eq!(store.upkeep().await, []);
    let all = begun.elapsed();
    assert!(opened <= worked && worked < all, "{opened:?} {worked:?} {all:?}");
    assert!(opened < Duration::from_secs(2), "{opened:?}");
    let [name] = &names(folder.path())[..] else { panic!("{:?}", names(folder.path())) };
    store.close().await;
    Store::restore_backup(folder.path(), name).await.unwrap();
    let store = Store::open(folder.path()).await.unwrap().store;
    assert!(["Orders", "After"].contains(&store.workflow(workflow).await.unwrap().name.as_str()));
}

#[tokio::test]
async fn d8_damage_of_a_large_database_is_found_after_opening_and_mended_at_the_next_start() {
    let (folder, workflow) = large().await;
    let path = folder.path().join("bridge.db");
    let store = Store::open(folder.path()).await.unwrap().store;
    assert_eq!(store.upkeep().await, []);
    store.close().await;
    let good = names(folder.path());
    assert_eq!(good.len(), 1);
    // Of another day, so that one for today would be made.
    let kept = folder.path().join("backups/000001-daily-2020-01-01.db");
    fs::rename(folder.path().join("backups").join(&good[0]), &kept).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0);
    fs::write(&path, &bytes).unwrap();

    let opened = Store::open(folder.path()).await.unwrap();
    assert_eq!(opened.notices, [], "nothing that is read at the start is damaged");
    let found: Vec<_> = opened.store.upkeep().await.iter().map(|notice| notice.kind).collect();
    assert_eq!(found, [NoticeKind::StoreDamaged]);
    opened.store.close().await;
    assert_eq!(names(folder.path()).len(), 1, "no backup of a damaged database");

    let opened = Store::open(folder.path()).await.unwrap();
    assert_eq!(opened.notices.iter().map(|notice| notice.kind).collect::<Vec<_>>(), [NoticeKind::StoreRestored]);
    assert_eq!(opened.store.workflow(workflow).await.unwrap().name, "Orders");
    assert_eq!(opened.store.upkeep().await, []);
    opened.store.close().await;
    assert_eq!(Store::open(folder.path()).await.unwrap().notices, [], "told once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d14_a_synced_folder_is_told_and_has_no_write_ahead_log() {
    for name in ["OneDrive - Company", "Dropbox"] {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(name).join("Bridge");
        // A folder that was this machine's own before, with a log.
        let plain = root.path().join("plain");
        let id = {
            let store = Store::open(&plain).await.unwrap().store;
            let id = store.create_workflow("Orders", "").await.unwrap().id;
            store.close().await;
            id
        };
        fs::create_dir_all(folder.parent().unwrap()).unwrap();
        fs::rename(&plain, &folder).unwrap();
        for _ in 0..2 {
            let opened = Store::open(&folder).await.unwrap();
            assert_eq!(opened.notices.iter().map(|n| n.kind).collect::<Vec<_>>(), [NoticeKind::SyncedFolder]);
            let store = opened.store;
            // Readers and writers at the same time get along without a log, too.
            let tasks = (0..8).map(|task| {
                let store = store.clone();
                tokio::spawn(async move {
                    for number in 0..10 {
                        store.append(RunId::new(), whole(id, &format!("{task}-{number}"), 2)).await.unwrap();
                        let filter = RunFilter { limit: 10, ..RunFilter::default() };
                        assert!(!store.list_runs(&filter).await.unwrap().is_empty());
                    }
                })
            });
            for task in tasks.collect::<Vec<_>>() {
                task.await.unwrap();
            }
            assert!(!folder.join("bridge.db-wal").exists() && !folder.join("bridge.db-shm").exists());
            store.close().await;
        }
    }
}
