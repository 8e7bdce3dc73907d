//! Keeping the schedules: looks at the clock at least every half minute, because a sleeping computer's timers stand still,
//! and soon after every edit, whoever made it; and starts what is due.

use std::time::{Duration, Instant};

use bridge_domain::{Config, Item, NodeId, Program, Programs, Result, RunId, RunTrigger, Timestamp, WorkflowId};
use serde_json::Value;

use crate::Runner;
use crate::launch::{Asked, new_run};

/// Longest sleep between two looks at the clock.
const LONGEST: Duration = Duration::from_secs(30);
/// After an edit.
const BURST: Duration = Duration::from_millis(200);
/// After a failure of the store.
const PAUSE: Duration = Duration::from_secs(5);
/// The same for one schedule.
const AGAIN_MICROSECONDS: i64 = 5_000_000;
/// Between two times of removing contents of files that nothing names.
const DAY: Duration = Duration::from_secs(86_400);

impl Runner {
    /// Runs until the application ends.
    pub(crate) async fn keep_time(&self) {
        let mut ending = self.inner.ending.subscribe();
        let mut changes = self.inner.store.generations();
        let mut tidied: Option<Instant> = None;
        loop {
            // What changes while this looks is looked at in the next round.
            changes.mark_unchanged();
            if tidied.is_none_or(|at| at.elapsed() >= DAY) {
                tidied = Some(Instant::now());
                self.tidy();
            }
            let pause = match self.start_due().await {
                Ok(next) => until(next).min(LONGEST),
                Err(_) if *ending.borrow() => return,
                Err(error) => {
                    tracing::error!(code = ?error.code, "the schedules could not be looked at");
                    PAUSE
                }
            };
            let is_edit = tokio::select! {
                () = tokio::time::sleep(pause) => false,
                () = self.inner.wake.notified() => false,
                changed = changes.changed() => changed.is_ok(),
                _ = ending.wait_for(|is_ending| *is_ending) => return,
            };
            if is_edit {
                // It may have moved a time. Edits come in bursts, of which the last one counts.
                tokio::time::sleep(BURST).await;
            }
        }
    }

    /// Removes contents of files that nothing names any more, beside everything else.
    fn tidy(&self) {
        let store = self.inner.store.clone();
        tokio::spawn(async move {
            if let Err(error) = store.collect_blobs().await {
                tracing::warn!(code = ?error.code, "contents of files that nothing names could not be removed");
            }
        });
    }

    /// Starts what is due. Gives the earliest time after that.
    async fn start_due(&self) -> Result<Option<Timestamp>> {
        let index = self.index().await?;
        let now = Timestamp::now();
        let mut earliest = None;
        for time in self.inner.store.scheduled_times().await? {
            let key = (time.workflow_id, time.node_id);
            let Some(timed) = index.schedules.get(&key) else { continue };
            let Ok(schedule) = &timed.schedule else { continue };
            let due = schedule.due(time.next_at, now, timed.anchor);
            let mut next = due.next;
            if time.next_at <= now
                && let Err(error) = self.start_one(&key, &due, now).await
            {
                // One schedule must not hold up the others.
                tracing::error!(code = ?error.code, "a schedule that was due could not be started");
                next = Some(Timestamp::from_microseconds(now.as_microseconds().saturating_add(AGAIN_MICROSECONDS)));
            }
            earliest = [earliest, next].into_iter().flatten().min();
        }
        Ok(earliest)
    }

    async fn start_one(&self, key: &(WorkflowId, NodeId), due: &bridge_triggers::Due, now: Timestamp) -> Result<()> {
        let store = &self.inner.store;
        let (workflow, node) = key;
        if !due.missed.is_empty() {
            store.record_missed(*workflow, node, &due.missed).await?;
        }
        let Some(time) = due.fire else { return store.set_next_time(*workflow, node, due.next).await };
        // The place first: a run that has none must not be accepted.
        let Ok(place) = self.inner.queue.place(*workflow) else {
            store.record_missed(*workflow, node, &[time]).await?;
            return store.set_next_time(*workflow, node, due.next).await;
        };
        let program = store.program(*workflow, None).await?;
        let asked = scheduled(program, node.clone(), time, now);
        let run = RunId::new();
        if !store.accept_scheduled(time, run, new_run(&asked)?, due.next).await? {
            // That time was used before: only the next one is to be set.
            return store.set_next_time(*workflow, node, due.next).await;
        }
        match self.can_begin(*workflow, node).await {
            Err(error) => self.record_failure(run, error).await,
            Ok(()) => {
                self.resume_in_turn(run, *workflow, place);
                Ok(())
            }
        }
    }
}

fn scheduled(program: Program, node: NodeId, due_at: Timestamp, now: Timestamp) -> Asked {
    let text = |time: Timestamp| Value::String(time.to_string());
    let json: Config =
        [("scheduled_at".to_owned(), text(due_at)), ("started_at".to_owned(), text(now))].into_iter().collect();
    Asked {
        program,
        trigger: RunTrigger::Schedule { due_at },
        trigger_node: node,
        input: vec![Item::from(json)],
        reply: None,
    }
}

fn until(next: Option<Timestamp>) -> Duration {
    let Some(next) = next else { return LONGEST };
    let microseconds = next.as_microseconds().saturating_sub(Timestamp::now().as_microseconds());
    Duration::from_micros(u64::try_from(microseconds).unwrap_or(0))
}
