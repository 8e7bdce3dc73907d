//! Connections: one for writing, a few for reading, and the guard against writing into a file that is not there.
//!
//! WAL with `synchronous = FULL` (a rollback journal on network and synced drives, see `drive`): NORMAL would not sync at a commit, and a power loss would take back what was called
//! saved. Every write is BEGIN IMMEDIATE on the one write connection: with deferred transactions, two that read before
//! they write fail with BUSY, however long they wait.
//!
//! Transactions are begun and ended by plain statements. SQLite ends one by itself when the disk is full or fails, and
//! sqlx, which counts them, would refuse the connection from then on. What is not committed is rolled back when its
//! connection returns to the pool, whatever ended it: an error, a cancelled call, or SQLite.

use std::{
    fs::File,
    future::ready,
    ops::{Deref, DerefMut},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use sqlx::{
    Sqlite, SqliteConnection, SqlitePool,
    pool::PoolConnection,
    sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::{OnceCell, watch};

use crate::{
    drive::Foreign,
    error::{self, Attempt},
    rows::Bound,
};

/// Readers at the same time.
const READERS: u32 = 4;
/// Longer than any queue of writers should take; beyond it something is wrong with the drive.
const PATIENCE: Duration = Duration::from_secs(60);
/// For other programs that look into the file, and for our own readers where there is no log; our own writers queue in
/// front of the one connection.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

/// Pages the write connection keeps in memory, in KiB below zero: the indexes that every run touches.
const CACHE: &str = "-8000";
/// Pages in the write-ahead log before it is written back into the file: the more, the fewer of them are written twice.
const CHECKPOINT: &str = "8000";
/// Bytes to which the log is cut when it begins anew.
const LOG_SIZE: &str = "33554432";
/// Statements that are kept prepared for writing: those of the journal in several sizes, and all others.
const STATEMENTS: usize = 200;

/// The connections of an open store.
#[derive(Debug)]
pub(crate) struct Database {
    file: DatabaseFile,
    /// Absent when the folder is read only.
    writer: Option<SqlitePool>,
    readers: SqlitePool,
    /// Whether the write connection has a transaction that was not committed.
    is_open: Arc<AtomicBool>,
    /// Grows with every change of what programs and triggers consist of.
    generation: watch::Sender<u64>,
    /// The highest number a run ever had, once it was read.
    newest_run: OnceCell<AtomicI64>,
    /// Held until everything above is gone.
    lock: Option<Arc<File>>,
}

impl Database {
    /// For reading and writing. Never creates the file after this.
    pub(crate) async fn open(path: &Path, drive: Option<Foreign>, lock: Arc<File>) -> Attempt<Self> {
        let is_open = Arc::new(AtomicBool::new(false));
        let writer = writing_pool(Arc::clone(&is_open)).connect_with(writing(path, drive, false)).await?;
        let readers = pool(READERS).connect_with(reading(path)).await?;
        Ok(Self {
            file: DatabaseFile::at(path)?,
            writer: Some(writer),
            readers,
            is_open,
            generation: watch::Sender::new(0),
            newest_run: OnceCell::new(),
            lock: Some(lock),
        })
    }

    /// For reading only.
    pub(crate) async fn open_read_only(path: &Path, lock: Option<File>) -> Attempt<Self> {
        let readers = pool(READERS).connect_with(inspecting(path)).await?;
        Ok(Self {
            file: DatabaseFile::at(path)?,
            writer: None,
            readers,
            is_open: Arc::default(),
            generation: watch::Sender::new(0),
            newest_run: OnceCell::new(),
            lock: lock.map(Arc::new),
        })
    }

    pub(crate) fn generation(&self) -> u64 {
        *self.generation.borrow()
    }

    pub(crate) fn generations(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.writer.is_none()
    }

    pub(crate) async fn close_connections(&self) {
        self.readers.close().await;
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }

    /// Gives up the folder, too.
    pub(crate) async fn close(&self) {
        self.close_connections().await;
        if let Some(lock) = &self.lock {
            // The lock goes with the file at the latest.
            let _ = lock.unlock();
        }
    }

    /// A consistent view of the database, for as long as it is held.
    pub(crate) async fn read(&self) -> Attempt<PoolConnection<Sqlite>> {
        let mut view = self.reader().await?;
        sqlx::query("BEGIN").execute(&mut *view).await?;
        Ok(view)
    }

    /// The only way to write. Dropped without a commit, it leaves no trace.
    pub(crate) async fn write(&self) -> Attempt<Write<'_>> {
        let writer = self.writer.as_ref().ok_or_else(error::read_only)?;
        self.file.check()?;
        let mut connection = writer.acquire().await?;
        self.is_open.store(true, Ordering::Release);
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
        Ok(Write { connection, database: self })
    }

    /// Runs a text of statements as one transaction in one round trip: `BEGIN IMMEDIATE` and `COMMIT` are part of it. For
    /// what no program and no trigger consists of, and what needs no look at how many rows were changed.
    pub(crate) async fn write_at_once(&self, query: Bound) -> Attempt<()> {
        let writer = self.writer.as_ref().ok_or_else(error::read_only)?;
        self.file.check()?;
        let mut connection = writer.acquire().await?;
        self.is_open.store(true, Ordering::Release);
        query.execute(&mut *connection).await?;
        self.is_open.store(false, Ordering::Release);
        self.file.check()
    }

    /// A number for each of so many new runs: the first of them. What is not committed leaves a gap, which does no harm.
    pub(crate) async fn run_numbers(&self, count: i64) -> Attempt<i64> {
        let newest = self.newest_run.get_or_try_init(|| self.read_newest_run()).await?;
        Ok(newest.fetch_add(count, Ordering::Relaxed) + 1)
    }

    async fn read_newest_run(&self) -> Attempt<AtomicI64> {
        let newest: Option<i64> = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'runs'")
            .fetch_optional(&mut *self.reader().await?)
            .await?;
        Ok(AtomicI64::new(newest.unwrap_or_default()))
    }

    /// A connection outside any transaction, for VACUUM INTO.
    pub(crate) async fn reader(&self) -> Attempt<PoolConnection<Sqlite>> {
        self.file.check()?;
        Ok(self.readers.acquire().await?)
    }

    #[cfg(test)]
    pub(crate) async fn writer(&self) -> Attempt<PoolConnection<Sqlite>> {
        Ok(self.writer.as_ref().ok_or_else(error::read_only)?.acquire().await?)
    }
}

/// A write transaction.
pub(crate) struct Write<'a> {
    connection: PoolConnection<Sqlite>,
    database: &'a Database,
}

