//! Files within folders that a workflow was granted. Paths are opened beneath the folder by the operating system, so
//! neither `..` nor a link leads out of it; nothing else in this crate opens a file.

use std::io;
use std::path::{Component, Path, PathBuf};

use bridge_domain::{Error, ErrorCode, Grant, StepFailure};
use cap_std::ambient_authority;
use cap_std::fs::Dir;

use crate::failure::failed_at;

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Its content is read.
    Read,
    /// It is created or changed.
    Write,
}

/// A path within a granted folder.
#[derive(Debug)]
pub struct Place {
    /// The folder.
    pub folder: Dir,
    /// Path of the folder.
    pub root: PathBuf,
    /// The rest of the path, relative to the folder.
    pub inside: PathBuf,
    /// The path as the workflow wrote it.
    pub path: PathBuf,
}

impl Place {
    /// Finds the granted folder that a path is in, and opens it. A link from one granted folder into another is followed.
    ///
    /// # Errors
    /// `not_granted` with the grant that is missing; `node_failed` for what is no path of a file.
    pub fn find(grants: &[Grant], path: &str, purpose: Use) -> Result<Self, StepFailure> {
        let wanted = checked(path)?;
        if is_kept_by_bridge(&wanted) {
            return Err(not_for_workflows(&wanted));
        }
        if let Some(found) = granted(folders(grants, purpose), &wanted) {
            let place = Self::open(found, &wanted)?;
            if !place.leads_out() {
                return Ok(place);
            }
        }
        Self::behind_links(grants, &wanted, purpose).unwrap_or_else(|| Err(not_granted(&wanted, purpose)))
    }

    /// The place that the links of a path in a granted folder lead to; none when that is in no granted folder. It is opened
    /// beneath its own folder like any other, so that a link that changes meanwhile leads nowhere else.
    fn behind_links(grants: &[Grant], wanted: &Path, purpose: Use) -> Option<Result<Self, StepFailure>> {
        granted(folders(grants, Use::Read), wanted)?;
        let target = real_path(wanted)?;
        let real = folders(grants, purpose).filter_map(|folder| std::fs::canonicalize(folder).ok());
        let found = granted(real, &target)?;
        Some(Self::open(found, wanted))
    }

    fn open((root, inside): (PathBuf, PathBuf), path: &Path) -> Result<Self, StepFailure> {
        let folder = Dir::open_ambient_dir(&root, ambient_authority()).map_err(|error| unusable(&root, &error))?;
        Ok(Self { folder, root, inside, path: path.to_owned() })
    }

    /// Whether the path, or that of the folder it would be made in, leads out of the granted folder.
    fn leads_out(&self) -> bool {
        let parent = self.inside.parent().filter(|parent| !parent.as_os_str().is_empty());
        let leads_out = |path: &Path| self.folder.canonicalize(path).is_err_and(|error| is_escape(&error));
        leads_out(&self.inside) || parent.is_some_and(leads_out)
    }

    /// What an error of the operating system means for this path.
    pub fn failure(&self, error: &io::Error, purpose: Use) -> StepFailure {
        if is_escape(error) { not_granted(&self.path, purpose) } else { unusable(&self.path, error) }
    }

    /// The path, for a person.
    pub fn shown(&self) -> String {
        self.path.display().to_string()
    }
}

/// The folders granted for this use.
fn folders(grants: &[Grant], purpose: Use) -> impl Iterator<Item = PathBuf> {
    grants.iter().filter_map(move |grant| match grant {
        Grant::Folder { path, write } if *write || purpose == Use::Read => Some(PathBuf::from(path)),
        Grant::Folder { .. } | Grant::Host { .. } => None,
    })
}

/// The folder that is nearest to the path, and the rest of the path.
fn granted(folders: impl Iterator<Item = PathBuf>, wanted: &Path) -> Option<(PathBuf, PathBuf)> {
    let fitting = folders.filter_map(|folder| {
        let inside = wanted.strip_prefix(&folder).ok()?.to_owned();
        (folder.is_absolute() && !inside.as_os_str().is_empty()).then_some((folder, inside))
    });
    fitting.max_by_key(|(folder, _)| folder.components().count())
}

/// The path without links; of a file that is not there, that of its folder with its name.
fn real_path(path: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(path)
        .ok()
        .or_else(|| Some(std::fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?)))
}

/// Files that mark a data folder of Bridge, this one's or another's.
const MARKS: [&str; 2] = ["bridge.lock", "bridge.created"];

/// Whether a path leads into a data folder of Bridge. There are the grants themselves, and all other workflows: a grant of a
/// folder around it does not mean them.
fn is_kept_by_bridge(path: &Path) -> bool {
    let clean = without_dots(path);
    let real = real_path(path);
    let above =
        |path: &Path| path.ancestors().skip(1).any(|folder| MARKS.iter().any(|mark| folder.join(mark).exists()));
    above(&clean) || real.is_some_and(|real| above(&real))
}

