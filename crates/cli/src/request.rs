//! What the arguments ask for, free of this process's folder and standard input, so that the process that has the data
//! folder open can carry it out, too.

use std::path::{Path, PathBuf};

use bridge_domain::{Error, Grant, Item, Problem, ProblemCode, Result, RunStatus};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::arguments::{self, Command};
use crate::file::{self, FromFile};

/// One command.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Request {
    /// Run a workflow once.
    Run(Run),
    /// List workflows.
    List,
    /// List runs, or show one.
    Runs(Runs),
    /// Switch a workflow's triggers on or off.
    SetActive {
        /// Name or identifier.
        workflow: String,
        /// On or off.
        active: bool,
    },
}

/// A workflow that is to run.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) workflow: Chosen,
    pub(crate) input: Option<Vec<Item>>,
    /// Label or identifier of the trigger to start from.
    pub(crate) trigger: Option<String>,
    /// What the workflow may reach from now on.
    pub(crate) grants: Vec<Grant>,
}

/// Which workflow.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Chosen {
    /// By name or identifier.
    Named(String),
    /// From a file.
    File(Box<FromFile>),
}

/// Runs to be listed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Runs {
    pub(crate) run: Option<String>,
    pub(crate) workflow: Option<String>,
    pub(crate) statuses: Vec<RunStatus>,
    pub(crate) limit: u32,
}

impl Request {
    /// Reads the files that the arguments name. None for `serve`, which no other process can carry out.
    ///
    /// # Errors
    /// `invalid_input` for files and values that are not right.
    pub(crate) fn read(command: &Command) -> Result<Option<Self>> {
        Ok(Some(match command {
            Command::Serve(_) => return Ok(None),
            Command::Run(arguments) => Self::Run(Run::read(arguments)?),
            Command::List => Self::List,
            Command::Runs(arguments) => Self::Runs(Runs {
                run: arguments.run.clone(),
                workflow: arguments.workflow.clone(),
                statuses: arguments.status.iter().copied().map(RunStatus::from).collect(),
                limit: arguments.limit,
            }),
            Command::Activate { workflow } => Self::SetActive { workflow: workflow.clone(), active: true },
            Command::Deactivate { workflow } => Self::SetActive { workflow: workflow.clone(), active: false },
        }))
    }
}

impl Run {
    fn read(arguments: &arguments::Run) -> Result<Self> {
        let workflow = if file::is_file(&arguments.workflow) {
            Chosen::File(Box::new(FromFile::read(Path::new(&arguments.workflow))?))
        } else {
            Chosen::Named(arguments.workflow.clone())
        };
        Ok(Self {
            workflow,
            input: arguments.input.as_deref().map(input).transpose()?,
            trigger: arguments.trigger.clone(),
            grants: grants(arguments)?,
        })
    }
}

/// Items from JSON: one object is one item.
fn input(argument: &str) -> Result<Vec<Item>> {
    let text = file::text(argument)?;
    let value: Value =
        serde_json::from_str(&text).map_err(|error| wrong("input", format!("The input is not JSON: {error}.")))?;
    let list = match value {
        Value::Array(list) => list,
        one => vec![one],
    };
    let item = |value: Value| match value {
        Value::Object(json) => Ok(Item::from(json)),
        _ => Err(wrong("input", "The input must be an object or a list of objects.".to_owned())),
    };
    list.into_iter().map(item).collect()
}

fn grants(arguments: &arguments::Run) -> Result<Vec<Grant>> {
    let mut grants = Vec::new();
    for text in &arguments.allow {
        let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
        let (host, port) =
            parts.ok_or_else(|| wrong("allow", format!("“{text}” is not HOST:PORT, such as 127.0.0.1:8080.")))?;
        grants.push(Grant::Host { host: host.to_ascii_lowercase(), port });
    }
    let folders = |paths: &[PathBuf], write: bool| -> Result<Vec<Grant>> {
        let folder = |path: &PathBuf| {
            let whole = std::fs::canonicalize(path);
            let whole =
                whole.map_err(|error| wrong("allow", format!("{} cannot be used: {error}.", path.display())))?;
            Ok(Grant::Folder { path: whole.display().to_string(), write })
        };
        paths.iter().map(folder).collect()
    };
    grants.extend(folders(&arguments.allow_read, false)?);
    grants.extend(folders(&arguments.allow_write, true)?);
    Ok(grants)
}

fn wrong(path: &str, message: String) -> Error {
    Error::invalid(vec![Problem { path: path.to_owned(), code: ProblemCode::InvalidValue, message }])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_object_is_one_item_and_anything_else_is_refused() {
        assert_eq!(input(r#"{"a":1}"#).unwrap().len(), 1);
        assert_eq!(input(r#"[{"a":1},{"a":2}]"#).unwrap().len(), 2);
        assert!(input("[1]").is_err() && input("{").is_err() && input("@/there/is/no/such/file").is_err());
    }
}
