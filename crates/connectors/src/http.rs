//! Calling any service over HTTP.

use bridge_domain::ConnectorManifest;
use serde_json::json;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The HTTP request node.
pub fn connector() -> ConnectorManifest {
    Connector::new("http", "HTTP request", "Calls any web service over HTTP.")
        .shown_in(Category::Actions, "IconWorld")
        .synonyms(&[
            "http",
            "http request",
            "http call",
            "https",
            "api",
            "api call",
            "rest",
            "rest api",
            "fetch",
            "url",
            "web request",
            "curl",
            "graphql",
            "download",
        ])
        .action(
            Action::new("request", "Send a request", "Sends a request to a URL and passes on the answer.")
                .synonyms(&[
                    "get",
                    "post",
                    "put",
                    "patch",
                    "call api",
                    "call url",
                    "get data",
                    "post data",
                    "query api",
                ])
                .parameters(parameters())
                .puts_out(&[("status", "integer"), ("headers", "object")]),
        )
        .manifest()
}

fn parameters() -> Vec<Parameter> {
    address().into_iter().chain(content()).chain(behaviour()).collect()
}

fn address() -> [Parameter; 5] {
    [
        Parameter::choice(
            "method",
            "Method",
            "HTTP method.",
            &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
        )
        .default("GET"),
        Parameter::text("url", "URL", "Address to call, such as `https://api.example.com/orders`.")
            .required()
            .format("uri")
            .with("minLength", 1),
        Parameter::choice(
            "authentication",
            "Authentication",
            "Kind of credential sent along. The credential itself is kept in the keychain, never here.",
            &["none", "bearer", "basic", "header"],
        )
        .default("none"),
        Parameter::map("query", "Query", "Parameters added to the URL.", &["string", "number", "boolean"])
            .default(json!({})),
        Parameter::map("headers", "Headers", "Headers to send, without credentials.", &["string"]).default(json!({})),
    ]
}

fn content() -> [Parameter; 2] {
    [
        Parameter::choice(
            "body_kind",
            "Body kind",
            "How the body is written: nothing, JSON, form fields, or plain text.",
            &["none", "json", "form", "text"],
        )
        .default("none"),
        Parameter::value(
            "body",
            "Body",
            "What to send: an object for json and form, or text.",
            &["object", "array", "string"],
        )
        .format("code"),
    ]
}

fn behaviour() -> [Parameter; 3] {
    [
        Parameter::choice(
            "response",
            "Response",
            "How the answer is read: auto follows its content type.",
            &["auto", "json", "text", "file"],
        )
        .default("auto"),
        Parameter::integer("timeout_seconds", "Timeout", "Seconds to wait for the answer.", 1..=3600).default(30),
        Parameter::boolean(
            "fail_on_error_status",
            "Fail on error status",
            "Whether an answer with a status of 400 or above fails the step.",
        )
        .default(true),
    ]
}
