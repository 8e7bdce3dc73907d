//! The executors against the catalogue.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;

use bridge_connectors::catalog;
use bridge_domain::NodeType;
use bridge_nodes::Nodes;

/// Actions whose executors are still to come.
const TO_COME: &[&str] = &[];

#[test]
fn every_action_has_an_executor_and_every_executor_an_action() {
    let catalog = catalog();
    let actions = catalog.connectors().iter().flat_map(|connector| {
        let worked = connector.actions.iter().filter(|action| action.node_type != NodeType::Trigger);
        worked.map(|action| format!("{}.{}", connector.id, action.id))
    });
    // The rounds of a loop are the engine's own work.
    let expected: BTreeSet<String> = actions.filter(|action| action != "loop.over_items").collect();
    let found: BTreeSet<String> = Nodes::actions().map(|(connector, action)| format!("{connector}.{action}")).collect();
    let without: Vec<&str> = expected.difference(&found).map(String::as_str).collect();
    let unknown: Vec<&str> = found.difference(&expected).map(String::as_str).collect();
    assert_eq!((without.as_slice(), unknown.as_slice()), (TO_COME, &[][..]), "without an executor, without an action");
}

#[test]
fn no_action_has_two_executors() {
    let mut seen = BTreeSet::new();
    for action in Nodes::actions() {
        assert!(seen.insert(action), "{action:?}");
    }
}
