//! A workflow in a file: `{name, nodes, edges}`. It becomes a workflow of the database, so that its runs are kept; run again,
//! it is the same workflow, with a new version if the file has changed.

use std::path::Path;

use bridge_domain::{Definition, Error, ErrorCode, Origin, Problem, ProblemCode, Result, WorkflowId};
use bridge_store::Store;
use serde::Deserialize;

/// Bytes of a file at most.
const MOST: u64 = 64 << 20;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    name: Option<String>,
    #[serde(flatten)]
    definition: Definition,
}

/// Whether an argument is meant as a file.
pub(crate) fn is_file(argument: &str) -> bool {
    let path = Path::new(argument);
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) && path.is_file()
}

/// The workflow of a file.
///
/// # Errors
/// `invalid_input` for a file that holds no workflow; those of the store.
pub(crate) async fn workflow(store: &Store, path: &Path) -> Result<WorkflowId> {
    let shown = path.display();
    let unreadable = |reason: String| {
        Error::invalid(vec![Problem {
            path: "workflow".to_owned(),
            code: ProblemCode::Malformed,
            message: format!("{shown} holds no workflow: {reason}."),
        }])
    };
    let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > MOST {
        return Err(unreadable(format!("it is larger than {} MiB", MOST >> 20)));
    }
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let file: File = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mark = format!("From the file {}", whole.display());
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = file.name.filter(|name| !name.trim().is_empty()).or(stem).unwrap_or_else(|| "Workflow".to_owned());
    let known = store.list_workflows().await?.into_iter().find(|one| one.workflow.description == mark);
    let id = match known {
        Some(known) => known.workflow.id,
        None => store.create_workflow(&name, &mark).await?.id,
    };
    let kept = store.open_workflow(id).await?;
    if kept.version.definition != file.definition {
        store.commit(id, None, Origin::Import, |_| Ok(file.definition)).await?;
    }
    Ok(id)
}

/// What `--input` says: JSON, `@FILE`, or `-` for standard input.
///
/// # Errors
/// `invalid_input` when it cannot be read.
pub(crate) fn text(argument: &str) -> Result<String> {
    let read = match argument.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(path),
        None if argument == "-" => std::io::read_to_string(std::io::stdin()),
        None => Ok(argument.to_owned()),
    };
    read.map_err(|error| {
        Error::new(ErrorCode::InvalidInput, format!("The input cannot be read: {error}."), "Check the file's name.")
    })
}
