//! Workflows as files: reads Bridge's own and n8n's, writes Bridge's own.
//!
//! Everything here is a function of its arguments: no file, no socket, no clock, and nothing that is read is executed,
//! evaluated or looked up. What comes out of [`read`] has no credential, no grant and no address of its own; it starts
//! nothing by itself until the user switches it on.

mod check;
mod n8n;
mod own;
mod read;
mod refuse;
mod scan;
mod write;

use bridge_domain::{Definition, ImportNotice, Item, NodeId};
use serde::{Deserialize, Serialize};

pub use read::read;
pub use scan::MAX_BYTES;
pub use write::{CredentialName, Exported, write};

/// A workflow that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// Its name, 1 to 200 characters; none when the file gives none.
    pub name: Option<String>,
    /// What it is for; may be empty.
    pub description: String,
    /// Nodes and edges. Whole: identifiers are unique, edges have both ends, nothing is larger than it may be. A node may
    /// have a connector that the catalogue lacks.
    pub definition: Definition,
    /// Output to be pinned, by node.
    pub pins: Vec<(NodeId, Vec<Item>)>,
    /// What the user should look at, at most 1,000.
    pub notices: Vec<ImportNotice>,
}
