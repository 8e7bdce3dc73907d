//! kill -9 while runs are kept.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    process::Stdio,
    time::Duration,
};

use bridge_domain::{Journal, RunId, RunStatus};
use bridge_store::Store;

use crate::{
    child, fixture,
    run::{begin, begun, end, started, status},
};

/// Kills. More of them by the environment variable `BRIDGE_KILLS`.
const KILLS: u64 = 50;
/// Steps of a run.
const STEPS: u32 = 4;
/// Runs at the same time.
const TOGETHER: usize = 8;

/// Appends runs for ever, and says each acknowledged append as `run progress`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by d3 as a process to be killed"]
async fn child_appends_runs() {
    let Some(folder) = child::folder() else { return };
    let store = Store::open(&folder).await.unwrap().store;
    let workflow = store.list_workflows().await.unwrap()[0].workflow.id;
    child::say_started(&folder);
    let tasks = (0..TOGETHER).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            loop {
                let (id, tag) = (RunId::new(), RunId::new().to_string());
                let mut entries = vec![started(workflow, &tag)];
                for step in 0..STEPS {
                    entries.extend([begin(&tag, step), end(&tag, step)]);
                }
                entries.push(status(RunStatus::Success));
                for (progress, entry) in entries.into_iter().enumerate() {
                    store.append(id, vec![entry]).await.unwrap();
                    let line = format!("ack {id} {progress}\n");
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                }
            }
        })
    });
    futures_util::future::join_all(tasks).await;
}

/// How far a run got, as its log tells: the number of entries, every one in its place.
async fn progress(store: &Store, id: RunId) -> usize {
    let log = store.load(id).await.unwrap();
    for (place, step) in (0..).zip(&log.steps) {
        assert_eq!((step.started.step, step.started.attempt), (place, 1));
        let is_last = place as usize + 1 == log.steps.len();
        assert!(step.ended.is_some() || is_last, "a step began before the one before it had ended");
        if let Some(end) = &step.ended {
            for (_, pages) in &end.outputs {
                store.page(pages[0].hash).await.unwrap();
            }
        }
    }
    assert_eq!(log.run.input[0].hash, log.steps.first().map_or(log.run.input[0].hash, |s| s.started.input_pages[0][0]));
    let ended = log.steps.iter().filter(|step| step.ended.is_some()).count();
    if log.status == RunStatus::Success {
        assert_eq!((log.steps.len(), ended), (STEPS as usize, STEPS as usize), "an ended run is complete");
    }
    log.steps.len() + ended + usize::from(log.status == RunStatus::Success)
}

#[tokio::test]
async fn d3_a_kill_loses_nothing_that_was_acknowledged_and_records_nothing_twice() {
    let kills = std::env::var("BRIDGE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let (mut acknowledged, mut cut) = (0, 0);
    for seed in 0..kills {
        let fixture = fixture::fresh().await;
        fixture.store.create_workflow("Orders", "").await.unwrap();
        fixture.store.close().await;
        let folder = fixture.folder.path();
        let mut running = child::command("kill::child_appends_runs", folder).stdout(Stdio::piped()).spawn().unwrap();
        let output = running.stdout.take().unwrap();
        let reader = std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            lines.collect::<Vec<_>>()
        });
        child::wait_until_started(folder);
        assert!(child::kill_after(running, Duration::from_micros(child::spread(seed, 60_000))));
        let mut said: HashMap<RunId, usize> = HashMap::new();
        for line in reader.join().unwrap() {
            // The last line may be cut.
            let Some((_, line)) = line.split_once("ack ") else { continue };
            let Some((id, progress)) = line.split_once(' ') else { continue };
            if let (Ok(id), Ok(progress)) = (id.parse(), progress.parse()) {
                said.insert(id, progress);
            }
        }
        let store = Store::open(folder).await.unwrap().store;
        for (id, said) in &said {
            let found = progress(&store, *id).await;
            assert!(found >= *said, "{id}: entry {said} was acknowledged, {found} are there");
        }
        for id in store.unfinished().await.unwrap() {
            progress(&store, id).await;
            cut += 1;
            // It can be gone on with.
            let log = store.load(id).await.unwrap();
            let next = u32::try_from(log.steps.len()).unwrap();
            store.append(id, vec![bridge_domain::Entry::StepStarted(begun("x", next))]).await.unwrap();
        }
        acknowledged += said.len();
        store.close().await;
    }
    assert!(acknowledged as u64 > kills, "the kills must have hit while runs were kept: {acknowledged}");
    assert!(cut as u64 > kills / 2, "the kills must have cut runs: {cut}");
}
