//! Starting a run when another one has failed.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};

/// The error trigger.
pub fn connector() -> ConnectorManifest {
    Connector::new("error", "Error", "Starts the workflow when another of your workflows fails.")
        .shown_in(Category::Triggers, "IconAlertTriangle")
        .synonyms(&["failure", "error trigger", "error workflow", "on error", "failed run", "failed workflow"])
        .action(
            Action::trigger(
                "workflow_failed",
                "When a workflow fails",
                "Starts a run for each run of another workflow that fails. Runs started by hand do not count.",
            )
            .synonyms(&["workflow error", "on failure", "run failed", "catch errors", "notify on error"])
            .item(failed_run()),
        )
        .manifest()
}

/// What is known of the run that failed.
fn failed_run() -> serde_json::Value {
    let text = serde_json::json!({ "type": "string" });
    serde_json::json!({
        "type": "object",
        "properties": { "run": { "type": "object", "properties": {
            "id": text,
            "workflow_id": text,
            "workflow_name": text,
            "error": { "type": "object", "properties": { "code": text, "message": text, "hint": text } },
            "last_node": text
        } } }
    })
}
