//! How a node is run: failures, retries, and what was written beside it.

use bridge_domain::{NodeSettings, OnError, Retry};
use serde_json::Value;

use super::document::RawNode;

/// The settings of a node. Its credential is the user's to choose.
pub(super) fn of(raw: &RawNode) -> NodeSettings {
    let flag = |key: &str| raw.rest.get(key).and_then(Value::as_bool).unwrap_or_default();
    let number = |key: &str| raw.rest.get(key).and_then(Value::as_f64);
    let retry = flag("retryOnFail").then(|| Retry {
        max_tries: whole(number("maxTries").unwrap_or(3.0).clamp(2.0, 10.0)),
        wait_ms: whole(number("waitBetweenTries").unwrap_or(1_000.0).clamp(0.0, 300_000.0)),
    });
    NodeSettings {
        disabled: flag("disabled"),
        on_error: on_error(raw),
        retry,
        execute_once: flag("executeOnce"),
        always_output: flag("alwaysOutputData"),
        notes: raw.rest.get("notes").and_then(Value::as_str).unwrap_or_default().chars().take(10_000).collect(),
        ..NodeSettings::default()
    }
}

/// What a failure does.
pub(super) fn on_error(raw: &RawNode) -> OnError {
    match raw.rest.get("onError").and_then(Value::as_str) {
        Some("continueErrorOutput") => OnError::ErrorOutput,
        Some("continueRegularOutput") => OnError::Continue,
        Some(_) => OnError::Stop,
        None if raw.rest.get("continueOnFail") == Some(&Value::Bool(true)) => OnError::Continue,
        None => OnError::Stop,
    }
}

/// A number within the bounds of the type, without its fraction.
fn whole(number: f64) -> u32 {
    format!("{:.0}", number.trunc()).parse().unwrap_or_default()
}
