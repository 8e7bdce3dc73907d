//! The identity of a step's work, by which a later run finds it in the journal. Pure.

use bridge_domain::{Node, PageHash, StepKey};
use sha2::{Digest, Sha256};

/// Of everything in a node's definition that decides what it puts out.
pub(crate) fn node_digest(node: &Node, config: &str) -> [u8; 32] {
    let settings = &node.data.settings;
    let mut hash = Sha256::new();
    for text in [node.data.connector_id.as_str(), node.data.action_id.as_str(), config] {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hash.update([
        u8::from(settings.disabled),
        settings.on_error as u8,
        u8::from(settings.execute_once),
        u8::from(settings.always_output),
        settings.join as u8,
    ]);
    if let Some(credential) = settings.credential_id {
        hash.update(credential.0.as_bytes());
    }
    hash.finalize().into()
}

/// Makes a digest depend on something more.
pub(crate) fn add(digest: &mut [u8; 32], more: &[u8]) {
    let mut hash = Sha256::new();
    hash.update(*digest);
    hash.update(more);
    *digest = hash.finalize().into();
}

/// Whether a configuration may read what nodes beyond its own input put out, or the user's variables. The engine knows no
/// grammar, so any mention counts: the price of a false alarm is a step executed once more.
pub(crate) fn reads_others(config: &str) -> bool {
    ["$(", "$node", "$items", "$vars", "$ ("].iter().any(|name| config.contains(name))
}

/// Whether a configuration may read how other nodes are called or set up.
pub(crate) fn reads_definition(config: &str) -> bool {
    ["$prevNode", "params"].iter().any(|name| config.contains(name))
}

/// What a key is made of beside the node.
pub(crate) struct Arrived<'a, P> {
    /// Hashes of the pages, per input.
    pub inputs: P,
    /// Of all that lies behind the input, for nodes that read others.
    pub behind: &'a [[u8; 32]],
    pub credential_version: Option<u32>,
    /// `$vars`, as JSON.
    pub variables: &'a str,
}

/// The key of a step.
pub(crate) fn step_key<P, I>(digest: &[u8; 32], arrived: Arrived<'_, P>) -> StepKey
where
    P: IntoIterator<Item = I>,
    I: IntoIterator<Item = PageHash>,
{
    let mut hash = Sha256::new();
    hash.update(digest);
    for input in arrived.inputs {
        hash.update(b"input");
        for page in input {
            hash.update(page.0);
        }
    }
    for behind in arrived.behind {
        hash.update(b"behind");
        hash.update(behind);
    }
    if let Some(version) = arrived.credential_version {
        hash.update(b"credential");
        hash.update(version.to_le_bytes());
    }
    hash.update(arrived.variables);
    hash.finalize().into()
}

/// Of everything that led to a step and what it put out.
pub(crate) fn behind(outputs: impl Iterator<Item = PageHash>, origins: &[[u8; 32]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for page in outputs {
        hash.update(page.0);
    }
    for origin in origins {
        hash.update(b"behind");
        hash.update(origin);
    }
    hash.finalize().into()
}
