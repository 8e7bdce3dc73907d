//! Starting a run with an HTTP request from outside.

use bridge_domain::{ConnectorManifest, Risk};

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
                .parameters([
                    Parameter::choice(
                        "method",
                        "Method",
                        "HTTP method it answers to.",
                        &["GET", "POST", "PUT", "PATCH", "DELETE"],
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
                ])
                .puts_out(&[("headers", "object"), ("query", "object"), ("method", "string"), ("path", "string")])
                .risks(&[Risk::Webhook]),
        )
        .manifest()
}
