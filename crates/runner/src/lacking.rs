//! What one node names that is not there: credentials, other workflows and data tables. Looks at names that are written out;
//! what an expression gives is known at its step.

use bridge_domain::{
    Catalog, CredentialKind, Error, ErrorCode, Node, Problem, ProblemCode, Programs, Result, Tables, WorkflowId,
};
use bridge_engine::entrance;
use serde_json::Value;

use crate::Runner;
use crate::check::{Callable, Known, Own};

impl Runner {
    /// Adds what a node lacks, and what it names that is looked at elsewhere.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn add_lacking(&self, place: usize, node: &Node, known: &mut Known, own: &mut Own) -> Result<()> {
        let data = format!("nodes[{place}].data");
        let catalog = self.inner.rules.catalog();
        if let Some((code, message)) = credential(node, catalog, known) {
            own.problems.push(problem(&data, "settings.credential_id", code, message));
        }
        if catalog.credential_of(&node.data.connector_id, &node.data.action_id) == Some(CredentialKind::ModelProvider)
            && let Some(provider) = provider(node)
        {
            own.models.push((place, provider));
        }
        let named = match node.data.connector_id.as_str() {
            "subworkflow" => self.workflow(place, node, known, own).await?.map(|found| ("config.workflow_id", found)),
            "data_table" => self.table(node).await?.map(|found| ("config.table", found)),
            _ => None,
        };
        own.problems.extend(named.map(|(field, (code, message))| problem(&data, field, code, &message)));
        Ok(())
    }

    /// What is wrong with the workflow that a node runs; one that can be run is noted.
    async fn workflow(
        &self,
        place: usize,
        node: &Node,
        known: &mut Known,
        own: &mut Own,
    ) -> Result<Option<(ProblemCode, String)>> {
        let Some(named) = written(node, "workflow_id") else { return Ok(None) };
        let Ok(id) = named.parse::<WorkflowId>() else {
            let message = "This is not the identifier of a workflow. Choose one from the list.";
            return Ok(Some((ProblemCode::InvalidValue, message.to_owned())));
        };
        let callable = self.callable(id, known).await?;
        if callable.is_ok() {
            own.calls.push((place, id));
        }
        Ok(callable.err())
    }

    /// Looks up a workflow that a node runs.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn look_up_callable(&self, id: WorkflowId) -> Result<Callable> {
        match self.inner.store.program(id, None).await {
            Ok(other) => Ok(match entrance(&other) {
                Ok(_) => Ok(other.into()),
                Err(error) => Err((ProblemCode::InvalidValue, said(&error))),
            }),
            Err(error) if error.code == ErrorCode::NotFound => {
                let message = "The workflow that this node runs does not exist any more. Choose another one.";
                Ok(Err((ProblemCode::InvalidValue, message.to_owned())))
            }
            Err(error) => Err(error),
        }
    }

    /// What is wrong with the data table that a node uses.
    async fn table(&self, node: &Node) -> Result<Option<(ProblemCode, String)>> {
        let Some(named) = written(node, "table") else { return Ok(None) };
        match self.inner.store.table(named).await {
            Ok(_) => Ok(None),
            Err(error) if error.code == ErrorCode::NotFound => {
                let message = format!("There is no data table “{named}”. Make it, or choose another one.");
                Ok(Some((ProblemCode::InvalidValue, message)))
            }
            Err(error) => Err(error),
        }
    }
}

/// The provider that a node names, none for the default one. Nothing when an expression decides.
fn provider(node: &Node) -> Option<Option<String>> {
    let text = node.data.config.get("provider").and_then(Value::as_str).unwrap_or_default();
    (!text.starts_with('=')).then(|| (!text.trim().is_empty()).then(|| text.to_owned()))
}

/// What is wrong with the credential of a node that needs one.
fn credential(node: &Node, catalog: &Catalog, known: &Known) -> Option<(ProblemCode, &'static str)> {
    let is_needed = needs_credential(node, catalog)?;
    match node.data.settings.credential_id {
        None if is_needed => {
            Some((ProblemCode::Missing, "A credential is missing. Choose one in the node's settings."))
        }
        Some(id) if !known.credentials.contains(&id) => {
            let message = "Its credential does not exist any more. Choose another one in the node's settings.";
            Some((ProblemCode::InvalidValue, message))
        }
        _ => None,
    }
}

/// Whether a node needs a credential; none when it does not use one. Where its parameters decide, an expression may.
fn needs_credential(node: &Node, catalog: &Catalog) -> Option<bool> {
    match node.data.config.get("authentication").and_then(Value::as_str) {
        Some("none" | "") => return None,
        Some(text) if text.starts_with('=') => return Some(false),
        Some(_) => return Some(true),
        None => {}
    }
    // The keys of model providers are no credentials: see `model_access`.
    let kind = catalog.credential_of(&node.data.connector_id, &node.data.action_id);
    kind.filter(|kind| *kind != CredentialKind::ModelProvider).map(|_| true)
}

/// A text of a node's parameters that is no expression.
fn written<'a>(node: &'a Node, parameter: &str) -> Option<&'a str> {
    let text = node.data.config.get(parameter)?.as_str()?.trim();
    (!text.is_empty() && !text.starts_with('=')).then_some(text)
}

fn problem(data: &str, field: &str, code: ProblemCode, message: &str) -> Problem {
    Problem { path: format!("{data}.{field}"), code, message: message.to_owned() }
}

fn said(error: &Error) -> String {
    format!("{} {}", error.message, error.hint)
}
