//! What nodes need beside their step.

use std::sync::Arc;

use bridge_domain::{Blobs, ModelSource, Tables};
use bridge_gate::Gate;

/// What nodes need beside their step.
pub struct Services {
    /// The way out to the network.
    pub gate: Gate,
    /// Contents of files.
    pub blobs: Arc<dyn Blobs>,
    /// Data tables.
    pub tables: Arc<dyn Tables>,
    /// Language models.
    pub models: Arc<dyn ModelSource>,
}
