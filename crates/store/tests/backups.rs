//! Restoring a backup that the user chose, and where a folder is that has no write-ahead log.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;
#[path = "fixture/run.rs"]
mod run;

use std::{
    fs,
    time::{Duration, Instant},
};

use bridge_domain::{ErrorCode, Journal, NoticeKind, RunFilter, RunId};
use bridge_store::Store;
use fixture::fresh;
use run::{page, whole};

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
