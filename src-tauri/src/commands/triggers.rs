//! What starts workflows by themselves, and what workflows may reach.

use bridge_domain::{Entity, Grant, NodeId, TriggerInfo, WorkflowId};
use tauri::{AppHandle, State};

use super::Answer;
use crate::core::Core;
use crate::events::changed;

#[tauri::command(rename_all = "snake_case")]
pub async fn set_active(
    app: AppHandle,
    core: State<'_, Core>,
    workflow_id: WorkflowId,
    active: bool,
) -> Answer<Vec<TriggerInfo>> {
    let triggers = core.runner().await?.set_active(workflow_id, active).await?;
    changed(&app, Entity::Trigger, workflow_id);
    changed(&app, Entity::Workflow, workflow_id);
    Ok(triggers)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn list_triggers(core: State<'_, Core>, workflow_id: WorkflowId) -> Answer<Vec<TriggerInfo>> {
    core.runner().await?.triggers(workflow_id).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn renew_address(
    app: AppHandle,
    core: State<'_, Core>,
    workflow_id: WorkflowId,
    node_id: NodeId,
) -> Answer<TriggerInfo> {
    let trigger = core.runner().await?.renew_address(workflow_id, &node_id).await?;
    changed(&app, Entity::Trigger, workflow_id);
    Ok(trigger)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn list_grants(core: State<'_, Core>, workflow_id: WorkflowId) -> Answer<Vec<Grant>> {
    core.store().await?.grants(workflow_id).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn add_grant(
    app: AppHandle,
    core: State<'_, Core>,
    workflow_id: WorkflowId,
    grant: Grant,
) -> Answer<Vec<Grant>> {
    let grants = core.store().await?.add_grant(workflow_id, &grant).await?;
    changed(&app, Entity::Trigger, workflow_id);
    Ok(grants)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn remove_grant(
    app: AppHandle,
    core: State<'_, Core>,
    workflow_id: WorkflowId,
    grant: Grant,
) -> Answer<Vec<Grant>> {
    let grants = core.store().await?.remove_grant(workflow_id, &grant).await?;
    changed(&app, Entity::Trigger, workflow_id);
    Ok(grants)
}
