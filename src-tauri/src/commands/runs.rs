//! Running workflows, and looking at runs.

use bridge_domain::{
    DataSource, Entity, ExpressionPreview, Item, NodeId, Pin, PreviewRequest, RunDetail, RunEvent, RunFilter, RunId,
    RunRequest, RunSummary, RunTrigger, StepDecision, StepPage, StepRef, WorkflowId,
};
use tauri::{AppHandle, State, ipc::Channel};

use super::Answer;
use crate::core::Core;
use crate::events::{changed, pass_on};

#[tauri::command(rename_all = "snake_case")]
pub async fn run_workflow(core: State<'_, Core>, request: RunRequest) -> Answer<RunSummary> {
    core.runner().await?.run(request, RunTrigger::Manual).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn watch_run(core: State<'_, Core>, run_id: RunId, on_events: Channel<Vec<RunEvent>>) -> Answer<()> {
    let events = core.runner().await?.watch(run_id).await?;
    pass_on(events, &on_events).await;
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub async fn cancel_run(core: State<'_, Core>, run_id: RunId) -> Answer<()> {
    core.runner().await?.cancel(run_id).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn decide_step(
    core: State<'_, Core>,
    run_id: RunId,
    step: u32,
    decision: StepDecision,
) -> Answer<RunSummary> {
    core.runner().await?.decide(run_id, step, decision).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn list_runs(core: State<'_, Core>, filter: RunFilter) -> Answer<Vec<RunSummary>> {
    core.store().await?.list_runs(&filter).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn get_run(core: State<'_, Core>, run_id: RunId) -> Answer<RunDetail> {
    core.runner().await?.detail(run_id).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn delete_run(app: AppHandle, core: State<'_, Core>, run_id: RunId) -> Answer<()> {
    let workflow_id = core.runner().await?.delete(run_id).await?;
    changed(&app, Entity::Run, workflow_id);
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub async fn step_output(
    core: State<'_, Core>,
    step: StepRef,
    port: String,
    first: u32,
    count: u32,
) -> Answer<StepPage> {
    core.store().await?.step_output(step, &port, first, count).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn step_input(core: State<'_, Core>, step: StepRef, input: u32, first: u32, count: u32) -> Answer<StepPage> {
    core.store().await?.step_input(step, input, first, count).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn list_pins(core: State<'_, Core>, workflow_id: WorkflowId) -> Answer<Vec<Pin>> {
    core.store().await?.pins(workflow_id).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn pin_output(
    app: AppHandle,
    core: State<'_, Core>,
    workflow_id: WorkflowId,
    node_id: NodeId,
    items: Option<Vec<Item>>,
) -> Answer<Option<Pin>> {
    let pin = core.store().await?.set_pin(workflow_id, &node_id, items).await?;
    changed(&app, Entity::Run, workflow_id);
    Ok(pin)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn preview_expression(core: State<'_, Core>, request: PreviewRequest) -> Answer<ExpressionPreview> {
    core.runner().await?.preview(request).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn data_sources(
    core: State<'_, Core>,
    workflow_id: WorkflowId,
    node_id: NodeId,
    run_id: Option<RunId>,
) -> Answer<Vec<DataSource>> {
    core.runner().await?.data_sources(workflow_id, node_id, run_id).await
}
