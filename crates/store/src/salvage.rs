//! After damage: setting aside, never deleting, and bringing back what a backup still has. Finding damage is done in
//! `health` for the file as a whole and in `damage` for single rows.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use bridge_domain::{Error, ErrorCode, Notice, NoticeKind};

use crate::{
    Store, backup,
    damage::DamagedRows,
    error::{self, Attempt},
    folder::Folder,
    health::{self, Condition},
};

/// Sets a damaged or lost database aside and puts the newest good backup in its place.
///
/// # Errors
/// `StoreDamaged` when there is no good backup; then nothing is moved and nothing is changed.
pub(crate) async fn restore_backup(folder: &Folder, reason: &str) -> Attempt<Notice> {
    let Some(backup) = newest_good_backup(folder).await? else { return Err(beyond_repair(folder, reason).into()) };
    let aside = put_in_place(folder, &backup)?;
    let name = backup.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Notice {
        kind: NoticeKind::StoreRestored,
        message: format!(
            "The database was damaged ({reason}), so the backup {name} was restored. Changes made after that backup are \
             missing."
        ),
        hint: format!("What was left of the damaged database is kept in {}.", aside.display()),
    })
}

/// Puts a backup that the user chose in the database's place. Not one that is damaged, or of a newer version.
pub(crate) async fn restore_chosen(folder: &Folder, backup: &Path) -> Attempt<Notice> {
    let name = backup.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match health::inspect_database(backup).await? {
        Condition::Sound(1..) => {}
        _ => return Err(error::damaged(format!("The backup {name} is damaged.")).into()),
    }
    let aside = put_in_place(folder, backup)?;
    Ok(Notice {
        kind: NoticeKind::StoreRestored,
        message: format!("The backup {name} was restored. Changes made after it are not in it."),
        hint: format!("The database as it was before is kept in {}.", aside.display()),
    })
}

/// Copies a backup beside, sets the database aside, and only then gives the copy its name.
fn put_in_place(folder: &Folder, backup: &Path) -> Attempt<PathBuf> {
    let incoming = folder.incoming();
    fs::copy(backup, &incoming)?;
    File::options().write(true).open(&incoming)?.sync_all()?;
    let aside = set_aside(folder)?;
    fs::rename(&incoming, folder.database())?;
    folder.sync()?;
    Ok(aside)
}

/// Repairs damaged rows from the backups, and indexes from the rows, after setting a copy of the database aside.
pub(crate) async fn repair_rows(folder: &Folder, store: &Store, damage: &DamagedRows) -> Attempt<Vec<Notice>> {
    let mut notices = Vec::new();
    let copies = damage.find_sound_copies(folder).await?;
    let (repaired, lost) = (copies.len(), damage.len() - copies.len());
    if repaired > 0 || damage.has_broken_index {
        let aside = copy_aside(folder)?;
        let mut write = store.database.write().await?;
        copies.write(&mut write).await?;
        write.commit().await?;
        notices.push(Notice {
            kind: NoticeKind::StoreRestored,
            message: format!(
                "The database was damaged and has been repaired ({repaired} records from a backup). Nothing of that is \
                 missing."
            ),
            hint: format!("A copy of the damaged database is kept in {}.", aside.display()),
        });
    }
    if lost > 0 {
        notices.insert(0, lost_rows(lost));
    }
    Ok(notices)
}

/// Says that there are damaged rows and nothing to repair them from.
pub(crate) fn lost_rows(count: usize) -> Notice {
    Notice {
        kind: NoticeKind::StoreDamaged,
        message: format!("{count} records of the database are damaged and no backup has them. All others are sound."),
        hint: "Restore an earlier version of the workflows concerned from their history.".to_owned(),
    }
}

async fn newest_good_backup(folder: &Folder) -> Attempt<Option<PathBuf>> {
    for path in backup::newest_first(folder)? {
        if let Ok(Condition::Sound(1..)) = health::inspect_database(&path).await {
            return Ok(Some(path));
        }
        tracing::warn!(path = %path.display(), "a backup is not sound");
    }
    Ok(None)
}

/// Moves whatever there is of the database into a new folder.
fn set_aside(folder: &Folder) -> io::Result<PathBuf> {
    let aside = folder.make_damaged()?;
    for file in folder.database_files() {
        match fs::rename(&file, aside.join(file.file_name().unwrap_or_default())) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    folder.sync()?;
    Ok(aside)
}

/// Copies the database into a new folder. Nothing writes meanwhile: the store is just being opened.
fn copy_aside(folder: &Folder) -> io::Result<PathBuf> {
    let aside = folder.make_damaged()?;
    for file in folder.database_files() {
        match fs::copy(&file, aside.join(file.file_name().unwrap_or_default())) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(aside)
}

fn beyond_repair(folder: &Folder, reason: &str) -> Error {
    let path = folder.database();
    let root = path.parent().unwrap_or(Path::new(".")).display().to_string();
    Error::new(
        ErrorCode::StoreDamaged,
        format!("The database {} is damaged ({reason}), and there is no good backup.", path.display()),
        format!(
            "Nothing was changed. Put a copy of bridge.db of your own into {root}, or move that folder away to start \
             with an empty one."
        ),
    )
}
