//! `bridge list`, `bridge runs`, `bridge activate` and `bridge deactivate`.

use bridge_domain::{Error, Result, RunFilter, RunId, RunStatus};
use serde_json::json;

use crate::arguments::{Runs, Status};
use crate::host::Host;
use crate::{exit, output};

/// Prints every workflow with its triggers.
///
/// # Errors
/// Those of the store.
pub(crate) async fn list(host: &Host) -> Result<u8> {
    for summary in host.store.list_workflows().await? {
        let triggers = host.runner.triggers(summary.workflow.id).await?;
        output::print(&json!({ "workflow": summary, "triggers": triggers }))?;
    }
    Ok(exit::SUCCESS)
}

/// Prints runs, newest first, or one with its steps.
///
/// # Errors
/// `not_found`; those of the store.
pub(crate) async fn runs(host: &Host, arguments: Runs) -> Result<u8> {
    if let Some(run) = &arguments.run {
        let id: RunId = run.parse().map_err(|_| Error::not_found(format!("The run “{run}”")))?;
        output::print(&host.runner.detail(id).await?)?;
        return Ok(exit::SUCCESS);
    }
    let workflow_id = match &arguments.workflow {
        Some(workflow) => Some(host.workflow(workflow).await?.workflow.id),
        None => None,
    };
    let statuses = arguments.status.into_iter().map(status).collect();
    let filter = RunFilter { workflow_id, statuses, before: None, limit: arguments.limit };
    for run in host.store.list_runs(&filter).await? {
        output::print(&run)?;
    }
    Ok(exit::SUCCESS)
}

/// Switches a workflow's triggers on or off and prints them.
///
/// # Errors
/// What keeps them from being switched on.
pub(crate) async fn set_active(host: &Host, workflow: &str, active: bool) -> Result<u8> {
    let workflow = host.workflow(workflow).await?.workflow;
    let triggers = host.runner.set_active(workflow.id, active).await?;
    output::print(&json!({ "workflow_id": workflow.id, "active": active, "triggers": triggers }))?;
    Ok(exit::SUCCESS)
}

fn status(status: Status) -> RunStatus {
    match status {
        Status::New => RunStatus::New,
        Status::Running => RunStatus::Running,
        Status::Waiting => RunStatus::Waiting,
        Status::Success => RunStatus::Success,
        Status::Error => RunStatus::Error,
        Status::Canceled => RunStatus::Canceled,
        Status::Unknown => RunStatus::Unknown,
    }
}
