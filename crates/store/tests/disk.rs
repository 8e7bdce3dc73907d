//! A file system that is really full: a small one in memory, where this user may mount one; elsewhere this is skipped,
//! and the size limit of SQLite stands for it (`src/faults.rs`).

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::{fs, path::Path, process::Command};

use bridge_domain::{Definition, ErrorCode, Origin};
use bridge_store::Store;
use fixture::node;
use tempfile::TempDir;

/// A mounted file system of four megabytes.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(folder.path());
        mount.output().is_ok_and(|done| done.status.success()).then(|| Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes until there is no room left.
    fn fill(&self) {
        let filler = self.path().join("filler");
        let mut size = 4 << 20;
        while size >= 512 {
            let mut bytes = fs::read(&filler).unwrap_or_default();
            bytes.resize(bytes.len() + size, b'x');
            if fs::write(&filler, &bytes).is_err() {
                bytes.truncate(bytes.len() - size);
                fs::write(&filler, &bytes).unwrap();
                size /= 2;
            }
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).output();
    }
}

fn large() -> Definition {
    let mut node = node("large");
    node.data.label = "x".repeat(200_000);
    Definition { nodes: vec![node], edges: Vec::new() }
}

#[tokio::test]
async fn d6_a_full_file_system_is_a_typed_error_and_saving_works_again_with_room() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("skipped: nothing can be mounted here");
        return;
    };
    let store = Store::open(disk.path()).await.unwrap().store;
    let id = store.create_workflow("Orders", "").await.unwrap().id;
    disk.fill();
    for _ in 0..3 {
        let error = store.commit(id, Some(1), Origin::User, |_| Ok(large())).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::DiskFull, "{error:?}");
    }
    assert_eq!(store.open_workflow(id).await.unwrap().version.version_number, 1);
    fs::remove_file(disk.path().join("filler")).unwrap();
    store.commit(id, Some(1), Origin::User, |_| Ok(large())).await.unwrap();
    store.close().await;

    // A start with a full disk: everything can be seen, or the error says why not.
    disk.fill();
    match Store::open(disk.path()).await {
        Ok(opened) => {
            assert_eq!(opened.store.open_workflow(id).await.unwrap().version.definition, large());
            opened.store.close().await;
        }
        Err(error) => assert_eq!(error.code, ErrorCode::DiskFull, "{error:?}"),
    }
    fs::remove_file(disk.path().join("filler")).unwrap();
    let store = Store::open(disk.path()).await.unwrap().store;
    assert_eq!(store.open_workflow(id).await.unwrap().version.definition, large());
    store.close().await;
}
