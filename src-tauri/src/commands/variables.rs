//! Variables that the expressions of all workflows read.

use bridge_domain::{Config, Entity};
use serde_json::Value;
use tauri::{AppHandle, State};

use super::Answer;
use crate::core::Core;
use crate::events::changed;

#[tauri::command(rename_all = "snake_case")]
pub async fn list_variables(core: State<'_, Core>) -> Answer<Config> {
    core.store().await?.variables().await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn set_variable(app: AppHandle, core: State<'_, Core>, name: String, value: Value) -> Answer<()> {
    core.store().await?.set_variable(&name, &value).await?;
    changed(&app, Entity::Variable, name);
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub async fn rename_variable(app: AppHandle, core: State<'_, Core>, name: String, new_name: String) -> Answer<()> {
    core.store().await?.rename_variable(&name, &new_name).await?;
    changed(&app, Entity::Variable, new_name);
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub async fn delete_variable(app: AppHandle, core: State<'_, Core>, name: String) -> Answer<()> {
    core.store().await?.delete_variable(&name).await?;
    changed(&app, Entity::Variable, name);
    Ok(())
}
