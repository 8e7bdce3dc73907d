//! Damaged databases: found, set aside, restored; never deleted, never a silent fresh start.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "fixture/child.rs"]
mod child;
mod fixture;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bridge_domain::{Definition, ErrorCode, Message, MessageMetadata, NoticeKind, Origin, WorkflowId};
use bridge_store::{Opened, Store};
use fixture::{answer, fresh, with_node};
use sqlx::{Connection, Executor};
use tempfile::TempDir;

/// A data folder that was opened, filled, and opened and closed again on the same day, so that it has a backup.
struct Template {
    folder: TempDir,
    workflow: WorkflowId,
    definition: Definition,
    messages: Vec<Message>,
}

/// Runs of these letters are text of definitions and of messages.
const LABEL: &str = "WWWWWWWWWWWWWWWW";
const WORDS: &str = "MMMMMMMMMMMMMMMM";

async fn template() -> Template {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    for number in 0..10 {
        let edit = |definition: &Definition| {
            let mut next = with_node(definition, &format!("node-{number}"));
            next.nodes[number].data.label = LABEL.repeat(40);
            Ok(next)
        };
        fixture.store.commit(id, None, Origin::User, edit).await.unwrap();
        let begun = fixture.store.begin_turn(id, &WORDS.repeat(60), MessageMetadata::default()).await.unwrap();
        let (metadata, status) = (MessageMetadata::default(), bridge_domain::MessageStatus::Complete);
        let actions = fixture::proposal(1);
        fixture.store.finish_message(begun.answer.id, &WORDS.repeat(30), actions, metadata, status).await.unwrap();
    }
    let fixture = fixture.reopen().await;
    let definition = fixture.store.open_workflow(id).await.unwrap().version.definition;
    let messages = fixture.store.history(id, 50).await.unwrap().messages;
    fixture.store.close().await;
    // Without most of what earlier states left in unused corners of pages.
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(fixture.folder.path().join("bridge.db"));
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    connection.execute("VACUUM").await.unwrap();
    connection.close().await.unwrap();
    Template { folder: fixture.folder, workflow: id, definition, messages }
}

impl Template {
    fn bytes(&self) -> Vec<u8> {
        fs::read(self.folder.path().join("bridge.db")).unwrap()
    }

    /// A copy of the folder with these bytes as its database, with or without backups.
    fn with(&self, database: Option<&[u8]>, backups: bool) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(self.folder.path().join("bridge.created"), folder.path().join("bridge.created")).unwrap();
        if let Some(bytes) = database {
            fs::write(folder.path().join("bridge.db"), bytes).unwrap();
        }
        if backups {
            fs::create_dir(folder.path().join("backups")).unwrap();
            for backup in backups_in(self.folder.path()) {
                fs::copy(&backup, folder.path().join("backups").join(backup.file_name().unwrap())).unwrap();
            }
        }
        folder
    }

    async fn assert_whole(&self, store: &Store) {
        assert!(store.open_workflow(self.workflow).await.unwrap().version.definition == self.definition);
        assert!(store.history(self.workflow, 50).await.unwrap().messages == self.messages);
    }
}

fn backups_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder.join("backups")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn set_aside(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("damaged-")).collect()
}

fn kinds(opened: &Opened) -> Vec<NoticeKind> {
    opened.notices.iter().map(|notice| notice.kind).collect()
}

/// Ways to lose a whole database, each with what is left of it.
fn ruins(bytes: &[u8]) -> Vec<(&'static str, Option<Vec<u8>>)> {
    let mut ruins = vec![
        ("gone", None),
        ("zero length", Some(Vec::new())),
        ("one byte", Some(bytes[..1].to_vec())),
        ("half a header", Some(bytes[..50].to_vec())),
        ("the header alone", Some(bytes[..100].to_vec())),
        ("the first page alone", Some(bytes[..4096].to_vec())),
        ("cut in the middle of a page", Some(bytes[..bytes.len() / 2 + 777].to_vec())),
        ("the last page missing", Some(bytes[..bytes.len() - 4096].to_vec())),
        ("text", Some(b"Not a database at all, but long enough to look like one.".repeat(200))),
        ("zeros", Some(vec![0; bytes.len()])),
    ];
    let mut header = bytes.to_vec();
    header[..100].fill(0xff);
    ruins.push(("header overwritten", Some(header)));
    let mut magic = bytes.to_vec();
    magic[3] ^= 1;
    ruins.push(("one bit of the magic", Some(magic)));
    let mut second = bytes.to_vec();
    second[4096..8192].fill(0);
    ruins.push(("second page zeroed", Some(second)));
    ruins
}

