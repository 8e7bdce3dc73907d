//! The conversation.

use bridge_domain::{
    ChatEvent, ChatRequest, ChatResponse, Cleared, Entity, History, MessageId, Payload, ThreadSummary, TurnId,
    WorkflowId,
};
use tauri::{AppHandle, State, ipc::Channel};

use super::Answer;
use crate::core::Core;
use crate::events::{changed, forward};

#[tauri::command(rename_all = "snake_case")]
pub async fn chat(app: AppHandle, core: State<'_, Core>, request: ChatRequest) -> Answer<ChatResponse> {
    let workflow_id = request.workflow_id;
    let ask = core.ask(request).await?;
    let answer = core.assistant().await?.chat(ask).await;
    changed(&app, Entity::Thread, workflow_id);
    answer
}

#[tauri::command(rename_all = "snake_case")]
pub async fn chat_stream(
    app: AppHandle,
    core: State<'_, Core>,
    request: ChatRequest,
    on_events: Channel<Vec<ChatEvent>>,
) -> Answer<()> {
    let workflow_id = request.workflow_id;
    let ask = core.ask(request).await?;
    let running = core.assistant().await?.start(ask).await?;
    forward(&app, Some(workflow_id), running.events, &on_events).await;
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub async fn attach(
    app: AppHandle,
    core: State<'_, Core>,
    turn_id: TurnId,
    on_events: Channel<Vec<ChatEvent>>,
) -> Answer<()> {
    let events = core.assistant().await?.attach(turn_id)?;
    forward(&app, None, events, &on_events).await;
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub async fn stop(core: State<'_, Core>, turn_id: TurnId) -> Answer<()> {
    core.assistant().await?.stop(turn_id).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn history(core: State<'_, Core>, workflow_id: WorkflowId, limit: Option<u32>) -> Answer<History> {
    core.assistant().await?.history(workflow_id, limit).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn thread(core: State<'_, Core>, workflow_id: WorkflowId) -> Answer<Option<ThreadSummary>> {
    core.assistant().await?.thread(workflow_id).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn clear_history(app: AppHandle, core: State<'_, Core>, workflow_id: WorkflowId) -> Answer<Cleared> {
    let cleared = core.assistant().await?.clear_history(workflow_id).await?;
    changed(&app, Entity::Thread, workflow_id);
    Ok(cleared)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn draft(core: State<'_, Core>, workflow_id: WorkflowId) -> Answer<String> {
    core.store().await?.draft(workflow_id).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn save_draft(core: State<'_, Core>, workflow_id: WorkflowId, text: String) -> Answer<()> {
    core.store().await?.save_draft(workflow_id, &text).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn preview_payload(core: State<'_, Core>, request: ChatRequest) -> Answer<Payload> {
    let ask = core.ask(request).await?;
    core.assistant().await?.preview_payload(ask).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn sent_payloads(core: State<'_, Core>, message_id: MessageId) -> Answer<Vec<Payload>> {
    core.assistant().await?.sent_payloads(message_id).await
}
