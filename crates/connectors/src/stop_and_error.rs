//! Ending a run with an error on purpose.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Stop and error node.
pub fn connector() -> ConnectorManifest {
    Connector::new("stop_and_error", "Stop and error", "Ends the run as failed, with a message of your own.")
        .shown_in(Category::Flow, "IconAlertOctagon")
        .synonyms(&["stop with error", "throw", "abort", "raise", "exception", "stop workflow", "fail the run"])
        .action(
            Action::new("fail", "Stop with an error", "Fails with a message as soon as an item arrives.")
                .synonyms(&["stop run", "throw error", "fail run", "abort run", "raise error"])
                .parameters([Parameter::text(
                    "message",
                    "Message",
                    "What the error says; `=Order {{ $json.id }} has no total.` names the item.",
                )
                .required()
                .default("The workflow was stopped.")
                .format("multiline")
                .with("minLength", 1)])
                .outputs(&[]),
        )
        .manifest()
}
