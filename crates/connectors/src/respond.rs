//! Answering the request that started a run.

use bridge_domain::{ConnectorManifest, Risk};

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Respond node.
pub fn connector() -> ConnectorManifest {
    Connector::new("respond", "Respond", "Answers the request that started the run.")
        .shown_in(Category::Flow, "IconCornerDownLeft")
        .synonyms(&["respond", "response", "reply", "answer", "return", "http response", "status code"])
        .action(
            Action::new(
                "respond_to_webhook",
                "Respond to a webhook",
                "Sends a status and a body to the caller of the webhook, whose Respond is set to respond_node.",
            )
            .synonyms(&["webhook response", "return json", "send response", "reply to request", "answer the caller"])
            .parameters([
                Parameter::integer("status", "Status", "HTTP status code.", 200..=599).default(200),
                Parameter::map("headers", "Headers", "Headers of the answer.", &["string"]),
                Parameter::value(
                    "body",
                    "Body",
                    "What the caller gets: text or JSON.",
                    &["string", "object", "array", "number", "boolean"],
                )
                .format("code")
                .default("={{ $json }}"),
                Parameter::choice(
                    "respond_with",
                    "Respond with",
                    "What is sent: the body above, a list of all items, or nothing.",
                    &["body", "all_items", "nothing"],
                )
                .default("body"),
            ])
            .risks(&[Risk::Sends]),
        )
        .manifest()
}
