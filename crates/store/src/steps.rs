//! The steps of a run as the journal has them, put together from what happened to them.

use std::collections::BTreeMap;

use bridge_domain::{RunId, StepKey, StepRecord, StepRef, WorkflowId};
use sqlx::SqliteConnection;

use crate::{
    error::Attempt,
    lines::Event,
    parts::{self, Recent},
    records,
    versions::parse,
};

/// The steps after these events, by place. An event of a step that has not begun is one that was never written.
fn replay(events: Vec<Event>) -> Attempt<BTreeMap<u32, StepRecord>> {
    let mut steps: BTreeMap<u32, StepRecord> = BTreeMap::new();
    for event in events {
        let place = event.step();
        if let Event::Begun(started) = event {
            // Another try forgets the timer and the decision of the one before, and not what was said of the step.
            let notice = steps.remove(&place).and_then(|before| before.notice);
            steps.insert(place, StepRecord { started, ended: None, due_at: None, decision: None, notice });
            continue;
        }
        let step = steps.get_mut(&place).ok_or_else(records::damaged)?;
        match event {
            Event::Ended(_, end) => {
                step.ended = Some(*end);
                step.due_at = None;
            }
            Event::Timer(timer) => step.due_at = Some(timer.due_at).filter(|_| step.ended.is_none()),
            Event::Decided(_, decision) => step.decision = Some(decision),
            Event::Noted(_, notice) => step.notice = Some(notice),
            Event::Begun(_) => {}
        }
    }
    Ok(steps)
}

/// All steps of a run by place.
pub(crate) async fn all(connection: &mut SqliteConnection, seq: i64, run: RunId) -> Attempt<Vec<StepRecord>> {
    from(connection, seq, run, 0).await
}

/// The steps from this place on.
pub(crate) async fn from(
    connection: &mut SqliteConnection,
    seq: i64,
    run: RunId,
    first: u32,
) -> Attempt<Vec<StepRecord>> {
    let mut events = parts::events(connection, seq, run, (first, u32::MAX)).await?;
    events.retain(|event| event.step() >= first);
    Ok(replay(events)?.into_values().collect())
}

/// One step.
pub(crate) async fn get(connection: &mut SqliteConnection, seq: i64, step: StepRef) -> Attempt<Option<StepRecord>> {
    let mut events = parts::events(connection, seq, step.run_id, (step.step, step.step)).await?;
    events.retain(|event| event.step() == step.step);
    Ok(replay(events)?.remove(&step.step))
}

/// The newest step of a workflow that succeeded under this key and whose pages were not dropped.
pub(crate) async fn recorded(
    connection: &mut SqliteConnection,
    workflow: WorkflowId,
    key: StepKey,
    recent: &Recent,
) -> Attempt<Option<StepRecord>> {
    for (seq, run, part) in parts::with_key(connection, &workflow.to_string(), &key).await? {
        // A damaged record is no record: the step is executed anew.
        if let Ok(Some(record)) = newest_in(connection, seq, parse(&run)?, part, key).await {
            recent.add(seq);
            return Ok(Some(record));
        }
    }
    Ok(None)
}

/// The newest step that ended in this part under this key.
async fn newest_in(
    connection: &mut SqliteConnection,
    seq: i64,
    run_id: RunId,
    part: u32,
    key: StepKey,
) -> Attempt<Option<StepRecord>> {
    let ended = parts::events_of_part(connection, seq, run_id, part).await?;
    let found = ended.iter().rev().find_map(|event| match event {
        Event::Ended(step, end) if end.key == key && end.status == bridge_domain::StepStatus::Success => Some(*step),
        _ => None,
    });
    match found {
        Some(step) => get(connection, seq, StepRef { run_id, step }).await,
        None => Ok(None),
    }
}
