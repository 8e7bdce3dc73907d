//! `bridge run`.

use std::path::{Path, PathBuf};

use bridge_domain::{
    Error, Grant, Item, Node, Problem, ProblemCode, Result, RunRequest, RunScope, RunTrigger, WorkflowId,
};
use serde_json::{Value, json};

use crate::arguments::Run;
use crate::host::Host;
use crate::{exit, file, output};

/// Runs a workflow to its end, prints the run and what its last nodes put out.
///
/// # Errors
/// What keeps it from running.
pub(crate) async fn run(host: &Host, arguments: Run) -> Result<u8> {
    let workflow_id = if file::is_file(&arguments.workflow) {
        file::workflow(&host.store, Path::new(&arguments.workflow)).await?
    } else {
        host.workflow(&arguments.workflow).await?.workflow.id
    };
    for grant in grants(&arguments)? {
        host.store.add_grant(workflow_id, &grant).await?;
    }
    let trigger_node = match &arguments.trigger {
        Some(trigger) => Some(node(host, workflow_id, trigger).await?.id),
        None => None,
    };
    let input = arguments.input.as_deref().map(input).transpose()?;
    let request = RunRequest { workflow_id, scope: RunScope::Whole, trigger_node, input };
    let begun = host.runner.run(request, RunTrigger::CommandLine).await?;
    let summary = tokio::select! {
        summary = host.runner.finished(begun.id) => summary?,
        _ = tokio::signal::ctrl_c() => {
            host.runner.cancel(begun.id).await?;
            host.runner.finished(begun.id).await?
        }
    };
    let items = host.runner.output(begun.id).await.unwrap_or_default();
    let status = summary.status;
    output::print(&json!({ "run": summary, "output": items }))?;
    Ok(exit::of_run(status))
}

async fn node(host: &Host, workflow: WorkflowId, name_or_id: &str) -> Result<Node> {
    let definition = host.store.open_workflow(workflow).await?.version.definition;
    let is_it = |node: &Node| node.id.as_str() == name_or_id || node.data.label == name_or_id;
    definition.nodes.into_iter().find(is_it).ok_or_else(|| Error::not_found(format!("The trigger “{name_or_id}”")))
}

/// Items from JSON: one object is one item.
fn input(argument: &str) -> Result<Vec<Item>> {
    let text = file::text(argument)?;
    let value: Value =
        serde_json::from_str(&text).map_err(|error| wrong("input", &format!("It is not JSON: {error}.")))?;
    let list = match value {
        Value::Array(list) => list,
        one => vec![one],
    };
    let item = |value: Value| match value {
        Value::Object(json) => Ok(Item::from(json)),
        _ => Err(wrong("input", "The input must be an object or a list of objects.")),
    };
    list.into_iter().map(item).collect::<Result<Vec<Item>>>()
}

fn grants(arguments: &Run) -> Result<Vec<Grant>> {
    let mut grants = Vec::new();
    for text in &arguments.allow {
        let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
        let (host, port) =
            parts.ok_or_else(|| wrong("allow", &format!("“{text}” is not HOST:PORT, such as 127.0.0.1:8080.")))?;
        grants.push(Grant::Host { host: host.to_ascii_lowercase(), port });
    }
    let folders = |paths: &[PathBuf], write: bool| -> Result<Vec<Grant>> {
        let folder = |path: &PathBuf| {
            let whole = std::fs::canonicalize(path);
            let whole =
                whole.map_err(|error| wrong("allow", &format!("{} cannot be used: {error}.", path.display())))?;
            Ok(Grant::Folder { path: whole.display().to_string(), write })
        };
        paths.iter().map(folder).collect()
    };
    grants.extend(folders(&arguments.allow_read, false)?);
    grants.extend(folders(&arguments.allow_write, true)?);
    Ok(grants)
}

fn wrong(path: &str, message: &str) -> Error {
    let problem = Problem { path: path.to_owned(), code: ProblemCode::InvalidValue, message: message.to_owned() };
    Error::invalid(vec![problem])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_object_is_one_item_and_anything_else_is_refused() {
        assert_eq!(input(r#"{"a":1}"#).unwrap().len(), 1);
        assert_eq!(input(r#"[{"a":1},{"a":2}]"#).unwrap().len(), 2);
        assert!(input("[1]").is_err() && input("{").is_err());
    }
}
