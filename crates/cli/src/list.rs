//! `bridge list`, `bridge activate` and `bridge deactivate`.

use bridge_domain::{Entity, Result};
use serde_json::json;

use crate::exit;
use crate::perform::{Caller, OpenFolder};

/// Prints every workflow with its triggers. The triggers of one that cannot be read are replaced by why.
///
/// # Errors
/// Those of the store.
pub(crate) async fn list(folder: &OpenFolder, caller: &Caller) -> Result<u8> {
    for summary in folder.store.list_workflows().await? {
        let line = match folder.runner.triggers(summary.workflow.id).await {
            Ok(triggers) => json!({ "workflow": summary, "triggers": triggers }),
            Err(error) => json!({ "workflow": summary, "triggers": [], "problem": error }),
        };
        caller.print(&line).await?;
    }
    Ok(exit::SUCCESS)
}

/// Switches a workflow's triggers on or off and prints them.
///
/// # Errors
/// What keeps them from being switched on.
pub(crate) async fn set_active(folder: &OpenFolder, workflow: &str, active: bool, caller: &Caller) -> Result<u8> {
    let id = folder.workflow(workflow).await?.workflow.id;
    let triggers = folder.runner.set_active(id, active).await?;
    folder.runner.tell(Entity::Workflow, id);
    caller.print(&json!({ "workflow_id": id, "active": active, "triggers": triggers })).await?;
    Ok(exit::SUCCESS)
}