#[tokio::test]
async fn d8_a_ruined_database_is_set_aside_and_the_backup_restored() {
    let template = template().await;
    for (name, ruin) in ruins(&template.bytes()) {
        let folder = template.with(ruin.as_deref(), true);
        let begun = Instant::now();
        let opened = Store::open(folder.path()).await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(5), "{name}: {:?}", begun.elapsed());
        assert_eq!(kinds(&opened), [NoticeKind::StoreRestored], "{name}");
        template.assert_whole(&opened.store).await;
        if let Some(ruin) = ruin {
            let aside = set_aside(folder.path());
            assert_eq!(fs::read(aside[0].join("bridge.db")).unwrap(), ruin, "{name}");
            assert!(opened.notices[0].hint.contains(aside[0].to_str().unwrap()), "{name}");
        }
        opened.store.close().await;
        assert_eq!(Store::open(folder.path()).await.unwrap().notices, [], "{name}: told once");
    }
}

#[tokio::test]
async fn d8_without_a_good_backup_it_is_refused_and_left_where_it_is() {
    let template = template().await;
    for (name, ruin) in ruins(&template.bytes()) {
        let folder = template.with(ruin.as_deref(), false);
        for _ in 0..2 {
            let error = Store::open(folder.path()).await.unwrap_err();
            assert_eq!(error.code, ErrorCode::StoreDamaged, "{name}");
            assert!(error.message.contains(folder.path().join("bridge.db").to_str().unwrap()), "{name}");
            assert_eq!(fs::read(folder.path().join("bridge.db")).ok(), ruin, "{name}");
        }
    }
}

#[tokio::test]
async fn d8_an_empty_database_with_a_valid_structure_is_no_fresh_start() {
    let template = template().await;
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("empty.db");
    for sql in ["VACUUM", "CREATE TABLE notes (text)"] {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
        let bytes = fs::read(&path).unwrap();
        let restored = Store::open(template.with(Some(&bytes), true).path()).await.unwrap();
        assert_eq!(kinds(&restored), [NoticeKind::StoreRestored], "{sql}");
        let refused = Store::open(template.with(Some(&bytes), false).path()).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::StoreDamaged, "{sql}");
    }
}

#[tokio::test]
async fn d8_a_damaged_backup_is_passed_over_for_an_older_one() {
    let template = template().await;
    let folder = template.with(Some(b"ruin"), true);
    let good = backups_in(folder.path()).remove(0);
    fs::write(folder.path().join("backups/000900-daily-2000-01-01.db"), b"not a backup").unwrap();
    let mut cut = fs::read(&good).unwrap();
    cut.truncate(cut.len() / 2);
    fs::write(folder.path().join("backups/000901-daily-1999-01-01.db"), cut).unwrap();
    let opened = Store::open(folder.path()).await.unwrap();
    assert_eq!(kinds(&opened), [NoticeKind::StoreRestored]);
    assert!(opened.notices[0].message.contains(good.file_name().unwrap().to_str().unwrap()));
    template.assert_whole(&opened.store).await;
}

/// Where text of definitions and messages is.
fn text_positions(bytes: &[u8]) -> Vec<usize> {
    // The structure of the database has such letters, too, but none eight times.
    let same = |window: &[u8]| matches!(window[0], b'W' | b'M') && window.iter().all(|byte| *byte == window[0]);
    bytes.windows(8).enumerate().filter(|(_, window)| same(window)).map(|(position, _)| position).collect()
}

