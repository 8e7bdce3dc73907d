//! Settings, providers and keys. A key goes in and never comes out.

use bridge_domain::{Entity, KeychainState, LocalServer, ModelInfo, ProviderInfo, SecretString, Settings};
use tauri::{AppHandle, State};

use super::Answer;
use crate::core::Core;
use crate::events::changed;

#[tauri::command(rename_all = "snake_case")]
pub async fn get_settings(core: State<'_, Core>) -> Answer<Settings> {
    Ok(core.settings().get())
}

#[tauri::command(rename_all = "snake_case")]
pub async fn save_settings(app: AppHandle, core: State<'_, Core>, settings: Settings) -> Answer<Settings> {
    core.settings().save(&settings)?;
    changed(&app, Entity::Settings, "");
    Ok(core.settings().get())
}

#[tauri::command(rename_all = "snake_case")]
pub async fn list_providers(core: State<'_, Core>) -> Answer<Vec<ProviderInfo>> {
    Ok(core.models().providers().await)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn list_models(core: State<'_, Core>, provider: String) -> Answer<Vec<ModelInfo>> {
    core.models().model(&provider).await?.models().await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn find_local_servers(core: State<'_, Core>) -> Answer<Vec<LocalServer>> {
    Ok(core.models().find_local_servers().await)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn keychain_state(core: State<'_, Core>) -> Answer<KeychainState> {
    Ok(core.keys().state().await)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn set_key(
    app: AppHandle,
    core: State<'_, Core>,
    provider: String,
    key: SecretString,
    session_only: bool,
) -> Answer<ProviderInfo> {
    let info = core.models().set_key(&provider, key, session_only).await?;
    changed(&app, Entity::Settings, "");
    Ok(info)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn remove_key(app: AppHandle, core: State<'_, Core>, provider: String) -> Answer<ProviderInfo> {
    let info = core.models().remove_key(&provider).await?;
    changed(&app, Entity::Settings, "");
    Ok(info)
}
