//! Starting a run with an HTTP request from outside.

use bridge_domain::{ConnectorManifest, Risk};
use serde_json::{Value, json};

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The webhook trigger.
pub fn connector() -> ConnectorManifest {
    Connector::new("webhook", "Webhook", "Starts the workflow when another program calls its address.")
        .shown_in(Category::Triggers, "IconWebhook")
        .synonyms(&[
            "webhook",
            "web hook",
            "http trigger",
            "incoming request",
            "incoming http",
            "callback",
            "endpoint",
            "receive data",
            "form submission",
            "api endpoint",
            "event",
        ])
        .action(
            Action::trigger("receive", "Receive a request", "Starts a run for each request to its path.")
                .synonyms(&["on request", "when called", "receive webhook", "listen", "catch hook", "incoming call"])
                .parameters(parameters())
                .item(request())
                .risks(&[Risk::Webhook]),
        )
        .manifest()
}

/// What is known of a request. Its body is what its content type says: parsed JSON, form fields, or text.
fn request() -> Value {
    json!({
        "type": "object",
        "properties": {
            "headers": { "type": "object" },
            "query": { "type": "object" },
            "body": {},
            "method": { "type": "string" },
            "path": { "type": "string" }
        }
    })
}

/// What can be set.
fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::choice(
            "method",
            "Method",
            "HTTP method it answers to; a request with another one is refused, unless this is ANY.",
            &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "ANY"],
        )
        .default("POST"),
        Parameter::text("path", "Path", "Last part of its address, such as `orders/new`.")
            .required()
            .default("incoming")
            .with("minLength", 1)
            .with("maxLength", 200)
            .with("pattern", "^/?[A-Za-z0-9_~.-]+(/[A-Za-z0-9_~.-]+)*$"),
        Parameter::choice(
            "respond",
            "Respond",
            "When the caller gets an answer: at once, after the last node, or from a Respond node.",
            &["immediately", "after_last_node", "respond_node"],
        )
        .default("immediately"),
        Parameter::integer(
            "response_status",
            "Response status",
            "HTTP status of the answer, unless a Respond node gives it.",
            200..=599,
        )
        .default(200),
        Parameter::choice(
            "response_data",
            "Response data",
            "What is answered after the last node: its first item, a list of all its items, or nothing.",
            &["first_item", "all_items", "nothing"],
        )
        .default("first_item"),
        Parameter::text(
            "response_body",
            "Response body",
            "Text that is answered immediately; a short confirmation when left out.",
        )
        .format("multiline"),
        Parameter::boolean(
            "raw_body",
            "Keep the body as it came",
            "Whether the body is also passed on byte for byte, as the file `data`, for example to check a \
             signature.",
        )
        .default(false),
    ]
}
