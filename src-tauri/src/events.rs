//! What the core tells the window without being asked.

use std::sync::atomic::{AtomicU32, Ordering};

use bridge_domain::{ChatEvent, Entity, EntityChanged, WorkflowId};
use tauri::{AppHandle, Emitter, ipc::Channel};
use tokio::sync::mpsc;

const CHANGED: &str = "changed";
static REVISION: AtomicU32 = AtomicU32::new(0);

/// Says that something was stored.
pub fn changed(app: &AppHandle, entity: Entity, id: impl ToString) {
    let revision = REVISION.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
    if let Err(error) = app.emit(CHANGED, EntityChanged { entity, id: id.to_string(), revision }) {
        tracing::warn!(%error, "the window could not be told of a change");
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
