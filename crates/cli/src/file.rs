//! Files that the arguments name. What a workflow in a file is, `bridge_exchange` says.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use bridge_domain::{Definition, Error, ErrorCode, Origin, Problem, ProblemCode, Result, WorkflowId};
use bridge_exchange::{Imported, MAX_BYTES};
use bridge_store::Store;
use bridge_workflow::Rules;
use serde::{Deserialize, Serialize};

use crate::arguments;

/// Whether an argument is meant as a file.
pub(crate) fn is_file(argument: &str) -> bool {
    let path = Path::new(argument);
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) && path.is_file()
}

/// The workflows that `bridge import` is to make.
///
/// # Errors
/// `invalid_input` for what holds no workflow, and for a name that is meant for several.
pub(crate) fn workflows(arguments: &arguments::Import) -> Result<Vec<Imported>> {
    let mut workflows = read(&arguments.file)?;
    match (&arguments.name, workflows.as_mut_slice()) {
        (Some(name), [only]) => only.name = Some(name.clone()),
        (Some(_), several) => {
            let message = format!("The file holds {} workflows; one name is not enough.", several.len());
            return Err(wrong("name", ProblemCode::InvalidValue, message));
        }
        (None, several) => several.iter_mut().for_each(|one| one.name = one.name.take().or(stem(&arguments.file))),
    }
    Ok(workflows)
}

/// The workflows of a file, or of standard input for `-`.
fn read(path: &Path) -> Result<Vec<Imported>> {
    let place = |message: &str| format!("{}: {message}", path.display());
    let bytes = bytes(path).map_err(|error| wrong("workflow", ProblemCode::Malformed, place(&format!("{error}."))))?;
    bridge_exchange::read(&bytes, &Rules::new(bridge_connectors::catalog()))
        .map_err(|error| Error { message: place(&error.message), ..error })
}

/// The content, up to one byte more than may be read.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    if path == Path::new("-") {
        io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// The file's own name.
fn stem(path: &Path) -> Option<String> {
    let stem = path.file_stem().filter(|stem| *stem != "-")?.to_string_lossy();
    let name: String = stem.trim().chars().take(200).collect();
    (!name.trim().is_empty()).then_some(name)
}

/// A workflow that was read from a file to be run. It becomes a workflow of the database, so that its runs are kept; run
/// again, it is the same workflow, with a new version if the file has changed.
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
    /// `invalid_input` for a file that does not hold one workflow.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let mut workflows = read(path)?;
        let only = workflows.pop().filter(|_| workflows.is_empty()).ok_or_else(|| {
            let message = format!("{} holds several workflows.", path.display());
            let hint = "Import it with `bridge import`, then run one of them by its name.".to_owned();
            Error { hint, ..wrong("workflow", ProblemCode::InvalidValue, message) }
        })?;
        let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        Ok(Self {
            name: only.name.or(stem(path)).unwrap_or_else(|| "Workflow".to_owned()),
            mark: format!("From the file {}", whole.display()),
            definition: only.definition,
        })
    }

    /// The workflow in the database, which is made or changed if need be. Credentials that the user has chosen for it stay
    /// with their nodes.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn keep(mut self, store: &Store) -> Result<WorkflowId> {
        let known = store.list_workflows().await?.into_iter().find(|one| one.workflow.description == self.mark);
        let id = match known {
            Some(known) => known.workflow.id,
            None => store.create_workflow(&self.name, &self.mark).await?.id,
        };
        let kept = store.open_workflow(id).await?.version.definition;
        link(&mut self.definition, &kept);
        if kept != self.definition {
            store.commit(id, None, Origin::Import, |_| Ok(self.definition)).await?;
        }
        Ok(id)
    }
}

/// Links nodes to the credentials that the same nodes have now.
fn link(definition: &mut Definition, kept: &Definition) {
    let linked = kept.nodes.iter().filter(|node| node.data.settings.credential_id.is_some());
    let linked: std::collections::HashMap<_, _> = linked.map(|node| (&node.id, &node.data)).collect();
    for node in &mut definition.nodes {
        let does_the_same = linked
            .get(&node.id)
            .filter(|before| before.connector_id == node.data.connector_id && before.action_id == node.data.action_id);
        if let Some(before) = does_the_same {
            node.data.settings.credential_id = before.settings.credential_id;
        }
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

fn wrong(path: &str, code: ProblemCode, message: String) -> Error {
    Error::invalid(vec![Problem { path: path.to_owned(), code, message }])
}
