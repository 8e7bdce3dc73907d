//! The catalogue, indexed for validation. Knows no definition.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use bridge_domain::{ActionManifest, Catalog, ConnectorManifest, Node, NodeType};
use jsonschema::Validator;

use crate::format;

/// The catalogue with an index and with the compiled schemas of its actions, each compiled when first needed.
///
/// Make one and share it: compiling a schema costs far more than using it.
#[derive(Debug)]
pub struct Rules {
    catalog: Arc<Catalog>,
    connectors: HashMap<String, ConnectorEntry>,
}

#[derive(Debug)]
struct ConnectorEntry {
    index: usize,
    actions: HashMap<String, ActionEntry>,
}

#[derive(Debug)]
struct ActionEntry {
    index: usize,
    validator: OnceLock<Option<Validator>>,
}

impl Rules {
    /// The rules of this catalogue.
    #[must_use]
    pub fn new(catalog: Arc<Catalog>) -> Self {
        let connectors = catalog.connectors().iter().enumerate().map(|(index, connector)| {
            let actions = connector.actions.iter().enumerate();
            let actions =
                actions.map(|(index, action)| (action.id.clone(), ActionEntry { index, validator: OnceLock::new() }));
            (connector.id.clone(), ConnectorEntry { index, actions: actions.collect() })
        });
        Self { connectors: connectors.collect(), catalog }
    }

    /// The catalogue.
    #[must_use]
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The connector with this identifier.
    #[must_use]
    pub fn connector(&self, id: &str) -> Option<&ConnectorManifest> {
        self.catalog.connectors().get(self.connectors.get(id)?.index)
    }

    /// The action of a connector.
    #[must_use]
    pub fn action(&self, connector_id: &str, action_id: &str) -> Option<&ActionManifest> {
        let entry = self.connectors.get(connector_id)?;
        self.catalog.connectors().get(entry.index)?.actions.get(entry.actions.get(action_id)?.index)
    }

    /// The action a node performs; none for a node of an unknown connector, which may come from a newer version of the
    /// application or from an import.
    pub(crate) fn action_of(&self, node: &Node) -> Option<&ActionManifest> {
        self.action(&node.data.connector_id, &node.data.action_id)
    }

    /// Whether nothing may lead into the node.
    pub(crate) fn is_trigger(&self, node: &Node) -> bool {
        self.action_of(node).map_or(node.node_type, |action| action.node_type) == NodeType::Trigger
    }

    /// Whether a circle may pass through the node. Nobody knows about the nodes of an unknown connector, so they are
    /// not held against the user.
    pub(crate) fn allows_cycle(&self, node: &Node) -> bool {
        self.action_of(node).is_none_or(|action| action.allows_cycle)
    }

    /// The compiled schema of an action's parameters; none when there is no such action or its schema is not one.
    pub(crate) fn validator(&self, connector_id: &str, action_id: &str) -> Option<&Validator> {
        let entry = self.connectors.get(connector_id)?.actions.get(action_id)?;
        let compile = || {
            let action = self.action(connector_id, action_id)?;
            format::checked(jsonschema::draft202012::options()).build(&action.parameters).ok()
        };
        entry.validator.get_or_init(compile).as_ref()
    }
}
