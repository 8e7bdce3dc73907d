//! Opening a data folder: lock, look, back up, migrate, recover. In this order, because each step relies on the ones
//! before it.

use std::{fs::File, path::Path, sync::Arc};

use bridge_domain::{Error, Notice, NoticeKind, Result};

use crate::{
    Store, backup,
    connection::{self, Database},
    damage::DamagedRows,
    drive::Foreign,
    error::{self, Attempt},
    folder::{Claim, Folder},
    health::{self, Condition},
    private, salvage, schema,
    upkeep::{Due, Upkeep},
};

/// A store and what the user should know about it.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// What happened on the way, worst first; empty when all is well.
    pub notices: Vec<Notice>,
}

impl Store {
    /// Opens a data folder, and makes it on the first start. A database of an earlier version is migrated, after a
    /// checked backup; a damaged one is set aside and the newest good backup restored, and a notice says so. A folder
    /// that cannot be written is opened for reading. Answers that were being written when the application ended are
    /// marked as interrupted. A large database is checked afterwards, and the backup of the day is made then: see
    /// [`Store::upkeep`].
    ///
    /// # Errors
    /// `StoreInUse` when another instance holds the folder for longer than two seconds; `StoreNewer` when a newer version
    /// wrote the database, which is left as it is; `StoreDamaged` when it is damaged, or gone, and no backup is good;
    /// `StoreUnavailable`, `ReadOnly`, `DiskFull` when the folder cannot be used.
    pub async fn open(folder: &Path) -> Result<Opened> {
        let folder = Folder::prepare(folder)?;
        match folder.claim().await? {
            Claim::Writer(lock) => Ok(open_for_writing(&folder, lock).await?),
            Claim::Reader(lock) => Ok(open_for_reading(&folder, lock).await?),
        }
    }
}

async fn open_for_writing(folder: &Folder, lock: File) -> Attempt<Opened> {
    let lock = Arc::new(lock);
    folder.tighten()?;
    backup::discard_unfinished(folder)?;
    let reason = match health::inspect(folder).await? {
        Condition::Damaged(reason) => reason,
        condition => match open_sound(folder, condition, &lock).await {
            Err(failure) if failure.is_damage() => "parts of it cannot be read".to_owned(),
            opened => return opened,
        },
    };
    let notice = salvage::restore_backup(folder, &reason).await?;
    let mut opened = open_sound(folder, health::inspect(folder).await?, &lock).await?;
    opened.notices.insert(0, notice);
    Ok(opened)
}

async fn open_sound(folder: &Folder, condition: Condition, lock: &Arc<File>) -> Attempt<Opened> {
    let is_checked = !matches!(condition, Condition::Unchecked);
    let is_fresh = match condition {
        Condition::Fresh => true,
        Condition::Unchecked => false,
        Condition::Sound(found) => {
            if found < schema::known() {
                backup::before_migration(folder, schema::known()).await?;
            }
            false
        }
        Condition::Damaged(reason) => return Err(damaged(&reason).into()),
    };
    let drive = Foreign::of(folder.root());
    migrate(folder, drive, is_fresh).await?;
    folder.remember_database()?;
    let mut store = Store::over(Database::open(&folder.database(), drive, Arc::clone(lock)).await?, folder);
    match tidy(folder, &store, is_checked).await {
        Ok((mut notices, is_sound)) => {
            folder.clear_suspicion()?;
            notices.extend(drive.map(Foreign::notice));
            // A backup of damaged rows would push out the last good one.
            let due = Due { check: !is_checked, backup: is_sound && !is_fresh };
            store.upkeep = Upkeep::start(folder.clone(), Arc::clone(&store.database), due);
            Ok(Opened { store, notices })
        }
        Err(failure) => {
            store.journal.close().await;
            store.database.close_connections().await;
            Err(failure)
        }
    }
}

/// What is done once at every start before anything else: damaged rows, answers that were cut off, the trash. Gives what
/// to tell, and whether nothing was damaged.
async fn tidy(folder: &Folder, store: &Store, with_indexes: bool) -> Attempt<(Vec<Notice>, bool)> {
    let damage = DamagedRows::find(&mut *store.database.reader().await?, with_indexes).await?;
    let notices = if damage.is_empty() { Vec::new() } else { salvage::repair_rows(folder, store, &damage).await? };
    store.recover().await?;
    store.purge_trash().await?;
    Ok((notices, damage.is_empty()))
}

fn damaged(reason: &str) -> Error {
    error::damaged(format!("The database is damaged: {reason}."))
}

async fn migrate(folder: &Folder, drive: Option<Foreign>, create: bool) -> Attempt<()> {
    if create {
        // What SQLite makes beside it has the permissions of this file.
        private::create_file(&folder.database())?;
    }
    let writer = connection::pool(1).connect_with(connection::writing(&folder.database(), drive, create)).await?;
    let migrated = schema::migrate(&writer).await;
    // Closing writes the log back into the file, where the structure version can be read from the header.
    writer.close().await;
    migrated?;
    Ok(folder.sync()?)
}

async fn open_for_reading(folder: &Folder, lock: Option<File>) -> Attempt<Opened> {
    match health::inspect(folder).await? {
        Condition::Unchecked => {}
        Condition::Sound(found) if found == schema::known() => {}
        Condition::Damaged(reason) => return Err(damaged(&reason).into()),
        // Nothing there, or to be migrated first: neither can be done.
        Condition::Fresh | Condition::Sound(_) => return Err(error::read_only().into()),
    }
    let store = Store::over(Database::open_read_only(&folder.database(), lock).await?, folder);
    let damage = DamagedRows::find(&mut *store.database.reader().await?, false).await?;
    let mut notices = vec![read_only_notice()];
    if !damage.is_empty() {
        notices.insert(0, salvage::lost_rows(damage.len()));
    }
    Ok(Opened { store, notices })
}

fn read_only_notice() -> Notice {
    Notice {
        kind: NoticeKind::ReadOnly,
        message: "The data folder cannot be written: everything can be read, nothing can be saved.".to_owned(),
        hint: "Make the folder and the files in it writable for you, then start again.".to_owned(),
    }
}
