//! What a run would lack and only find at a later step, after earlier ones have acted: credentials, other workflows and data
//! tables that its nodes name. Looks at names that are written out; what an expression gives is known at its step.

use std::collections::HashSet;

use bridge_domain::{
    Catalog, CredentialId, CredentialKind, Error, ErrorCode, Node, NodeId, Problem, ProblemCode, Program, Programs,
    Result, Tables, WorkflowId,
};
use bridge_engine::entrance;
use serde_json::Value;

use crate::Runner;

/// The credentials there are.
pub(crate) type Kept = HashSet<CredentialId>;

impl Runner {
    /// The credentials there are now.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn kept_credentials(&self) -> Result<Kept> {
        Ok(self.inner.store.credentials().await?.into_iter().map(|credential| credential.id).collect())
    }

    /// What these nodes name that is not there, with paths such as `nodes[3].data.settings.credential_id`. Nodes that are
    /// switched off are not looked at.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn lacking(
        &self,
        program: &Program,
        nodes: &HashSet<NodeId>,
        kept: &Kept,
    ) -> Result<Vec<Problem>> {
        let mut problems = Vec::new();
        for (place, node) in program.definition.nodes.iter().enumerate() {
            if !nodes.contains(&node.id) || node.data.settings.disabled {
                continue;
            }
            let data = format!("nodes[{place}].data");
            let credential = credential(node, self.inner.rules.catalog(), kept);
            problems.extend(credential.map(|(code, message)| problem(&data, "settings.credential_id", code, message)));
            let named = match node.data.connector_id.as_str() {
                "subworkflow" => self.workflow(node).await?.map(|found| ("config.workflow_id", found)),
                "data_table" => self.table(node).await?.map(|found| ("config.table", found)),
                _ => None,
            };
            problems.extend(named.map(|(field, (code, message))| problem(&data, field, code, &message)));
        }
        Ok(problems)
    }

    /// What is wrong with the workflow that a node runs.
    async fn workflow(&self, node: &Node) -> Result<Option<(ProblemCode, String)>> {
        let Some(named) = written(node, "workflow_id") else { return Ok(None) };
        let Ok(id) = named.parse::<WorkflowId>() else {
            let message = "This is not the identifier of a workflow. Choose one from the list.";
            return Ok(Some((ProblemCode::InvalidValue, message.to_owned())));
        };
        match self.inner.store.program(id, None).await {
            Ok(other) => Ok(entrance(&other).err().map(|error| (ProblemCode::InvalidValue, said(&error)))),
            Err(error) if error.code == ErrorCode::NotFound => {
                let message = "The workflow that this node runs does not exist any more. Choose another one.";
                Ok(Some((ProblemCode::InvalidValue, message.to_owned())))
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

/// What is wrong with the credential of a node that needs one.
fn credential(node: &Node, catalog: &Catalog, kept: &Kept) -> Option<(ProblemCode, &'static str)> {
    let is_needed = needs_credential(node, catalog)?;
    match node.data.settings.credential_id {
        None if is_needed => {
            Some((ProblemCode::Missing, "A credential is missing. Choose one in the node's settings."))
        }
        Some(id) if !kept.contains(&id) => {
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
    // The keys of model providers are in the settings, and are no credentials.
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
