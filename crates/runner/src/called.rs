//! What the workflows lack that a workflow runs, and those that they run: found before the calling one has acted. What is
//! wrong is named at the calling node, and says in which workflow it is.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use bridge_domain::{NodeId, Problem, Program, Result, RunLimits, RunScope, WorkflowId};
use bridge_engine::entrance;

use crate::check::{Callable, Findings, Known, Own, place};
use crate::model_access::Asked;
use crate::{Runner, choose};

/// Workflows looked at for one run. What a run calls beyond that says at its step what it lacks.
const MOST: usize = 200;

/// A workflow that is run by another one.
struct Call {
    workflow: WorkflowId,
    /// Path of the parameter in the workflow that everything begins with.
    path: String,
    /// Who runs whom, up to the caller: `“Orders” runs “Invoices”`.
    chain: String,
    /// How deep it is called, from 1.
    depth: u32,
}

impl Runner {
    /// Adds what the workflows lack that these nodes run, and those that they run in turn. Each is looked at once: what it
    /// lacks is named at the first node that leads to it.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn add_called(
        &self,
        program: &Program,
        trigger: &NodeId,
        calls: Vec<(usize, WorkflowId)>,
        known: &mut Known,
        findings: &mut Findings,
    ) -> Result<()> {
        let mut seen = HashSet::new();
        if entrance(program).is_ok_and(|entrance| entrance == trigger) {
            // It may run itself: what it lacks is known.
            seen.insert(program.workflow_id);
        }
        let first = |(place, workflow)| {
            let path = format!("nodes[{place}].data.config.workflow_id");
            Call { workflow, path, chain: format!("“{}”", program.name), depth: 1 }
        };
        let mut open: VecDeque<Call> = calls.into_iter().map(first).collect();
        while let Some(call) = open.pop_front() {
            if call.depth > RunLimits::default().depth || seen.len() >= MOST || !seen.insert(call.workflow) {
                continue;
            }
            // One that cannot be called is named where it is called.
            let Ok(called) = self.callable(call.workflow, known).await? else { continue };
            let own = self.own_of_called(&called, known).await?;
            let chain = match call.depth {
                1 => format!("{} runs “{}”", call.chain, called.name),
                _ => format!("{}, which runs “{}”", call.chain, called.name),
            };
            findings.problems.extend(own.problems.iter().map(|problem| Problem {
                path: call.path.clone(),
                code: problem.code,
                message: format!("{}{}", whose(&chain, &called, place(&problem.path)), problem.message),
            }));
            findings.asked.extend(own.models.iter().map(|(place, provider)| Asked {
                provider: provider.clone(),
                path: call.path.clone(),
                within: whose(&chain, &called, Some(*place)),
            }));
            open.extend(own.calls.iter().map(|(_, workflow)| Call {
                workflow: *workflow,
                path: call.path.clone(),
                chain: chain.clone(),
                depth: call.depth + 1,
            }));
        }
        Ok(())
    }

    /// What a called workflow lacks itself.
    async fn own_of_called(&self, called: &Program, known: &mut Known) -> Result<Arc<Own>> {
        if let Some(own) = known.called.get(&called.workflow_id) {
            return Ok(Arc::clone(own));
        }
        let trigger = entrance(called)?;
        let part = choose::part(&called.definition, trigger, &RunScope::Whole);
        let own = Arc::new(self.own(called, trigger, &part, known).await?);
        known.called.insert(called.workflow_id, Arc::clone(&own));
        Ok(own)
    }

    /// A workflow that a node runs, or why it cannot be run.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn callable(&self, id: WorkflowId, known: &mut Known) -> Result<Callable> {
        if let Some(callable) = known.callable.get(&id) {
            return Ok(callable.clone());
        }
        let callable = self.look_up_callable(id).await?;
        known.callable.insert(id, callable.clone());
        Ok(callable)
    }
}

/// The beginning of a sentence about a node of a called workflow.
fn whose(chain: &str, called: &Program, place: Option<usize>) -> String {
    match place.and_then(|place| called.definition.nodes.get(place)) {
        Some(node) => format!("{chain}, whose node “{}” cannot run: ", node.data.label),
        None => format!("{chain}, which cannot run: "),
    }
}
