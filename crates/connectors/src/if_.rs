//! Two ways on, by a condition.

use bridge_domain::ConnectorManifest;

use crate::comparison::{combine, conditions, ignore_case};
use crate::manifest::{Action, Category, Connector};

/// The If node.
pub fn connector() -> ConnectorManifest {
    Connector::new("if", "If", "Sends each item one way when conditions hold and the other way when they do not.")
        .shown_in(Category::Flow, "IconGitBranch")
        .synonyms(&[
            "if",
            "condition",
            "conditional",
            "branch",
            "otherwise",
            "else",
            "decision",
            "decide",
            "check",
            "when",
            "only if",
            "depending on",
        ])
        .action(
            Action::condition("check", "Check conditions", "Sends items that fit to `true` and all others to `false`.")
                .synonyms(&[
                    "compare",
                    "if else",
                    "greater than",
                    "less than",
                    "equals",
                    "contains",
                    "test",
                    "threshold",
                ])
                .parameters([conditions(), combine(), ignore_case()])
                .outputs(&[("true", "True"), ("false", "False")]),
        )
        .manifest()
}
