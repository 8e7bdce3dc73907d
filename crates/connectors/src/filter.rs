//! Keeping only the items that fit.

use bridge_domain::ConnectorManifest;

use crate::comparison::{combine, conditions, ignore_case};
use crate::manifest::{Action, Category, Connector};

/// The Filter node.
pub fn connector() -> ConnectorManifest {
    Connector::new("filter", "Filter", "Keeps the items that meet conditions and drops all others.")
        .shown_in(Category::Flow, "IconFilter")
        .synonyms(&["filter", "keep", "drop", "remove items", "exclude", "select", "where", "ignore"])
        .action(
            Action::new("keep", "Keep matching items", "Passes on the items that meet the conditions.")
                .synonyms(&["filter items", "only", "discard", "skip", "keep only", "filter out"])
                .parameters([conditions(), combine(), ignore_case()]),
        )
        .manifest()
}
