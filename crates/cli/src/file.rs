//! A workflow in a file: `{name, nodes, edges}`. It becomes a workflow of the database, so that its runs are kept; run again,
//! it is the same workflow, with a new version if the file has changed.

use std::path::Path;

use bridge_domain::{Definition, Error, ErrorCode, Origin, Problem, ProblemCode, Result, WorkflowId};
use bridge_store::Store;
use serde::{Deserialize, Serialize};

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

/// A workflow that was read from a file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FromFile {
    /// Its name in the database.
    name: String,
    /// Its description in the database: by it, the same file is found again.
    mark: String,
    definition: Definition,
}

impl FromFile {
    /// Reads a file.
    ///
    /// # Errors
    /// `invalid_input` for a file that holds no workflow.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let unreadable = |reason: String| {
            Error::invalid(vec![Problem {
                path: "workflow".to_owned(),
                code: ProblemCode::Malformed,
                message: format!("{} holds no workflow: {reason}.", path.display()),
            }])
        };
        let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
        if size > MOST {
            return Err(unreadable(format!("it is larger than {} MiB", MOST >> 20)));
        }
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        let file: File = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
        let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let name = file.name.filter(|name| !name.trim().is_empty()).or(stem);
        Ok(Self {
            name: name.unwrap_or_else(|| "Workflow".to_owned()),
            mark: format!("From the file {}", whole.display()),
            definition: file.definition,
        })
    }

    /// The workflow in the database, which is made or changed if need be.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn keep(self, store: &Store) -> Result<WorkflowId> {
        let known = store.list_workflows().await?.into_iter().find(|one| one.workflow.description == self.mark);
        let id = match known {
            Some(known) => known.workflow.id,
            None => store.create_workflow(&self.name, &self.mark).await?.id,
        };
        let kept = store.open_workflow(id).await?;
        if kept.version.definition != self.definition {
            store.commit(id, None, Origin::Import, |_| Ok(self.definition)).await?;
        }
        Ok(id)
    }
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
