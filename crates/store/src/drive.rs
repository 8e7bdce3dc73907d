//! On what kind of drive the data folder is. A write-ahead log needs memory shared between processes, which a network drive
//! does not have; a program that copies the folder elsewhere takes the log and the database at different times.

use std::path::{Component, Path};

use bridge_domain::{Notice, NoticeKind};

/// Folders that such programs keep in step, as they name them. A longer name may follow: `OneDrive - Company`.
const SYNCED: [&str; 12] = [
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "my drive",
    "iclouddrive",
    "icloud drive",
    "mobile documents",
    "cloudstorage",
    "nextcloud",
    "owncloud",
    "pclouddrive",
];
/// What Dropbox and Syncthing put into the folders they keep in step.
const MARKS: [&str; 3] = [".dropbox", ".dropbox.cache", ".stfolder"];

/// A drive that is not this machine's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Foreign {
    /// Reached over a network, or served by another program.
    Network,
    /// Copied elsewhere by another program.
    Synced,
}

impl Foreign {
    /// What kind of foreign drive a folder is on; none when it is this machine's own, as far as one can tell.
    pub(crate) fn of(folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        if is_network(&folder) {
            return Some(Self::Network);
        }
        let is_named = folder.components().any(|component| match component {
            Component::Normal(name) => is_synced_name(&name.to_string_lossy()),
            _ => false,
        });
        let is_marked = || folder.ancestors().any(|above| MARKS.iter().any(|mark| above.join(mark).exists()));
        (is_named || is_marked()).then_some(Self::Synced)
    }

    pub(crate) fn notice(self) -> Notice {
        let message = match self {
            Self::Network => "The data folder is on a network drive: saving is slower there, and data can be lost.",
            Self::Synced => {
                "The data folder is copied to other machines by another program: a copy taken while something is saved \
                 can be damaged."
            }
        };
        Notice {
            kind: NoticeKind::SyncedFolder,
            message: message.to_owned(),
            hint: "Move the data folder to a drive of this machine, and copy the backups in it instead.".to_owned(),
        }
    }
}

fn is_synced_name(name: &str) -> bool {
    let name = name.to_lowercase();
    SYNCED.iter().any(|synced| {
        name.strip_prefix(synced).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
    })
}

#[cfg(target_os = "linux")]
fn is_network(folder: &Path) -> bool {
    // From linux/magic.h and the file systems' own headers: NFS, SMB (three of them), FUSE, 9P, AFS, Ceph, Coda, NCP,
    // OCFS2, GFS2, Lustre, and the shared folders of VirtualBox and VMware.
    const NETWORK: [u32; 16] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x6573_5546,
        0x0102_1997,
        0x5346_414f,
        0x00c3_6400,
        0x7375_7245,
        0x564c,
        0x7461_636f,
        0x0116_1970,
        0x0bd0_0bd0,
        0x786f_4256,
        0xbacb_acbc,
        0x6b41_4653,
    ];
    // The type is a number of 32 bits, whatever the width and sign of the field.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared as 32 bits")]
    rustix::fs::statfs(folder).is_ok_and(|drive| NETWORK.contains(&(drive.f_type as u32)))
}

/// On Windows, `\\\\server\\share`. Elsewhere the path does not tell.
#[cfg(not(target_os = "linux"))]
fn is_network(folder: &Path) -> bool {
    use std::path::Prefix;
    matches!(folder.components().next(), Some(Component::Prefix(prefix))
        if matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn d14_folders_of_known_programs_are_recognised_by_name_and_mark() {
        let root = tempfile::tempdir().unwrap();
        for (path, expected) in [
            ("OneDrive/Bridge", true),
            ("OneDrive - Company Ltd/Bridge", true),
            ("Dropbox (Private)/data", true),
            ("Library/CloudStorage/GoogleDrive-me@example.com/Bridge", true),
            ("Library/Mobile Documents/Bridge", true),
            ("iCloudDrive", true),
            ("My Drive/x", true),
            ("dropboxes/Bridge", false),
            ("Documents/Bridge", false),
        ] {
            let folder = root.path().join(path);
            std::fs::create_dir_all(&folder).unwrap();
            assert_eq!(Foreign::of(&folder) == Some(Foreign::Synced), expected, "{path}");
        }
        let marked = root.path().join("shared");
        std::fs::create_dir_all(marked.join("below")).unwrap();
        std::fs::create_dir(marked.join(".stfolder")).unwrap();
        assert_eq!(Foreign::of(&marked.join("below")), Some(Foreign::Synced));
    }

    #[cfg(unix)]
    #[test]
    fn d14_a_way_around_the_name_is_followed_and_a_name_within_another_is_none() {
        let root = tempfile::tempdir().unwrap();
        let make = |path: &str| {
            let folder = root.path().join(path);
            std::fs::create_dir_all(&folder).unwrap();
            folder
        };
        // A link from an ordinary place into a synced one, over another link, and back up through it.
        let synced = make("Nextcloud/data");
        make("plain");
        std::os::unix::fs::symlink(&synced, root.path().join("plain/bridge")).unwrap();
        std::os::unix::fs::symlink(root.path().join("plain/bridge"), root.path().join("again")).unwrap();
        for path in ["plain/bridge", "again", "again/../data", "plain/../NEXTCLOUD".to_lowercase().as_str()] {
            let expected = (!path.ends_with("nextcloud")).then_some(Foreign::Synced);
            let folder = root.path().join(path);
            assert_eq!(folder.exists().then(|| Foreign::of(&folder)).flatten(), expected, "{path}");
        }
        // From a synced place to an ordinary one: the data is not copied.
        std::os::unix::fs::symlink(make("here"), root.path().join("Nextcloud/link")).unwrap();
        assert_eq!(Foreign::of(&root.path().join("Nextcloud/link")), None);
        for (path, expected) in [
            ("PCLOUDDRIVE", true),
            ("ownCloud (2)", true),
            ("OneDrive-Personal/a", true),
            ("mynextcloud", false),
            ("Onedriveway", false),
        ] {
            assert_eq!(Foreign::of(&make(path)) == Some(Foreign::Synced), expected, "{path}");
        }
    }
}
