//! Carries out a request on an open data folder. What is printed goes to a channel: whose terminal it is does not matter.

use std::sync::Arc;

use bridge_credentials::Credentials;
use bridge_domain::{Error, ErrorCode, Result, WorkflowSummary};
use bridge_models::Models;
use bridge_runner::Runner;
use bridge_store::Store;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::{Notify, mpsc};

use crate::request::Request;
use crate::{credentials, decide, exchange, grants, keys, list, run, runs, tables};

/// A data folder that this process has open, with what works on it.
#[derive(Clone)]
pub struct OpenFolder {
    /// Its database.
    pub store: Store,
    /// Runs its workflows.
    pub runner: Runner,
    /// Its credentials.
    pub credentials: Credentials,
    /// Models by its settings.
    pub models: Models,
}

/// Who asked.
pub(crate) struct Caller {
    /// Takes values to be printed, one a line.
    pub(crate) output: mpsc::Sender<Value>,
    /// The caller wants the run to be cancelled.
    pub(crate) cancel: Arc<Notify>,
}

impl Caller {
    /// Prints a value.
    ///
    /// # Errors
    /// `interrupted` when nobody reads any more.
    pub(crate) async fn print(&self, value: &impl Serialize) -> Result<()> {
        let value = serde_json::to_value(value).map_err(|error| unprinted(&error))?;
        self.output.send(value).await.map_err(|_| unprinted(&"nobody reads it"))
    }
}

fn unprinted(reason: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorCode::Interrupted, format!("The result could not be printed: {reason}."), "")
}

/// Carries out a request. Gives the exit code.
///
/// # Errors
/// Those of the command.
pub(crate) async fn perform(folder: &OpenFolder, request: Request, caller: &Caller) -> Result<u8> {
    match request {
        Request::Run(request) => run::run(folder, request, caller).await,
        Request::List => list::list(folder, caller).await,
        Request::Runs(request) => runs::list(folder, request, caller).await,
        Request::Show(request) => runs::show(folder, request, caller).await,
        Request::Decide(request) => decide::decide(folder, request, caller).await,
        Request::Cancel { run } => runs::cancel(folder, &run, caller).await,
        Request::Grants(request) => grants::grants(folder, request, caller).await,
        Request::Credentials(request) => credentials::credentials(folder, request, caller).await,
        Request::Keys(request) => keys::keys(folder, request, caller).await,
        Request::Tables(request) => tables::tables(folder, request, caller).await,
        Request::Import { workflows } => exchange::import(folder, workflows, caller).await,
        Request::Export { workflow, pins } => exchange::export(folder, &workflow, pins, caller).await,
        Request::SetActive { workflow, active } => list::set_active(folder, &workflow, active, caller).await,
    }
}

impl OpenFolder {
    /// The workflow with this identifier or name.
    ///
    /// # Errors
    /// `not_found`; `conflict` when several have that name.
    pub(crate) async fn workflow(&self, name_or_id: &str) -> Result<WorkflowSummary> {
        let all = self.store.list_workflows().await?;
        let mut found =
            all.into_iter().filter(|one| one.workflow.id.to_string() == name_or_id || one.workflow.name == name_or_id);
        let first = found.next().ok_or_else(|| Error {
            hint: "`bridge list` shows all workflows.".to_owned(),
            ..Error::not_found(format!("The workflow “{name_or_id}”"))
        })?;
        if found.next().is_some() {
            return Err(Error::new(
                ErrorCode::Conflict,
                format!("Several workflows are called “{name_or_id}”."),
                "Use the identifier instead; `bridge list` shows it.",
            ));
        }
        Ok(first)
    }
}
