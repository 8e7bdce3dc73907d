//! How much room the history of runs may take.

use bridge_domain::{Entity, RoomProgress, RunBudget, RunRoom};
use tauri::{AppHandle, State, ipc::Channel};

use super::Answer;
use crate::core::Core;
use crate::events::changed;

#[tauri::command(rename_all = "snake_case")]
pub async fn run_room(core: State<'_, Core>) -> Answer<RunRoom> {
    core.store().await?.run_room().await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn set_run_budget(app: AppHandle, core: State<'_, Core>, budget: RunBudget) -> Answer<RunRoom> {
    let store = core.store().await?;
    store.set_run_budget(budget).await?;
    changed(&app, Entity::RunBudget, "");
    store.run_room().await
}

/// A window that has gone away does not end it.
#[tauri::command(rename_all = "snake_case")]
pub async fn make_room(
    app: AppHandle,
    core: State<'_, Core>,
    on_progress: Channel<RoomProgress>,
) -> Answer<RoomProgress> {
    let tell = |progress| {
        let _ = on_progress.send(progress);
    };
    let made = core.store().await?.make_room(tell).await?;
    changed(&app, Entity::Run, "");
    Ok(made)
}
