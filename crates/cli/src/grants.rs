//! `bridge grants`: what a workflow may reach beyond the public internet.

use std::path::{Path, PathBuf};

use bridge_domain::{Entity, Error, Grant, Problem, ProblemCode, Result, WorkflowId};
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::exit;
use crate::perform::{Caller, OpenFolder};

#[derive(Debug, Args)]
#[command(after_help = "Example:
  bridge-cli grants allow \"Nightly report\" --host 127.0.0.1:5432 --write /srv/reports")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Shows what a workflow may reach.
    List {
        /// Name or identifier.
        workflow: String,
    },
    /// Lets a workflow reach something from now on.
    Allow(Reach),
    /// Takes grants back.
    Revoke(Reach),
}

#[derive(Debug, Args)]
struct Reach {
    /// Name or identifier.
    workflow: String,
    /// Host on this machine or in a private network.
    #[arg(long, value_name = "HOST:PORT")]
    host: Vec<String>,
    /// Folder to read.
    #[arg(long, value_name = "FOLDER")]
    read: Vec<PathBuf>,
    /// Folder to read and write.
    #[arg(long, value_name = "FOLDER")]
    write: Vec<PathBuf>,
}

/// What is asked for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    /// Name or identifier.
    workflow: String,
    change: Change,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Change {
    Nothing,
    Allow(Vec<Grant>),
    Revoke(Vec<Grant>),
}

impl Request {
    /// Reads the arguments.
    ///
    /// # Errors
    /// `invalid_input` for what is no host and port, and for folders that are not there.
    pub(crate) fn read(arguments: &Arguments) -> Result<Self> {
        let (workflow, change) = match &arguments.what {
            What::List { workflow } => (workflow, Change::Nothing),
            What::Allow(reach) => (&reach.workflow, Change::Allow(some(of(&reach.host, &reach.read, &reach.write)?)?)),
            What::Revoke(reach) => {
                // A folder may be gone by now.
                let mut grants = hosts(&reach.host)?;
                grants.extend(reach.read.iter().map(|path| folder(&whole(path), false)));
                grants.extend(reach.write.iter().map(|path| folder(&whole(path), true)));
                (&reach.workflow, Change::Revoke(some(grants)?))
            }
        };
        Ok(Self { workflow: workflow.clone(), change })
    }
}

/// Grants from `HOST:PORT` and folders.
///
/// # Errors
/// `invalid_input` for what is no host and port, and for folders that are not there.
pub(crate) fn of(hosts_and_ports: &[String], read: &[PathBuf], write: &[PathBuf]) -> Result<Vec<Grant>> {
    let mut grants = hosts(hosts_and_ports)?;
    for (paths, may_write) in [(read, false), (write, true)] {
        for path in paths {
            let whole = std::fs::canonicalize(path);
            let whole = whole.map_err(|error| wrong(format!("{} cannot be used: {error}.", path.display())))?;
            grants.push(folder(&whole, may_write));
        }
    }
    Ok(grants)
}

fn hosts(texts: &[String]) -> Result<Vec<Grant>> {
    let host = |text: &String| {
        let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
        let (host, port) = parts
            .filter(|(host, port)| !host.is_empty() && *port != 0)
            .ok_or_else(|| wrong(format!("“{text}” is not HOST:PORT, such as 127.0.0.1:8080.")))?;
        Ok(Grant::Host { host: host.to_ascii_lowercase(), port })
    };
    texts.iter().map(host).collect()
}

fn folder(path: &Path, write: bool) -> Grant {
    Grant::Folder { path: path.display().to_string(), write }
}

fn whole(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

fn some(grants: Vec<Grant>) -> Result<Vec<Grant>> {
    if grants.is_empty() {
        return Err(wrong("Name at least one of --host, --read and --write.".to_owned()));
    }
    Ok(grants)
}

fn wrong(message: String) -> Error {
    Error::invalid(vec![Problem { path: "allow".to_owned(), code: ProblemCode::InvalidValue, message }])
}

/// Changes what a workflow may reach, and prints it.
///
/// # Errors
/// `not_found` for the workflow, and for a grant that is to be taken back and is not there; those of the store.
pub(crate) async fn grants(folder: &OpenFolder, request: Request, caller: &Caller) -> Result<u8> {
    let workflow = folder.workflow(&request.workflow).await?.workflow.id;
    match request.change {
        Change::Nothing => {}
        Change::Allow(grants) => allow(folder, workflow, &grants).await?,
        Change::Revoke(grants) => {
            let known = folder.store.grants(workflow).await?;
            if let Some(missing) = grants.iter().find(|grant| !known.contains(grant)) {
                return Err(Error {
                    hint: "`bridge grants list` shows what the workflow may reach.".to_owned(),
                    ..Error::not_found(format!("The grant {}", shown(missing)))
                });
            }
            for grant in &grants {
                folder.store.remove_grant(workflow, grant).await?;
            }
            folder.runner.tell(Entity::Trigger, workflow);
        }
    }
    caller.print(&json!({ "workflow_id": workflow, "grants": folder.store.grants(workflow).await? })).await?;
    Ok(exit::SUCCESS)
}

/// Lets a workflow reach something from now on.
///
/// # Errors
/// Those of the store.
pub(crate) async fn allow(folder: &OpenFolder, workflow: WorkflowId, grants: &[Grant]) -> Result<()> {
    for grant in grants {
        folder.store.add_grant(workflow, grant).await?;
    }
    if !grants.is_empty() {
        folder.runner.tell(Entity::Trigger, workflow);
    }
    Ok(())
}

fn shown(grant: &Grant) -> String {
    match grant {
        Grant::Host { host, port } => format!("for {host}:{port}"),
        Grant::Folder { path, write: true } => format!("to write {path}"),
        Grant::Folder { path, write: false } => format!("to read {path}"),
    }
}
