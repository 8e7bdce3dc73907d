//! Whether a run can begin: what it would only find missing at a later step, after earlier ones have acted. Starts nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bridge_domain::{CredentialId, Error, NodeId, Problem, ProblemCode, Program, Result, WorkflowId};

use crate::Runner;
use crate::model_access::Asked;

/// What is known while workflows are looked at: each thing is looked up once, however many nodes name it.
pub(crate) struct Known {
    /// The credentials there are.
    pub(crate) credentials: HashSet<CredentialId>,
    /// Workflows that nodes run, or why they cannot be.
    pub(crate) callable: HashMap<WorkflowId, Callable>,
    /// What those workflows lack themselves.
    pub(crate) called: HashMap<WorkflowId, Arc<Own>>,
}

/// A workflow that can be called, or why it cannot.
pub(crate) type Callable = Result<Arc<Program>, (ProblemCode, String)>;

/// What the nodes of one workflow lack and name. Nodes are given by their place in the definition.
#[derive(Default)]
pub(crate) struct Own {
    /// What is missing or wrong, with paths such as `nodes[3].data.settings.credential_id`.
    pub(crate) problems: Vec<Problem>,
    /// Nodes that ask a model, and the provider they name.
    pub(crate) models: Vec<(usize, Option<String>)>,
    /// Nodes that run a workflow, and which.
    pub(crate) calls: Vec<(usize, WorkflowId)>,
}

/// What a run lacks, with paths of the workflow that it is a run of.
pub(crate) struct Findings {
    /// What is missing or wrong as long as nothing is changed in the store.
    pub(crate) problems: Vec<Problem>,
    /// Models that are asked. Whether they can be depends on keys and settings, so it is looked at when a run begins.
    pub(crate) asked: Vec<Asked>,
}

impl Runner {
    /// What is known at the beginning.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn known(&self) -> Result<Known> {
        let credentials = self.inner.store.credentials().await?.into_iter().map(|credential| credential.id).collect();
        Ok(Known { credentials, callable: HashMap::new(), called: HashMap::new() })
    }

    /// Whether these nodes, which a trigger leads to, can run, and those of the workflows that they run.
    ///
    /// # Errors
    /// `invalid_input` with every problem; those of the store.
    pub(crate) async fn check(
        &self,
        program: &Program,
        trigger: &NodeId,
        part: &HashSet<NodeId>,
        known: &mut Known,
    ) -> Result<()> {
        let Findings { mut problems, asked } = self.examine(program, trigger, part, known).await?;
        problems.extend(self.without_model(&asked).await);
        refuse(problems)
    }

    /// What these nodes lack, and those of the workflows that they run.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn examine(
        &self,
        program: &Program,
        trigger: &NodeId,
        part: &HashSet<NodeId>,
        known: &mut Known,
    ) -> Result<Findings> {
        let own = self.own(program, trigger, part, known).await?;
        let asked = own.models.into_iter().map(|(place, provider)| Asked::own(place, provider)).collect();
        let mut findings = Findings { problems: own.problems, asked };
        self.add_called(program, trigger, own.calls, known, &mut findings).await?;
        Ok(findings)
    }

    /// What these nodes lack and name. Those that are switched off are not looked at.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn own(
        &self,
        program: &Program,
        trigger: &NodeId,
        part: &HashSet<NodeId>,
        known: &mut Known,
    ) -> Result<Own> {
        let problems = bridge_workflow::runnable(&program.definition, part, &self.inner.rules);
        let mut own = Own { problems, ..Own::default() };
        for (place, node) in program.definition.nodes.iter().enumerate() {
            if part.contains(&node.id) && !node.data.settings.disabled {
                self.add_lacking(place, node, known, &mut own).await?;
            }
        }
        if own.problems.is_empty()
            && let Err(found) = bridge_engine::plan(&program.definition, self.inner.rules.catalog(), trigger)
        {
            own.problems = found;
        }
        Ok(own)
    }
}

/// Refuses what lacks something.
///
/// # Errors
/// `invalid_input` with every problem.
pub(crate) fn refuse(problems: Vec<Problem>) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    let message = match problems.len() {
        1 => "The workflow cannot run yet: one thing is missing or wrong.".to_owned(),
        many => format!("The workflow cannot run yet: {many} things are missing or wrong."),
    };
    let hint = "Open the nodes that are named and complete them.".to_owned();
    Err(Error { message, hint, ..Error::invalid(problems) })
}

/// The node that a path such as `nodes[3].data.config.url` is about, by its place.
pub(crate) fn place(path: &str) -> Option<usize> {
    path.strip_prefix("nodes[")?.split(']').next()?.parse().ok()
}
