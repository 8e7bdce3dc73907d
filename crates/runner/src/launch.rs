//! Starting runs: by hand at once, by triggers in their turn.

use bridge_domain::{
    Entry, Error, ErrorCode, Item, Journal, NewRun, Problem, ProblemCode, Program, Programs, Reply, Result, RunId,
    RunLog, RunMode, RunRequest, RunScope, RunStatus, RunSummary, RunTrigger, Timestamp, WorkflowId,
};
use bridge_engine::{Running, Start};
use tokio::sync::oneshot;

use crate::check::refuse;
use crate::queue::{Place, Turn};
use crate::{Runner, choose, input};

/// A run that a trigger has asked for.
pub(crate) struct Asked {
    pub(crate) program: Program,
    pub(crate) trigger: RunTrigger,
    pub(crate) trigger_node: bridge_domain::NodeId,
    pub(crate) input: Vec<Item>,
    pub(crate) reply: Option<oneshot::Sender<Reply>>,
}

impl Runner {
    /// Starts a run by hand or by a script. When this returns, it has begun.
    ///
    /// # Errors
    /// `invalid_input` with every problem that keeps the workflow from running; `not_found`; those of the store.
    pub async fn run(&self, request: RunRequest, by: RunTrigger) -> Result<RunSummary> {
        Ok(self.start(request, by, None).await?.snapshot().run)
    }

