//! What is kept is the user's alone: files and folders that nobody else on this machine may read, whatever the umask.
//!
//! On systems without Unix permissions, what is made inherits those of the user's own folders.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

/// Options that make a new file for its owner only. One that is there keeps its permissions: see [`tighten`].
#[must_use]
pub fn options() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there is nothing to add"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes an empty file for its owner only, unless there is one.
///
/// # Errors
/// Those of the file system.
pub fn create_file(path: &Path) -> io::Result<()> {
    options().create(true).append(true).open(path).map(drop)
}

/// Makes a folder for its owner only, and those above it; one that is there stays as it is.
///
/// # Errors
/// Those of the file system.
pub fn make_folder(path: &Path) -> io::Result<()> {
    builder().recursive(true).create(path)
}

/// Makes a folder for its owner only, which must not exist.
pub(crate) fn make_new_folder(path: &Path) -> io::Result<()> {
    builder().create(path)
}

fn builder() -> fs::DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there is nothing to add"))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Takes a file or a folder with all that is in it away from everybody else. Links are not followed.
///
/// # Errors
/// Those of the file system; `PermissionDenied` for what belongs to somebody else.
pub fn tighten(path: &Path) -> io::Result<()> {
    tighten_alone(path)?;
    if cfg!(unix) && fs::symlink_metadata(path)?.is_dir() {
        for entry in fs::read_dir(path)? {
            match tighten(&entry?.path()) {
                // Removed in the meantime.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                tightened => tightened?,
            }
        }
    }
    Ok(())
}

/// [`tighten`] without what is in a folder.
#[cfg(unix)]
pub(crate) fn tighten_alone(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = fs::symlink_metadata(path)?;
    let mode = metadata.permissions().mode();
    if !metadata.is_symlink() && mode & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700))?;
    }
    Ok(())
}

/// Permissions are inherited.
#[cfg(not(unix))]
pub(crate) fn tighten_alone(_: &Path) -> io::Result<()> {
    Ok(())
}
