//! From SQLite's result codes and the operating system's errors to domain errors: what happened and what to do next.
//! Nothing else in this crate maps codes.

use std::{io, path::Path};

use bridge_domain::{Error, ErrorCode};

/// Any failure inside the store, on its way to a domain error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Domain(#[from] Error),
}

/// Inside the crate, everything fails with a [`Failure`].
pub(crate) type Attempt<T> = Result<T, Failure>;

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Domain(error) => error,
            Failure::Sql(error) => from_sql(&error),
            Failure::Migrate(error) => from_migration(&error),
            Failure::Io(error) => from_io(&error),
            Failure::Json(error) => internal(&error),
        }
    }
}

impl Failure {
    /// Whether SQLite says that the file is not a sound database, or does not know a table or column that must be there:
    /// a flipped bit in the text of the structure.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::Sql(error) => code_of(error) == Some(ERROR) || from_sql(error).code == ErrorCode::StoreDamaged,
            Self::Domain(error) => error.code == ErrorCode::StoreDamaged,
            Self::Migrate(_) | Self::Json(_) | Self::Io(_) => false,
        }
    }
}

// https://www.sqlite.org/rescode.html: the low byte is the primary code, the rest says where it came from.
const ERROR: i32 = 1;
const PERM: i32 = 3;
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const CONSTRAINT: i32 = 19;
const AUTH: i32 = 23;
const NOTADB: i32 = 26;
const READONLY_DBMOVED: i32 = 8 | (4 << 8);
/// The shared memory file could not be made larger: there is no room for it.
const IOERR_SHMSIZE: i32 = 10 | (19 << 8);

fn code_of(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

fn from_sql(error: &sqlx::Error) -> Error {
    match error {
        sqlx::Error::Database(_) => code_of(error).and_then(from_code).unwrap_or_else(|| internal(error)),
        sqlx::Error::Io(error) => from_io(error),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => damaged("A record cannot be read."),
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => unavailable(),
        other => internal(other),
    }
}

fn from_code(extended: i32) -> Option<Error> {
    match extended {
        READONLY_DBMOVED => return Some(unavailable()),
        IOERR_SHMSIZE => return Some(disk_full()),
        _ => {}
    }
    match extended & 0xff {
        FULL => Some(disk_full()),
        READONLY | PERM | AUTH => Some(read_only()),
        BUSY | LOCKED => Some(in_use()),
        CORRUPT | NOTADB => Some(damaged("The database is damaged.")),
        IOERR | CANTOPEN => Some(unavailable()),
        CONSTRAINT => Some(conflict()),
        _ => None,
    }
}

fn from_migration(error: &sqlx::migrate::MigrateError) -> Error {
    use sqlx::migrate::MigrateError;
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => from_sql(error),
        other => Error::new(
            ErrorCode::StoreNewer,
            format!("The database does not have the structure this version knows: {other}."),
            "Update the application, or open the data folder with the version that wrote it.",
        ),
    }
}

/// From an error of the operating system.
pub(crate) fn from_io(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => disk_full(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => read_only(),
        _ => Error::new(
            ErrorCode::StoreUnavailable,
            format!("The data folder cannot be used: {error}."),
            "Check that its drive is connected, then try again.",
        ),
    }
}

/// A rule of the database refuses a row: it is there already, or what it belongs to is gone.
fn conflict() -> Error {
    Error::new(
        ErrorCode::Conflict,
        "This does not go together with what is stored: it is there already, or what it belongs to is gone.",
        "Look at it as it is now and try again.",
    )
}

fn disk_full() -> Error {
    Error::new(
        ErrorCode::DiskFull,
        "The disk is full: this could not be saved.",
        "Make room and try again. What you entered is still here.",
    )
}

/// A write to a folder or file that cannot be written.
pub(crate) fn read_only() -> Error {
    Error::new(
        ErrorCode::ReadOnly,
        "The data folder cannot be written.",
        "Make the folder and the files in it writable for you, then start again.",
    )
}

/// The folder or the database file is gone, or the drive does not answer.
pub(crate) fn unavailable() -> Error {
    Error::new(
        ErrorCode::StoreUnavailable,
        "The data folder or the database in it cannot be reached.",
        "Check that its drive is connected and that nothing moved the folder, then start again.",
    )
}

/// Another instance, or another program, has the database.
pub(crate) fn in_use() -> Error {
    Error::new(
        ErrorCode::StoreInUse,
        "Another instance has this data folder open.",
        "Use that one, or close it and try again.",
    )
}

/// Something in the database is not what was written there.
pub(crate) fn damaged(what: impl Into<String>) -> Error {
    Error::new(ErrorCode::StoreDamaged, what, "Start the application again: it looks for a backup that still has it.")
}

/// The database was written by a newer version.
pub(crate) fn newer(path: &Path, found: i64, known: i64) -> Error {
    Error::new(
        ErrorCode::StoreNewer,
        format!(
            "The database {} has structure version {found}; this version of the application knows {known}.",
            path.display()
        ),
        "Update the application. Nothing in the file was changed.",
    )
}

fn internal(error: &dyn std::fmt::Display) -> Error {
    tracing::error!(%error, "the store failed");
    Error::new(ErrorCode::Internal, format!("The store failed: {error}."), "Nothing was saved. Please report this.")
}
