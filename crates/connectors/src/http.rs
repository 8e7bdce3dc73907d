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
                .puts_out(&[("status", "integer"), ("headers", "object"), ("body", "object")]),
        )
        .manifest()
}

fn parameters() -> Vec<Parameter> {
    address().into_iter().chain(content()).chain(answer()).chain(pages()).chain(pace()).collect()
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
            &["none", "bearer", "basic", "header", "query", "oauth2"],
        )
        .default("none"),
        Parameter::map("query", "Query", "Parameters added to the URL.", &["string", "number", "boolean", "array"])
            .default(json!({})),
        Parameter::map("headers", "Headers", "Headers to send, without credentials.", &["string"]).default(json!({})),
    ]
}

fn content() -> [Parameter; 5] {
    [
        Parameter::choice(
            "body_kind",
            "Body kind",
            "How the body is written: nothing, JSON, form fields, a form with files, plain text, or a file of the item.",
            &["none", "json", "form", "multipart", "text", "binary"],
        )
        .default("none"),
        Parameter::value(
            "body",
            "Body",
            "What to send: any value for json, an object for form and multipart, or text.",
            &["object", "array", "string"],
        )
        .format("code"),
        Parameter::map(
            "files",
            "Files",
            "Fields of a multipart body that are files: field names and names of the item's files.",
            &["string"],
        )
        .default(json!({})),
        Parameter::text("file", "File", "Name of the item's file that a binary body consists of.").default("data"),
        Parameter::boolean(
            "idempotency_key",
            "Idempotency key",
            "Whether POST and PATCH carry the header Idempotency-Key, so that a service that knows it acts once.",
        )
        .default(true),
    ]
}

fn answer() -> [Parameter; 9] {
    [
        Parameter::choice(
            "response",
            "Response",
            "How the answer is read: auto follows its content type.",
            &["auto", "json", "text", "file"],
        )
        .default("auto"),
        Parameter::text("output_file", "Output file", "Name under which the item keeps a file that was answered.")
            .default("data")
            .with("minLength", 1),
        Parameter::text(
            "items_path",
            "Path of the items",
            "Where the answer has its list, such as `data.orders`; one item for each entry.",
        ),
        Parameter::boolean(
            "full_response",
            "Full response",
            "Whether status, headers and body are put out. When left out: only if an error status does not fail the step.",
        ),
        Parameter::integer("timeout_seconds", "Timeout", "Seconds to wait for the answer.", 1..=3600).default(30),
        Parameter::boolean(
            "fail_on_error_status",
            "Fail on error status",
            "Whether an answer with a status of 400 or above fails the step.",
        )
        .default(true),
        Parameter::boolean(
            "follow_redirects",
            "Follow redirects",
            "Whether redirects to other addresses are followed.",
        )
        .default(true),
        Parameter::integer("max_redirects", "Redirects at most", "How many redirects are followed.", 1..=20)
            .default(10),
        Parameter::integer("max_megabytes", "Largest answer", "Size of an answer at most, in MiB.", 1..=256)
            .default(64),
    ]
}

fn pages() -> [Parameter; 9] {
    [
        Parameter::choice(
            "pagination",
            "Pagination",
            "How the next page is asked for: by a URL in the answer, by the Link header, by a page number, by an offset, or by a cursor in the answer.",
            &["none", "next_url", "link_header", "page", "offset", "cursor"],
        )
        .default("none"),
        Parameter::text(
            "next_path",
            "Path of the next page",
            "Where the answer has the next URL or the cursor, such as `paging.next`.",
        ),
        Parameter::text(
            "page_parameter",
            "Parameter of the page",
            "Query parameter for the page number, offset or cursor; `page`, `offset` or `cursor` when left out.",
        ),
        Parameter::integer("first_page", "First page", "Number of the first page, or the first offset.", 0..=1_000_000_000),
        Parameter::integer("page_step", "Step", "By how much the page number grows.", 1..=1_000_000).default(1),
        Parameter::text("size_parameter", "Parameter of the size", "Query parameter for the number of entries in a page."),
        Parameter::integer("page_size", "Page size", "Entries in a page.", 1..=100_000).default(100),
        Parameter::integer("max_pages", "Pages at most", "After this many pages the node stops.", 1..=10_000)
            .default(100),
        Parameter::integer("page_interval_ms", "Pause between pages", "Milliseconds between two pages.", 0..=600_000)
            .default(0),
    ]
}

fn pace() -> [Parameter; 2] {
    [
        Parameter::integer("batch_size", "Items in a batch", "Items worked on before a pause.", 1..=100_000)
            .default(50),
        Parameter::integer("batch_interval_ms", "Pause between batches", "Milliseconds between batches.", 0..=600_000)
            .default(0),
    ]
}
