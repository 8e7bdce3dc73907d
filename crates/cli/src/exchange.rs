//! `bridge import` and `bridge export`, on the side that has the data folder open.

use bridge_domain::{Entity, ImportedWorkflow, Result};
use bridge_exchange::{Exported, Imported};

use crate::exit;
use crate::perform::{Caller, OpenFolder};

/// What a workflow is called that has no name.
const NAME: &str = "Imported workflow";

/// Makes the workflows, none of them active, and prints each with what to look at in it.
///
/// # Errors
/// Those of the store. What was made before one stays, and is printed.
pub(crate) async fn import(folder: &OpenFolder, workflows: Vec<Imported>, caller: &Caller) -> Result<u8> {
    for one in workflows {
        let name = one.name.as_deref().unwrap_or(NAME);
        let workflow = folder.store.import_workflow(name, &one.description, &one.definition, one.pins).await?;
        folder.runner.tell(Entity::Workflow, workflow.id);
        caller.print(&ImportedWorkflow { workflow, notices: one.notices }).await?;
    }
    Ok(exit::SUCCESS)
}

/// Prints the text of a workflow's file.
///
/// # Errors
/// `not_found`; those of the store.
pub(crate) async fn export(folder: &OpenFolder, workflow: &str, with_pins: bool, caller: &Caller) -> Result<u8> {
    let id = folder.workflow(workflow).await?.workflow.id;
    let snapshot = folder.store.open_workflow(id).await?;
    let pins = if with_pins { folder.store.pins(id).await? } else { Vec::new() };
    let credentials = folder.store.credentials().await?;
    let bytes = bridge_exchange::write(Exported::of(snapshot, &credentials, pins))?;
    caller.print(&String::from_utf8_lossy(&bytes)).await?;
    Ok(exit::SUCCESS)
}
