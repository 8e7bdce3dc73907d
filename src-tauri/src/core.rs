//! The parts of the application, put together once. Commands reach everything through [`Core`].

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bridge_assistant::Assistant;
use bridge_domain::{Catalog, Entity, Error, ErrorCode, Notice, NoticeKind, Result, Status};
use bridge_keychain::Keys;
use bridge_providers::Gate;
use bridge_store::{Opened, Store};
use tauri::{AppHandle, Manager};
use tokio::sync::{Mutex, OnceCell};

use crate::events::changed;
use crate::settings::SettingsFile;
use crate::start::StartCounter;

/// The application's parts.
///
/// The database is opened in the background, so that the window paints at once; a command that needs it waits. When it
/// cannot be opened, every such command says why, the window still works, and a later command tries again.
pub struct Core {
    app: AppHandle,
    folder: PathBuf,
    catalog: Arc<Catalog>,
    keys: Keys,
    gate: Gate,
    settings: SettingsFile,
    starts: StartCounter,
    start_notices: Vec<Notice>,
    stored: OnceCell<Stored>,
    last_failure: Mutex<Option<(Instant, Error)>>,
}

/// How long a failure to open the database counts for every command, before one of them tries again.
const FAILURE_COUNTS: Duration = Duration::from_secs(1);

struct Stored {
    store: Store,
    assistant: Assistant,
    notices: Vec<Notice>,
}

impl Core {
    /// Prepares everything but the database.
    ///
    /// # Errors
    /// When there is no place for the application's data, or no HTTP client can be made.
    pub fn new(app: &AppHandle) -> Result<Self> {
        let folder = data_folder(app)?;
        let (settings, settings_notice) = SettingsFile::open(app, &folder)?;
        let (starts, safe) = StartCounter::begin(&folder);
        let safe_notice = safe.then(|| Notice {
            kind: NoticeKind::SafeStart,
            message: "The window did not come up the last two times, so no workflow was opened.".to_owned(),
            hint: "Your work is safe. Open a workflow from the list when you are ready.".to_owned(),
        });
        Ok(Self {
            app: app.clone(),
            folder,
            catalog: bridge_connectors::catalog(),
            keys: Keys::new(),
            gate: Gate::new()?,
            settings,
            starts,
            start_notices: safe_notice.into_iter().chain(settings_notice).collect(),
            stored: OnceCell::new(),
            last_failure: Mutex::new(None),
        })
    }

    /// The database, once it is open.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub async fn store(&self) -> Result<&Store> {
        Ok(&self.stored().await?.store)
    }

    /// The assistant, once the database is open.
    ///
    /// # Errors
    /// Why the database could not be opened.
    pub async fn assistant(&self) -> Result<&Assistant> {
        Ok(&self.stored().await?.assistant)
    }

    async fn stored(&self) -> Result<&Stored> {
        self.stored.get_or_try_init(|| self.open()).await
    }

    /// Opens the database. One caller at a time gets here; those that waited for a failure get the same one, so that ten
    /// commands do not wait for a lock ten times.
    async fn open(&self) -> Result<Stored> {
        let mut last_failure = self.last_failure.lock().await;
        if let Some((at, error)) = &*last_failure
            && at.elapsed() < FAILURE_COUNTS
        {
            return Err(error.clone());
        }
        let failed_before = last_failure.take().is_some();
        match Store::open(&self.folder).await {
            Ok(Opened { store, notices }) => {
                let assistant = Assistant::new(store.clone(), Arc::clone(&self.catalog));
                if failed_before {
                    changed(&self.app, Entity::Status, "");
                }
                Ok(Stored { store, assistant, notices })
            }
            Err(error) => {
                *last_failure = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// The state of the application as a whole. Waits for the database.
    pub async fn status(&self) -> Status {
        let mut notices = match self.stored().await {
            Ok(stored) => stored.notices.clone(),
            Err(Error { message, hint, .. }) => vec![Notice { kind: NoticeKind::StoreClosed, message, hint }],
        };
        notices.extend(self.start_notices.iter().cloned());
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data_folder: self.folder.display().to_string(),
            read_only: notices
                .iter()
                .any(|notice| matches!(notice.kind, NoticeKind::ReadOnly | NoticeKind::StoreClosed)),
            notices,
        }
    }

    /// The connectors.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// API keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The one way out to the network.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Settings.
    pub fn settings(&self) -> &SettingsFile {
        &self.settings
    }

    /// Whether the last starts went wrong, so that this one should open no workflow by itself.
    pub fn is_safe_start(&self) -> bool {
        self.start_notices.iter().any(|notice| notice.kind == NoticeKind::SafeStart)
    }

    /// Unfinished starts in a row.
    pub fn starts(&self) -> &StartCounter {
        &self.starts
    }
}

fn data_folder(app: &AppHandle) -> Result<PathBuf> {
    let folder = app.path().app_data_dir().map_err(|error| no_folder(Path::new("the user's data folder"), &error))?;
    // A folder that cannot be made is reported by the store, in the window, where the user can read it.
    if let Err(error) = std::fs::create_dir_all(&folder) {
        tracing::error!(%error, folder = %folder.display(), "the data folder could not be made");
    }
    Ok(folder)
}

fn no_folder(folder: &Path, error: &dyn std::error::Error) -> Error {
    Error::new(
        ErrorCode::StoreUnavailable,
        format!("There is no place for Bridge's data: {}: {error}.", folder.display()),
        "Make sure that your home folder exists and can be written.",
    )
}

/// Opens the database while the window paints.
pub fn open_in_background(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        app.state::<Core>().status().await;
        changed(&app, Entity::Status, "");
    });
}

/// Ends what is open before the program ends.
pub fn close(app: &AppHandle) {
    let core = app.state::<Core>();
    if let Some(stored) = core.stored.get() {
        tauri::async_runtime::block_on(stored.store.close());
    }
}
