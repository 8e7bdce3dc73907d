//! Finding damage of the file as a whole: lost, empty, cut short, broken in its structure. Damage of single rows, which
//! SQLite's own checks do not see, is found in `damage`.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqlSafeStr, SqliteConnection};

use crate::{
    connection,
    error::{self, Attempt},
    folder::Folder,
    schema,
};

const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What is where the database should be.
#[derive(Debug)]
pub(crate) enum Condition {
    /// Nothing yet: this is the first start.
    Fresh,
    /// A sound database with this structure version.
    Sound(i64),
    /// One with the structure version this program knows, too large to be checked whole before it is opened.
    Unchecked,
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
    let is_large = path.metadata()?.len() > CHECK_LIMIT && !folder.is_suspect();
    match inspect_file(&path, is_large).await {
        Ok(Condition::Sound(0)) => Ok(lost("all its tables are gone")),
        Err(failure) if failure.is_damage() => Ok(Condition::Damaged("its structure is broken".to_owned())),
        other => other,
    }
}

/// A database file that may or may not be the one of the folder: a backup, for example.
pub(crate) async fn inspect_database(path: &Path) -> Attempt<Condition> {
    inspect_file(path, false).await
}

/// One that is large and needs no migration is not checked whole.
async fn inspect_file(path: &Path, is_large: bool) -> Attempt<Condition> {
    let mut connection = connection::inspecting(path).connect().await?;
    let found = schema::found(&mut connection).await?;
    if found > schema::known() {
        return Err(error::newer(path, found, schema::known()).into());
    }
    let is_checked = !is_large || found < schema::known();
    let complaint = if is_checked { quick_check(&mut connection).await? } else { None };
    // These are small in any database, and nothing else finds their damage.
    let complaint = match complaint {
        None => check_tables(&mut connection, WITHOUT_HASH).await?,
        found => found,
    };
    let foreign = schema::is_foreign(&mut connection).await?;
    connection.close().await?;
    Ok(match complaint {
        Some(complaint) => Condition::Damaged(complaint),
        None if foreign => Condition::Damaged("it belongs to another program".to_owned()),
        None if !is_checked => Condition::Unchecked,
        None => Condition::Sound(found),
    })
}

fn has_magic(path: &Path) -> io::Result<bool> {
    let mut start = Vec::with_capacity(SQLITE_MAGIC.len());
    File::open(path)?.take(SQLITE_MAGIC.len() as u64).read_to_end(&mut start)?;
    Ok(start == SQLITE_MAGIC)
}

/// Tables whose rows have no hash of their own; they are small.
const WITHOUT_HASH: &str = "('workflows', 'conversation_threads', 'action_decisions', 'workflow_grants', 'variables',
    'run_settings', 'activations', 'trigger_addresses', 'schedules', 'trigger_firings', 'credentials', 'data_tables')";
/// Tables whose rows have a hash, or no index that matters. Only their indexes can be damaged unseen.
pub(crate) const LARGE_TABLES: [&str; 11] = [
    "workflow_versions",
    "chat_messages",
    "message_drafts",
    "sent_payloads",
    "runs",
    "run_parts",
    "pages",
    "page_uses",
    "page_blobs",
    "pins",
    "data_rows",
];
/// Beyond this size, in bytes, a database is checked after it was opened: such a check takes about a second.
const CHECK_LIMIT: u64 = 128 << 20;

/// The first thing that is wrong with the structure. Rows are not compared with indexes: an index that does not match
/// its table can be made anew from sound rows, see [`has_broken_index`].
async fn quick_check(connection: &mut SqliteConnection) -> Attempt<Option<String>> {
    complaint(connection, "PRAGMA quick_check(1)").await
}

/// Whether an index of a large table does not match its table.
pub(crate) async fn has_broken_index(connection: &mut SqliteConnection) -> Attempt<bool> {
    let names = format!("('{}')", LARGE_TABLES.join("', '"));
    Ok(check_tables(connection, &names).await?.is_some())
}

/// The first thing that is wrong with these tables and their indexes.
async fn check_tables(connection: &mut SqliteConnection, names: &str) -> Attempt<Option<String>> {
    // One of an earlier structure version may not be there.
    let present = format!("SELECT name FROM sqlite_master WHERE type = 'table' AND name IN {names}");
    let tables: Vec<String> = sqlx::query_scalar(AssertSqlSafe(present)).fetch_all(&mut *connection).await?;
    for table in tables {
        let check = AssertSqlSafe(format!("PRAGMA integrity_check({table})"));
        if let Some(complaint) = complaint(connection, check).await? {
            return Ok(Some(complaint));
        }
    }
    Ok(None)
}

/// The first thing that is wrong with the structure, all indexes included.
pub(crate) async fn integrity_check(connection: &mut SqliteConnection) -> Attempt<Option<String>> {
    complaint(connection, "PRAGMA integrity_check(1)").await
}

async fn complaint(connection: &mut SqliteConnection, check: impl SqlSafeStr) -> Attempt<Option<String>> {
    let answer: String = sqlx::query_scalar(check).fetch_one(connection).await?;
    Ok((answer != "ok").then_some(answer))
}
