//! Starting a run by hand.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};

/// The manual trigger.
pub fn connector() -> ConnectorManifest {
    Connector::new("manual", "Manual start", "Starts the workflow when you press Run.")
        .shown_in(Category::Triggers, "IconPlayerPlay")
        .synonyms(&["manual", "manually", "by hand", "button", "click", "start", "run now", "on demand", "test run"])
        .action(Action::trigger("start", "Start by hand", "Starts one run with a single empty item.").synonyms(&[
            "press run",
            "click to start",
            "start button",
            "manual trigger",
        ]))
        .manifest()
}
