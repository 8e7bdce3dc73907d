//! Only so many items.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Limit node.
pub fn connector() -> ConnectorManifest {
    Connector::new("limit", "Limit", "Passes on only the first or the last items.")
        .shown_in(Category::Data, "IconArrowBarToDown")
        .synonyms(&["limit items", "at most so many", "first n", "last n", "cap items"])
        .action(
            Action::new("limit_items", "Limit items", "Passes on so many items at most.")
                .synonyms(&["first items", "last items", "top items", "max items", "take first items"])
                .parameters([
                    Parameter::integer("max_items", "Items at most", "How many items are passed on.", 1..=1_000_000)
                        .required()
                        .default(1),
                    Parameter::choice(
                        "keep",
                        "Keep",
                        "Whether the first or the last items are passed on.",
                        &["first", "last"],
                    )
                    .default("first"),
                ]),
        )
        .manifest()
}
