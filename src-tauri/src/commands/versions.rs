//! Editing and the history of versions: the user's half of the one write path.

use bridge_assistant::change;
use bridge_domain::{Change, EditRequest, Entity, VersionSummary, WorkflowId, WorkflowVersion};
use tauri::{AppHandle, State};

use super::Answer;
use crate::core::Core;
use crate::events::changed;

#[tauri::command(rename_all = "snake_case")]
pub async fn edit_workflow(app: AppHandle, core: State<'_, Core>, request: EditRequest) -> Answer<Change> {
    let workflow_id = request.workflow_id;
    let change = core.assistant().await?.edit(request).await?;
    changed(&app, Entity::Workflow, workflow_id);
    Ok(change)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn undo(app: AppHandle, core: State<'_, Core>, workflow_id: WorkflowId) -> Answer<Change> {
    let change = change(&core.store().await?.undo(workflow_id).await?);
    changed(&app, Entity::Workflow, workflow_id);
    Ok(change)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn redo(app: AppHandle, core: State<'_, Core>, workflow_id: WorkflowId) -> Answer<Change> {
    let change = change(&core.store().await?.redo(workflow_id).await?);
    changed(&app, Entity::Workflow, workflow_id);
    Ok(change)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn list_versions(core: State<'_, Core>, workflow_id: WorkflowId, limit: u32) -> Answer<Vec<VersionSummary>> {
    core.store().await?.list_versions(workflow_id, limit).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn get_version(
    core: State<'_, Core>,
    workflow_id: WorkflowId,
    version_number: u32,
) -> Answer<WorkflowVersion> {
    core.store().await?.version(workflow_id, version_number).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn restore_version(
    app: AppHandle,
    core: State<'_, Core>,
    workflow_id: WorkflowId,
    version_number: u32,
) -> Answer<Change> {
    let change = change(&core.store().await?.restore_version(workflow_id, version_number).await?);
    changed(&app, Entity::Workflow, workflow_id);
    Ok(change)
}