fn not_for_workflows(path: &Path) -> StepFailure {
    let message = format!("“{}” is in a data folder of Bridge, which no workflow reaches.", path.display());
    let error = Error::new(ErrorCode::RequestRefused, message, "Use a file in another folder.");
    StepFailure { parameter: Some("path".to_owned()), ..error.into() }
}

/// The path, if it can be that of a file.
fn checked(text: &str) -> Result<PathBuf, StepFailure> {
    let refuse = |why: &str| {
        failed_at(
            "path",
            format!("The path {why}."),
            "Write the whole path of a file, such as /home/me/reports/sales.csv.",
        )
    };
    if text.trim().is_empty() {
        return Err(refuse("is empty"));
    }
    if text.contains('\0') {
        return Err(refuse("holds a NUL character"));
    }
    let path = Path::new(text);
    if !path.is_absolute() {
        return Err(refuse("does not begin at the root of the file system"));
    }
    for component in path.components() {
        match component {
            Component::Prefix(prefix) if !matches!(prefix.kind(), std::path::Prefix::Disk(_)) => {
                return Err(refuse("is not on a disk of this computer"));
            }
            Component::Normal(name) if is_device(&name.to_string_lossy()) => {
                return Err(refuse("names a device"));
            }
            _ => {}
        }
    }
    if text.ends_with(std::path::is_separator) {
        return Err(refuse("names a folder"));
    }
    Ok(path.to_owned())
}

/// Whether Windows takes this name for a device, or for a stream of another file. Refused everywhere, so that a workflow
/// means the same on each system; a colon is an ordinary character elsewhere.
/// See "Naming Files, Paths, and Namespaces" of the Windows documentation.
fn is_device(name: &str) -> bool {
    const DEVICES: &[&str] = &["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    if cfg!(windows) && name.contains(':') {
        return true;
    }
    let stem = name.split(['.', ':']).next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |stem: &str| {
        let port = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
        port.is_some_and(|number| {
            matches!(number, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    DEVICES.contains(&stem.as_str()) || numbered(&stem)
}

/// Whether a path led out of the folder. Such an error is no error of the operating system.
fn is_escape(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none()
}

/// The workflow has no folder that this path is in; says which one would be needed.
pub fn not_granted(path: &Path, purpose: Use) -> StepFailure {
    // A link is named by where it leads to: granting the folder it lies in would not help.
    let target = real_path(path).unwrap_or_else(|| without_dots(path));
    let folder = target.parent().unwrap_or(&target).display().to_string();
    let verb = if purpose == Use::Write { "write" } else { "read" };
    let error = Error::new(
        ErrorCode::NotGranted,
        format!("This workflow may not {verb} “{}”.", target.display()),
        format!("Grant it the folder “{folder}”, or use a file in a folder it was granted."),
    );
    StepFailure {
        parameter: Some("path".to_owned()),
        grant: Some(Box::new(Grant::Folder { path: folder, write: purpose == Use::Write })),
        ..error.into()
    }
}

/// The path without `.` and `..`, by its text alone.
fn without_dots(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut clean, component| {
        match component {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            other => clean.push(other),
        }
        clean
    })
}

/// An error of the operating system, in a person's words.
fn unusable(path: &Path, error: &io::Error) -> StepFailure {
    let shown = path.display();
    let (code, message, hint) = match error.kind() {
        io::ErrorKind::NotFound => {
            (ErrorCode::NotFound, format!("“{shown}” does not exist."), "Check the path; folders are not created.")
        }
        io::ErrorKind::AlreadyExists => (
            ErrorCode::NodeFailed,
            format!("“{shown}” exists already."),
            "Choose another path, or let the node append to the file or overwrite it.",
        ),
        io::ErrorKind::PermissionDenied => (
            ErrorCode::PermissionDenied,
            format!("This computer does not let you use “{shown}”."),
            "Check the permissions of the file and its folder.",
        ),
        io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory => (
            ErrorCode::NodeFailed,
            format!("“{shown}” is not a file in a folder."),
            "Check the path; it must end with the name of a file.",
        ),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (ErrorCode::DiskFull, format!("The disk is full: “{shown}” was not written."), "Make room and try again.")
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            (ErrorCode::ReadOnly, format!("“{shown}” is on a read-only disk."), "Choose a path on another disk.")
        }
        _ => (ErrorCode::NodeFailed, format!("“{shown}” could not be used: {error}."), "Check the path and the disk."),
    };
    StepFailure { parameter: Some("path".to_owned()), ..Error::new(code, message, hint).into() }
}
