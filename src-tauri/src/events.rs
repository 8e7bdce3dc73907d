//! What the core tells the window without being asked.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bridge_domain::{ChatEvent, Entity, EntityChanged, RunEvent, WorkflowId};
use bridge_runner::Change;
use tauri::{AppHandle, Emitter, ipc::Channel};
use tokio::sync::mpsc;

const CHANGED: &str = "changed";
const CLOSE_ASKED: &str = "close_asked";
/// Between two messages about the same run.
const BETWEEN_BATCHES: Duration = Duration::from_millis(33);
static REVISION: AtomicU32 = AtomicU32::new(0);

/// Says that something was stored.
pub fn changed(app: &AppHandle, entity: Entity, id: impl ToString) {
    tell(app, Change { entity, id: id.to_string(), begun: None });
}

/// As [`changed`], for what the runner has to say.
pub fn tell(app: &AppHandle, Change { entity, id, begun: run_id }: Change) {
    let revision = REVISION.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
    if let Err(error) = app.emit(CHANGED, EntityChanged { entity, id, run_id, revision }) {
        tracing::warn!(%error, "the window could not be told of a change");
    }
}

/// Passes a run's events on until the last one, as long as the window listens: together what comes within two frames, since
/// each message costs the page more than what is in it.
pub async fn pass_on(mut events: mpsc::Receiver<Vec<RunEvent>>, window: &Channel<Vec<RunEvent>>) {
    while let Some(mut batch) = events.recv().await {
        while let Ok(more) = events.try_recv() {
            batch.extend(more);
        }
        if window.send(batch).is_err() {
            return;
        }
        tokio::time::sleep(BETWEEN_BATCHES).await;
    }
}

/// Says that the user wants to close the window while workflows are switched on: it explains what that means and asks.
pub fn close_asked(app: &AppHandle) {
    if let Err(error) = app.emit(CLOSE_ASKED, ()) {
        tracing::warn!(%error, "the window could not be asked");
    }
}

/// Passes a turn's events on until the last one. A window that has gone away does not end the turn: it can join again.
pub async fn forward(
    app: &AppHandle,
    workflow_id: Option<WorkflowId>,
    mut events: mpsc::Receiver<Vec<ChatEvent>>,
    window: &Channel<Vec<ChatEvent>>,
) {
    let mut listening = true;
    while let Some(batch) = events.recv().await {
        listening = listening && window.send(batch).is_ok();
    }
    if let Some(workflow_id) = workflow_id {
        changed(app, Entity::Thread, workflow_id);
    }
}
