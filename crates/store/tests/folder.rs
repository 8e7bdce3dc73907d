//! The data folder: read only, gone while running, held by another instance.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "fixture/child.rs"]
mod child;
mod fixture;

use std::fs;

use bridge_domain::{ErrorCode, MessageMetadata, NoticeKind, Origin};
use bridge_store::Store;
use fixture::{answer, fresh, with_node};

#[cfg(unix)]
mod read_only {
    use std::{
        fs::{File, Permissions},
        os::unix::{fs::PermissionsExt, process::CommandExt},
        path::Path,
        process::Stdio,
    };

    use super::*;

    /// Who has no rights to anything here.
    const NOBODY: u32 = 65_534;

    #[tokio::test]
    #[ignore = "started by d7 as a user who may not write"]
    async fn child_reads() {
        let Some(folder) = child::folder() else { return };
        let opened = Store::open(&folder).await.unwrap();
        assert!(opened.store.is_read_only());
        assert_eq!(opened.notices.iter().map(|notice| notice.kind).collect::<Vec<_>>(), [NoticeKind::ReadOnly]);
        let store = opened.store;
        let id = store.list_workflows().await.unwrap()[0].workflow.id;
        assert_eq!(store.open_workflow(id).await.unwrap().version.definition.nodes.len(), 1);
        assert_eq!(store.history(id, 50).await.unwrap().messages.len(), 2);
        for error in [
            store.create_workflow("New", "").await.unwrap_err(),
            store.commit(id, None, Origin::User, |definition| Ok(definition.clone())).await.unwrap_err(),
            store.undo(id).await.unwrap_err(),
            store.begin_turn(id, "Hello", MessageMetadata::default()).await.unwrap_err(),
            store.clear_history(id).await.unwrap_err(),
            store.delete_workflow(id).await.unwrap_err(),
        ] {
            assert_eq!(error.code, ErrorCode::ReadOnly);
        }
        std::process::exit(10);
    }

    #[tokio::test]
    #[ignore = "started by d7 as a user who may not write"]
    async fn child_finds_nothing() {
        let Some(folder) = child::folder() else { return };
        assert_eq!(Store::open(&folder).await.unwrap_err().code, ErrorCode::ReadOnly);
        assert_eq!(Store::open(&folder.join("below")).await.unwrap_err().code, ErrorCode::ReadOnly);
        std::process::exit(10);
    }

    /// Runs a child as a user who owns nothing, where this one may do anything; else as this one.
    fn run(name: &str, folder: &Path) -> Option<i32> {
        let mut command = child::command(name, folder);
        let all_powerful = File::create(folder.join("probe")).is_ok();
        if all_powerful {
            fs::remove_file(folder.join("probe")).unwrap();
            // The binary may stand where that user cannot go; its copy does not.
            let program = tempfile::tempdir().unwrap().keep().join("child");
            fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
            fs::set_permissions(program.parent().unwrap(), Permissions::from_mode(0o755)).unwrap();
            let mut copied = std::process::Command::new(&program);
            copied.args(command.get_args()).envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
            copied.current_dir("/").uid(NOBODY).gid(NOBODY).stdout(Stdio::null()).stderr(Stdio::null());
            command = copied;
            let code = command.status().unwrap().code();
            fs::remove_dir_all(program.parent().unwrap()).unwrap();
            return code;
        }
        command.status().unwrap().code()
    }

