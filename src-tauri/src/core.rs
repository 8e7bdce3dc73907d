//! The parts of the application, put together once. Commands reach everything through [`Core`].

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bridge_assistant::Assistant;
use bridge_cli::OpenFolder;
use bridge_cli::control::Control;
use bridge_credentials::Credentials;
use bridge_domain::{Catalog, Entity, Error, ErrorCode, Notice, NoticeKind, Result, Status};
use bridge_expression::{Expressions, WORKER_ARGUMENT, WorkerCommand};
use bridge_gate::Gate;
use bridge_keychain::Keys;
use bridge_models::Models;
use bridge_runner::{Parts, Runner};
use bridge_store::{Opened, Store};
use tauri::{AppHandle, Manager};
use tokio::sync::{Mutex, OnceCell};

use crate::events::{changed, tell};
use crate::place::LastPlace;
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
    models: Models,
    settings: SettingsFile,
    starts: StartCounter,
    last_place: LastPlace,
    start_notices: Vec<Notice>,
    /// What was found after the start.
    late_notices: std::sync::Mutex<Vec<Notice>>,
    stored: OnceCell<Stored>,
    last_failure: Mutex<Option<(Instant, Error)>>,
}

/// How long a failure to open the database counts for every command, before one of them tries again.
const FAILURE_COUNTS: Duration = Duration::from_secs(1);

/// Processes that run expressions and code, at most.
const WORKERS: usize = 4;

struct Stored {
    store: Store,
    assistant: Assistant,
    credentials: Credentials,
    runner: Runner,
    /// Carries out commands of the command line while this process has the folder open; none where that cannot be, and
    /// when the end has begun.
    control: Mutex<Option<Control>>,
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
        let last_place = LastPlace::in_folder(&folder);
        let safe_notice = safe.then(|| Notice {
            kind: NoticeKind::SafeStart,
            message: "The window did not come up the last two times, so no workflow was opened.".to_owned(),
            hint: "Your work is safe. Open a workflow from the list when you are ready.".to_owned(),
        });
        let (keys, gate) = (Keys::new(), Gate::new()?);
        Ok(Self {
            app: app.clone(),
            folder,
            catalog: bridge_connectors::catalog(),
            models: Models::new(keys.clone(), gate.clone(), settings.reader()),
            keys,
            gate,
            settings,
            starts,
            last_place,
            start_notices: safe_notice.into_iter().chain(settings_notice).collect(),
            late_notices: std::sync::Mutex::default(),
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

    /// Credentials, once the database is open.
    ///
    /// # Errors
    /// Why the database could not be opened.
    pub async fn credentials(&self) -> Result<&Credentials> {
        Ok(&self.stored().await?.credentials)
    }

    /// The runner, once the database is open.
    ///
    /// # Errors
    /// Why the database could not be opened.
    pub async fn runner(&self) -> Result<&Runner> {
        Ok(&self.stored().await?.runner)
    }

    fn runner_on(&self, store: &Store, credentials: &Credentials) -> Runner {
        let app = self.app.clone();
        Runner::new(Parts {
            store: store.clone(),
            catalog: Arc::clone(&self.catalog),
            gate: self.gate.clone(),
            credentials: Arc::new(credentials.clone()),
            models: Arc::new(self.models.clone()),
            expressions: Arc::new(Expressions::new(javascript_worker())),
            changed: Arc::new(move |change| {
                let is_trigger = change.entity == Entity::Trigger;
                tell(&app, change);
                if is_trigger {
                    crate::tray::follow(&app);
                }
            }),
        })
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
                let credentials = Credentials::new(store.clone(), self.keys.clone(), self.gate.clone())
                    .with_testers(bridge_runner::credential_testers(&self.gate));
                let runner = self.runner_on(&store, &credentials);
                if failed_before {
                    changed(&self.app, Entity::Status, "");
                }
                let open = OpenFolder {
                    store: store.clone(),
                    runner: runner.clone(),
                    credentials: credentials.clone(),
                    models: self.models.clone(),
                };
                let control = bridge_cli::control::listen(&open, &self.folder)
                    .inspect_err(|error| tracing::warn!(%error, "the command line cannot reach this process"))
                    .ok();
                Ok(Stored { store, assistant, credentials, runner, control: Mutex::new(control), notices })
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
        notices.extend(self.late_notices.lock().map(|late| late.clone()).unwrap_or_default());
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data_folder: self.folder.display().to_string(),
            read_only: notices
                .iter()
                .any(|notice| matches!(notice.kind, NoticeKind::ReadOnly | NoticeKind::StoreClosed)),
            notices,
        }
    }

    /// Waits for the backup of the day and the checks that go on after the database was opened, and tells what they found.
    async fn look_after_the_store(&self) {
        let Ok(store) = self.store().await else { return };
        let found = store.upkeep().await;
        if let (false, Ok(mut late)) = (found.is_empty(), self.late_notices.lock()) {
            late.extend(found);
        }
        changed(&self.app, Entity::Status, "");
    }

    /// The connectors.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// API keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Language models.
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// How many workflows are switched on: while there are any, closing the window leaves the application running.
    pub fn active_workflows(&self) -> usize {
        self.stored.get().map_or(0, |stored| stored.runner.active_workflows())
    }

    /// Settings.
    pub fn settings(&self) -> &SettingsFile {
        &self.settings
    }

    /// Where the window opens: where the user was; at the list when the last starts went wrong, as what is there may be
    /// the reason.
    pub fn first_place(&self) -> String {
        let safe = self.start_notices.iter().any(|notice| notice.kind == NoticeKind::SafeStart);
        if safe { String::new() } else { self.last_place.get() }
    }

    /// Where the user is.
    pub fn last_place(&self) -> &LastPlace {
        &self.last_place
    }

    /// Unfinished starts in a row.
    pub fn starts(&self) -> &StartCounter {
        &self.starts
    }
}

fn data_folder(app: &AppHandle) -> Result<PathBuf> {
    let folder = app.path().app_data_dir().map_err(|error| no_folder(Path::new("the user's data folder"), &error))?;
    // A folder that cannot be made is reported by the store, in the window, where the user can read it.
    if let Err(error) = bridge_store::private::make_folder(&folder) {
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

/// The program itself, as the process that code runs in.
fn javascript_worker() -> WorkerCommand {
    WorkerCommand {
        program: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("bridge")),
        arguments: vec![WORKER_ARGUMENT.into()],
        size: WORKERS,
    }
}

/// Opens the database while the window paints; then goes on with runs that were cut off, and starts the triggers.
pub fn open_in_background(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let core = app.state::<Core>();
        core.status().await;
        changed(&app, Entity::Status, "");
        if let Ok(runner) = core.runner().await {
            runner.begin(&core.settings().get().webhooks).await;
        }
        core.look_after_the_store().await;
    });
}

/// Ends what is open before the program ends.
pub fn close(app: &AppHandle) {
    let core = app.state::<Core>();
    if let Some(stored) = core.stored.get() {
        tauri::async_runtime::block_on(async {
            // First, so that no command comes to a store that is being closed.
            let control = stored.control.lock().await.take();
            if let Some(control) = control {
                control.end().await;
            }
            stored.runner.end().await;
            stored.store.close().await;
        });
    }
}
