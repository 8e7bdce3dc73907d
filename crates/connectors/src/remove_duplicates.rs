//! Each item once.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Remove duplicates node.
pub fn connector() -> ConnectorManifest {
    Connector::new("remove_duplicates", "Remove duplicates", "Passes on each item once and drops the repeated ones.")
        .shown_in(Category::Data, "IconCopyOff")
        .synonyms(&["remove duplicates", "duplicates", "deduplicate", "dedupe", "unique", "distinct", "uniq"])
        .action(
            Action::new(
                "remove",
                "Remove repeated items",
                "Passes on the first of the items that have the same values. It looks at the items of this run only.",
            )
            .synonyms(&["unique items", "distinct items", "drop duplicates", "unique by", "once each"])
            .parameters([
                Parameter::choice(
                    "compare",
                    "Compare",
                    "Whether items are the same when all fields are, only the named ones, or all but the named ones.",
                    &["all_fields", "selected_fields", "all_fields_except"],
                )
                .default("all_fields"),
                Parameter::text("fields", "Fields", "Names separated by commas, such as `email, address.city`."),
            ]),
        )
        .manifest()
}
