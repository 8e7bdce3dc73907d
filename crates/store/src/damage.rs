//! Rows that are not what was written, as their hashes tell: SQLite's own checks find one flipped bit in ten at best.
//! They are repaired from the backups where those still have them; what remains is told to the user, and refused when
//! it is read.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use sqlx::{ConnectOptions, Connection, FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    backup, connection, error::Attempt, folder::Folder, hash::text, health, messages::MessageRow, versions::VersionRow,
};

/// How long opening may look at each of the two tables. What does not fit is checked when it is read.
const PATIENCE: Duration = Duration::from_millis(750);

/// Rows whose content is not what was written.
#[derive(Debug, Default)]
pub(crate) struct DamagedRows {
    versions: Vec<Damaged>,
    messages: Vec<Damaged>,
    /// Whether an index does not match its table. It can be made anew.
    pub(crate) has_broken_index: bool,
}

/// What is left to know a damaged row by. Either may itself be what is damaged.
#[derive(Debug)]
struct Damaged {
    row: i64,
    id: Option<String>,
    content_hash: Option<String>,
}

/// A row that carries its hash.
trait Hashed: for<'r> FromRow<'r, SqliteRow> + Send + Unpin {
    /// All rows, newest first, with their row number.
    const ALL: &'static str;
    /// Rows that may be the same, in a backup.
    const CANDIDATES: &'static str;
    fn is_sound(&self) -> bool;
    fn id(&self) -> &str;
    fn content_hash(&self) -> &str;
}

impl Hashed for VersionRow {
    const ALL: &'static str = "SELECT rowid AS row_number, * FROM workflow_versions ORDER BY rowid DESC";
    const CANDIDATES: &'static str = "SELECT * FROM workflow_versions WHERE id = ? OR content_hash = ?";

    fn is_sound(&self) -> bool {
        self.is_sound()
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn content_hash(&self) -> &str {
        &self.content_hash
    }
}

impl Hashed for MessageRow {
    const ALL: &'static str = "SELECT seq AS row_number, * FROM chat_messages ORDER BY seq DESC";
    const CANDIDATES: &'static str = "SELECT * FROM chat_messages WHERE id = ? OR content_hash = ?";

    fn is_sound(&self) -> bool {
        self.is_sound()
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn content_hash(&self) -> &str {
        &self.content_hash
    }
}

impl DamagedRows {
    /// Checks every version and message against its hash, newest first, as far as the time allows; and indexes against
    /// their rows, if that is wanted.
    pub(crate) async fn find(connection: &mut SqliteConnection, with_indexes: bool) -> Attempt<Self> {
        let versions = find::<VersionRow>(&mut *connection).await?;
        let messages = find::<MessageRow>(&mut *connection).await?;
        let has_broken_index = with_indexes && health::has_broken_index(connection).await?;
        Ok(Self { versions, messages, has_broken_index })
    }

    pub(crate) fn len(&self) -> usize {
        self.versions.len() + self.messages.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0 && !self.has_broken_index
    }

