//! A second, atomically written copy of the settings, and what happens when the first one is damaged.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bridge_domain::{Error, ErrorCode, Notice, NoticeKind, Result, Settings, Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// The settings file and its last good copy, in one folder.
pub struct LastGood {
    file: PathBuf,
    copy: PathBuf,
}

impl LastGood {
    pub fn new(folder: &Path) -> Self {
        Self { file: folder.join("settings.json"), copy: folder.join("settings.last-good.json") }
    }

    /// The file the plugin reads and writes.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Puts the last good settings back when the file is damaged or gone. The damaged file is kept beside it.
    pub fn restore_if_damaged(&self) -> Option<Notice> {
        let damaged = match fs::read(&self.file) {
            Ok(bytes) if is_readable(&bytes) => {
                // Written by hand or by an older version: from now on it is the last good one.
                if fs::read(&self.copy).ok().is_none_or(|copy| !is_readable(&copy)) {
                    self.keep_copy(&bytes);
                }
                return None;
            }
            Ok(_) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(_) => return None,
        };
        let copy = fs::read(&self.copy).ok().filter(|bytes| is_readable(bytes));
        if !damaged && copy.is_none() {
            return None;
        }
        Some(self.restore(damaged, copy.as_deref()))
    }

    fn restore(&self, damaged: bool, copy: Option<&[u8]>) -> Notice {
        let aside = self.file.with_file_name(format!("settings.damaged-{}.json", Timestamp::now().as_microseconds()));
        let set_aside = damaged && fs::rename(&self.file, &aside).is_ok();
        let restored = copy.is_some_and(|bytes| write_atomically(&self.file, bytes).is_ok());
        let what = if damaged { "The settings file was damaged" } else { "The settings file was gone" };
        let then = if restored { "the last good settings are in force" } else { "the default settings are in force" };
        let hint = if set_aside {
            format!("The damaged file is kept as {}.", aside.display())
        } else {
            "Look through the settings once.".to_owned()
        };
        Notice { kind: NoticeKind::SettingsRestored, message: format!("{what}; {then}."), hint }
    }

    fn keep_copy(&self, bytes: &[u8]) {
        if let Err(error) = write_atomically(&self.copy, bytes) {
            tracing::warn!(%error, "the last good settings could not be kept");
        }
    }

    /// Keeps `content` as the last good settings: whole or not at all, and on the disk before it returns.
    ///
    /// # Errors
    /// [`ErrorCode::DiskFull`], [`ErrorCode::ReadOnly`] or [`ErrorCode::StoreUnavailable`].
    pub fn write(&self, content: &Value) -> Result<()> {
        write_atomically(&self.copy, content.to_string().as_bytes()).map_err(|error| unwritable(&error))
    }
}

fn unwritable(error: &io::Error) -> Error {
    use io::ErrorKind;
    let (code, hint) = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            (ErrorCode::DiskFull, "Make room on the disk and save again.")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            (ErrorCode::ReadOnly, "Make the data folder writable and save again.")
        }
        _ => (ErrorCode::StoreUnavailable, "Check that the data folder is there and save again."),
    };
    Error::new(code, "The settings were not saved.", hint)
}

/// Whether these bytes are settings as the plugin writes them.
fn is_readable(bytes: &[u8]) -> bool {
    let Ok(Value::Object(root)) = serde_json::from_slice(bytes) else { return false };
    root.get(super::KEY).is_none_or(|settings| Settings::deserialize(settings).is_ok())
}

fn write_atomically(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let temporary = target.with_extension("json.new");
    let mut file = bridge_store::private::options().create(true).write(true).truncate(true).open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, target)?;
    sync_folder(folder)
}

/// Makes a rename last through a power loss. Windows has no such call for folders and does it by itself.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const GOOD: &str = r#"{"settings":{"default_provider":"openai","max_output_tokens":2048}}"#;

    fn folder_with(file: Option<&[u8]>, copy: Option<&[u8]>) -> (tempfile::TempDir, LastGood) {
        let folder = tempfile::tempdir().unwrap();
        let settings = LastGood::new(folder.path());
        if let Some(bytes) = file {
            fs::write(&settings.file, bytes).unwrap();
        }
        if let Some(bytes) = copy {
            fs::write(&settings.copy, bytes).unwrap();
        }
        (folder, settings)
    }

    #[test]
    fn d10_a_damaged_file_is_set_aside_and_the_last_good_one_restored() {
        let half = &GOOD.as_bytes()[..GOOD.len() / 2];
        let wrong_type = br#"{"settings":{"max_output_tokens":"many"}}"#;
        for damaged in [&b""[..], &[0; 300], half, b"[]", wrong_type, b"\xff\xfe{}"] {
            let (folder, settings) = folder_with(Some(damaged), Some(GOOD.as_bytes()));
            let notice = settings.restore_if_damaged().unwrap();
            assert_eq!(notice.kind, NoticeKind::SettingsRestored);
            assert_eq!(fs::read(&settings.file).unwrap(), GOOD.as_bytes());
            let aside = fs::read_dir(folder.path())
                .unwrap()
                .flatten()
                .find(|entry| entry.file_name().to_string_lossy().starts_with("settings.damaged-"))
                .unwrap();
            assert_eq!(fs::read(aside.path()).unwrap(), damaged);
            assert!(settings.restore_if_damaged().is_none(), "the user is told once");
        }
    }

    #[test]
    fn d10_a_lost_file_is_restored_and_a_first_start_is_not_a_fault() {
        let (_folder, settings) = folder_with(None, Some(GOOD.as_bytes()));
        assert!(settings.restore_if_damaged().is_some());
        assert_eq!(fs::read(&settings.file).unwrap(), GOOD.as_bytes());

        let (_folder, settings) = folder_with(None, None);
        assert!(settings.restore_if_damaged().is_none());
    }

    #[test]
    fn d10_with_both_files_damaged_the_user_is_told_that_defaults_are_in_force() {
        let (_folder, settings) = folder_with(Some(b"\0\0"), Some(b"{"));
        assert!(settings.restore_if_damaged().unwrap().message.contains("default"));
    }

    #[test]
    fn d10_a_good_file_becomes_the_last_good_one_and_unwritable_folders_are_named() {
        let (_folder, settings) = folder_with(Some(GOOD.as_bytes()), None);
        assert!(settings.restore_if_damaged().is_none());
        assert_eq!(fs::read(&settings.copy).unwrap(), GOOD.as_bytes());

        let gone = LastGood::new(Path::new("/nonexistent/folder"));
        assert_eq!(gone.write(&serde_json::json!({})).unwrap_err().code, ErrorCode::StoreUnavailable);
    }
}
