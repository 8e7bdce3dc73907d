//! Fields of items by name, where a dot leads into an object: `customer.address.city`, `lines[0].price`.
//!
//! A field whose whole name contains the dot comes first. Names are data: none has a meaning of its own.

use bridge_domain::{Config, StepFailure};
use serde_json::Value;

use crate::failure::failed;

/// Names in one path at most: JSON readers give up on deeper nesting.
const MAX_DEPTH: usize = 32;

/// The field, unless it is missing.
#[must_use]
pub fn get<'v>(json: &'v Config, path: &str) -> Option<&'v Value> {
    if let Some(value) = json.get(path) {
        return Some(value);
    }
    let mut names = names(path);
    let first = json.get(names.next()?)?;
    names.try_fold(first, |value, name| match value {
        Value::Object(object) => object.get(name),
        Value::Array(list) => list.get(name.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Gives a field a value, making the objects on the way.
///
/// # Errors
/// When something on the way is no object, or the path is too deep.
pub fn set(json: &mut Config, path: &str, value: Value) -> Result<(), StepFailure> {
    let names: Vec<&str> = names(path).take(MAX_DEPTH + 1).collect();
    let (Some((last, way)), true) = (names.split_last(), names.len() <= MAX_DEPTH && !json.contains_key(path)) else {
        if names.len() > MAX_DEPTH {
            return Err(failed(
                format!("A field's name may lead {MAX_DEPTH} objects deep at most."),
                "Shorten it, or switch off that dots make nested fields.",
            ));
        }
        json.insert(path.to_owned(), value);
        return Ok(());
    };
    let mut object = json;
    for name in way {
        let next = object.entry((*name).to_owned()).or_insert(Value::Null);
        if next.is_null() {
            *next = Value::Object(Config::new());
        }
        object = next.as_object_mut().ok_or_else(|| {
            failed(
                format!("The field `{path}` cannot be set: `{name}` is there and is no object."),
                "Choose another name, or remove that field first.",
            )
        })?;
    }
    object.insert((*last).to_owned(), value);
    Ok(())
}

/// Takes a field away and gives its value.
pub fn take(json: &mut Config, path: &str) -> Option<Value> {
    if let Some(value) = json.shift_remove(path) {
        return Some(value);
    }
    let (way, last) = path.rsplit_once('.')?;
    let mut names = names(way);
    let first = json.get_mut(names.next()?)?;
    let holder = names.try_fold(first, |value, name| match value {
        Value::Object(object) => object.get_mut(name),
        Value::Array(list) => list.get_mut(name.parse::<usize>().ok()?),
        _ => None,
    })?;
    holder.as_object_mut()?.shift_remove(last)
}

/// Puts a value under a name that is taken as it is, unless a dot leads into an object.
///
/// # Errors
/// As [`set`].
pub fn with(json: &Config, path: &str, value: Value) -> Result<Config, StepFailure> {
    let mut json = json.clone();
    set(&mut json, path, value)?;
    Ok(json)
}

/// The names of a path.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split(['.', '[', ']']).filter(|name| !name.is_empty())
}
