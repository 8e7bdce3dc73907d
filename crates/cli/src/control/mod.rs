//! A command for a data folder that another process has open: that process listens on a socket in the folder, and carries
//! the command out. One line of JSON asks, lines of JSON answer ([`wire`]).
//!
//! Only the same user may ask: the socket is the user's alone, and each end looks at who the other one is. On systems
//! without Unix domain sockets nobody listens, and a command says that the folder is in use.

#[cfg(unix)]
mod client;
#[cfg(unix)]
mod place;
#[cfg(unix)]
mod server;
#[cfg(unix)]
mod wire;

#[cfg(unix)]
pub(crate) use client::ask;
#[cfg(unix)]
pub use server::{Control, listen};

#[cfg(not(unix))]
pub use elsewhere::*;

#[cfg(not(unix))]
mod elsewhere {
    use std::path::Path;

    use crate::output::Printer;
    use crate::perform::OpenFolder;
    use crate::request::Request;
    use bridge_domain::{Error, ErrorCode, Result};

    /// Nobody listens on this system.
    #[derive(Debug)]
    pub struct Control;

    impl Control {
        /// There is nothing to end.
        pub async fn end(self) {}

        /// There is nothing to wait for.
        pub(crate) async fn finish(self) {}
    }

    /// Listens for commands.
    ///
    /// # Errors
    /// Always: this system has no Unix domain sockets.
    pub fn listen(_: &OpenFolder, _: &Path) -> Result<Control> {
        Err(Error::new(
            ErrorCode::Internal,
            "On this system, commands do not work while Bridge is open.",
            "Close Bridge before you use its command line.",
        ))
    }

    pub(crate) async fn ask(_: &Path, _: &Request, _: &Printer) -> Result<Option<u8>> {
        Ok(None)
    }
}
