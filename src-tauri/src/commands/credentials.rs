//! Credentials. Values go in and never come out.

use bridge_domain::{CredentialDraft, CredentialId, CredentialSpec, CredentialSummary, Entity, Error, ErrorCode};
use tauri::{AppHandle, State, Url};
use tauri_plugin_opener::OpenerExt;

use super::Answer;
use crate::core::Core;
use crate::events::changed;

#[tauri::command(rename_all = "snake_case")]
pub async fn credential_kinds(core: State<'_, Core>) -> Answer<Vec<CredentialSpec>> {
    Ok(core.credentials().await?.kinds())
}

#[tauri::command(rename_all = "snake_case")]
pub async fn list_credentials(core: State<'_, Core>) -> Answer<Vec<CredentialSummary>> {
    core.credentials().await?.list().await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn create_credential(
    app: AppHandle,
    core: State<'_, Core>,
    draft: CredentialDraft,
) -> Answer<CredentialSummary> {
    let created = core.credentials().await?.create(draft).await?;
    changed(&app, Entity::Credential, created.id);
    Ok(created)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn update_credential(
    app: AppHandle,
    core: State<'_, Core>,
    credential_id: CredentialId,
    draft: CredentialDraft,
) -> Answer<CredentialSummary> {
    let updated = core.credentials().await?.update(credential_id, draft).await?;
    changed(&app, Entity::Credential, credential_id);
    Ok(updated)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn delete_credential(app: AppHandle, core: State<'_, Core>, credential_id: CredentialId) -> Answer<()> {
    core.credentials().await?.delete(credential_id).await?;
    changed(&app, Entity::Credential, credential_id);
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub async fn test_credential(core: State<'_, Core>, credential_id: CredentialId) -> Answer<CredentialSummary> {
    core.credentials().await?.test(credential_id).await
}

#[tauri::command(rename_all = "snake_case")]
pub async fn authorize_credential(
    app: AppHandle,
    core: State<'_, Core>,
    credential_id: CredentialId,
) -> Answer<CredentialSummary> {
    let opener = app.clone();
    let open = move |url: &Url| {
        opener.opener().open_url(url.as_str(), None::<&str>).map_err(|error| {
            Error::new(
                ErrorCode::Internal,
                format!("The browser could not be opened: {error}."),
                "Set a default browser in the system's settings and try again.",
            )
        })
    };
    let authorized = core.credentials().await?.authorize(credential_id, open).await?;
    changed(&app, Entity::Credential, credential_id);
    Ok(authorized)
}

#[tauri::command(rename_all = "snake_case")]
pub async fn cancel_authorization(core: State<'_, Core>, credential_id: CredentialId) -> Answer<()> {
    core.credentials().await?.cancel_authorization(credential_id);
    Ok(())
}
