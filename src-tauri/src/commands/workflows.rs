//! Workflows as a whole.

use bridge_domain::{Entity, Snapshot, Workflow, WorkflowId, WorkflowSummary};
use tauri::{AppHandle, State};

use super::Answer;
use crate::core::Core;
use crate::events::changed;

#[tauri::command(rename_all = "snake_case")]
pub async fn list_workflows(core: State<'_, Core>) -> Answer<Vec<WorkflowSummary>> {
    core.store().await?.list_workflows().await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn create_workflow(
    app: AppHandle,
    core: State<'_, Core>,
    name: String,
    description: String,
) -> Answer<Workflow> {
    let workflow = core.store().await?.create_workflow(&name, &description).await?;
    changed(&app, Entity::Workflow, workflow.id);
    Ok(workflow)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn open_workflow(core: State<'_, Core>, workflow_id: WorkflowId) -> Answer<Snapshot> {
    core.store().await?.open_workflow(workflow_id).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn rename_workflow(
    app: AppHandle,
    core: State<'_, Core>,
    workflow_id: WorkflowId,
    name: String,
    description: String,
) -> Answer<Workflow> {
    let workflow = core.store().await?.rename_workflow(workflow_id, &name, &description).await?;
    changed(&app, Entity::Workflow, workflow_id);
    Ok(workflow)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn duplicate_workflow(app: AppHandle, core: State<'_, Core>, workflow_id: WorkflowId) -> Answer<Workflow> {
    let workflow = core.store().await?.duplicate_workflow(workflow_id).await?;
    changed(&app, Entity::Workflow, workflow.id);
    Ok(workflow)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn delete_workflow(app: AppHandle, core: State<'_, Core>, workflow_id: WorkflowId) -> Answer<()> {
    // A turn that goes on writing would keep a deleted workflow busy.
    core.assistant().await?.stop_workflow(workflow_id).await;
    core.runner().await?.delete_workflow(workflow_id).await?;
    changed(&app, Entity::Workflow, workflow_id);
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub async fn restore_workflow(app: AppHandle, core: State<'_, Core>, workflow_id: WorkflowId) -> Answer<Workflow> {
    let workflow = core.store().await?.restore_workflow(workflow_id).await?;
    changed(&app, Entity::Workflow, workflow_id);
    Ok(workflow)
}
