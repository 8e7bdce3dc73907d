//! Setting, renaming and removing fields.

use bridge_domain::{Config, Item, StepFailure};
use serde_json::Value;

use super::fields;
use crate::parameters::{Parameters, text_of};
use crate::per_item::{Puts, Task};

/// Set fields: a whole object first, then field by field.
pub fn set_fields(task: Task<'_>) -> Result<Puts, StepFailure> {
    let parameters = task.parameters;
    let mut json = match parameters.boolean("keep_other_fields")? {
        Some(false) => Config::new(),
        _ => task.item.json.clone(),
    };
    for (name, value) in parameters.map("json")?.unwrap_or_default() {
        json.insert(name, value);
    }
    let dotted = parameters.boolean("dotted_names")?.unwrap_or(true);
    for (name, value) in parameters.map("fields")?.unwrap_or_default() {
        if dotted {
            fields::set(&mut json, &name, value).map_err(|failure| at(parameters, "fields", &name, failure))?;
        } else {
            json.insert(name, value);
        }
    }
    Ok(put(task.item, json))
}

/// Rename fields: they keep their places where names have no dots.
pub fn rename_fields(task: Task<'_>) -> Result<Puts, StepFailure> {
    let parameters = task.parameters;
    let names = parameters.map("names")?.unwrap_or_default();
    let must_exist = parameters.boolean("fail_if_missing")?.unwrap_or(false);
    if must_exist && let Some(missing) = names.keys().find(|name| fields::get(&task.item.json, name).is_none()) {
        let message = format!("The item has no field `{missing}`.");
        return Err(parameters.failed("names", message, "Correct the name, or let missing fields be passed over."));
    }
    let mut json = Config::new();
    for (name, value) in &task.item.json {
        let new_name = names.get(name).map_or_else(|| name.clone(), text_of);
        json.insert(new_name, value.clone());
    }
    for (old, new) in &names {
        if !task.item.json.contains_key(old)
            && let Some(value) = fields::take(&mut json, old)
        {
            fields::set(&mut json, &text_of(new), value).map_err(|failure| at(parameters, "names", old, failure))?;
        }
    }
    Ok(put(task.item, json))
}

/// Remove fields, or all others.
pub fn remove_fields(task: Task<'_>) -> Result<Puts, StepFailure> {
    let parameters = task.parameters;
    let names = parameters.words("fields")?;
    let keeps = parameters.choice("do", &[("remove", false), ("keep_only", true)])?.unwrap_or(false);
    let mut json = Config::new();
    if keeps {
        for name in &names {
            if let Some(value) = fields::get(&task.item.json, name) {
                fields::set(&mut json, name, value.clone())?;
            }
        }
    } else {
        let whole: std::collections::HashSet<&str> = names.iter().map(String::as_str).collect();
        let kept = task.item.json.iter().filter(|(name, _)| !whole.contains(name.as_str()));
        json.extend(kept.map(|(name, value)| (name.clone(), value.clone())));
        for name in names.iter().filter(|name| !task.item.json.contains_key(*name)) {
            fields::take(&mut json, name);
        }
    }
    Ok(put(task.item, json))
}

/// The item with other fields and the same files.
pub fn put(item: &Item, json: Config) -> Puts {
    vec![(0, Item { json, binary: item.binary.clone() })]
}

/// The item with one more field.
///
/// # Errors
/// When the field cannot be set.
pub fn put_field(task: Task<'_>, default: &str, value: Value) -> Result<Puts, StepFailure> {
    let name = task.parameters.text_or("into", default)?;
    let json = fields::with(&task.item.json, &name, value)
        .map_err(|failure| StepFailure { parameter: Some(task.parameters.path("into")), ..failure })?;
    Ok(put(task.item, json))
}

fn at(parameters: &Parameters<'_>, parameter: &str, name: &str, failure: StepFailure) -> StepFailure {
    StepFailure { parameter: Some(parameters.path(&format!("{parameter}.{name}"))), ..failure }
}
