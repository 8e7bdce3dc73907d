//! Doing nothing.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};

/// The No operation node.
pub fn connector() -> ConnectorManifest {
    Connector::new("no_op", "No operation", "Passes items on as they are, to mark a place or the end of a branch.")
        .shown_in(Category::Flow, "IconArrowRight")
        .synonyms(&["no operation", "no op", "noop", "pass through", "placeholder"])
        .action(Action::new("pass", "Pass items on", "Passes items on as they are.").synonyms(&[
            "pass on",
            "nothing to do",
            "dummy step",
            "end of branch",
        ]))
        .manifest()
}
