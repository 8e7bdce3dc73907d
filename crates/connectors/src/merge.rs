//! Bringing branches together.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Merge node.
pub fn connector() -> ConnectorManifest {
    Connector::new("merge", "Merge", "Brings the items of several branches together.")
        .shown_in(Category::Flow, "IconGitMerge")
        .synonyms(&["merge", "join", "combine branches", "union", "bring together", "unite", "append"])
        .action(
            Action::new("combine", "Combine branches", "Waits for its branches and passes on their items together.")
                .synonyms(&["merge branches", "join data", "append items", "match by field", "zip", "wait for all"])
                .parameters([
                    Parameter::choice(
                        "mode",
                        "Mode",
                        "All items one after the other (append), first with first and second with second (by_position), \
                         items with the same value of a field (by_field), or the branch that arrives first (first).",
                        &["append", "by_position", "by_field", "first"],
                    )
                    .default("append"),
                    Parameter::text("field", "Field", "Name of the field to compare in mode by_field.").default("id"),
                ]),
        )
        .manifest()
}
