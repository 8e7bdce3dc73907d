//! The connectors' manifests.

use std::sync::Arc;

use bridge_domain::Catalog;

/// All connectors, in palette order.
#[must_use]
pub fn catalog() -> Arc<Catalog> {
    Arc::new(Catalog::default())
}
