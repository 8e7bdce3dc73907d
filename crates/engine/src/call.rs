//! A step that runs another workflow. The other run's identifier follows from the step's, so that a resumed step finds the
//! run it had started.

use std::sync::Arc;

use bridge_domain::{
    Error, ErrorCode, Item, Node, NodeId, NodeType, Program, Result, RunId, RunScope, RunStatus, RunTrigger,
    StepFailure, WorkflowId,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::context::RunContext;
use crate::engine::{Engine, Start};
use crate::running::Running;

/// A workflow to be run.
pub(crate) struct Call {
    pub workflow: WorkflowId,
    pub items: Vec<Item>,
    pub wait: bool,
    /// Which call of the step it is, from 1.
    pub ordinal: u32,
    pub attempt: u32,
    /// The step's idempotency key.
    pub key: String,
}

/// Runs another workflow.
///
/// # Errors
/// See [`bridge_domain::Step::call`].
pub(crate) async fn call(context: &Arc<RunContext>, call: Call) -> Result<Vec<Item>, StepFailure> {
    let wait = call.wait;
    let running = find_or_start(context, call).await?;
    let guard = CancelOnDrop { engine: &context.engine, run: wait.then_some(running.id) };
    running.accepted().await?;
    if !wait {
        return Ok(Vec::new());
    }
    let summary = running.finished().await;
    guard.release();
    match summary.status {
        RunStatus::Success => Ok(running.output().await?),
        _ => Err(not_green(&summary.workflow_name, summary.error.map(|error| error.error)).into()),
    }
}

async fn find_or_start(context: &Arc<RunContext>, call: Call) -> Result<Running> {
    let run_id = child_id(context.run_id, &call);
    let engine = &context.engine;
    if let Some(running) = engine.running(run_id) {
        return Ok(running);
    }
    if context.resumed {
        match engine.ports().journal.load(run_id).await {
            Ok(log) if matches!(log.status, RunStatus::Error | RunStatus::Canceled) => {
                return Err(not_green("the other workflow", None));
            }
            Ok(_) => return engine.resume(run_id).await,
            Err(error) if error.code == ErrorCode::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    if context.depth >= context.limits.depth {
        let message = format!("Workflows may call one another {} deep.", context.limits.depth);
        return Err(Error::new(ErrorCode::LimitReached, message, "Look for a workflow that calls itself."));
    }
    let program = engine.ports().programs.program(call.workflow, None).await?;
    let trigger_node = entrance(&program)?.clone();
    let start = Start {
        run_id,
        program,
        mode: context.mode,
        trigger: RunTrigger::Workflow { parent: context.run_id },
        trigger_node,
        input: call.items,
        scope: RunScope::Whole,
        retry_of: None,
        reply: None,
    };
    let running = engine.start_below(start, context.depth + 1).await?;
    engine.tell_called(&running, call.wait);
    Ok(running)
}

/// Where a called workflow begins: at its first manual trigger that is not switched off. Other triggers put out what their
/// own caller has sent, so the nodes behind them would not understand the items of a call.
///
/// # Errors
/// `invalid_input` when there is none.
pub fn entrance(program: &Program) -> Result<&NodeId> {
    let manual = |node: &&Node| node.node_type == NodeType::Trigger && node.data.connector_id == "manual";
    let mut all = program.definition.nodes.iter().filter(manual).peekable();
    let is_there = all.peek().is_some();
    all.find(|node| !node.data.settings.disabled).map(|node| &node.id).ok_or_else(|| {
        let name = &program.name;
        let (message, hint) = if is_there {
            (
                format!("The manual trigger of \"{name}\" is switched off."),
                "Switch it on, so that the workflow can be called.",
            )
        } else {
            (
                format!("\"{name}\" has no manual trigger to start from."),
                "Add one to it: a called workflow starts there.",
            )
        };
        Error::new(ErrorCode::InvalidInput, message, hint)
    })
}

fn not_green(name: &str, error: Option<Error>) -> Error {
    let why = error.map(|error| format!(" {}", error.message)).unwrap_or_default();
    Error::new(
        ErrorCode::NodeFailed,
        format!("The run of \"{name}\" did not succeed.{why}"),
        "Open that run to see what happened.",
    )
}

/// Sorts beside the run that calls: the time in it is the caller's.
fn child_id(parent: RunId, call: &Call) -> RunId {
    let mut hash = Sha256::new();
    hash.update(&call.key);
    hash.update(call.attempt.to_le_bytes());
    hash.update(call.ordinal.to_le_bytes());
    hash.update(call.workflow.0.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    bytes[..6].copy_from_slice(&parent.0.as_bytes()[..6]);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    RunId(Uuid::from_bytes(bytes))
}

/// A step that is ended while it waits ends the run it waits for, too.
struct CancelOnDrop<'a> {
    engine: &'a Engine,
    run: Option<RunId>,
}

impl CancelOnDrop<'_> {
    fn release(mut self) {
        self.run = None;
    }
}

impl Drop for CancelOnDrop<'_> {
    fn drop(&mut self) {
        if let Some(run) = self.run {
            self.engine.cancel(run);
        }
    }
}
