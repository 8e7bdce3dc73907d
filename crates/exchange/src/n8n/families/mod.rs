//! What becomes of which type of n8n: one function for each, in a file for each family. A type that is not here, or whose
//! function says none, is kept as unsupported.

mod triggers;

use super::source::{Source, Target};

/// What a node becomes; none when there is no counterpart of it.
pub(super) fn convert(source: &mut Source<'_>) -> Option<Target> {
    let (package, name) = source.raw.kind.rsplit_once('.')?;
    match (package, name) {
        ("n8n-nodes-base", "manualTrigger" | "start" | "executeWorkflowTrigger") => triggers::manual(source),
        _ => None,
    }
}