/// Every definition and message of a database file, byte for byte.
async fn content(path: &Path) -> Vec<Vec<u8>> {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query_scalar(
        "SELECT CAST(definition AS BLOB) FROM workflow_versions
         UNION ALL SELECT CAST(content || actions || metadata AS BLOB) FROM chat_messages",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap()
}

/// Whether the damage is where pages hold nothing, only what an earlier state left there: then nothing is damaged.
async fn is_in_dead_space(damaged: &TempDir, original: &[u8]) -> bool {
    let path = damaged.path().join("original.db");
    fs::write(&path, original).unwrap();
    content(&path).await == content(&damaged.path().join("bridge.db")).await
}

fn flipped(bytes: &[u8], position: usize, bit: u64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[position] ^= 1 << bit;
    bytes
}

#[tokio::test]
async fn d8_a_flipped_bit_in_text_is_found_and_restored_from_the_backup() {
    let template = template().await;
    let bytes = template.bytes();
    let positions = text_positions(&bytes);
    let seeds = 150;
    let (mut found, mut dead) = (0, 0);
    for seed in 0..seeds {
        let at = positions[child::spread(seed, positions.len() as u64) as usize];
        let damaged = flipped(&bytes, at, child::spread(seed, 8));
        let folder = template.with(Some(&damaged), true);
        let opened = Store::open(folder.path()).await.unwrap();
        if kinds(&opened) == [NoticeKind::StoreRestored] {
            template.assert_whole(&opened.store).await;
            assert_eq!(set_aside(folder.path()).len(), 1);
            opened.store.close().await;
            assert_eq!(Store::open(folder.path()).await.unwrap().notices, []);
            found += 1;
        } else if is_in_dead_space(&template.with(Some(&damaged), false), &bytes).await {
            dead += 1;
        }
    }
    assert!(dead < seeds / 3 && found * 100 >= (seeds - dead) * 99, "{found} of {seeds} found, {dead} in dead space");
}

#[tokio::test]
async fn d8_a_flipped_bit_that_no_backup_can_mend_is_told_and_refused_on_read() {
    let template = template().await;
    let bytes = template.bytes();
    let positions = text_positions(&bytes);
    let seeds = 100;
    let (mut found, mut dead) = (0, 0);
    for seed in 0..seeds {
        let at = positions[child::spread(seed, positions.len() as u64) as usize];
        let damaged = flipped(&bytes, at, child::spread(seed, 8));
        let folder = template.with(Some(&damaged), false);
        let opened = Store::open(folder.path()).await.unwrap();
        if kinds(&opened) == [NoticeKind::StoreDamaged] {
            found += 1;
        } else if is_in_dead_space(&template.with(Some(&damaged), false), &bytes).await {
            dead += 1;
        }
        // Everything that can be read is as it was written.
        for number in 1..=11 {
            match opened.store.version(template.workflow, number).await {
                Ok(version) => assert!(version.definition.nodes == template.definition.nodes[..number as usize - 1]),
                Err(error) => assert_eq!(error.code, ErrorCode::StoreDamaged),
            }
        }
        let messages = opened.store.history(template.workflow, 50).await.unwrap().messages;
        assert_eq!(messages.len(), template.messages.len());
        for (message, original) in messages.iter().zip(&template.messages) {
            assert!(message == original || message.metadata.error.is_some());
        }
    }
    assert!(dead < seeds / 3 && found * 100 >= (seeds - dead) * 99, "{found} of {seeds} found, {dead} in dead space");
}

#[tokio::test]
async fn d8_a_damaged_active_version_can_be_left_behind() {
    let template = template().await;
    let mut bytes = template.bytes();
    let newest = template.definition.to_json().unwrap();
    // The newest definition is the one with ten labels: its start is where all of its first label fits.
    let mark = &newest.as_bytes()[..40];
    let positions: Vec<_> =
        bytes.windows(mark.len()).enumerate().filter(|(_, w)| *w == mark).map(|(at, _)| at).collect();
    for at in positions {
        bytes[at + 20] ^= 2;
    }
    let folder = template.with(Some(&bytes), false);
    let opened = Store::open(folder.path()).await.unwrap();
    assert_eq!(kinds(&opened), [NoticeKind::StoreDamaged]);
    let store = opened.store;
    assert_eq!(store.open_workflow(template.workflow).await.unwrap_err().code, ErrorCode::StoreDamaged);
    let restored = store.restore_version(template.workflow, 1).await.unwrap();
    assert_eq!(restored.after.definition, Definition::default());
    assert_eq!(store.open_workflow(template.workflow).await.unwrap().version.version_number, 12);
}

#[tokio::test]
async fn d8_a_flipped_bit_anywhere_never_shows_wrong_content() {
    let template = template().await;
    let bytes = template.bytes();
    for seed in 0..200 {
        let at = child::spread(seed, bytes.len() as u64) as usize;
        let folder = template.with(Some(&flipped(&bytes, at, child::spread(seed + 1_000, 8))), true);
        let opened = match Store::open(folder.path()).await {
            Ok(opened) => opened,
            Err(error) => {
                assert!(matches!(error.code, ErrorCode::StoreNewer), "byte {at}: {error:?}");
                continue;
            }
        };
        if let Ok(snapshot) = opened.store.open_workflow(template.workflow).await {
            assert!(snapshot.version.definition == template.definition, "byte {at}");
            let messages = opened.store.history(template.workflow, 50).await.unwrap().messages;
            assert!(messages == template.messages, "byte {at}: {:?}", opened.notices);
        } else {
            panic!("byte {at} hides the workflow: {:?}", opened.notices);
        }
    }
}

#[tokio::test]
async fn d13_a_backup_a_day_and_seven_are_kept() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    answer(&fixture.store, id, 0).await;
    let folder = fixture.folder.path().join("backups");
    fs::create_dir(&folder).unwrap();
    for day in 1..=9 {
        fs::write(folder.join(format!("{day:06}-daily-2020-01-0{day}.db")), "old").unwrap();
    }
    fs::write(folder.join("000000-before-migration-0002.db"), "old").unwrap();
    fs::write(folder.join("my own copy.db"), "mine").unwrap();
    fs::write(folder.join("000010-daily-2020-01-10.db.part"), "cut off").unwrap();
    let mut fixture = fixture.reopen().await;
    for _ in 0..2 {
        let mut names: Vec<_> = backups_in(fixture.folder.path());
        names.sort();
        let names: Vec<_> = names.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names.len(), 9, "{names:?}");
        assert_eq!((names[0], names[1]), ("000000-before-migration-0002.db", "000004-daily-2020-01-04.db"));
        assert!(names[7].starts_with("000010-daily-20") && names[8] == "my own copy.db", "{names:?}");
        fixture = fixture.reopen().await;
    }
}

