//! `bridge decide`: what is to be done about a step that was in flight when the program ended.

use bridge_domain::{Error, ErrorCode, Problem, ProblemCode, Result, RunId, RunStatus, StepDecision};
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::exit;
use crate::perform::{Caller, OpenFolder};
use crate::runs::{identifier, undecided};

#[derive(Debug, Clone, Args, Serialize, Deserialize)]
#[command(after_help = "Example:
  bridge-cli runs --status unknown | jq -c '{id, undecided}'
  bridge-cli decide 01a208fe-a212-7679-845b-558a80330569 repeat")]
pub(crate) struct Decide {
    /// Identifier of the run.
    run: String,
    /// What to do about the step.
    decision: Decision,
    /// Number of the step; needed when several ask.
    #[arg(long)]
    step: Option<u32>,
}

/// What can be done about a step whose outcome is unknown.
#[derive(Debug, Clone, Copy, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    /// Execute it again: it may happen twice.
    Repeat,
    /// Go on as if it had been done; its input is passed on.
    Skip,
    /// End the run.
    Stop,
}

impl From<Decision> for StepDecision {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Repeat => Self::Repeat,
            Decision::Skip => Self::Skip,
            Decision::Stop => Self::Stop,
        }
    }
}

/// Decides on a step, waits for the end of its run or its next question, and prints the run. An interrupted caller cancels
/// the run.
///
/// # Errors
/// `conflict` when the run asks nothing; `invalid_input` when several steps ask and none is named; `not_found`; those of the
/// store.
pub(crate) async fn decide(folder: &OpenFolder, request: Decide, caller: &Caller) -> Result<u8> {
    let (runner, run) = (&folder.runner, identifier(&request.run)?);
    let status = folder.store.run_summary(run).await?.status;
    let has_ended = matches!(status, RunStatus::Success | RunStatus::Error | RunStatus::Canceled);
    // One that was cut off, and that nobody has gone on with since, has not come to its question yet.
    if !has_ended && status != RunStatus::Unknown && runner.resume(run).await? {
        runner.finished(run).await?;
    }
    let step = match request.step {
        Some(step) => step,
        None => the_only(&undecided(folder, run).await?)?,
    };
    runner.decide(run, step, request.decision.into()).await?;
    tokio::select! {
        finished = runner.finished(run) => drop(finished?),
        () = caller.cancel.notified() => {
            runner.cancel(run).await?;
            runner.finished(run).await?;
        }
    }
    print(folder, run, caller).await
}

async fn print(folder: &OpenFolder, run: RunId, caller: &Caller) -> Result<u8> {
    let summary = folder.store.run_summary(run).await?;
    caller.print(&json!({ "run": summary, "undecided": undecided(folder, run).await? })).await?;
    Ok(exit::of_run(summary.status))
}

fn the_only(undecided: &[Value]) -> Result<u32> {
    let number = |step: &Value| step["step"].as_u64().and_then(|step| u32::try_from(step).ok());
    match undecided {
        [only] => Ok(number(only).unwrap_or_default()),
        [] => Err(Error::new(
            ErrorCode::Conflict,
            "This run asks nothing.",
            "`bridge runs --status unknown` shows the runs that do.",
        )),
        several => {
            let steps: Vec<_> =
                several.iter().map(|step| format!("{} ({})", step["step"], step["node_label"])).collect();
            Err(Error::invalid(vec![Problem {
                path: "step".to_owned(),
                code: ProblemCode::Missing,
                message: format!("Several steps ask: name one of {} with --step.", steps.join(", ")),
            }]))
        }
    }
}