    fn set_mode(folder: &Path, directory: u32, file: u32) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let mode = if path.is_dir() { directory } else { file };
            fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        }
        fs::set_permissions(folder, Permissions::from_mode(directory)).unwrap();
    }

    #[tokio::test]
    async fn d7_a_folder_that_cannot_be_written_is_opened_for_reading() {
        // The folder, its files, or both.
        for (directory, file) in [(0o555, 0o666), (0o777, 0o444), (0o555, 0o444)] {
            let fixture = fresh().await;
            let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
            fixture.store.commit(id, None, Origin::User, |d| Ok(with_node(d, "a"))).await.unwrap();
            answer(&fixture.store, id, 0).await;
            fixture.store.close().await;
            set_mode(fixture.folder.path(), directory, file);
            let code = run("read_only::child_reads", fixture.folder.path());
            set_mode(fixture.folder.path(), 0o755, 0o644);
            assert_eq!(code, Some(10), "{directory:o} {file:o}");
            fixture.reopen().await;
        }
    }

    #[tokio::test]
    #[ignore = "started by d11 as a user who may not write"]
    async fn child_is_refused() {
        let Some(folder) = child::folder() else { return };
        assert_eq!(Store::open(&folder).await.unwrap_err().code, ErrorCode::StoreInUse);
        std::process::exit(10);
    }

    #[tokio::test]
    async fn d11_a_reader_is_refused_while_another_user_writes() {
        let fixture = fresh().await;
        fixture.store.create_workflow("Orders", "").await.unwrap();
        set_mode(fixture.folder.path(), 0o555, 0o444);
        let code = run("read_only::child_is_refused", fixture.folder.path());
        set_mode(fixture.folder.path(), 0o755, 0o644);
        assert_eq!(code, Some(10));
    }

    #[tokio::test]
    async fn d7_after_a_crash_a_read_only_folder_shows_what_was_saved_last() {
        let fixture = fresh().await;
        let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
        fixture.store.commit(id, None, Origin::User, |d| Ok(with_node(d, "a"))).await.unwrap();
        answer(&fixture.store, id, 0).await;
        // As a crash leaves it: with the log that has what the database file does not have yet.
        let crashed = tempfile::tempdir().unwrap();
        for name in ["bridge.db", "bridge.db-wal", "bridge.db-shm", "bridge.lock", "bridge.created"] {
            fs::copy(fixture.folder.path().join(name), crashed.path().join(name)).unwrap();
        }
        set_mode(crashed.path(), 0o555, 0o444);
        let code = run("read_only::child_reads", crashed.path());
        set_mode(crashed.path(), 0o755, 0o644);
        assert_eq!(code, Some(10));
    }

    #[tokio::test]
    async fn d7_an_empty_folder_that_cannot_be_written_is_a_clear_error() {
        let folder = tempfile::tempdir().unwrap();
        set_mode(folder.path(), 0o555, 0o444);
        let code = run("read_only::child_finds_nothing", folder.path());
        set_mode(folder.path(), 0o755, 0o644);
        assert_eq!(code, Some(10));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn d7_a_folder_that_goes_away_is_a_clear_error_and_never_made_again() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    let away = fixture.folder.path().with_extension("away");
    fs::rename(fixture.folder.path(), &away).unwrap();
    for _ in 0..2 {
        let edit = fixture.store.commit(id, None, Origin::User, |d| Ok(with_node(d, "a"))).await.unwrap_err();
        let turn = fixture.store.begin_turn(id, "Hello", MessageMetadata::default()).await.unwrap_err();
        let list = fixture.store.list_workflows().await.unwrap_err();
        for error in [edit, turn, list] {
            assert_eq!((error.code, error.retryable), (ErrorCode::StoreUnavailable, true));
        }
        assert!(!fixture.folder.path().exists());
    }
    fs::rename(&away, fixture.folder.path()).unwrap();
    fixture.store.commit(id, Some(1), Origin::User, |d| Ok(with_node(d, "a"))).await.unwrap();
}

#[tokio::test]
async fn d7_a_removed_or_replaced_file_takes_no_writes() {
    for replace in [false, true] {
        let fixture = fresh().await;
        let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
        let path = fixture.folder.path().join("bridge.db");
        let copy = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        if replace {
            // Something in between, or the new file may get the number of the old one.
            fs::write(fixture.folder.path().join("other"), "x").unwrap();
            fs::write(&path, copy).unwrap();
        }
        let error = fixture.store.commit(id, None, Origin::User, |d| Ok(with_node(d, "a"))).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::StoreUnavailable);
    }
}

#[tokio::test]
async fn d7_a_file_where_the_folder_should_be_is_a_clear_error() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("data");
    fs::write(&path, "not a folder").unwrap();
    for path in [path.clone(), path.join("below")] {
        let error = Store::open(&path).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::StoreUnavailable, "{error:?}");
    }
}

#[tokio::test]
async fn d11_a_second_instance_is_refused_until_the_first_has_gone() {
    let fixture = fresh().await;
    let error = Store::open(fixture.folder.path()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::StoreInUse);
    let clone = fixture.store.clone();
    let waiting = tokio::spawn({
        let path = fixture.folder.path().to_owned();
        async move { Store::open(&path).await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    clone.close().await;
    waiting.await.unwrap().unwrap();
    assert_eq!(fixture.store.list_workflows().await.unwrap_err().code, ErrorCode::StoreUnavailable);
}

#[tokio::test]
#[ignore = "started by d11 as the first instance"]
async fn child_holds_the_folder() {
    let Some(folder) = child::folder() else { return };
    let _store = Store::open(&folder).await.unwrap().store;
    fs::write(folder.join("open"), "").unwrap();
    std::thread::sleep(std::time::Duration::from_secs(60));
}

#[tokio::test]
async fn d11_the_lock_of_a_killed_instance_is_free_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = child::command("child_holds_the_folder", folder.path()).spawn().unwrap();
    while !folder.path().join("open").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(Store::open(folder.path()).await.unwrap_err().code, ErrorCode::StoreInUse);
    first.kill().unwrap();
    first.wait().unwrap();
    let begun = std::time::Instant::now();
    Store::open(folder.path()).await.unwrap();
    assert!(begun.elapsed() < std::time::Duration::from_secs(1));
}
