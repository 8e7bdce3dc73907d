//! Figures of the journal, for people: `cargo test --release -p bridge-store --test measure -- --ignored --nocapture`.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;
#[path = "fixture/run.rs"]
mod run;

use std::time::{Duration, Instant};

use bridge_domain::{Journal, RunId};
use fixture::fresh;

/// Processor time of this process so far.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

fn report(what: &str, runs: u32, begun: Instant, used: Duration) {
    let (wall, used) = (begun.elapsed(), processor_time() - used);
    eprintln!(
        "{what}: {:.0} runs/s, {:.1} µs of processor a run",
        f64::from(runs) / wall.as_secs_f64(),
        used.as_secs_f64() * 1e6 / f64::from(runs)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn journal() {
    let fixture = fresh().await;
    for steps in [10_u32] {
        let (total, tasks) = (9_600_u32, 200_u32);
        // What the caller does by itself is not the journal's.
        let (begun, used) = (Instant::now(), processor_time());
        for number in 0..total {
            std::hint::black_box(run::whole(bridge_domain::WorkflowId::new(), &format!("r{number}"), steps));
        }
        report("making the entries", total, begun, used);
        for pieces in [1, 2, 12] {
            let workflow = fixture.store.create_workflow("Orders", "").await.unwrap().id;
            let (begun, used) = (Instant::now(), processor_time());
            let running: Vec<_> = (0..tasks)
                .map(|task| {
                    let store = fixture.store.clone();
                    tokio::spawn(async move {
                        for number in 0..total / tasks {
                            let tag = format!("p{pieces}-{task}-{number}");
                            let entries = run::whole(workflow, &tag, steps);
                            let (id, size) = (RunId::new(), entries.len().div_ceil(pieces));
                            let mut entries = entries.into_iter().peekable();
                            while entries.peek().is_some() {
                                let part = entries.by_ref().take(size).collect();
                                store.append(id, part).await.unwrap();
                            }
                        }
                    })
                })
                .collect();
            for task in running {
                task.await.unwrap();
            }
            report(&format!("{total} runs of {steps} steps in {pieces} appends each"), total, begun, used);
        }
    }
    let size = std::fs::metadata(fixture.folder.path().join("bridge.db")).unwrap().len();
    eprintln!("{} bytes a run", size / 28_800);
}