#[tokio::test]
async fn d13_a_backup_of_fifty_megabytes_takes_less_than_five_seconds() {
    let fixture = fresh().await;
    let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    for number in 0..13 {
        let begun = fixture.store.begin_turn(id, "More", MessageMetadata::default()).await.unwrap();
        let text = format!("{number} ").repeat(2_000_000);
        let (metadata, status) = (MessageMetadata::default(), bridge_domain::MessageStatus::Complete);
        fixture.store.finish_message(begun.answer.id, &text, Vec::new(), metadata, status).await.unwrap();
    }
    let target = fixture.folder.path().join("copies/mine.db");
    let begun = Instant::now();
    fixture.store.backup(&target).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(target.metadata().unwrap().len() > 50_000_000);
    assert!(fixture.store.backup(&target).await.is_err(), "a backup never replaces a file");
    fixture.store.close().await;
    fs::create_dir(fixture.folder.path().join("backups")).unwrap();
    fs::rename(&target, fixture.folder.path().join("backups/000001-daily-2020-01-01.db")).unwrap();
    fs::write(fixture.folder.path().join("bridge.db"), "ruin").unwrap();
    let begun = Instant::now();
    let opened = Store::open(fixture.folder.path()).await.unwrap();
    let elapsed = begun.elapsed();
    assert_eq!(kinds(&opened), [NoticeKind::StoreRestored]);
    assert!(elapsed < Duration::from_secs(if cfg!(debug_assertions) { 15 } else { 5 }), "{elapsed:?}");
}
