//! `bridge runs`, `bridge show` and `bridge cancel`.

use bridge_domain::{Error, Result, RunFilter, RunId, RunStatus, StepRef, StepStatus, StepSummary};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::exit;
use crate::perform::{Caller, OpenFolder};

/// Items read at once.
const PAGE: u32 = 500;

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
#[command(after_help = "Example:
  bridge-cli show \"$(bridge-cli runs --limit 1 | jq -r .id)\" --items")]
pub(crate) struct Show {
    /// Identifier of the run.
    run: String,
    /// Prints what every step has put out, too: one line for each page of items.
    #[arg(long)]
    items: bool,
}

/// Runs to be listed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Runs {
    pub(crate) run: Option<String>,
    pub(crate) workflow: Option<String>,
    pub(crate) statuses: Vec<RunStatus>,
    pub(crate) limit: u32,
}

/// Prints runs, newest first, or one with its steps. One that asks what to do has its undecided steps with it.
///
/// # Errors
/// `not_found`; those of the store.
pub(crate) async fn list(folder: &OpenFolder, request: Runs, caller: &Caller) -> Result<u8> {
    if let Some(run) = request.run {
        return show(folder, Show { run, items: false }, caller).await;
    }
    let workflow_id = match &request.workflow {
        Some(workflow) => Some(folder.workflow(workflow).await?.workflow.id),
        None => None,
    };
    let filter = RunFilter { workflow_id, statuses: request.statuses, before: None, limit: request.limit };
    for run in folder.store.list_runs(&filter).await? {
        let mut line = json!(run);
        if run.status == RunStatus::Unknown {
            line["undecided"] = json!(undecided(folder, run.id).await?);
        }
        caller.print(&line).await?;
    }
    Ok(exit::SUCCESS)
}

/// Prints a run with its steps, then what they have put out, if that is wanted.
///
/// # Errors
/// `not_found`; those of the store.
pub(crate) async fn show(folder: &OpenFolder, request: Show, caller: &Caller) -> Result<u8> {
    let id = identifier(&request.run)?;
    let detail = folder.runner.detail(id).await?;
    let mut line = json!(detail);
    if detail.run.status == RunStatus::Unknown {
        line["undecided"] = json!(undecided(folder, id).await?);
    }
    caller.print(&line).await?;
    if request.items {
        for step in &detail.steps {
            print_items(folder, id, step, caller).await?;
        }
    }
    Ok(exit::SUCCESS)
}

async fn print_items(folder: &OpenFolder, run_id: RunId, step: &StepSummary, caller: &Caller) -> Result<()> {
    for output in &step.outputs {
        let mut first = 0;
        loop {
            let place = StepRef { run_id, step: step.step };
            let page = folder.store.step_output(place, &output.port, first, PAGE).await?;
            let next = first + u32::try_from(page.items.len()).unwrap_or(PAGE);
            let (is_last, mut line) = (page.items.is_empty() || next >= page.total, json!(page));
            line["step"] = json!(step.step);
            line["node_id"] = json!(step.node_id);
            line["port"] = json!(output.port);
            caller.print(&line).await?;
            if is_last {
                break;
            }
            first = next;
        }
    }
    Ok(())
}

/// Ends a run and prints it. One that has ended stays as it is.
///
/// # Errors
/// `not_found`; those of the store.
pub(crate) async fn cancel(folder: &OpenFolder, run: &str, caller: &Caller) -> Result<u8> {
    let id = identifier(run)?;
    folder.runner.cancel(id).await?;
    caller.print(&folder.runner.finished(id).await?).await?;
    Ok(exit::SUCCESS)
}

/// The steps of a run whose outcome is unknown: number, node and label. None unless it asks what to do about them.
///
/// # Errors
/// `not_found`; those of the store.
pub(crate) async fn undecided(folder: &OpenFolder, run: RunId) -> Result<Vec<Value>> {
    let detail = folder.runner.detail(run).await?;
    if detail.run.status != RunStatus::Unknown {
        return Ok(Vec::new());
    }
    let version = folder.store.version(detail.run.workflow_id, detail.run.version_number).await?;
    let label = |step: &StepSummary| {
        let node = version.definition.nodes.iter().find(|node| node.id == step.node_id);
        node.map_or_else(|| step.node_id.to_string(), |node| node.data.label.clone())
    };
    let is_open = |step: &&StepSummary| matches!(step.status, StepStatus::Unknown | StepStatus::Running);
    let shown = |step: &StepSummary| {
        json!({ "step": step.step, "node_id": step.node_id, "node_label": label(step), "iteration": step.iteration,
            "started_at": step.started_at })
    };
    Ok(detail.steps.iter().filter(is_open).map(shown).collect())
}

/// The identifier of a run.
///
/// # Errors
/// `not_found` for what is none.
pub(crate) fn identifier(text: &str) -> Result<RunId> {
    text.parse().map_err(|_| Error {
        hint: "`bridge runs` shows the identifiers.".to_owned(),
        ..Error::not_found(format!("The run “{text}”"))
    })
}
