//! Where the socket is, and who is at its other end.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use tokio::net::UnixStream;

/// Name of the socket in the data folder.
const NAME: &str = "control.sock";
/// Bytes of a socket's address on every system that has them.
const LONGEST: usize = 100;

/// An address of the socket that is short enough, whatever the folder is called.
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// Keeps the short name valid.
    _folder: Option<File>,
}

impl Place {
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        let path = folder.join(NAME);
        if path.as_os_str().len() <= LONGEST {
            return Ok(Self { path, _folder: None });
        }
        let open = File::open(folder)?;
        let short = Path::new("/proc/self/fd").join(open.as_raw_fd().to_string());
        Ok(Self { path: short.join(NAME), _folder: Some(open) })
    }
}

/// Whether the other end is a process of the same user.
pub(super) fn is_own(stream: &UnixStream) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == rustix::process::geteuid().as_raw())
}
