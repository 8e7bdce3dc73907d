//! What is done once after a folder was opened, beside everything else: the check of a large database, and the backup of
//! the day. It has a connection of its own and ends when the store is closed. It never runs beside a migration: that is
//! over when the store is open.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bridge_domain::{Notice, NoticeKind};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::watch;

use crate::{Store, backup, connection, connection::Database, error::Attempt, folder::Folder, health};

/// How long closing waits for work that is nearly done: shorter than the next opener waits for the folder.
const CLOSE_PATIENCE: Duration = Duration::from_millis(1_000);

impl Store {
    /// Waits until what is done after opening has ended. Gives what the user should know about it; empty when all is well.
    pub async fn upkeep(&self) -> Vec<Notice> {
        self.upkeep.wait().await
    }
}

/// What is to be done.
pub(crate) struct Due {
    /// The check of a database that was too large to be checked before it was opened.
    pub(crate) check: bool,
    /// The backup of the day.
    pub(crate) backup: bool,
}

/// The work, under way or done.
#[derive(Clone, Debug)]
pub(crate) struct Upkeep {
    stop: Arc<Stop>,
    done: watch::Receiver<Option<Vec<Notice>>>,
}

/// Stops the work with the last handle of the store.
#[derive(Debug)]
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl Upkeep {
    /// Nothing is to be done.
    pub(crate) fn none() -> Self {
        Self { stop: Arc::new(Stop(Arc::default())), done: watch::channel(Some(Vec::new())).1 }
    }

    /// Starts the work.
    pub(crate) fn start(folder: Folder, database: Arc<Database>, due: Due) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let (sender, done) = watch::channel(None);
        let stop = Arc::new(Stop(Arc::clone(&stopped)));
        tokio::spawn(async move {
            let notices = match work(&folder, &due, &stopped).await {
                Ok(notices) => notices,
                // Without room for a backup there is still work to be seen and saved.
                Err(failure) => {
                    if !stopped.load(Ordering::Acquire) {
                        tracing::warn!(%failure, "the database could not be checked, or the backup of the day failed");
                    }
                    Vec::new()
                }
            };
            // Nobody else may open the folder before this.
            drop(database);
            sender.send_replace(Some(notices));
        });
        Self { stop, done }
    }

    async fn wait(&self) -> Vec<Notice> {
        let mut done = self.done.clone();
        // It fails when the task panicked: then there is nothing to wait for.
        done.wait_for(Option::is_some).await.map(|notices| notices.clone().unwrap_or_default()).unwrap_or_default()
    }

    /// Ends the work: what is not done soon is given up.
    pub(crate) async fn stop(&self) {
        if tokio::time::timeout(CLOSE_PATIENCE, self.wait()).await.is_err() {
            self.stop.0.store(true, Ordering::Release);
            self.wait().await;
        }
    }
}

async fn work(folder: &Folder, due: &Due, stopped: &Arc<AtomicBool>) -> Attempt<Vec<Notice>> {
    let tightened = folder.clone();
    // It fails only when the runtime ends.
    let _ = tokio::task::spawn_blocking(move || tightened.tighten_blobs()).await;
    let mut connection = connection::reading(&folder.database()).connect().await?;
    connection::stop_when(&mut connection, stopped).await?;
    let notices = check_and_back_up(folder, due, &mut connection, stopped).await;
    connection.close().await?;
    notices
}

async fn check_and_back_up(
    folder: &Folder,
    due: &Due,
    connection: &mut SqliteConnection,
    stopped: &Arc<AtomicBool>,
) -> Attempt<Vec<Notice>> {
    if due.check {
        let complaint = match health::integrity_check(connection).await {
            Err(failure) if failure.is_damage() => Some("parts of it cannot be read".to_owned()),
            checked => checked?,
        };
        if let Some(complaint) = complaint {
            tracing::error!(%complaint, "the database is damaged");
            folder.suspect()?;
            // A backup of a damaged database would push out the last good one.
            return Ok(vec![damaged()]);
        }
    }
    if due.backup {
        backup::of_the_day(folder, connection, stopped).await?;
    }
    Ok(Vec::new())
}

fn damaged() -> Notice {
    Notice {
        kind: NoticeKind::StoreDamaged,
        message: "The database is damaged.".to_owned(),
        hint: "Close the application and start it again: it then repairs the database, or restores the newest good \
               backup and keeps what is there now beside it."
            .to_owned(),
    }
}
