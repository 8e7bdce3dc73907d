//! The process is killed while an answer streams. What was promised is on the disk.
//!
//! The test starts its own binary again as the process to be killed: an assistant that plays a slow script and writes
//! down when it showed what.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod stage;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bridge_assistant::Assistant;
use bridge_domain::{ChatEvent, ErrorCode, MessageStatus, Role};
use bridge_store::Store;
use stage::{Cue, Script, ask, relabel, text};

const SEEDS: u64 = 200;
const PARALLEL: u64 = 4;
/// Shown text older than this survives.
const PROMISED: Duration = Duration::from_millis(250);

/// A number from a seed, below `limit` (SplitMix64).
fn random(seed: u64, limit: u64) -> u64 {
    let mut z = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z ^ (z >> 31)) % limit
}

/// The process to be killed. Ignored unless the parent asks for it.
#[tokio::test]
#[ignore = "started by the test below"]
async fn child() {
    let folder = std::env::var("BRIDGE_CRASH_FOLDER").unwrap();
    let store = Store::open(std::path::Path::new(&folder)).await.unwrap().store;
    let workflow = store.create_workflow("Orders", "").await.unwrap();
    store.commit(workflow.id, None, bridge_domain::Origin::User, |_| Ok(stage::graph())).await.unwrap();
    let assistant = Assistant::new(store, bridge_connectors::catalog());
    let mut cues = vec![text("{\"actions\": ["), text(relabel("slack", "x").to_string()), text("], \"message\": \"")];
    for word in 0..400 {
        cues.extend([text(format!("w{word} ")), Cue::Wait(Duration::from_millis(7))]);
    }
    cues.push(Cue::Hang);
    let mut running = assistant.start(ask(workflow.id, Script::new([cues]), "Tell me a story")).await.unwrap();
    println!("begun {}", workflow.id);
    while let Some(events) = running.events.recv().await {
        for event in events {
            if let ChatEvent::Chunk { content } = event {
                println!("shown {content}");
            }
        }
    }
}

/// What the child said, and when.
struct Heard {
    workflow: bridge_domain::WorkflowId,
    shown: Vec<(Instant, String)>,
    killed: Instant,
}

fn run_and_kill(folder: &std::path::Path, after: Duration) -> Heard {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "child", "--nocapture", "--test-threads=1"])
        .env("BRIDGE_CRASH_FOLDER", folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (sender, receiver) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        lines.map_while(Result::ok).for_each(|line| drop(sender.send((Instant::now(), line))))
    });
    let workflow = loop {
        let (_, line) = receiver.recv_timeout(Duration::from_secs(60)).expect("the child begins");
        if let Some((_, id)) = line.split_once("begun ") {
            break id.parse().unwrap();
        }
    };
    std::thread::sleep(after);
    let killed = Instant::now();
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    let shown =
        receiver.try_iter().filter_map(|(at, line)| Some((at, line.strip_prefix("shown ")?.to_owned()))).collect();
    Heard { workflow, shown, killed }
}

/// Returns how much text was promised.
async fn check(seed: u64) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let after = Duration::from_millis(random(seed, 500));
    let heard = tokio::task::spawn_blocking(move || run_and_kill(&path, after)).await.unwrap();

    let opening = Instant::now();
    let store = Store::open(folder.path()).await.unwrap().store;
    let assistant = Assistant::new(store.clone(), bridge_connectors::catalog());
    let messages = assistant.history(heard.workflow, None).await.unwrap().messages;
    assert!(opening.elapsed() < Duration::from_secs(2), "seed {seed}: ready after {:?}", opening.elapsed());

    assert_eq!(messages.len(), 2, "seed {seed}");
    assert_eq!((messages[0].role, messages[0].content.as_str()), (Role::User, "Tell me a story"), "seed {seed}");
    let answer = &messages[1];
    assert_eq!((answer.role, answer.status), (Role::Assistant, MessageStatus::Interrupted), "seed {seed}");
    let promised: String =
        heard.shown.iter().filter(|(at, _)| *at + PROMISED < heard.killed).map(|(_, text)| text.as_str()).collect();
    assert!(
        answer.content.starts_with(promised.trim_end()),
        "seed {seed}: {promised:?} is not kept in {:?}",
        answer.content
    );

    let proposal = assistant.preview_proposal(answer.id, None).await.unwrap();
    assert!(proposal.applicable.is_empty(), "seed {seed}");
    let request = bridge_domain::DecisionRequest {
        message_id: answer.id,
        indexes: vec![0],
        hash: Some(proposal.hash),
        reason: None,
    };
    let refused = assistant.apply(request).await.unwrap_err();
    assert!(matches!(refused.code, ErrorCode::InvalidInput | ErrorCode::Conflict), "seed {seed}: {refused:?}");
    // The thread is free again.
    let model = Script::new([stage::whole(&stage::answer("Back.", &[]))]);
    assert_eq!(assistant.chat(ask(heard.workflow, model, "Are you there?")).await.unwrap().message, "Back.");
    promised.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d1_a_kill_while_streaming_loses_nothing_that_was_promised() {
    let next = std::sync::Arc::new(AtomicU64::new(0));
    let workers = (0..PARALLEL).map(|_| {
        let next = next.clone();
        tokio::spawn(async move {
            let mut promised = 0;
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= SEEDS {
                    return promised;
                }
                promised += check(seed).await;
            }
        })
    });
    let promised: usize = futures_util::future::join_all(workers).await.into_iter().map(Result::unwrap).sum();
    assert!(promised > 1_000, "only {promised} bytes were old enough when the process was killed");
}
