//! Running another workflow as one step.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Sub-workflow node.
pub fn connector() -> ConnectorManifest {
    Connector::new("subworkflow", "Sub-workflow", "Runs another workflow as one step of this one.")
        .shown_in(Category::Flow, "IconSubtask")
        .synonyms(&[
            "subworkflow",
            "sub-workflow",
            "subroutine",
            "call workflow",
            "other workflow",
            "nested",
            "child",
            "reuse",
        ])
        .action(
            Action::new("execute_workflow", "Run a workflow", "Passes items to another workflow and its results on.")
                .synonyms(&["execute workflow", "run workflow", "call another workflow", "start workflow"])
                .parameters([
                    Parameter::text("workflow_id", "Workflow", "Identifier of the workflow to run.")
                        .required()
                        .with("minLength", 1),
                    Parameter::boolean(
                        "wait_for_result",
                        "Wait for the result",
                        "Whether to carry on only when the other workflow has ended, with its results.",
                    )
                    .default(true),
                    Parameter::choice(
                        "run",
                        "Run",
                        "Whether the other workflow runs once with all items or once for each.",
                        &["once_for_all_items", "once_per_item"],
                    )
                    .default("once_for_all_items"),
                ]),
        )
        .manifest()
}
