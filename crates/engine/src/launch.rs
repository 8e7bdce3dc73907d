//! Sets a run up and lets it go.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use bridge_domain::{
    Error, ErrorCode, NewRun, Page, Program, Reply, Result, RunId, RunScope, RunStatus, RunSummary, RunTrigger,
};
use futures_util::FutureExt;
use tokio::sync::{oneshot, watch};

use crate::context::{Cancel, Reuse, RunContext};
use crate::drive::{Drive, Outcome};
use crate::engine::Engine;
use crate::failure::{defect, step_error};
use crate::history::History;
use crate::log::Log;
use crate::page::Pages;
use crate::plan::Plan;
use crate::replay::Replay;
use crate::running::{Ended, Running};
use crate::schedule::Scheduler;
use crate::watch::Watch;

/// A run as it is set up.
pub(crate) struct New {
    pub summary: RunSummary,
    pub program: Program,
    pub plan: Arc<Plan>,
    pub input: Vec<Page>,
    pub reuse: Reuse,
    pub depth: u32,
    pub silent: bool,
    pub resumed: bool,
}

impl Engine {
    pub(crate) fn context(&self, new: New, reply: Option<oneshot::Sender<Reply>>) -> Arc<RunContext> {
        let journal = &self.ports().journal;
        let variables = if new.program.variables.is_empty() {
            String::new()
        } else {
            serde_json::to_string(&new.program.variables).unwrap_or_default()
        };
        Arc::new(RunContext {
            run_id: new.summary.id,
            mode: new.summary.mode,
            is_called: matches!(new.summary.trigger, RunTrigger::Workflow { .. }),
            depth: new.depth,
            limits: self.limits(),
            engine: self.clone(),
            log: Log::new(Arc::clone(journal), new.summary.id, new.silent),
            pages: Pages::new(Arc::clone(journal)),
            history: RwLock::new(History::new(new.plan.node_count())),
            watch: Arc::new(Watch::new(new.summary)),
            cancel: Arc::default(),
            put_out: Default::default(),
            reply: Mutex::new(reply),
            variables,
            input: new.input,
            reuse: new.reuse,
            resumed: new.resumed,
            cuts: Mutex::default(),
            plan: new.plan,
            program: new.program,
        })
    }

    pub(crate) fn launch(
        &self,
        context: Arc<RunContext>,
        scheduler: Scheduler,
        replay: Replay,
        passed: Duration,
    ) -> Result<Running> {
        let (accepted_sender, accepted) = watch::channel(None);
        let (ended_sender, ended) = watch::channel(None);
        let (watch, cancel): (Arc<Watch>, Arc<Cancel>) = (Arc::clone(&context.watch), Arc::clone(&context.cancel));
        let running = Running { id: context.run_id, watch, cancel, accepted, ended };
        {
            let mut runs = self.runs();
            if runs.contains_key(&running.id) {
                return Err(Error::new(ErrorCode::Conflict, "This run is in progress.", "Wait for its end."));
            }
            runs.insert(running.id, running.clone());
        }
        let drive = Drive::new(Arc::clone(&context), scheduler, replay, passed, accepted_sender);
        let engine = self.clone();
        tokio::spawn(async move {
            let outcome = AssertUnwindSafe(drive.run()).catch_unwind().await;
            let outcome = outcome.unwrap_or_else(|_| broken(&context));
            engine.runs().remove(&context.run_id);
            ended_sender.send_replace(Some(Arc::new(Ended { context, outcome })));
        });
        Ok(running)
    }
}

pub(crate) fn summary(id: RunId, name: &str, run: &NewRun) -> RunSummary {
    let retry_of = match run.scope {
        RunScope::Retry { run_id, .. } => Some(run_id),
        _ => None,
    };
    RunSummary {
        id,
        workflow_id: run.workflow_id,
        workflow_name: name.to_owned(),
        version_number: run.version_number,
        mode: run.mode,
        trigger: run.trigger.clone(),
        status: RunStatus::Running,
        started_at: run.at,
        ended_at: None,
        duration_ms: None,
        error: None,
        retry_of,
        step_count: 0,
    }
}

/// The driver itself failed: the journal is left as it is, so that the run can be resumed.
fn broken(context: &RunContext) -> Outcome {
    let trigger = &context.plan.nodes[context.plan.trigger].node;
    let error = step_error(trigger, defect(&trigger.data.label).into());
    let now = context.ports().clock.now();
    context.watch.run(|run| (run.status, run.error, run.ended_at) = (RunStatus::Error, Some(error), Some(now)));
    context.watch.close();
    Outcome { last_pages: Vec::new() }
}
