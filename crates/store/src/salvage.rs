//! After damage: setting aside, never deleting, and bringing back what a backup still has. Finding damage is done in
//! `health`.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use bridge_domain::{Error, ErrorCode, Notice, NoticeKind};

use crate::{
    backup,
    error::Attempt,
    folder::Folder,
    health::{self, Condition},
};

/// Sets a damaged or lost database aside and puts the newest good backup in its place.
///
/// # Errors
/// `StoreDamaged` when there is no good backup; then nothing is moved and nothing is changed.
pub(crate) async fn restore_backup(folder: &Folder, reason: &str) -> Attempt<Notice> {
    let Some(backup) = newest_good_backup(folder).await? else { return Err(beyond_repair(folder, reason).into()) };
    let incoming = folder.incoming();
    fs::copy(&backup, &incoming)?;
    File::options().write(true).open(&incoming)?.sync_all()?;
    let aside = set_aside(folder)?;
    fs::rename(&incoming, folder.database())?;
    folder.sync()?;
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
