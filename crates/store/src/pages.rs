//! `pages` and `page_uses`: texts of pages that are large or name files, each kept once under its hash, and which runs they
//! belong to. The database deletes a page with its last use. Small pages are in `parts`.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use bridge_domain::{Error, Page, PageHash};
use sqlx::{AssertSqlSafe, FromRow, SqliteConnection, sqlite::SqliteRow};

use crate::{
    blobs,
    error::{self, Attempt},
    hash,
    parts::{self, Within},
    rows::RowStatement,
};

/// Hashes looked up by one statement.
const LOOKUP: usize = 128;

/// Where a page is.
pub(crate) struct Kept {
    pub(crate) id: i64,
    /// Whether it was not there before.
    pub(crate) is_new: bool,
}

/// Keeps pages that are not there yet.
pub(crate) async fn keep(
    connection: &mut SqliteConnection,
    pages: impl Iterator<Item = &Page>,
) -> Attempt<HashMap<PageHash, Kept>> {
    const INSERT: RowStatement = RowStatement { head: "INSERT INTO pages (id, hash, text)", width: 3, tail: "" };
    const BLOBS: RowStatement = RowStatement { head: "INSERT INTO page_blobs (page, hash)", width: 2, tail: "" };
    let mut seen = HashSet::new();
    let wanted: Vec<_> = pages.filter(|page| seen.insert(page.hash)).collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let mut kept = find(connection, &wanted).await?;
    let newest: Option<i64> = sqlx::query_scalar("SELECT max(id) FROM pages").fetch_one(&mut *connection).await?;
    let mut id = newest.unwrap_or_default();
    let mut new = Vec::with_capacity(wanted.len());
    let mut files = Vec::new();
    for page in wanted {
        if kept.contains_key(&page.hash) {
            continue;
        }
        id += 1;
        kept.insert(page.hash, Kept { id, is_new: true });
        new.push((id, page.hash, Arc::clone(&page.text)));
        files.extend(blobs::named_in(&page.text).into_iter().map(|hash| (id, hash)));
    }
    INSERT.execute(connection, new, |query, (id, hash, text)| query.bind(id).bind(hash.0.to_vec()).bind(text)).await?;
    BLOBS.execute(connection, files, |query, (page, hash)| query.bind(page).bind(hash)).await?;
    Ok(kept)
}

async fn find(connection: &mut SqliteConnection, wanted: &[&Page]) -> Attempt<HashMap<PageHash, Kept>> {
    let mut found = HashMap::new();
    for part in wanted.chunks(LOOKUP) {
        // The last part is filled up, so that one statement serves all.
        let marks = vec!["?"; LOOKUP].join(",");
        let text = format!("SELECT id, hash FROM pages WHERE hash IN ({marks})");
        let fill = std::iter::repeat_n(part.first(), LOOKUP - part.len()).flatten();
        let query = part
            .iter()
            .chain(fill)
            .fold(sqlx::query_as(AssertSqlSafe(text)), |query, page| query.bind(page.hash.0.to_vec()));
        let rows: Vec<(i64, Vec<u8>)> = query.fetch_all(&mut *connection).await?;
        for (id, hash) in rows {
            if let Ok(hash) = hash.try_into() {
                found.insert(PageHash(hash), Kept { id, is_new: false });
            }
        }
    }
    Ok(found)
}

/// Remembers which runs pages belong to.
pub(crate) async fn use_all(connection: &mut SqliteConnection, uses: Vec<(i64, i64)>) -> Attempt<()> {
    const INSERT: RowStatement = RowStatement {
        head: "INSERT INTO page_uses (run, page)",
        width: 2,
        tail: "ON CONFLICT (run, page) DO NOTHING",
    };
    INSERT.execute(connection, uses, |query, (run, page)| query.bind(run).bind(page)).await?;
    Ok(())
}

struct PageText(String);

impl FromRow<'_, SqliteRow> for PageText {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self(hash::text(row, "text")?))
    }
}

/// The text of a page, if it is what was written. It is looked for in these runs before all others.
pub(crate) async fn text(connection: &mut SqliteConnection, hash: PageHash, recent: &[i64]) -> Attempt<Arc<str>> {
    if let Some(text) = shared(connection, hash).await? {
        return Ok(text);
    }
    for within in [Within::Runs(recent), Within::All] {
        if let Some(text) = parts::page(connection, within, hash).await? {
            return Ok(text);
        }
    }
    Err(Error::not_found("The data of this step").into())
}

/// The text of a page of this run; none when it was dropped.
pub(crate) async fn of_run(connection: &mut SqliteConnection, seq: i64, hash: PageHash) -> Attempt<Option<Arc<str>>> {
    match parts::page(connection, Within::Run(seq), hash).await? {
        Some(text) => Ok(Some(text)),
        None => shared(connection, hash).await,
    }
}

async fn shared(connection: &mut SqliteConnection, hash: PageHash) -> Attempt<Option<Arc<str>>> {
    let row: Option<PageText> = sqlx::query_as("SELECT text FROM pages WHERE hash = ?")
        .bind(hash.0.to_vec())
        .fetch_optional(connection)
        .await?;
    let Some(PageText(text)) = row else { return Ok(None) };
    if PageHash::of(text.as_bytes()) != hash {
        return Err(error::damaged("The data of this step is damaged and cannot be read.").into());
    }
    Ok(Some(text.into()))
}
