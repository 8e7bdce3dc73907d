//! Proposed changes: looking at them, and the user's yes or no.

use bridge_domain::{Decided, DecisionRequest, Entity, MessageId, Proposal};
use tauri::{AppHandle, State};

use super::Answer;
use crate::core::Core;
use crate::events::changed;

#[tauri::command(rename_all = "snake_case")]
pub async fn preview_proposal(
    core: State<'_, Core>,
    message_id: MessageId,
    indexes: Option<Vec<u32>>,
) -> Answer<Proposal> {
    core.assistant().await?.preview_proposal(message_id, indexes).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn apply_proposal(app: AppHandle, core: State<'_, Core>, request: DecisionRequest) -> Answer<Decided> {
    let decided = core.assistant().await?.apply(request).await?;
    tell(&app, &core, &decided).await?;
    Ok(decided)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn reject_proposal(app: AppHandle, core: State<'_, Core>, request: DecisionRequest) -> Answer<Decided> {
    let decided = core.assistant().await?.reject(request).await?;
    tell(&app, &core, &decided).await?;
    Ok(decided)
}

async fn tell(app: &AppHandle, core: &Core, decided: &Decided) -> Answer<()> {
    let workflow_id = core.store().await?.message_workflow(decided.message.id).await?;
    if decided.change.is_some() {
        changed(app, Entity::Workflow, workflow_id);
    }
    changed(app, Entity::Thread, workflow_id);
    Ok(())
}
