//! Split out: a list within an item into one item for each entry.

use std::collections::HashSet;

use bridge_domain::{Config, Item, StepFailure};
use serde_json::Value;

use super::fields;
use crate::per_item::{Puts, Task};

/// Which other fields each new item gets.
#[derive(Clone, Copy)]
enum Others {
    None,
    All,
    Selected,
}

/// One item for each entry. A missing list gives none; a value that is no list is one entry.
pub fn split(task: Task<'_>) -> Result<Puts, StepFailure> {
    let parameters = task.parameters;
    let names = parameters.words("field")?;
    if names.is_empty() {
        return Err(parameters.failed("field", "No list to split is named.", "Name the field that holds the list."));
    }
    let lists: Vec<Vec<Value>> = names.iter().map(|name| entries(fields::get(&task.item.json, name))).collect();
    let others = [("none", Others::None), ("all", Others::All), ("selected", Others::Selected)];
    let others = parameters.choice("other_fields", &others)?.unwrap_or(Others::None);
    let base = base(task, &names, others)?;
    let into = parameters.text("into")?.filter(|into| !into.is_empty());
    let length = lists.iter().map(Vec::len).max().unwrap_or(0);
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    let mut puts = Vec::with_capacity(length);
    for _ in 0..length {
        let mut json = base.clone();
        for (name, list) in names.iter().zip(&mut lists) {
            let Some(entry) = list.next() else { continue };
            match (entry, &into) {
                // One list of objects: its entries are the items.
                (Value::Object(entry), None) if names.len() == 1 && matches!(others, Others::None) => json = entry,
                (entry, Some(into)) if names.len() == 1 => fields::set(&mut json, into, entry)?,
                (entry, _) => fields::set(&mut json, name, entry)?,
            }
        }
        puts.push((0, Item { json, binary: task.item.binary.clone() }));
    }
    Ok(puts)
}

/// The fields that every new item has.
fn base(task: Task<'_>, lists: &[String], others: Others) -> Result<Config, StepFailure> {
    let mut json = Config::new();
    match others {
        Others::None => {}
        Others::All => {
            let lists: HashSet<&str> = lists.iter().map(String::as_str).collect();
            let kept = task.item.json.iter().filter(|(name, _)| !lists.contains(name.as_str()));
            json.extend(kept.map(|(name, value)| (name.clone(), value.clone())));
            for nested in lists.into_iter().filter(|name| !task.item.json.contains_key(*name)) {
                fields::take(&mut json, nested);
            }
        }
        Others::Selected => {
            for name in task.parameters.words("keep")? {
                if let Some(value) = fields::get(&task.item.json, &name) {
                    fields::set(&mut json, &name, value.clone())?;
                }
            }
        }
    }
    Ok(json)
}

fn entries(value: Option<&Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list.clone(),
        Some(Value::Object(object)) => object.values().cloned().collect(),
        Some(other) => vec![other.clone()],
    }
}
