//! What a node's expressions would see of a kept run. Nothing is executed and nothing is written.

use std::sync::{Arc, PoisonError};

use bridge_domain::{
    Batch, Config, ErrorCode, InputSpan, Item, ItemRef, NewRun, NodeId, Previous, Program, Result, RunId, RunLog,
    RunMode, RunScope, RunTrigger, Scope, ScopeValues,
};
use futures_util::future::BoxFuture;

use crate::context::{Reuse, RunContext};
use crate::engine::Engine;
use crate::follow::{Arrived, follow};
use crate::launch::{New, summary};
use crate::plan::{Plan, plan_as_far_as};
use crate::schedule::PageRef;
use crate::scope;

/// One item of a node's input in a kept run, and everything that expressions can see beside it.
pub struct LookBack {
    context: Arc<RunContext>,
    arrived: Arrived,
    values: ScopeValues,
    batch: Batch,
}

impl LookBack {
    /// The item that was asked for; none when nothing arrived at the node.
    #[must_use]
    pub fn batch(&self) -> &Batch {
        &self.batch
    }
}

impl std::fmt::Debug for LookBack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LookBack").field("run", &self.values.run_id).field("batch", &self.batch).finish_non_exhaustive()
    }
}

impl Scope for LookBack {
    fn values(&self) -> &ScopeValues {
        &self.values
    }

    fn items<'a>(&'a self, node: &'a str, output: usize) -> BoxFuture<'a, Result<Vec<Item>>> {
        Box::pin(scope::items(&self.context, &self.arrived.iteration, node, output))
    }

    fn input(&self, input: usize, span: InputSpan) -> BoxFuture<'_, Result<Vec<Item>>> {
        let pages = self.arrived.inputs.get(input).map_or(&[][..], Vec::as_slice);
        let node = self.context.plan.nodes.get(self.arrived.node);
        let once = node.is_some_and(|node| node.node.data.settings.execute_once);
        Box::pin(scope::input(&self.context, pages, if once { InputSpan::First } else { span }))
    }

    fn paired<'a>(&'a self, node: &'a str, batch: &'a Batch) -> BoxFuture<'a, Result<Vec<Result<Item>>>> {
        Box::pin(scope::paired(&self.context, self.arrived.node, &self.arrived.inputs, node, batch))
    }

    fn previous(&self, batch: &Batch) -> Option<Previous> {
        scope::previous(&self.context, &self.arrived.inputs, batch)
    }

    fn parameters_of(&self, node: &str) -> Result<Config> {
        scope::parameters_of(&self.context, node)
    }
}

impl Engine {
    /// What a node's expressions would see from the data of a kept run, in its newest iteration. The batch holds one item of
    /// what arrived or would arrive: that at this place, counted over all inputs, the last one when there are fewer. The
    /// program may be newer than the version that ran. Without a run, or when the run does not get to the node, the batch is
    /// empty and no other node has run.
    ///
    /// # Errors
    /// `not_found` for an unknown run; those of the journal. Data that was dropped to make room is no error but no item.
    pub async fn look_back(&self, program: Program, run: Option<RunId>, node: &NodeId, item: u32) -> Result<LookBack> {
        let log = match run {
            Some(run) => Some(self.ports().journal.load(run).await?),
            None => None,
        };
        let found = log.as_ref().and_then(|log| {
            let plan = plan_as_far_as(&program.definition, &self.ports().catalog, &log.run.trigger_node, node)?;
            let plan = Arc::new(plan);
            Some((follow(&plan, log, *plan.by_id.get(node)?)?, plan))
        });
        let (mut arrived, plan) =
            found.unwrap_or_else(|| (Arrived::default(), Arc::new(Plan::unreached(&program.definition))));
        let label = program.definition.node(node).map(|node| node.data.label.clone()).unwrap_or_default();
        let context = self.past(run, log, program, plan);
        let run_index = arrived.runs();
        remember(&context, &mut arrived);
        let batch = read(&context, &arrived.inputs, item).await?;
        let values = scope::values(&context, label, run_index, self.ports().clock.now());
        Ok(LookBack { context, arrived, values, batch })
    }

    /// The context of a run that nothing drives.
    fn past(&self, run: Option<RunId>, log: Option<RunLog>, program: Program, plan: Arc<Plan>) -> Arc<RunContext> {
        let run_was = log.map_or_else(
            || NewRun {
                workflow_id: program.workflow_id,
                version_number: program.version_number,
                mode: RunMode::Test,
                trigger: RunTrigger::Manual,
                trigger_node: NodeId(String::new()),
                input: Vec::new(),
                scope: RunScope::Whole,
                at: self.ports().clock.now(),
            },
            |log| log.run,
        );
        let summary = summary(run.unwrap_or_else(RunId::new), &program.name, &run_was);
        let new = New {
            summary,
            program,
            plan,
            input: Vec::new(),
            reuse: Reuse::None,
            depth: 0,
            silent: true,
            resumed: false,
        };
        self.context(new, None)
    }
}

fn remember(context: &RunContext, arrived: &mut Arrived) {
    let mut history = context.history.write().unwrap_or_else(PoisonError::into_inner);
    for (step, past) in std::mem::take(&mut arrived.before) {
        history.add(step, past);
    }
}

/// The item at a place of the input, or the last one.
async fn read(context: &RunContext, inputs: &[Vec<PageRef>], place: u32) -> Result<Batch> {
    let total: u32 = inputs.iter().flatten().map(|page| page.count).sum();
    let Some(mut left) = total.checked_sub(1).map(|last| place.min(last)) else { return Ok(Batch::default()) };
    for (input, pages) in (0_u32..).zip(inputs) {
        let mut index = 0;
        for page in pages {
            if left < page.count {
                let items = match scope::read_items(context, page.hash).await {
                    Err(error) if error.code == ErrorCode::NotFound => Vec::new(),
                    items => items?,
                };
                let items: Vec<Item> = items.into_iter().skip(left as usize).take(1).collect();
                return Ok(Batch { first: Some(ItemRef { input, index: index + left }), items });
            }
            left -= page.count;
            index += page.count;
        }
    }
    Ok(Batch::default())
}
