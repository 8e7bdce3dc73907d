//! What a workflow was allowed to reach, beyond the public internet.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Something a workflow was allowed to reach. Without one it reaches public addresses only, and no file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum Grant {
    /// A host on this machine or in a private network, and one port.
    Host {
        /// Name or address, lower case, as the workflow writes it.
        host: String,
        /// Port.
        port: u16,
    },
    /// A folder and all below it.
    Folder {
        /// Absolute path.
        path: String,
        /// Whether files may be written, too.
        write: bool,
    },
}
