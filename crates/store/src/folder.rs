//! The data folder: where its files are, who may write it, and whether a database was ever in it.

use std::{
    ffi::OsStr,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    error::{self, Attempt},
    private,
};

/// How long a second opener waits for the first one to go: long enough for a restart, short enough for a person.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);
const LOCK_POLL: Duration = Duration::from_millis(50);

/// The application's own folder in the user's data: all that is in it is the application's.
const OWN_NAME: &str = "dev.bridge.desktop";
/// How the names of the application's files in a data folder begin.
const OWN_FILES: [&str; 7] =
    ["bridge.", "settings.", "control.sock", "unfinished-starts", "backups", "blobs", "damaged-"];

/// Paths inside a data folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    root: PathBuf,
}

/// What may be done with a data folder.
#[derive(Debug)]
pub(crate) enum Claim {
    /// It is ours alone while the lock file is held.
    Writer(File),
    /// It cannot be written by this user. While the file is held, nobody else writes it either; without one, nobody ever
    /// did who keeps to the lock.
    Reader(Option<File>),
}

impl Folder {
    /// The folder, made when it is missing: in this very place or not at all.
    pub(crate) fn prepare(root: &Path) -> Attempt<Self> {
        if !root.is_dir() {
            private::make_folder(root)?;
        }
        Ok(Self { root: root.to_owned() })
    }

    /// The folder as it is, also when it is not there.
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("bridge.db")
    }

    /// The database and the files SQLite keeps beside it.
    pub(crate) fn database_files(&self) -> [PathBuf; 4] {
        ["bridge.db", "bridge.db-wal", "bridge.db-shm", "bridge.db-journal"].map(|name| self.root.join(name))
    }

    /// Where a copy grows before it takes the database's place.
    pub(crate) fn incoming(&self) -> PathBuf {
        self.root.join("bridge.db.part")
    }

    pub(crate) fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    pub(crate) fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// A new folder for what is set aside, never one that exists.
    pub(crate) fn make_damaged(&self) -> io::Result<PathBuf> {
        let stem = format!("damaged-{}", bridge_domain::Timestamp::now()).replace(':', "");
        for attempt in 0_u32.. {
            let path = self.root.join(if attempt == 0 { stem.clone() } else { format!("{stem}-{attempt}") });
            match private::make_new_folder(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                done => return done.map(|()| path),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn marker(&self) -> PathBuf {
        self.root.join("bridge.created")
    }

    /// Whether there ever was a database here. If so, a missing or empty one is a loss, not a first start.
    pub(crate) fn had_database(&self) -> bool {
        self.marker().exists() || fs::read_dir(self.backups()).is_ok_and(|mut entries| entries.next().is_some())
    }

    /// Remembers that there is a database here.
    pub(crate) fn remember_database(&self) -> io::Result<()> {
        if !self.marker().exists() {
            write_note(
                &self.marker(),
                "This folder has a database, bridge.db. If it is missing or empty, it was lost.\n",
            )?;
            sync_folder(&self.root)?;
        }
        Ok(())
    }

    fn suspicion(&self) -> PathBuf {
        self.root.join("bridge.suspect")
    }

    /// Whether the database was found damaged while it was open: it is checked whole before it is opened again.
    pub(crate) fn is_suspect(&self) -> bool {
        self.suspicion().exists()
    }

    /// Remembers that the database is damaged.
    pub(crate) fn suspect(&self) -> io::Result<()> {
        let note = "The database was found damaged. It is repaired or restored at the next start.\n";
        write_note(&self.suspicion(), note)?;
        sync_folder(&self.root)
    }

    /// Forgets it: the database was repaired, or another is in its place.
    pub(crate) fn clear_suspicion(&self) -> io::Result<()> {
        match fs::remove_file(self.suspicion()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Takes what is kept here away from everybody else, but for the contents of files, of which there may be many: their
    /// folder is closed, and [`Self::tighten_blobs`] does the rest. What belongs to somebody else stays as it is. So does the
    /// folder itself when there is something in it that is not the application's.
    pub(crate) fn tighten(&self) -> io::Result<()> {
        let mut is_shared = false;
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            if !is_own(&entry.file_name()) {
                is_shared = true;
            } else if entry.file_name() == "blobs" {
                warn_of(&entry.path(), private::tighten_alone(&entry.path()));
            } else {
                warn_of(&entry.path(), private::tighten(&entry.path()));
            }
        }
        if !is_shared || self.root.file_name() == Some(OsStr::new(OWN_NAME)) {
            warn_of(&self.root, private::tighten_alone(&self.root));
        }
        Ok(())
    }

    /// Takes the contents of files away from everybody else.
    pub(crate) fn tighten_blobs(&self) {
        if self.blobs().is_dir() {
            warn_of(&self.blobs(), private::tighten(&self.blobs()));
        }
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        sync_folder(&self.root)
    }

    /// Takes the folder's lock, waiting a little for another instance to go.
    ///
    /// # Errors
    /// `StoreInUse` when it does not; `StoreUnavailable` on a file system without locks.
    pub(crate) async fn claim(&self) -> Attempt<Claim> {
        let path = self.root.join("bridge.lock");
        match private::options().create(true).write(true).truncate(false).open(&path) {
            Ok(file) => {
                wait_for(|| file.try_lock()).await?;
                Ok(if self.is_writable()? { Claim::Writer(file) } else { Claim::Reader(Some(file)) })
            }
            // Someone else may be able to write here: not while this one reads.
            Err(error) if is_refusal(&error) => match File::open(&path) {
                Ok(file) => {
                    wait_for(|| file.try_lock_shared()).await?;
                    Ok(Claim::Reader(Some(file)))
                }
                Err(_) => Ok(Claim::Reader(None)),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// Tries, because permissions, access lists, mounts and flags all have a say. A full disk can be written again.
    fn is_writable(&self) -> io::Result<bool> {
        let probe = self.root.join("bridge.probe");
        let written = private::create_file(&probe).and_then(|()| fs::remove_file(&probe));
        let database = OpenOptions::new().write(true).open(self.database());
        for attempt in [written.map(|()| None), database.map(Some)] {
            match attempt {
                Err(error) if is_refusal(&error) => return Ok(false),
                Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::StorageFull) => {
                    return Err(error);
                }
                _ => {}
            }
        }
        Ok(true)
    }
}

fn is_own(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| OWN_FILES.iter().any(|own| name.starts_with(own)))
}

/// A drive without permissions, or a file of somebody else, is no reason not to work.
fn warn_of(path: &Path, tightened: io::Result<()>) {
    if let Err(error) = tightened
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, path = %path.display(), "others on this machine may be able to read this");
    }
}

fn write_note(path: &Path, note: &str) -> io::Result<()> {
    private::options().create(true).write(true).truncate(true).open(path)?.write_all(note.as_bytes())
}

/// Tries to lock until it works or patience ends.
async fn wait_for(try_lock: impl Fn() -> Result<(), TryLockError>) -> Attempt<()> {
    let deadline = tokio::time::Instant::now() + LOCK_PATIENCE;
    loop {
        match try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if tokio::time::Instant::now() >= deadline => {
                return Err(error::in_use().into());
            }
            Err(TryLockError::WouldBlock) => tokio::time::sleep(LOCK_POLL).await,
        }
    }
}

fn is_refusal(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Makes new and renamed entries of a folder survive a power loss. Windows has no such call and needs none.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
