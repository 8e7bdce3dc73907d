//! `bridge run`.

use std::time::Duration;

use bridge_domain::{Entity, Error, Node, Reply, Result, RunRequest, RunScope, RunTrigger, WorkflowId};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::perform::{Caller, OpenFolder};
use crate::request::{Chosen, Run};
use crate::{exit, grants};

/// How long workflows with an error trigger, which a failed run has started, are waited for.
const AFTERMATH: Duration = Duration::from_secs(60);

/// Runs a workflow to its end, prints the run and what its last nodes put out.
///
/// # Errors
/// What keeps it from running.
pub(crate) async fn run(folder: &OpenFolder, request: Run, caller: &Caller) -> Result<u8> {
    let OpenFolder { store, runner, .. } = folder;
    let workflow_id = match request.workflow {
        Chosen::File(file) => {
            let id = file.keep(store).await?;
            runner.tell(Entity::Workflow, id);
            id
        }
        Chosen::Named(name) => folder.workflow(&name).await?.workflow.id,
    };
    grants::allow(folder, workflow_id, &request.grants).await?;
    let trigger_node = match &request.trigger {
        Some(trigger) => Some(node(folder, workflow_id, trigger).await?.id),
        None => None,
    };
    let asked = RunRequest { workflow_id, scope: RunScope::Whole, trigger_node, input: request.input };
    let (answers, mut answered) = oneshot::channel();
    let running = runner.start(asked, RunTrigger::CommandLine, Some(answers)).await?;
    let summary = tokio::select! {
        summary = running.finished() => summary,
        () = caller.cancel.notified() => {
            runner.cancel(running.id).await?;
            running.finished().await
        }
    };
    let status = summary.status;
    let mut result = json!({ "run": summary });
    match running.output().await {
        Ok(items) => result["output"] = json!(items),
        // The run is what it is: what its steps put out can be shown one by one.
        Err(error) => result["output_error"] = json!(error),
    }
    if let Ok(reply) = answered.try_recv() {
        result["reply"] = shown(&reply);
    }
    caller.print(&result).await?;
    Ok(exit::of_run(status))
}

/// What a webhook would have been answered. A body of JSON is JSON here, too; any other is text.
fn shown(reply: &Reply) -> Value {
    let is_json = |(name, value): (&String, &String)| {
        name.eq_ignore_ascii_case("content-type") && value.to_ascii_lowercase().starts_with("application/json")
    };
    let json = reply.headers.iter().any(is_json).then(|| serde_json::from_slice(&reply.body).ok()).flatten();
    let body = json.unwrap_or_else(|| Value::from(String::from_utf8_lossy(&reply.body)));
    json!({ "status": reply.status, "headers": reply.headers, "body": body })
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
