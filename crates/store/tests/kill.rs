//! kill -9 at any moment, and what a commit does before it returns.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "fixture/child.rs"]
mod child;
mod fixture;

use std::{fs, path::Path, process::Command, time::Duration};

use bridge_domain::{Decision, MessageMetadata, MessageStatus, NodeId, Origin, WorkflowId};
use bridge_store::{Store, Verdict};
use fixture::{answer, node, with_node};

/// Actions of one answer that are applied together.
const BATCH: u32 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by d2 as a process to be killed"]
async fn child_applies_answers() {
    let Some(folder) = child::folder() else { return };
    let store = Store::open(&folder).await.unwrap().store;
    let id = only_workflow(&store).await;
    child::say_started(&folder);
    loop {
        let message = answer(&store, id, BATCH).await;
        let verdict = Verdict::Apply { expected_version: None };
        let add = |definition: &bridge_domain::Definition| {
            Ok((0..BATCH)
                .fold(definition.clone(), |so_far, index| with_node(&so_far, &format!("{}-{index}", message.id))))
        };
        let note = |_: Option<&bridge_store::Committed>| format!("Applied {}.", message.id);
        store.decide(message.id, &[0, 1, 2], verdict, note, add).await.unwrap();
    }
}

async fn only_workflow(store: &Store) -> WorkflowId {
    store.list_workflows().await.unwrap()[0].workflow.id
}

/// A decision exactly where its version is, its note is, and all three of its nodes are.
async fn assert_all_or_nothing(store: &Store, id: WorkflowId) -> usize {
    let definition = store.open_workflow(id).await.unwrap().version.definition;
    let messages = store.history(id, u32::MAX).await.unwrap().messages;
    let versions = store.list_versions(id, u32::MAX).await.unwrap();
    let mut applied = 0;
    for message in messages.iter().filter(|message| !message.actions.is_empty()) {
        let decisions: Vec<_> = message.actions.iter().map(|action| action.decision).collect();
        let nodes = (0..BATCH).filter(|index| definition.node(&NodeId(format!("{}-{index}", message.id))).is_some());
        let notes = messages.iter().filter(|note| note.metadata.about == Some(message.id)).count();
        let origin = Origin::Assistant { message_id: message.id };
        let made = versions.iter().find(|version| version.origin == origin).map(|version| version.version_number);
        match made {
            Some(version_number) => {
                assert_eq!(decisions, [Decision::Applied { version_number }; 3]);
                assert_eq!((nodes.count(), notes), (3, 1));
                applied += 1;
            }
            None => {
                assert_eq!(decisions, [Decision::Pending; 3]);
                assert_eq!((nodes.count(), notes), (0, 0));
            }
        }
    }
    assert_eq!(definition.nodes.len(), applied * BATCH as usize);
    assert_eq!(store.open_workflow(id).await.unwrap().can_undo, applied > 0);
    applied
}

#[tokio::test]
async fn d2_a_kill_while_applying_leaves_before_or_after() {
    let mut applied = 0;
    let mut killed = 0;
    for round in 0..10_u64 {
        let fixture = fixture::fresh().await;
        let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
        fixture.store.close().await;
        drop(fixture.store);
        for seed in 0..6 {
            let running = child::command("child_applies_answers", fixture.folder.path()).spawn().unwrap();
            child::wait_until_started(fixture.folder.path());
            let time = Duration::from_micros(child::spread(round * 6 + seed, 60_000));
            killed += usize::from(child::kill_after(running, time));
            let store = Store::open(fixture.folder.path()).await.unwrap().store;
            applied += assert_all_or_nothing(&store, id).await;
            store.close().await;
        }
    }
    assert_eq!(killed, 60, "every child must have been killed at work");
    assert!(applied > 100, "the kills must have hit while answers were applied: {applied}");
}

#[tokio::test]
#[ignore = "started by d1 as a process to be killed"]
async fn child_streams_an_answer() {
    let Some(folder) = child::folder() else { return };
    let store = Store::open(&folder).await.unwrap().store;
    let id = only_workflow(&store).await;
    child::say_started(&folder);
    let begun = store.begin_turn(id, "Tell me", MessageMetadata::default()).await.unwrap();
    fs::write(folder.join("begun"), begun.user.id.to_string()).unwrap();
    let mut text = String::new();
    loop {
        text.push_str("word ");
        store.save_progress(begun.answer.id, &text).await.unwrap();
        fs::write(folder.join("saved.part"), &text).unwrap();
        fs::rename(folder.join("saved.part"), folder.join("saved")).unwrap();
    }
}

#[tokio::test]
async fn d1_a_kill_while_an_answer_streams_keeps_what_was_saved() {
    let mut streamed = 0;
    for seed in 0..40 {
        let fixture = fixture::fresh().await;
        let id = fixture.store.create_workflow("Orders", "").await.unwrap().id;
        fixture.store.close().await;
        let folder = fixture.folder.path();
        let running = child::command("child_streams_an_answer", folder).spawn().unwrap();
        child::wait_until_started(folder);
        assert!(child::kill_after(running, Duration::from_micros(child::spread(seed, 60_000))));
        let store = Store::open(folder).await.unwrap().store;
        let messages = store.history(id, 50).await.unwrap().messages;
        assert!(messages.iter().all(|message| message.status != MessageStatus::Streaming));
        if folder.join("begun").exists() {
            assert_eq!(messages[0].content, "Tell me");
            assert_eq!(messages[1].status, MessageStatus::Interrupted);
        }
        if let Ok(saved) = fs::read_to_string(folder.join("saved")) {
            assert!(messages[1].content.len() >= saved.len() && messages[1].content.starts_with(&saved));
            streamed += 1;
        }
        store.close().await;
    }
    assert!(streamed >= 10, "the kills must have hit while answers streamed: {streamed}");
}

#[tokio::test]
#[ignore = "started by d4 as a process to be traced"]
async fn child_commits() {
    let Some(folder) = child::folder() else { return };
    let store = Store::open(&folder).await.unwrap().store;
    let id = only_workflow(&store).await;
    let count = fs::read_to_string(folder.join("count")).unwrap().parse().unwrap();
    for number in 0..count {
        let edit = |_: &bridge_domain::Definition| {
            Ok(bridge_domain::Definition { nodes: vec![node(&format!("{number}"))], edges: Vec::new() })
        };
        store.commit(id, None, Origin::User, edit).await.unwrap();
    }
    std::process::exit(0);
}

/// How often a child that makes that many commits syncs a file; absent where processes cannot be traced.
async fn syncs(count: u32) -> Option<usize> {
    let fixture = fixture::fresh().await;
    fixture.store.create_workflow("Orders", "").await.unwrap();
    fixture.store.close().await;
    drop(fixture.store);
    let folder: &Path = fixture.folder.path();
    fs::write(folder.join("count"), count.to_string()).unwrap();
    let log = folder.join("trace");
    let inner = child::command("child_commits", folder);
    let mut traced = Command::new("strace");
    traced.args(["-f", "-e", "trace=fsync,fdatasync", "-o"]).arg(&log).arg(inner.get_program()).args(inner.get_args());
    traced.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let done = traced.output().ok()?;
    done.status.success().then(|| fs::read_to_string(&log).unwrap().matches("sync(").count())
}

#[tokio::test]
async fn d4_every_commit_is_synced_to_the_disk() {
    let (Some(none), Some(hundred)) = (syncs(0).await, syncs(100).await) else {
        eprintln!("skipped: processes cannot be traced here");
        return;
    };
    assert!(hundred >= none + 100, "{none} syncs without a commit, {hundred} with 100");
}
