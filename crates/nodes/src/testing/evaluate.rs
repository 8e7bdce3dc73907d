//! The least that tests need of expressions: paths into the current item. Anything else is an error.

use bridge_domain::{Config, Error, ErrorCode, Item, StepFailure};
use serde_json::Value;

/// The configuration with its expressions replaced. An expression is text that begins with `=`; `{{ $json.a.b }}` in it
/// stands for that field, and keeps its type when it is all there is.
pub fn evaluate(config: &Config, item: &Item) -> Result<Config, StepFailure> {
    config.iter().map(|(name, value)| Ok((name.clone(), value_of(value, item)?))).collect()
}

fn value_of(value: &Value, item: &Item) -> Result<Value, StepFailure> {
    match value {
        Value::String(text) => match text.strip_prefix('=') {
            Some(template) => filled(template, item),
            None => Ok(value.clone()),
        },
        Value::Array(list) => list.iter().map(|value| value_of(value, item)).collect(),
        Value::Object(map) => evaluate(map, item).map(Value::Object),
        other => Ok(other.clone()),
    }
}

fn filled(template: &str, item: &Item) -> Result<Value, StepFailure> {
    if let Some(path) = template.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"))
        && !path.contains("{{")
    {
        return field(path.trim(), item);
    }
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (path, behind) = after.split_once("}}").ok_or_else(|| unknown(template))?;
        text.push_str(before);
        match field(path.trim(), item)? {
            Value::String(value) => text.push_str(&value),
            Value::Null => {}
            other => text.push_str(&other.to_string()),
        }
        rest = behind;
    }
    text.push_str(rest);
    Ok(Value::String(text))
}

fn field(path: &str, item: &Item) -> Result<Value, StepFailure> {
    let mut names = path.split('.');
    if names.next() != Some("$json") {
        return Err(unknown(path));
    }
    let whole = Value::Object(item.json.clone());
    Ok(names.try_fold(&whole, |value, name| value.get(name)).cloned().unwrap_or(Value::Null))
}

fn unknown(text: &str) -> StepFailure {
    Error::new(ErrorCode::ExpressionFailed, format!("“{text}” is beyond the expressions of tests."), "").into()
}
