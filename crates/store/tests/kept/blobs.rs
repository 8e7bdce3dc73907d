//! Contents of files: kept once, read only if sound, gone when nobody names them.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use bridge_domain::{
    Binary, Blobs, Entry, ErrorCode, Item, Journal, Lineage, NodeId, Page, RunId, RunStatus, StepStatus,
};

use crate::{
    fixture::{Fixture, fresh},
    run::{begin, ended, started, status},
};

fn path(fixture: &Fixture, hash: &str) -> PathBuf {
    fixture.folder.path().join("blobs").join(&hash[..2]).join(hash)
}

async fn put(fixture: &Fixture, content: &[u8]) -> Binary {
    fixture.store.put(content.to_vec(), "text/plain".to_owned(), "a.txt".to_owned()).await.unwrap()
}

#[tokio::test]
async fn a_content_is_kept_once_under_its_hash() {
    let fixture = fresh().await;
    let (first, second) = (put(&fixture, b"hello").await, put(&fixture, b"hello").await);
    assert_eq!((&first, first.size), (&second, 5));
    assert_eq!(first.hash, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    let empty = put(&fixture, b"").await;
    let fixture = fixture.reopen().await;
    assert_eq!(fixture.store.get(&first.hash).await.unwrap(), b"hello");
    assert_eq!(fixture.store.get(&empty.hash).await.unwrap(), b"");
    for hash in ["../../bridge.db", "", "é", &"0".repeat(64), &first.hash.to_uppercase()] {
        assert_eq!(fixture.store.get(hash).await.unwrap_err().code, ErrorCode::NotFound, "{hash}");
    }
}

#[tokio::test]
async fn d8_a_damaged_content_is_refused_and_mended_by_keeping_it_again() {
    let fixture = fresh().await;
    let hash = put(&fixture, b"hello").await.hash;
    for damaged in [&b"hellp"[..], b"hell", b""] {
        fs::write(path(&fixture, &hash), damaged).unwrap();
        assert_eq!(fixture.store.get(&hash).await.unwrap_err().code, ErrorCode::StoreDamaged);
        put(&fixture, b"hello").await;
        assert_eq!(fixture.store.get(&hash).await.unwrap(), b"hello");
    }
}

#[tokio::test]
async fn only_what_nobody_names_is_collected() {
    let fixture = fresh().await;
    let workflow = fixture.store.create_workflow("Orders", "").await.unwrap().id;
    let (in_run, in_pin, unnamed) =
        (put(&fixture, b"run").await, put(&fixture, b"pin").await, put(&fixture, b"nobody").await);
    let item = |file: &Binary| Item { binary: [("data".to_owned(), file.clone())].into(), ..Item::default() };
    let text = serde_json::to_string(&[item(&in_run)]).unwrap();
    let mut end = ended("a", 0, StepStatus::Success);
    end.outputs[0].pages = vec![Page::new(text, 1, Lineage::None)];
    let run = RunId::new();
    let entries =
        vec![started(workflow, "a"), begin("a", 0), Entry::StepEnded(Box::new(end)), status(RunStatus::Success)];
    fixture.store.append(run, entries).await.unwrap();
    fixture.store.set_pin(workflow, &NodeId::from("n"), Some(vec![item(&in_pin)])).await.unwrap();
    // Kept just now: a step in flight may name it yet.
    assert_eq!(fixture.store.collect_blobs().await.unwrap(), 0);
    let later = || SystemTime::now() + Duration::from_secs(60);
    assert_eq!(fixture.store.collect_blobs_kept_before(later()).await.unwrap(), 1);
    assert_eq!(fixture.store.get(&unnamed.hash).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(fixture.store.get(&in_run.hash).await.unwrap(), b"run");
    fixture.store.delete_run(run).await.unwrap();
    assert_eq!(fixture.store.collect_blobs_kept_before(later()).await.unwrap(), 1);
    assert_eq!(fixture.store.get(&in_pin.hash).await.unwrap(), b"pin");
    fixture.store.set_pin(workflow, &NodeId::from("n"), None).await.unwrap();
    assert_eq!(fixture.store.collect_blobs_kept_before(later()).await.unwrap(), 1);
}
