//! Matching items of several branches by the values of fields, and putting matched items together.

use std::collections::{BTreeMap, HashMap};

use bridge_domain::{Config, Item, ItemRef, StepFailure};
use serde_json::Value;

use super::fields;
use super::merge::{Branches, MAX_ROWS, too_many};
use super::remove_duplicates::canonical;
use crate::parameters::{Parameters, text_of};

/// For each item to be put out, the items it is made of, as pairs of branch and position.
pub type Rows = Vec<Vec<(usize, usize)>>;

/// Whose value stays when items have a field in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameName {
    /// Of the later branch.
    Last,
    /// Of the earlier branch.
    First,
    /// Both, with the number of the branch behind the name.
    Number,
}

/// Words for [`SameName`].
pub const SAME_NAME: &[(&str, SameName)] =
    &[("last", SameName::Last), ("first", SameName::First), ("number", SameName::Number)];

/// Which rows stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    Inner,
    Left,
    Right,
    Outer,
    NonMatches,
}

/// Words for [`Join`].
const JOINS: &[(&str, Join)] = &[
    ("inner", Join::Inner),
    ("left", Join::Left),
    ("right", Join::Right),
    ("outer", Join::Outer),
    ("non_matches", Join::NonMatches),
];

/// A row in the making with the value it is matched by; none never matches.
type Keyed = (Option<String>, Vec<(usize, usize)>);

/// Matches all branches by a field, one after the other from the first.
///
/// # Errors
/// Wrong parameters; too many rows.
pub fn by_field(branches: &Branches, parameters: &Parameters<'_>) -> Result<Rows, StepFailure> {
    let join = parameters.choice("join", JOINS)?.unwrap_or(Join::Inner);
    let first_match_only = parameters.choice("several_matches", &[("all", false), ("first", true)])?.unwrap_or(false);
    let mut keyed = keyed(branches, parameters)?.into_iter();
    if join == Join::NonMatches {
        return Ok(alone(keyed.collect()));
    }
    let mut rows = keyed.next().unwrap_or_default();
    for branch in keyed {
        rows = joined(rows, branch, join, first_match_only)?;
    }
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// Every item of every branch with its key.
fn keyed(branches: &Branches, parameters: &Parameters<'_>) -> Result<Vec<Vec<Keyed>>, StepFailure> {
    let mut names = parameters.words("field")?;
    if names.is_empty() {
        names.push("id".to_owned());
    }
    let other_names = parameters.words("other_field")?;
    if !other_names.is_empty() && other_names.len() != names.len() {
        return Err(parameters.failed(
            "other_field",
            format!("There are {} fields to match, and {} for the other branches.", names.len(), other_names.len()),
            "Name as many fields for the other branches, in the same order.",
        ));
    }
    let other_names = if other_names.is_empty() { &names } else { &other_names };
    let loosely = parameters.boolean("compare_loosely")?.unwrap_or(false);
    let branch = |(at, items): (usize, &Vec<(ItemRef, Item)>)| {
        let names = if at == 0 { &names } else { other_names };
        let keyed =
            |(position, (_, item)): (usize, &(ItemRef, Item))| (key(&item.json, names, loosely), vec![(at, position)]);
        items.iter().enumerate().map(keyed).collect()
    };
    Ok(branches.all().iter().enumerate().map(branch).collect())
}

/// What an item is matched by; none when it lacks one of the fields.
fn key(json: &Config, names: &[String], loosely: bool) -> Option<String> {
    let values = names.iter().map(|name| fields::get(json, name).filter(|value| !value.is_null()));
    let values: Option<Vec<Value>> = values
        .map(|value| {
            value.map(|value| if loosely { text_of(&parsed(value)).to_lowercase().into() } else { value.clone() })
        })
        .collect();
    values.map(|values| canonical(&Value::Array(values)))
}

/// Text that is a number as that number, so that `"3.0"` is `3`; then all as canonical text.
fn parsed(value: &Value) -> Value {
    match value {
        Value::String(text) => match serde_json::from_str::<Value>(text.trim()) {
            Ok(number @ Value::Number(_)) => Value::String(canonical(&number)),
            _ => Value::String(text.trim().to_owned()),
        },
        other => Value::String(canonical(other)),
    }
}

fn joined(left: Vec<Keyed>, right: Vec<Keyed>, join: Join, first_only: bool) -> Result<Vec<Keyed>, StepFailure> {
    let mut by_key: HashMap<&str, Vec<usize>> = HashMap::new();
    for (position, (key, _)) in right.iter().enumerate() {
        if let Some(key) = key {
            by_key.entry(key).or_default().push(position);
        }
    }
    let mut rows: Vec<Keyed> = Vec::new();
    let mut matched = vec![false; right.len()];
    for (key, row) in left {
        let matches = key.as_deref().and_then(|key| by_key.get(key)).map_or(&[][..], Vec::as_slice);
        if matches.is_empty() && matches!(join, Join::Left | Join::Outer) {
            rows.push((key, row));
            continue;
        }
        for position in matches {
            matched[*position] = true;
        }
        let used = if first_only { matches.get(..1).unwrap_or_default() } else { matches };
        if rows.len() + used.len() > MAX_ROWS {
            return Err(too_many("The items that match"));
        }
        rows.extend(used.iter().map(|position| {
            let parts = row.iter().chain(&right[*position].1).copied().collect();
            (key.clone(), parts)
        }));
    }
    if matches!(join, Join::Right | Join::Outer) {
        rows.extend(right.iter().zip(matched).filter(|(_, matched)| !matched).map(|(row, _)| row.clone()));
    }
    Ok(rows)
}

/// Items whose key occurs in one branch only.
fn alone(branches: Vec<Vec<Keyed>>) -> Rows {
    let mut owners: HashMap<String, Option<usize>> = HashMap::new();
    for (at, branch) in branches.iter().enumerate() {
        for key in branch.iter().filter_map(|(key, _)| key.as_ref()) {
            let owner = owners.entry(key.clone()).or_insert(Some(at));
            if *owner != Some(at) {
                *owner = None;
            }
        }
    }
    let is_alone = |(key, _): &Keyed| key.as_ref().is_none_or(|key| owners.get(key).is_some_and(Option::is_some));
    branches.into_iter().flatten().filter(is_alone).map(|(_, row)| row).collect()
}

/// The item made of a row's items, and their places.
pub fn combined(branches: &Branches, row: &[(usize, usize)], same_name: SameName) -> (Item, Vec<ItemRef>) {
    let parts: Vec<(usize, &ItemRef, &Item)> =
        row.iter().filter_map(|at| branches.get(*at).map(|(place, item)| (at.0, place, item))).collect();
    let mut times: HashMap<&str, usize> = HashMap::new();
    if same_name == SameName::Number {
        for name in parts.iter().flat_map(|(_, _, item)| item.json.keys()) {
            *times.entry(name).or_default() += 1;
        }
    }
    let mut json = Config::new();
    let mut binary = BTreeMap::new();
    for (branch, _, item) in &parts {
        for (name, value) in &item.json {
            if times.get(name.as_str()).is_some_and(|times| *times > 1) {
                json.insert(format!("{name}_{}", branch + 1), value.clone());
            } else if same_name != SameName::First || !json.contains_key(name) {
                json.insert(name.clone(), value.clone());
            }
        }
        for (name, file) in &item.binary {
            if same_name != SameName::First || !binary.contains_key(name) {
                binary.insert(name.clone(), file.clone());
            }
        }
    }
    (Item { json, binary }, parts.iter().map(|(_, place, _)| **place).collect())
}
