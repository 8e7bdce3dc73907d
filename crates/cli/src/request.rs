//! What the arguments ask for, free of this process's folder and standard input, so that the process that has the data
//! folder open can carry it out, too.

use std::path::Path;

use bridge_domain::{Error, Grant, Item, Problem, ProblemCode, Result, RunStatus};
use bridge_exchange::Imported;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::arguments::{self, Command};
use crate::decide::Decide;
use crate::file::{self, FromFile};
use crate::runs::{Runs, Show};
use crate::{credentials, grants, keys, tables};

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
    /// Show a run, with what its steps have put out.
    Show(Show),
    /// Decide on a step whose outcome is unknown.
    Decide(Decide),
    /// End a run.
    Cancel {
        /// Its identifier.
        run: String,
    },
    /// Show or change what a workflow may reach.
    Grants(grants::Request),
    /// Show or change credentials.
    Credentials(credentials::Request),
    /// Show or change keys of model providers.
    Keys(keys::Request),
    /// Show data tables.
    Tables(tables::Request),
    /// Make workflows of what was read from a file.
    Import {
        /// The workflows, each with a name.
        workflows: Vec<Imported>,
    },
    /// Give a workflow as the text of a file.
    Export {
        /// Name or identifier.
        workflow: String,
        /// With pinned output.
        pins: bool,
    },
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
            Command::Import(arguments) => Self::Import { workflows: file::workflows(arguments)? },
            Command::Export(arguments) => Self::Export { workflow: arguments.workflow.clone(), pins: arguments.pins },
            Command::Show(arguments) => Self::Show(arguments.clone()),
            Command::Decide(arguments) => Self::Decide(arguments.clone()),
            Command::Cancel { run } => Self::Cancel { run: run.clone() },
            Command::Grants(arguments) => Self::Grants(grants::Request::read(arguments)?),
            Command::Credentials(arguments) => Self::Credentials(credentials::Request::read(arguments)?),
            Command::Keys(arguments) => Self::Keys(keys::Request::read(arguments)?),
            Command::Tables(arguments) => Self::Tables(arguments.what.clone()),
            Command::Activate { workflow } => Self::SetActive { workflow: workflow.clone(), active: true },
            Command::Deactivate { workflow } => Self::SetActive { workflow: workflow.clone(), active: false },
        }))
    }
}

impl Request {
    /// Whether it is about something that must be there already, so that a folder that is not there is a mistake.
    pub(crate) fn needs_data(&self) -> bool {
        matches!(
            self,
            Self::List
                | Self::Runs(_)
                | Self::Show(_)
                | Self::Decide(_)
                | Self::Cancel { .. }
                | Self::Grants(_)
                | Self::Tables(_)
                | Self::Export { .. }
                | Self::SetActive { .. }
        )
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
            grants: grants::of(&arguments.allow, &arguments.allow_read, &arguments.allow_write)?,
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
