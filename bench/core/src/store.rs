//! Opening a long conversation in the store alone, beside a short one.

use std::path::Path;
use std::time::Instant;

use bridge_domain::WorkflowId;
use bridge_store::Store;
use serde_json::{Value, json};

use crate::Failure;
use crate::rounds::milliseconds;
use crate::seed::{LONG_THREAD, SHORT_THREAD, THREAD_LENGTHS, thread_name};

/// Messages the window asks for first.
const PAGE: u32 = 50;
const ROUNDS: usize = 100;
/// Reading a whole long thread takes longer.
const WHOLE_ROUNDS: usize = 10;

/// Times of one read each, in milliseconds. `folder` was filled by `seed`.
pub async fn measure(folder: &Path) -> Result<Value, Failure> {
    let store = Store::open(folder).await?.store;
    let short = find(&store, SHORT_THREAD).await?;
    let long = find(&store, LONG_THREAD).await?;
    let [mut newest_short, mut newest_long, mut whole_long] = [const { Vec::new() }; 3];
    for round in 0..=ROUNDS {
        for (thread, times) in [(short, &mut newest_short), (long, &mut newest_long)] {
            let time = history(&store, thread, PAGE, PAGE).await?;
            if round > 0 {
                times.push(time);
            }
        }
    }
    for round in 0..=WHOLE_ROUNDS {
        let time = history(&store, long, LONG_THREAD, LONG_THREAD).await?;
        if round > 0 {
            whole_long.push(time);
        }
    }
    store.close().await;
    Ok(json!({
        "lengths": THREAD_LENGTHS, "newestShort": newest_short, "newestLong": newest_long, "wholeLong": whole_long,
    }))
}

async fn history(store: &Store, id: WorkflowId, limit: u32, expected: u32) -> Result<f64, Failure> {
    let start = Instant::now();
    let page = store.history(id, limit).await?;
    let time = milliseconds(start);
    if page.messages.len() != expected as usize {
        return Err(format!("{} messages instead of {expected}", page.messages.len()).into());
    }
    Ok(time)
}

async fn find(store: &Store, length: u32) -> Result<WorkflowId, Failure> {
    let name = thread_name(length);
    let found = store.list_workflows().await?.into_iter().find(|summary| summary.workflow.name == name);
    Ok(found.ok_or_else(|| format!("no workflow “{name}” in this folder"))?.workflow.id)
}
