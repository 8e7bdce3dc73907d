//! What a service's answer becomes: fields of an item and where in the answer they come from.
//!
//! A source is a path; `labels[*].name` gives a list of what stands at the path behind `[*]` in each entry, `?path`
//! whether there is anything at the path, and `$name` the parameter of that name.

use std::collections::BTreeMap;

use bridge_domain::{Config, Item};
use serde_json::Value;

use crate::http::answer::item_of;
use crate::http::path;
use crate::parameters::Parameters;

/// The item of an entry.
#[must_use]
pub fn item(entry: Value, fields: Option<&BTreeMap<String, String>>, parameters: &Parameters<'_>) -> Item {
    let Some(fields) = fields else { return item_of(entry) };
    let read = fields.iter().map(|(name, source)| (name.clone(), value(&entry, source, parameters)));
    read.collect::<Config>().into()
}

fn value(entry: &Value, source: &str, parameters: &Parameters<'_>) -> Value {
    if let Some(name) = source.strip_prefix('$') {
        return parameters.value(name).cloned().unwrap_or_default();
    }
    if let Some(path) = source.strip_prefix('?') {
        return path::at(entry, path).is_some_and(|found| !found.is_null()).into();
    }
    match source.split_once("[*]") {
        Some((list, inside)) => {
            let entries = path::at(entry, list).and_then(Value::as_array);
            entries.into_iter().flatten().filter_map(|one| path::at(one, inside)).cloned().collect()
        }
        None => path::at(entry, source).cloned().unwrap_or_default(),
    }
}
