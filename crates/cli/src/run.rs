//! `bridge run`.

use std::time::Duration;

use bridge_domain::{Entity, Error, Node, Result, RunRequest, RunScope, RunTrigger, WorkflowId};
use serde_json::json;

use crate::exit;
use crate::perform::{Caller, OpenFolder};
use crate::request::{Chosen, Run};

/// How long workflows with an error trigger, which a failed run has started, are waited for.
const AFTERMATH: Duration = Duration::from_secs(60);

/// Runs a workflow to its end, prints the run and what its last nodes put out.
///
/// # Errors
/// What keeps it from running.
pub(crate) async fn run(folder: &OpenFolder, request: Run, caller: &Caller) -> Result<u8> {
    let OpenFolder { store, runner } = folder;
    let workflow_id = match request.workflow {
        Chosen::File(file) => {
            let id = file.keep(store).await?;
            runner.tell(Entity::Workflow, id);
            id
        }
        Chosen::Named(name) => folder.workflow(&name).await?.workflow.id,
    };
    for grant in &request.grants {
        store.add_grant(workflow_id, grant).await?;
    }
    let trigger_node = match &request.trigger {
        Some(trigger) => Some(node(folder, workflow_id, trigger).await?.id),
        None => None,
    };
    let asked = RunRequest { workflow_id, scope: RunScope::Whole, trigger_node, input: request.input };
    let running = runner.start(asked, RunTrigger::CommandLine).await?;
    let summary = tokio::select! {
        summary = running.finished() => summary,
        () = caller.cancel.notified() => {
            runner.cancel(running.id).await?;
            running.finished().await
        }
    };
    let items = running.output().await.unwrap_or_default();
    let status = summary.status;
    caller.print(&json!({ "run": summary, "output": items })).await?;
    Ok(exit::of_run(status))
}

/// Waits for what a run has caused, when this process ends after it: workflows with an error trigger.
pub(crate) async fn aftermath(folder: &OpenFolder) {
    // What is not done by then goes on when the folder is next opened for serving.
    let _ = tokio::time::timeout(AFTERMATH, folder.runner.idle()).await;
}

async fn node(folder: &OpenFolder, workflow: WorkflowId, name_or_id: &str) -> Result<Node> {
    let definition = folder.store.open_workflow(workflow).await?.version.definition;
    let is_it = |node: &Node| node.id.as_str() == name_or_id || node.data.label == name_or_id;
    definition.nodes.into_iter().find(is_it).ok_or_else(|| Error::not_found(format!("The trigger “{name_or_id}”")))
}
