//! Contents of files that travel beside items: one file each in the data folder, under its hash. Backups of the database
//! do not include them.
//!
//! A content nobody names is deleted only days after it was last kept: a step that has kept one, and whose output is not
//! in the journal yet, lasts a day at most.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use bridge_domain::{Binary, Blobs, Error, ErrorCode, Result};
use futures_util::{FutureExt, future::BoxFuture};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{
    Store,
    error::{self, Attempt},
    folder::sync_folder,
    private,
};

/// Bytes of one content at most.
pub const MAX_BLOB_BYTES: usize = 256 << 20;
/// How long a content that nothing names stays.
const UNNAMED_STAYS: Duration = Duration::from_secs(2 * 24 * 60 * 60);

impl Blobs for Store {
    fn put(&self, content: Vec<u8>, mime_type: String, file_name: String) -> BoxFuture<'_, Result<Binary>> {
        async move {
            if self.is_read_only() {
                return Err(error::read_only());
            }
            if content.len() > MAX_BLOB_BYTES {
                return Err(too_large(content.len()));
            }
            let (folder, size) = (self.blobs.clone(), content.len() as u64);
            let hash = blocking(move || write(&folder, &content)).await?;
            Ok(Binary { hash, size, mime_type, file_name })
        }
        .boxed()
    }

    fn get(&self, hash: &str) -> BoxFuture<'static, Result<Vec<u8>>> {
        let path = path(&self.blobs, hash);
        let hash = hash.to_owned();
        async move {
            let path = path.ok_or_else(gone)?;
            blocking(move || read(&path, &hash)).await
        }
        .boxed()
    }
}

impl Store {
    /// Deletes contents that no run and no pin names. Gives how many.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn collect_blobs(&self) -> Result<u32> {
        self.collect_blobs_kept_before(SystemTime::now() - UNNAMED_STAYS).await
    }

    /// [`Self::collect_blobs`] of those that were last kept before a time.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn collect_blobs_kept_before(&self, limit: SystemTime) -> Result<u32> {
        let folder = self.blobs.clone();
        let old = blocking(move || older_than(&folder, limit)).await?;
        let mut deleted = 0;
        for (hash, path) in old {
            // Looked up one by one while nothing is appended, so that none is deleted that has just been named.
            let mut write = self.database.write().await?;
            if is_named(&mut write, &hash).await? {
                continue;
            }
            fs::remove_file(&path).map_err(|error| error::from_io(&error))?;
            deleted += 1;
        }
        Ok(deleted)
    }
}

async fn is_named(connection: &mut sqlx::SqliteConnection, hash: &str) -> Attempt<bool> {
    let bytes = hex::decode(hash).unwrap_or_default();
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM page_blobs WHERE hash = ?1)
             OR EXISTS (SELECT 1 FROM pins WHERE instr(items, ?2))",
    )
    .bind(bytes)
    .bind(hash)
    .fetch_one(connection)
    .await?)
}

/// Hashes of contents that the items of a page name.
pub(crate) fn named_in(page: &str) -> Vec<Vec<u8>> {
    #[derive(Deserialize)]
    struct Named {
        #[serde(default)]
        binary: BTreeMap<String, Hash>,
    }
    #[derive(Deserialize)]
    struct Hash {
        hash: String,
    }
    if !page.contains("\"binary\"") {
        return Vec::new();
    }
    let items: Vec<Named> = serde_json::from_str(page).unwrap_or_default();
    let files = items.into_iter().flat_map(|item| item.binary.into_values());
    let mut hashes: Vec<_> =
        files.filter_map(|file| hex::decode(file.hash).ok()).filter(|hash| hash.len() == 32).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// Where a content is; none for what is no hash, such as a path.
fn path(folder: &Path, hash: &str) -> Option<PathBuf> {
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_hash.then(|| folder.join(&hash[..2]).join(hash))
}

/// Writes beside, syncs, and only then gives it its name.
fn write(folder: &Path, content: &[u8]) -> Attempt<String> {
    let hash = hex::encode(Sha256::digest(content));
    let path = path(folder, &hash).ok_or_else(gone)?;
    if is_kept(&path, content) {
        return Ok(hash);
    }
    let parent = path.parent().unwrap_or(folder);
    if !parent.is_dir() {
        private::make_folder(parent)?;
        sync_folder(folder)?;
        folder.parent().map(sync_folder).transpose()?;
    }
    let part = parent.join(format!("{hash}.{}.part", bridge_domain::RunId::new()));
    let written = private::options().write(true).create_new(true).open(&part).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&part, &path)?;
        sync_folder(parent)
    });
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written?;
    Ok(hash)
}

/// Whether the content is there, sound; if so, it counts as kept now.
fn is_kept(path: &Path, content: &[u8]) -> bool {
    let same = fs::read(path).is_ok_and(|found| found == content);
    same && File::options().write(true).open(path).and_then(|file| file.set_modified(SystemTime::now())).is_ok()
}

fn read(path: &Path, hash: &str) -> Attempt<Vec<u8>> {
    let content = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(gone().into()),
        content => content?,
    };
    if hex::encode(Sha256::digest(&content)) != hash {
        return Err(error::damaged("The content of this file is damaged and cannot be read.").into());
    }
    Ok(content)
}

/// Contents last kept before a time, and what unfinished writes left behind.
fn older_than(folder: &Path, limit: SystemTime) -> Attempt<Vec<(String, PathBuf)>> {
    let mut old = Vec::new();
    let parts = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(old),
        parts => parts?,
    };
    for part in parts {
        for file in fs::read_dir(part?.path())? {
            let file = file?;
            if file.metadata()?.modified()? < limit {
                old.push((file.file_name().to_string_lossy().into_owned(), file.path()));
            }
        }
    }
    Ok(old)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Attempt<T> + Send + 'static) -> Result<T> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(|_| error::unavailable())??)
}

fn gone() -> Error {
    Error::new(
        ErrorCode::NotFound,
        "The content of this file is no longer there.",
        "It was removed to make room, or belongs to another data folder. Run the step that made it again.",
    )
}

fn too_large(bytes: usize) -> Error {
    Error::new(
        ErrorCode::LimitReached,
        format!("This file has {bytes} bytes; {MAX_BLOB_BYTES} are allowed."),
        "Use a smaller file, or split it.",
    )
}
