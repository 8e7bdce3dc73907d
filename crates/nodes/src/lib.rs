//! What each node does when its turn comes: one file for an action or a family, one line each in the lists below.
//!
//! Nothing here keeps a state between steps, and nothing reaches the network but through the gate.

mod core;
mod failure;
mod http;
mod inputs;
mod outside;
mod parameters;
mod per_item;
mod ports;
mod services;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

use std::collections::HashMap;
use std::sync::Arc;

use bridge_domain::{Executor, Executors};

pub use outside::credential_testers;
pub use ports::Services;
#[cfg(any(test, feature = "testing"))]
pub use services::at as service_at;

/// How an executor is made.
type Make = fn(&Arc<Services>) -> Box<dyn Executor>;
/// Executors of one family: connector, action, and how it is made.
type Family = &'static [(&'static str, &'static str, Make)];

/// All families. A new one is a module beside this one and a line here.
const FAMILIES: &[Family] = &[core::FAMILY, http::FAMILY, services::DESCRIBED, services::FAMILY, outside::FAMILY];

/// An executor for every action of the catalogue.
pub struct Nodes {
    /// By connector, then by action.
    executors: HashMap<&'static str, HashMap<&'static str, Box<dyn Executor>>>,
}

impl Nodes {
    /// All executors, with what they need.
    #[must_use]
    pub fn new(services: Services) -> Self {
        let services = Arc::new(services);
        let all = FAMILIES.iter().copied().flatten();
        let mut executors: HashMap<_, HashMap<_, _>> = HashMap::new();
        for (connector, action, make) in all {
            executors.entry(*connector).or_default().insert(*action, make(&services));
        }
        Self { executors }
    }

    /// Connector and action of every executor, in the order of the families.
    pub fn actions() -> impl Iterator<Item = (&'static str, &'static str)> {
        FAMILIES.iter().copied().flatten().map(|(connector, action, _)| (*connector, *action))
    }
}

impl Executors for Nodes {
    fn executor(&self, connector_id: &str, action_id: &str) -> Option<&dyn Executor> {
        self.executors.get(connector_id)?.get(action_id).map(AsRef::as_ref)
    }
}
