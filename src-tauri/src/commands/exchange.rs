//! Workflows as files. The window hands over what the user chose or dropped, and gets no path to read from; where a file
//! is written to, the user says in the system's own dialog, and the core writes it.

use base64::Engine as _;
use bridge_domain::{Entity, Error, ErrorCode, ImportedWorkflow, Problem, ProblemCode, WorkflowId};
use bridge_exchange::Exported;
use bridge_workflow::Rules;
use tauri::{AppHandle, State, async_runtime};

use super::Answer;
use crate::core::Core;
use crate::events::changed;
use crate::save_dialog;

/// Makes workflows of a file, which is given in Base64. `name` is for a workflow that has none.
#[tauri::command(rename_all = "snake_case")]
pub async fn import_workflows(
    app: AppHandle,
    core: State<'_, Core>,
    file: String,
    name: String,
) -> Answer<Vec<ImportedWorkflow>> {
    let rules = Rules::new(core.catalog().clone());
    let read = async_runtime::spawn_blocking(move || bridge_exchange::read(&decoded(&file)?, &rules));
    let all = read.await.map_err(|error| Error::new(ErrorCode::Internal, error.to_string(), "Report this."))??;
    let store = core.store().await?;
    let mut imported = Vec::with_capacity(all.len());
    for one in all {
        let name = one.name.as_deref().unwrap_or(&name);
        let workflow = store.import_workflow(name, &one.description, &one.definition, one.pins).await?;
        changed(&app, Entity::Workflow, workflow.id);
        imported.push(ImportedWorkflow { workflow, notices: one.notices });
    }
    Ok(imported)
}

fn decoded(file: &str) -> Answer<Vec<u8>> {
    base64::engine::general_purpose::STANDARD.decode(file).map_err(|error| {
        Error::invalid(vec![Problem {
            path: "file".to_owned(),
            code: ProblemCode::Malformed,
            message: format!("The file did not arrive whole: {error}."),
        }])
    })
}

/// Writes a workflow to the file that the user chooses. Gives its path; none when the user chose none.
#[tauri::command(rename_all = "snake_case")]
pub async fn export_workflow(app: AppHandle, core: State<'_, Core>, workflow_id: WorkflowId) -> Answer<Option<String>> {
    let snapshot = core.store().await?.open_workflow(workflow_id).await?;
    let credentials = core.credentials().await?.list().await?;
    let wanted = save_dialog::file_name(&snapshot.workflow.name);
    let content = bridge_exchange::write(Exported::of(snapshot, &credentials, Vec::new()))?;
    let Some(path) = save_dialog::ask(&app, wanted).await? else { return Ok(None) };
    tokio::fs::write(&path, content).await.map_err(|error| {
        Error::new(
            ErrorCode::InvalidInput,
            format!("{} cannot be written: {error}.", path.display()),
            "Choose another file.",
        )
    })?;
    Ok(Some(path.display().to_string()))
}
