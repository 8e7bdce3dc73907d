//! The application's parts without its window: the same folder, the same database, the same settings and keys.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bridge_credentials::Credentials;
use bridge_domain::{Error, ErrorCode, Result, Settings};
use bridge_expression::{Expressions, WORKER_ARGUMENT, WorkerCommand};
use bridge_gate::Gate;
use bridge_keychain::Keys;
use bridge_models::Models;
use bridge_runner::{Parts, Runner};
use bridge_store::{Opened, Store};

use crate::output;
use crate::perform::OpenFolder;

/// The application's identifier, which its folder is named after.
const IDENTIFIER: &str = "dev.bridge.desktop";
/// Processes that run expressions and code, at most.
const WORKERS: usize = 4;

/// The parts.
pub(crate) struct Host {
    pub(crate) open: OpenFolder,
    pub(crate) settings: Settings,
}

/// Where the database is.
///
/// # Errors
/// When the user has no folder for data.
pub(crate) fn data_folder(given: Option<PathBuf>) -> Result<PathBuf> {
    given.or_else(|| dirs::data_dir().map(|folder| folder.join(IDENTIFIER))).ok_or_else(|| {
        Error::new(
            ErrorCode::StoreUnavailable,
            "There is no place for Bridge's data.",
            "Name a folder with --data-folder.",
        )
    })
}

impl Host {
    /// Opens the folder, which is made if it is not there.
    ///
    /// # Errors
    /// Those of the store; `store_in_use` while the application has it open.
    pub(crate) async fn open(folder: &Path) -> Result<Self> {
        bridge_store::private::make_folder(folder).map_err(|error| {
            Error::new(
                ErrorCode::StoreUnavailable,
                format!("{} cannot be used: {error}.", folder.display()),
                "Choose another folder with --data-folder.",
            )
        })?;
        let Opened { store, notices } = Store::open(folder).await?;
        notices.iter().for_each(output::notice);
        let settings = settings(folder);
        let (keys, gate) = (Keys::new(), Gate::new()?);
        let read = settings.clone();
        let models = Models::new(keys.clone(), gate.clone(), Arc::new(move || read.clone()));
        let worker = WorkerCommand {
            program: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("bridge")),
            arguments: vec![WORKER_ARGUMENT.into()],
            size: WORKERS,
        };
        let testers = bridge_runner::credential_testers(&gate);
        let credentials = Credentials::new(store.clone(), keys, gate.clone()).with_testers(testers);
        let runner = Runner::new(Parts {
            store: store.clone(),
            catalog: bridge_connectors::catalog(),
            gate,
            credentials: Arc::new(credentials.clone()),
            models: Arc::new(models.clone()),
            expressions: Arc::new(Expressions::new(worker)),
            changed: Arc::new(|_| {}),
        });
        Ok(Self { open: OpenFolder { store, runner, credentials, models }, settings })
    }

    /// Ends everything that is open.
    pub(crate) async fn close(&self) {
        self.open.runner.end().await;
        self.open.store.close().await;
    }
}

/// The settings the application keeps; defaults for what cannot be read.
fn settings(folder: &Path) -> Settings {
    let text = std::fs::read_to_string(folder.join("settings.json")).unwrap_or_default();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    serde_json::from_value(value["settings"].take()).unwrap_or_default()
}
