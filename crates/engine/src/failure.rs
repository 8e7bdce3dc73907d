//! Failures: what is told of them, and the items that go on with them.

use bridge_domain::{Error, ErrorCode, Item, Node, StepError, StepFailure};
use serde_json::{Map, Value};

/// A failure with its place, for people.
pub(crate) fn step_error(node: &Node, failure: StepFailure) -> StepError {
    StepError {
        node_id: node.id.clone(),
        node_label: node.data.label.clone(),
        error: *failure.error,
        parameter: failure.parameter,
        position: failure.position,
        item: failure.item,
        grant: failure.grant.map(|grant| *grant),
        detail: failure.detail.map(|detail| *detail),
    }
}

/// The item with the field `error` beside its own.
pub(crate) fn failed_item(mut item: Item, error: &Error, label: &str) -> Item {
    let mut field = Map::new();
    field.insert("message".to_owned(), Value::from(error.message.as_str()));
    field.insert("code".to_owned(), serde_json::to_value(error.code).unwrap_or_default());
    field.insert("node".to_owned(), Value::from(label));
    item.json.insert("error".to_owned(), Value::Object(field));
    item
}

pub(crate) fn timed_out(label: &str) -> Error {
    Error::new(
        ErrorCode::Timeout,
        format!("\"{label}\" took too long and was ended."),
        "Give it more time in its settings, or less to do.",
    )
}

pub(crate) fn defect(label: &str) -> Error {
    Error::new(
        ErrorCode::Internal,
        format!("\"{label}\" ended because of a defect of the application."),
        "Report it, with the workflow if you can.",
    )
}

pub(crate) fn no_executor(label: &str, connector: &str, action: &str) -> Error {
    Error::new(
        ErrorCode::Internal,
        format!("\"{label}\" cannot run: nothing carries out {connector}.{action}."),
        "Replace the node, or update the application.",
    )
}

pub(crate) fn join_blocked(label: &str, source: &str, edge: &str) -> Error {
    Error::new(
        ErrorCode::NodeFailed,
        format!("\"{label}\" waits for every connection, but nothing came from \"{source}\" (connection {edge})."),
        "Make sure that branch always brings items, or let the node wait for active branches only.",
    )
}

pub(crate) fn run_limit(what: String) -> Error {
    Error::new(ErrorCode::LimitReached, what, "Let the workflow do less in one run, or split it.")
}