    /// As [`Self::run`], for who waits for the end and wants what the last nodes put out, and the answer that a node makes
    /// for the request that a run has begun with otherwise.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn start(
        &self,
        request: RunRequest,
        by: RunTrigger,
        reply: Option<oneshot::Sender<Reply>>,
    ) -> Result<Running> {
        let store = &self.inner.store;
        let earlier = match &request.scope {
            RunScope::Retry { run_id, .. } => Some(self.to_repeat(request.workflow_id, *run_id).await?),
            _ => None,
        };
        let version = match (&request.scope, &earlier) {
            (RunScope::Retry { active_version: false, .. }, Some(log)) => Some(log.run.version_number),
            _ => None,
        };
        let program = store.program(request.workflow_id, version).await?;
        let (trigger_node, input) = self.beginning(&request, &program, earlier.as_ref()).await?;
        let mode = if by == RunTrigger::Manual { RunMode::Test } else { RunMode::Production };
        let mut part = choose::part(&program.definition, &trigger_node, &request.scope);
        choose::without_pinned(&mut part, &program, mode);
        self.check(&program, &trigger_node, &part, &mut self.known().await?).await?;
        let retry_of = match &request.scope {
            RunScope::Retry { run_id, .. } => Some(*run_id),
            _ => None,
        };
        let workflow_id = program.workflow_id;
        let start = Start {
            run_id: RunId::new(),
            program,
            mode,
            trigger: by,
            trigger_node,
            input,
            scope: request.scope,
            retry_of,
            reply,
        };
        let running = self.inner.engine.start(start).await?;
        self.follow(running.clone(), None, workflow_id);
        Ok(running)
    }

    /// A run that is to be tried again: one of this workflow, that does not go on by itself and asks nothing. Repeating a
    /// step whose outcome is unknown is the answer to that question, and not to be had without it.
    async fn to_repeat(&self, workflow: WorkflowId, run: RunId) -> Result<RunLog> {
        let log = self.inner.store.load(run).await?;
        if log.run.workflow_id != workflow {
            let path = "scope.run_id".to_owned();
            let message = "That run is one of another workflow.".to_owned();
            return Err(Error::invalid(vec![Problem { path, code: ProblemCode::InvalidValue, message }]));
        }
        match log.status {
            RunStatus::Success | RunStatus::Error | RunStatus::Canceled => Ok(log),
            RunStatus::Unknown => Err(Error::new(
                ErrorCode::Conflict,
                "The run asks what to do about a step whose outcome is unknown.",
                "Decide on that step: the run goes on from there.",
            )),
            RunStatus::New | RunStatus::Running | RunStatus::Waiting => Err(Error::new(
                ErrorCode::Conflict,
                "The run has not ended yet.",
                "Wait until it has ended, or cancel it first.",
            )),
        }
    }

    /// Where a run by hand begins, and with what: as asked, as the run it repeats, as the newest run, or with nothing.
    async fn beginning(
        &self,
        request: &RunRequest,
        program: &Program,
        earlier: Option<&RunLog>,
    ) -> Result<(bridge_domain::NodeId, Vec<Item>)> {
        let catalog = self.inner.rules.catalog();
        let target = match &request.scope {
            RunScope::To { node_id } | RunScope::From { node_id } => Some(node_id),
            RunScope::Whole | RunScope::Retry { .. } => None,
        };
        let asked = request.trigger_node.as_ref().or_else(|| earlier.map(|log| &log.run.trigger_node));
        let trigger = choose::trigger(&program.definition, catalog, asked, target)?;
        let items = if let Some(items) = &request.input {
            items.clone()
        } else if let Some(log) = earlier {
            input::items(&log.run.input)?
        } else if target.is_some()
            && let Some(items) = self.newest_input(program.workflow_id, &trigger.id).await?
        {
            items
        } else {
            choose::empty_input(trigger, Timestamp::now())
        };
        Ok((trigger.id.clone(), items))
    }

    /// What the trigger put out in the newest run that started from it.
    async fn newest_input(&self, workflow: WorkflowId, trigger: &bridge_domain::NodeId) -> Result<Option<Vec<Item>>> {
        for run in self.newest_runs(workflow, 5).await? {
            if let Ok(log) = self.inner.store.load(run.id).await
                && log.run.trigger_node == *trigger
                && let Ok(items) = input::items(&log.run.input)
            {
                return Ok(Some(items));
            }
        }
        Ok(None)
    }

    pub(crate) async fn newest_runs(&self, workflow: WorkflowId, limit: u32) -> Result<Vec<RunSummary>> {
        let filter = bridge_domain::RunFilter { workflow_id: Some(workflow), limit, ..Default::default() };
        self.inner.store.list_runs(&filter).await
    }

    /// Starts a run for a trigger, at once when it is its turn, otherwise when it is. It is durable when this returns. When
    /// somebody waits for the answer of a run, this returns when it has begun; they may give up before.
    ///
    /// # Errors
    /// `busy` when too many wait; `interrupted` when the application ends first; `invalid_input` when something is missing
    /// that it needs: then it is kept as failed; those of the store.
    pub(crate) async fn launch(&self, asked: Asked) -> Result<Launched> {
        let workflow = asked.program.workflow_id;
        if let Err(error) = self.can_begin(workflow, &asked.trigger_node).await {
            let run_id = RunId::new();
            self.inner.store.append(run_id, vec![Entry::Started(Box::new(new_run(&asked)?))]).await?;
            self.record_failure(run_id, error.clone()).await?;
            return Err(error);
        }
        let run_id = RunId::new();
        if let Some(turn) = self.inner.queue.turn_now(workflow) {
            return self.start_now(run_id, asked, turn).await.map(Launched::Running);
        }
        let place = self.inner.queue.place(workflow)?;
        if asked.reply.is_some() {
            // The answer says that it was accepted, so until it begins there is nothing to be kept.
            let turn = place.turn().await.ok_or_else(ending)?;
            return self.start_now(run_id, asked, turn).await.map(Launched::Running);
        }
        let entry = Entry::Started(Box::new(new_run(&asked)?));
        self.inner.store.append(run_id, vec![entry]).await?;
        self.resume_in_turn(run_id, workflow, place);
        Ok(Launched::Waiting(run_id))
    }

    /// Whether runs of a trigger can begin, as far as that is known without reading the store.
    ///
    /// # Errors
    /// `invalid_input` with every problem.
    pub(crate) async fn can_begin(&self, workflow: WorkflowId, trigger: &bridge_domain::NodeId) -> Result<()> {
        let index = self.known_index();
        match index.obstacle(workflow, trigger) {
            Some(error) => Err(error.clone()),
            None => refuse(self.without_model(index.asked(workflow, trigger)).await),
        }
    }

    async fn start_now(&self, run_id: RunId, asked: Asked, turn: Turn) -> Result<Running> {
        let workflow = asked.program.workflow_id;
        let start = Start {
            run_id,
            program: asked.program,
            mode: RunMode::Production,
            trigger: asked.trigger,
            trigger_node: asked.trigger_node,
            input: asked.input,
            scope: RunScope::Whole,
            retry_of: None,
            reply: asked.reply,
        };
        let running = self.inner.engine.start(start).await?;
        self.follow(running.clone(), Some(turn), workflow);
        running.accepted().await?;
        Ok(running)
    }

    /// Goes on with an accepted run when it is its turn. One that cannot even begin ends as failed.
    pub(crate) fn resume_in_turn(&self, run: RunId, workflow: WorkflowId, place: Place) {
        let runner = self.clone();
        tokio::spawn(async move {
            let Some(turn) = place.turn().await else { return };
            if *runner.inner.ending.borrow() {
                return;
            }
            match runner.inner.engine.resume(run).await {
                Ok(running) => runner.follow(running, Some(turn), workflow),
                Err(error) => runner.give_up(run, error).await,
            }
        });
    }
}

/// What became of a trigger's run.
pub(crate) enum Launched {
    /// It runs.
    Running(Running),
    /// It is accepted and waits for its turn.
    Waiting(RunId),
}

pub(crate) fn new_run(asked: &Asked) -> Result<NewRun> {
    Ok(NewRun {
        workflow_id: asked.program.workflow_id,
        version_number: asked.program.version_number,
        mode: RunMode::Production,
        trigger: asked.trigger.clone(),
        trigger_node: asked.trigger_node.clone(),
        input: input::pages(&asked.input)?,
        scope: RunScope::Whole,
        at: Timestamp::now(),
    })
}

fn ending() -> Error {
    Error::new(ErrorCode::Interrupted, "Bridge is ending.", "Start it again.")
}
