//! How a node is run, as a model may read and write it: the settings that change neither who a node signs in as nor what
//! it waits for. A credential, notes and the way a node joins its inputs are the user's own and pass through unchanged.

use bridge_domain::{NodeSettings, OnError, Retry};
use serde_json::{Map, Value, json};

use crate::decode;

/// Milliseconds before the second try where only the number of tries is given.
const WAIT_MS: u32 = 1_000;

/// What a model may set.
pub(crate) const NAMES: [&str; 7] =
    ["disabled", "on_error", "retry_tries", "retry_wait_ms", "timeout_seconds", "execute_once", "always_output"];

/// The settings a model wrote, put over those the node has. What is absent, null or not a model's to set stays.
///
/// # Errors
/// What is wrong with a value, in a sentence for the model.
pub(crate) fn read(written: Value, before: &NodeSettings) -> Result<NodeSettings, String> {
    let written = match written {
        Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        other => other,
    };
    let fields = match written {
        Value::Object(fields) => Some(fields),
        Value::Array(pairs) => pairs.iter().map(|pair| decode::read_pair(pair, None)).collect(),
        _ => None,
    };
    let wrong = || "`settings` must be a list of name and value.".to_owned();
    let fields = Fields(fields.ok_or_else(wrong)?);
    let mut settings = before.clone();
    settings.disabled = fields.flag("disabled")?.unwrap_or(before.disabled);
    settings.execute_once = fields.flag("execute_once")?.unwrap_or(before.execute_once);
    settings.always_output = fields.flag("always_output")?.unwrap_or(before.always_output);
    settings.on_error = fields.on_error()?.unwrap_or(before.on_error);
    settings.retry = fields.retry(before.retry)?;
    if let Some(seconds) = fields.number("timeout_seconds")? {
        settings.timeout_seconds = (seconds > 0).then_some(seconds);
    }
    Ok(settings)
}

/// Settings in the form a model writes them, those that differ from the defaults only. None when none does.
pub(crate) fn write(settings: &NodeSettings) -> Option<Value> {
    let mut pairs = Vec::new();
    let mut put = |name: &str, differs: bool, value: Value| {
        if differs {
            pairs.push(json!({"name": name, "value": value}));
        }
    };
    put("disabled", settings.disabled, json!(true));
    put("on_error", settings.on_error != OnError::Stop, json!(settings.on_error));
    if let Some(retry) = settings.retry {
        put("retry_tries", true, json!(retry.max_tries));
        put("retry_wait_ms", true, json!(retry.wait_ms));
    }
    put("timeout_seconds", settings.timeout_seconds.is_some(), json!(settings.timeout_seconds));
    put("execute_once", settings.execute_once, json!(true));
    put("always_output", settings.always_output, json!(true));
    (!pairs.is_empty()).then_some(Value::Array(pairs))
}

/// What a model wrote, by name.
struct Fields(Map<String, Value>);

impl Fields {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, String> {
        let read = |value: &Value| match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        self.get(name)
            .map(|value| read(value).ok_or_else(|| format!("`settings.{name}` must be true or false.")))
            .transpose()
    }

    fn number(&self, name: &str) -> Result<Option<u32>, String> {
        self.get(name).map(|value| whole(value, name)).transpose()
    }

    fn on_error(&self) -> Result<Option<OnError>, String> {
        let wrong = || "`settings.on_error` must be stop, continue or error_output.".to_owned();
        self.get("on_error").map(|value| serde_json::from_value(value.clone()).map_err(|_| wrong())).transpose()
    }

    /// `retry_tries` and `retry_wait_ms`, or an object of `max_tries` and `wait_ms`. Fewer than 2 tries are none again.
    fn retry(&self, before: Option<Retry>) -> Result<Option<Retry>, String> {
        let nested = |name: &str| {
            let value = self.get("retry").and_then(|retry| retry.get(name)).filter(|value| !value.is_null());
            value.map(|value| whole(value, &format!("retry.{name}"))).transpose()
        };
        let tries = self.number("retry_tries")?.or(nested("max_tries")?);
        let wait = self.number("retry_wait_ms")?.or(nested("wait_ms")?);
        let wait_ms = wait.or(before.map(|retry| retry.wait_ms)).unwrap_or(WAIT_MS);
        Ok(match (tries, before) {
            (Some(0 | 1), _) => None,
            (Some(max_tries), _) => Some(Retry { max_tries, wait_ms }),
            (None, before) => before.map(|retry| Retry { wait_ms, ..retry }),
        })
    }
}

fn whole(value: &Value, name: &str) -> Result<u32, String> {
    let number = match value {
        Value::String(text) => text.trim().parse().ok(),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within u32")]
        other => {
            other.as_f64().filter(|n| n.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(n)).map(|n| n as u32)
        }
    };
    number.ok_or_else(|| format!("`settings.{name}` must be a whole number from 0."))
}
