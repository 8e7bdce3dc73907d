//! What is kept is the user's alone, whatever the umask, and also where it was not so before.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use bridge_domain::{Blobs, Journal, Origin};
use bridge_store::Store;

/// Everything below a folder, and the folder itself.
fn everything(path: &Path, found: &mut Vec<PathBuf>) {
    found.push(path.to_owned());
    if fs::symlink_metadata(path).unwrap().is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            everything(&entry.unwrap().path(), found);
        }
    }
}

fn all_of(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    everything(folder, &mut found);
    found
}

fn assert_private(folder: &Path) {
    for path in all_of(folder) {
        let metadata = fs::symlink_metadata(&path).unwrap();
        let expected = if metadata.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(metadata.mode() & 0o777, expected, "{}", path.display());
    }
}

/// A database with a file's content and a backup; its log is there as long as it is open.
async fn filled(folder: &Path) -> Store {
    let store = Store::open(folder).await.unwrap().store;
    store.create_workflow("Orders", "").await.unwrap();
    store.put(b"a picture".to_vec(), "image/png".to_owned(), "a.png".to_owned()).await.unwrap();
    store.backup(&folder.join("backups/000001-daily-2026-01-01.db")).await.unwrap();
    store
}

#[tokio::test]
async fn d7_nothing_can_be_read_by_others_whatever_the_umask() {
    rustix::process::umask(rustix::fs::Mode::empty());
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("below/data");
    let store = filled(&folder).await;
    let open: Vec<_> = all_of(&folder);
    for name in ["bridge.db", "bridge.db-wal", "bridge.db-shm", "bridge.lock", "backups", "blobs"] {
        assert!(open.contains(&folder.join(name)), "{name} is not there: {open:?}");
    }
    assert_private(&folder);
    store.close().await;
    // A migration makes a backup, the day another.
    let store = Store::open(&folder).await.unwrap().store;
    store.upkeep().await;
    let id = store.list_workflows().await.unwrap()[0].workflow.id;
    store.commit(id, None, Origin::User, |definition| Ok(definition.clone())).await.unwrap();
    assert!(store.unfinished().await.unwrap().is_empty());
    assert_private(&folder);
    store.close().await;
    assert_private(&folder);
}

#[tokio::test]
async fn d7_what_others_could_read_is_taken_away_from_them_on_opening() {
    rustix::process::umask(rustix::fs::Mode::empty());
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    filled(&folder).await.close().await;
    for name in ["settings.json", "settings.last-good.json"] {
        fs::write(folder.join(name), "{}").unwrap();
    }
    fs::create_dir(folder.join("damaged-2026")).unwrap();
    fs::write(folder.join("damaged-2026/bridge.db"), "old").unwrap();
    for path in all_of(&folder) {
        let mode = if path.is_dir() { 0o777 } else { 0o666 };
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }
    let store = Store::open(&folder).await.unwrap().store;
    store.upkeep().await;
    assert_private(&folder);
    store.close().await;
    assert_private(&folder);
}

#[tokio::test]
async fn d7_what_is_not_the_applications_stays_as_it_is() {
    rustix::process::umask(rustix::fs::Mode::empty());
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("shared");
    fs::create_dir(&folder).unwrap();
    let (others, linked) = (folder.join("report.txt"), parent.path().join("linked"));
    fs::write(&others, "for all").unwrap();
    fs::write(&linked, "elsewhere").unwrap();
    symlink(&linked, folder.join("bridge.link")).unwrap();
    filled(&folder).await.close().await;
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&others), mode(&linked)), (0o777, 0o666, 0o666));
    for name in ["bridge.db", "bridge.lock", "bridge.created"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
    assert_eq!((mode(&folder.join("backups")), mode(&folder.join("blobs"))), (0o700, 0o700));
}