impl Write<'_> {
    pub(crate) fn database(&self) -> &Database {
        self.database
    }

    /// Makes it durable: synced to the disk, in the folder where it belongs.
    pub(crate) async fn commit(self) -> Attempt<()> {
        let generation = &self.database.generation;
        self.commit_aside().await?;
        generation.send_modify(|generation| *generation += 1);
        Ok(())
    }

    /// [`Self::commit`] of what no program and no trigger consists of, such as the records of runs.
    pub(crate) async fn commit_aside(mut self) -> Attempt<()> {
        self.database.file.check()?;
        sqlx::query("COMMIT").execute(&mut *self.connection).await?;
        self.database.is_open.store(false, Ordering::Release);
        Ok(())
    }
}

impl Deref for Write<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &Self::Target {
        &self.connection
    }
}

impl DerefMut for Write<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.connection
    }
}

/// The file the connections have open. A removed or replaced file would still take writes, and lose them.
#[derive(Debug)]
struct DatabaseFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl DatabaseFile {
    fn at(path: &Path) -> Attempt<Self> {
        Ok(Self { path: path.to_owned(), identity: identity(path)? })
    }

    fn check(&self) -> Attempt<()> {
        match identity(&self.path) {
            Ok(identity) if identity == self.identity => Ok(()),
            _ => Err(error::unavailable().into()),
        }
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> std::io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let metadata = path.metadata()?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Elsewhere an open file cannot be removed or replaced; that it is reachable is enough.
#[cfg(not(unix))]
fn identity(path: &Path) -> std::io::Result<(u64, u64)> {
    path.metadata().map(|_| (0, 0))
}

/// Connections that stay: none is closed for being idle or old.
pub(crate) fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_release(|connection, _| Box::pin(roll_back(connection)))
}

/// As [`pool`], for the one connection that writes: after a commit there is nothing to be rolled back.
fn writing_pool(is_open: Arc<AtomicBool>) -> SqlitePoolOptions {
    pool(1).after_release(move |connection, _| {
        if is_open.swap(false, Ordering::AcqRel) { Box::pin(roll_back(connection)) } else { Box::pin(ready(Ok(true))) }
    })
}

/// Ends a transaction that was left open. That there is none, as after SQLite has ended it, is no failure.
async fn roll_back(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    let _ = sqlx::query("ROLLBACK").execute(connection).await;
    Ok(true)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).foreign_keys(true).busy_timeout(BUSY_TIMEOUT)
}

/// Options of the write connection. No write-ahead log on a drive that is not this machine's own.
pub(crate) fn writing(path: &Path, drive: Option<Foreign>, create: bool) -> SqliteConnectOptions {
    options(path)
        .create_if_missing(create)
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .journal_mode(if drive.is_none() { SqliteJournalMode::Wal } else { SqliteJournalMode::Truncate })
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", CACHE)
        .pragma("wal_autocheckpoint", CHECKPOINT)
        .pragma("journal_size_limit", LOG_SIZE)
        .statement_cache_capacity(STATEMENTS)
}

/// Options of a connection that reads while others write.
pub(crate) fn reading(path: &Path) -> SqliteConnectOptions {
    options(path).read_only(true)
}

/// Instructions of SQLite after which a connection looks whether to stop. One can take as long as copying a row.
const LOOK_EVERY: i32 = 100;

/// Lets everything that this connection does fail as soon as this is set.
pub(crate) async fn stop_when(connection: &mut SqliteConnection, stopped: &Arc<AtomicBool>) -> Attempt<()> {
    let stopped = Arc::clone(stopped);
    connection.lock_handle().await?.set_progress_handler(LOOK_EVERY, move || !stopped.load(Ordering::Acquire));
    Ok(())
}

/// Options that leave every byte of the database as it is. Without a write-ahead log, SQLite is told that nothing
/// changes the file, so that it makes no file beside it either. The exception is a rollback journal, which is there when
/// the application was killed while it turned a restored backup into a database with a log: it has to be rolled back
/// before anything can be read.
pub(crate) fn inspecting(path: &Path) -> SqliteConnectOptions {
    let has_beside = |suffix: &str| {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        Path::new(&beside).metadata().is_ok_and(|metadata| metadata.len() > 0)
    };
    let has_journal = has_beside("-journal");
    options(path).read_only(!has_journal).immutable(!has_journal && !has_beside("-wal"))
}
