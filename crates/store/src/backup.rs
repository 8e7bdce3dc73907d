//! Backups: whole, checked copies of the database beside it. Restoring one is done in `salvage`. Contents of files
//! (`blobs`) are not in the database and not in its backups.
//!
//! Names begin with a number that grows, `000012-daily-2026-11-23.db`, so that their order does not depend on a clock.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use bridge_domain::{Error, Notice, Result, Timestamp};
use sqlx::{ConnectOptions, SqliteConnection};

use crate::{
    Store, connection,
    error::{self, Attempt},
    folder::{Claim, Folder, sync_folder},
    health, private, salvage,
};

/// Daily backups that are kept. Those from before migrations are all kept: one per migration.
const DAILY_KEPT: usize = 7;

impl Store {
    /// Writes a copy of the database to `target`, which must not exist: whole, checked and synced, or not at all. Others
    /// go on reading and writing meanwhile.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly`, `StoreUnavailable` when `target` cannot be written; `StoreDamaged` when the copy is not
    /// sound.
    pub async fn backup(&self, target: &Path) -> Result<()> {
        let mut reader = self.database.reader().await?;
        Ok(write(&mut reader, target, &Arc::default()).await?)
    }
}

/// The backup of the day, unless there is one. It is given up when it is to stop.
pub(crate) async fn of_the_day(
    folder: &Folder,
    source: &mut SqliteConnection,
    stopped: &Arc<AtomicBool>,
) -> Attempt<()> {
    let today = Timestamp::now().to_string();
    let name = format!("daily-{}", today.get(..10).unwrap_or(&today));
    let existing = Backups::of(folder)?;
    if existing.files.iter().any(|file| file.name == name) {
        return Ok(());
    }
    write(source, &existing.next_path(folder, &name), stopped).await?;
    Backups::of(folder)?.prune_daily()
}

/// A backup that can be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Its file's name, such as `000012-daily-2026-11-23.db`.
    pub name: String,
    /// Bytes.
    pub size: u64,
}

impl Store {
    /// The backups of a data folder, newest first.
    ///
    /// # Errors
    /// `StoreUnavailable` when the folder cannot be read.
    pub fn backups(folder: &Path) -> Result<Vec<Backup>> {
        let found = newest_first(&Folder::at(folder))?;
        Ok(found.iter().filter_map(|path| Backup::at(path)).collect())
    }

    /// Puts a backup in the place of the database of a folder that nobody has open. What is there now is set aside whole,
    /// never deleted; the next [`Store::open`] finds the backup's content. Gives what to tell the user.
    ///
    /// # Errors
    /// `NotFound` when there is no such backup; `StoreDamaged` when it is not sound; `StoreInUse` while the folder is
    /// open; `ReadOnly`, `DiskFull`. Then nothing has changed.
    pub async fn restore_backup(folder: &Path, name: &str) -> Result<Notice> {
        let folder = Folder::prepare(folder)?;
        let Claim::Writer(_lock) = folder.claim().await? else { return Err(error::read_only()) };
        let known = newest_first(&folder)?;
        let chosen = known.into_iter().find(|path| path.file_name().is_some_and(|file| file == name));
        let chosen = chosen.ok_or_else(|| Error::not_found("This backup"))?;
        Ok(salvage::restore_chosen(&folder, &chosen).await?)
    }
}

impl Backup {
    fn at(path: &Path) -> Option<Self> {
        Some(Self { name: path.file_name()?.to_str()?.to_owned(), size: path.metadata().ok()?.len() })
    }
}

/// The backup from before a migration to this structure version. Replaces the one of an earlier try.
pub(crate) async fn before_migration(folder: &Folder, to: i64) -> Attempt<()> {
    let name = format!("before-migration-{to:04}");
    let existing = Backups::of(folder)?;
    let mut source = connection::inspecting(&folder.database()).connect().await?;
    write(&mut source, &existing.next_path(folder, &name), &Arc::default()).await?;
    for earlier in existing.files.iter().filter(|file| file.name == name) {
        fs::remove_file(&earlier.path)?;
    }
    Ok(sqlx::Connection::close(source).await?)
}

/// Removes what an unfinished backup left behind. Called while the folder is ours and nothing is written.
pub(crate) fn discard_unfinished(folder: &Folder) -> Attempt<()> {
    let Ok(entries) = fs::read_dir(folder.backups()) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "part") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// All backups, newest first.
pub(crate) fn newest_first(folder: &Folder) -> Attempt<Vec<PathBuf>> {
    Ok(Backups::of(folder)?.files.into_iter().rev().map(|file| file.path).collect())
}

struct Backups {
    /// Oldest first.
    files: Vec<BackupFile>,
}

struct BackupFile {
    number: u32,
    name: String,
    path: PathBuf,
}

impl Backups {
    fn of(folder: &Folder) -> Attempt<Self> {
        let entries = match fs::read_dir(folder.backups()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self { files: Vec::new() }),
            entries => entries?,
        };
        let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
        let mut files: Vec<_> = paths.into_iter().filter_map(BackupFile::read).collect();
        files.sort_by_key(|file| file.number);
        Ok(Self { files })
    }

    fn next_path(&self, folder: &Folder, name: &str) -> PathBuf {
        let number = self.files.last().map_or(1, |file| file.number.saturating_add(1));
        folder.backups().join(format!("{number:06}-{name}.db"))
    }

    fn prune_daily(self) -> Attempt<()> {
        let daily: Vec<_> = self.files.into_iter().filter(|file| file.name.starts_with("daily-")).collect();
        for file in daily.iter().rev().skip(DAILY_KEPT) {
            fs::remove_file(&file.path)?;
        }
        Ok(())
    }
}

impl BackupFile {
    fn read(path: PathBuf) -> Option<Self> {
        let (number, name) = path.file_name()?.to_str()?.strip_suffix(".db")?.split_once('-')?;
        Some(Self { number: number.parse().ok()?, name: name.to_owned(), path: path.clone() })
    }
}

/// Copies, checks, syncs, and only then gives the copy its name.
async fn write(source: &mut SqliteConnection, target: &Path, stopped: &Arc<AtomicBool>) -> Attempt<()> {
    if target.exists() {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    private::make_folder(folder)?;
    let mut part = target.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = write_part(source, &part, stopped).await;
    if written.is_err() {
        let _ = fs::remove_file(&part);
        return written;
    }
    fs::rename(&part, target)?;
    Ok(sync_folder(folder)?)
}

async fn write_part(source: &mut SqliteConnection, part: &Path, stopped: &Arc<AtomicBool>) -> Attempt<()> {
    match fs::remove_file(part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let path = part.to_str().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidFilename))?;
    private::create_file(part)?;
    sqlx::query("VACUUM INTO ?").bind(path).execute(source).await?;
    let mut copy = connection::inspecting(part).connect().await?;
    connection::stop_when(&mut copy, stopped).await?;
    let complaint = health::integrity_check(&mut copy).await?;
    sqlx::Connection::close(copy).await?;
    if let Some(complaint) = complaint {
        return Err(error::damaged(format!("The backup is not a sound copy: {complaint}.")).into());
    }
    Ok(File::options().write(true).open(part)?.sync_all()?)
}
