//! The structure of the database: which version of it a file has, and bringing it up to date. The SQL is in
//! `migrations/` at the top of the repository.

use sqlx::{SqliteConnection, SqlitePool, migrate::Migrator};

use crate::error::Attempt;

/// What `PRAGMA auto_vacuum` says when the file can be made smaller a little at a time.
const INCREMENTAL: i64 = 2;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// The structure version this program knows.
pub(crate) fn known() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// The structure version a database has; 0 when it has none. Both marks count: the one in the file's header can be read
/// even where the table of migrations is of a kind this program does not know.
pub(crate) async fn found(connection: &mut SqliteConnection) -> Attempt<i64> {
    let header: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *connection).await?;
    let recorded = if has_table(connection, "_sqlx_migrations").await? {
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(connection).await?
    } else {
        None
    };
    Ok(recorded.unwrap_or(0_i64).max(header))
}

/// Whether there are tables, but none of ours: a database of another program.
pub(crate) async fn is_foreign(connection: &mut SqliteConnection) -> Attempt<bool> {
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE type = 'table'")
        .fetch_one(&mut *connection)
        .await?;
    Ok(tables > 0 && !has_table(connection, "_sqlx_migrations").await?)
}

/// Brings the structure up to date. Each step is one transaction: a kill leaves the old or the new structure.
pub(crate) async fn migrate(writer: &SqlitePool) -> Attempt<()> {
    MIGRATIONS.run(writer).await?;
    let mode: i64 = sqlx::query_scalar("PRAGMA auto_vacuum").fetch_one(writer).await?;
    if mode != INCREMENTAL {
        // A database made before runs were kept: small. The write connection asks for the mode; this puts it into force.
        sqlx::query("VACUUM").execute(writer).await?;
    }
    Ok(())
}

async fn has_table(connection: &mut SqliteConnection, name: &str) -> Attempt<bool> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?)")
        .bind(name)
        .fetch_one(connection)
        .await?)
}
