//! Finding damage: of the file's structure by SQLite's checks, of content by the hashes, which see what those do not.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    time::{Duration, Instant},
};

use futures_util::TryStreamExt;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::{
    connection, error,
    error::Attempt,
    folder::Folder,
    messages::{self, MessageRow},
    schema,
    versions::{self, VersionRow},
};

/// How long opening may look for damaged content. What does not fit is checked when it is read.
const PATIENCE: Duration = Duration::from_millis(1500);

const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What is where the database should be.
#[derive(Debug)]
pub(crate) enum Condition {
    /// Nothing yet: this is the first start.
    Fresh,
    /// A sound database with this structure version.
    Sound(i64),
    /// Something else, and why.
    Damaged(String),
}

/// Looks without changing a byte of the database.
///
/// # Errors
/// `StoreNewer`, before anything else is tried with it.
pub(crate) async fn inspect(folder: &Folder) -> Attempt<Condition> {
    let path = folder.database();
    let lost = |what: &str| if folder.had_database() { Condition::Damaged(what.to_owned()) } else { Condition::Fresh };
    match path.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(lost("it is gone")),
        Err(error) => return Err(error.into()),
        Ok(metadata) if metadata.len() == 0 => return Ok(lost("it is empty")),
        Ok(_) => {}
    }
    if !has_magic(&path)? {
        return Ok(Condition::Damaged("it is not a database".to_owned()));
    }
    match inspect_database(&path).await {
        Ok(Condition::Sound(0)) => Ok(lost("all its tables are gone")),
        Err(failure) if failure.is_damage() => Ok(Condition::Damaged("its structure is broken".to_owned())),
        other => other,
    }
}

/// A database file that may or may not be the one of the folder: a backup, for example.
pub(crate) async fn inspect_database(path: &Path) -> Attempt<Condition> {
    let mut connection = connection::inspecting(path).connect().await?;
    let found = schema::found(&mut connection).await?;
    if found > schema::known() {
        return Err(error::newer(path, found, schema::known()).into());
    }
    let complaint = quick_check(&mut connection).await?;
    let foreign = schema::is_foreign(&mut connection).await?;
    connection.close().await?;
    Ok(match complaint {
        Some(complaint) => Condition::Damaged(complaint),
        None if foreign => Condition::Damaged("it belongs to another program".to_owned()),
        None => Condition::Sound(found),
    })
}

fn has_magic(path: &Path) -> io::Result<bool> {
    let mut start = Vec::with_capacity(SQLITE_MAGIC.len());
    File::open(path)?.take(SQLITE_MAGIC.len() as u64).read_to_end(&mut start)?;
    Ok(start == SQLITE_MAGIC)
}

/// The first thing that is wrong with the structure, without the indexes. Linear in the file's size.
async fn quick_check(connection: &mut SqliteConnection) -> Attempt<Option<String>> {
    complaint(sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(connection).await?)
}

/// The first thing that is wrong with the structure, indexes included.
pub(crate) async fn integrity_check(connection: &mut SqliteConnection) -> Attempt<Option<String>> {
    complaint(sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(connection).await?)
}

#[expect(clippy::unnecessary_wraps, reason = "both callers pass it on as their result")]
fn complaint(answer: String) -> Attempt<Option<String>> {
    Ok((answer != "ok").then_some(answer))
}

/// Rows whose content is not what was written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DamagedRows {
    /// Identifiers of versions.
    pub(crate) versions: Vec<String>,
    /// Identifiers of messages.
    pub(crate) messages: Vec<String>,
}

impl DamagedRows {
    pub(crate) fn len(&self) -> usize {
        self.versions.len() + self.messages.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Checks every version and message against its hash, newest first, as far as
    /// the time allows.
    pub(crate) async fn find(connection: &mut SqliteConnection) -> Attempt<Self> {
        let deadline = Instant::now() + PATIENCE;
        let mut found = Self::default();
        let mut rows = sqlx::query_as::<_, VersionRow>(versions::ALL).fetch(&mut *connection);
        while let Some(row) = rows.try_next().await? {
            if !row.is_sound() {
                found.versions.push(row.id);
            }
            if Instant::now() > deadline {
                break;
            }
        }
        drop(rows);
        let deadline = Instant::now() + PATIENCE;
        let mut rows = sqlx::query_as::<_, MessageRow>(messages::ALL).fetch(connection);
        while let Some(row) = rows.try_next().await? {
            if !row.is_sound() {
                found.messages.push(row.id);
            }
            if Instant::now() > deadline {
                break;
            }
        }
        Ok(found)
    }
}