    /// What the backups still have of these rows; the newest one that has a row wins.
    pub(crate) async fn find_sound_copies(&self, folder: &Folder) -> Attempt<SoundCopies> {
        let mut copies = SoundCopies::default();
        for path in backup::newest_first(folder)? {
            if copies.len() == self.len() {
                break;
            }
            let Ok(mut backup) = connection::inspecting(&path).connect().await else { continue };
            add_copies(&mut backup, &self.versions, &mut copies.versions).await;
            add_copies(&mut backup, &self.messages, &mut copies.messages).await;
            backup.close().await?;
        }
        Ok(copies)
    }
}

async fn find<T: Hashed>(connection: &mut SqliteConnection) -> Attempt<Vec<Damaged>> {
    let deadline = Instant::now() + PATIENCE;
    let mut damaged = Vec::new();
    let mut rows = sqlx::query(T::ALL).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        if !T::from_row(&row).is_ok_and(|row| row.is_sound()) {
            let (id, content_hash) = (text(&row, "id").ok(), text(&row, "content_hash").ok());
            damaged.push(Damaged { row: row.try_get("row_number")?, id, content_hash });
        }
        if Instant::now() > deadline {
            tracing::info!("opening left part of the database to be checked when it is read");
            break;
        }
    }
    Ok(damaged)
}

/// Looks for rows that no backup before had. One that cannot be read has nothing to offer.
async fn add_copies<T: Hashed>(backup: &mut SqliteConnection, wanted: &[Damaged], copies: &mut Vec<(i64, T)>) {
    for damaged in wanted {
        if copies.iter().any(|(row, _)| *row == damaged.row) {
            continue;
        }
        let found: Vec<T> = sqlx::query_as(T::CANDIDATES)
            .bind(&damaged.id)
            .bind(&damaged.content_hash)
            .fetch_all(&mut *backup)
            .await
            .unwrap_or_default();
        copies.extend(
            found.into_iter().find(|row| row.is_sound() && damaged.is_copied_by(row)).map(|row| (damaged.row, row)),
        );
    }
}

impl Damaged {
    /// Whether that is what was written here, and not what the row was before it last changed. When the hash itself is
    /// what was damaged, it differs from the right one in one place or two.
    fn is_copied_by(&self, copy: &impl Hashed) -> bool {
        let Some(hash) = &self.content_hash else { return false };
        let (ours, theirs) = (hash.chars(), copy.content_hash().chars());
        let differences = ours.zip(theirs).filter(|(ours, theirs)| ours != theirs).count();
        differences == 0 || differences <= 2 && self.id.as_deref() == Some(copy.id())
    }
}

/// Rows as they were written, by the number of the damaged row they replace.
#[derive(Default)]
pub(crate) struct SoundCopies {
    versions: Vec<(i64, VersionRow)>,
    messages: Vec<(i64, MessageRow)>,
}

impl SoundCopies {
    pub(crate) fn len(&self) -> usize {
        self.versions.len() + self.messages.len()
    }

    /// Writes them over the damaged rows, after making the indexes match what is there. For this one purpose the rule
    /// that versions are never edited is lifted, inside the transaction.
    pub(crate) async fn write(self, connection: &mut SqliteConnection) -> Attempt<()> {
        const GUARD: &str = "versions_are_never_edited";
        let rule: String = sqlx::query_scalar("SELECT sql FROM sqlite_master WHERE name = ?")
            .bind(GUARD)
            .fetch_one(&mut *connection)
            .await?;
        for table in health::LARGE_TABLES {
            sqlx::query(sqlx::AssertSqlSafe(format!("REINDEX {table}"))).execute(&mut *connection).await?;
        }
        sqlx::query("DROP TRIGGER versions_are_never_edited").execute(&mut *connection).await?;
        for (number, row) in self.versions {
            write_version(&mut *connection, number, row).await?;
        }
        for (number, row) in self.messages {
            write_message(&mut *connection, number, row).await?;
        }
        sqlx::query(sqlx::AssertSqlSafe(rule)).execute(connection).await?;
        Ok(())
    }
}

async fn write_version(connection: &mut SqliteConnection, number: i64, row: VersionRow) -> Attempt<()> {
    sqlx::query(
        "UPDATE workflow_versions SET id = ?, workflow_id = ?, version_number = ?, origin = ?, origin_message_id = ?,
             origin_version = ?, created_at = ?, node_count = ?, connector_ids = ?, content_hash = ?, definition = ?
         WHERE rowid = ?",
    )
    .bind(row.id)
    .bind(row.workflow_id)
    .bind(row.version_number)
    .bind(row.origin)
    .bind(row.origin_message_id)
    .bind(row.origin_version)
    .bind(row.created_at)
    .bind(row.node_count)
    .bind(row.connector_ids)
    .bind(row.content_hash)
    .bind(row.definition)
    .bind(number)
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_message(connection: &mut SqliteConnection, number: i64, row: MessageRow) -> Attempt<()> {
    sqlx::query(
        "UPDATE chat_messages SET id = ?, thread_id = ?, role = ?, status = ?, created_at = ?, content_hash = ?,
             content = ?, actions = ?, metadata = ?
         WHERE seq = ?",
    )
    .bind(row.id)
    .bind(row.thread_id)
    .bind(row.role)
    .bind(row.status)
    .bind(row.created_at)
    .bind(row.content_hash)
    .bind(row.content)
    .bind(row.actions)
    .bind(row.metadata)
    .bind(number)
    .execute(connection)
    .await?;
    Ok(())
}
