//! Many items into one.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Aggregate node.
pub fn connector() -> ConnectorManifest {
    Connector::new("aggregate", "Aggregate", "Collects many items into one, for example to send a single message.")
        .shown_in(Category::Data, "IconStack2")
        .synonyms(&[
            "aggregate",
            "collect",
            "group",
            "summarize",
            "summary",
            "digest",
            "list of all",
            "combine items",
            "bundle",
        ])
        .action(
            Action::new(
                "collect",
                "Collect items",
                "Puts all items, or one field of each, into a list on a single item.",
            )
            .synonyms(&["collect all", "into one item", "gather", "join items", "make a list", "all at once"])
            .parameters([
                Parameter::text("field", "Field", "Field to take from each item; whole items when left out."),
                Parameter::text("into", "Into", "Name of the field that holds the list.")
                    .default("items")
                    .with("minLength", 1),
            ]),
        )
        .manifest()
}
