//! Split out: a list within an item into one item for each entry.

use std::collections::HashSet;

use bridge_domain::{Config, Item, Step, StepFailure};
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::fields;
use super::node::Running;
use crate::parameters::Parameters;
use crate::per_item::{EachItem, Settled, Turn, each_item};

/// Which other fields each new item gets.
#[derive(Clone, Copy)]
enum Others {
    None,
    All,
    Selected,
}

/// One item for each entry. A missing list gives none; a value that is no list is one entry.
pub fn split(step: &mut dyn Step) -> Running<'_> {
    Box::pin(each_item(step, &Split))
}

/// Puts each entry out as soon as it is an item: a list may have a million of them.
struct Split;

impl EachItem for Split {
    fn work<'w>(&'w self, Turn { step, parameters, item, place: from }: Turn<'w>) -> BoxFuture<'w, Settled<()>> {
        Box::pin(async move {
            let lists = match Lists::of(parameters, item) {
                Ok(lists) => lists,
                Err(failure) => return Ok(Err(failure)),
            };
            for place in 0..lists.length() {
                match lists.item(place) {
                    Ok(json) => step.put(0, Item { json, binary: item.binary.clone() }, &[from])?,
                    Err(failure) => return Ok(Err(failure)),
                }
            }
            Ok(Ok(()))
        })
    }
}

/// The lists of an item, and what else its new items get.
struct Lists<'i> {
    names: Vec<String>,
    lists: Vec<Vec<&'i Value>>,
    others: Others,
    base: Config,
    into: Option<String>,
}

impl<'i> Lists<'i> {
    fn of(parameters: &Parameters<'_>, item: &'i Item) -> Result<Self, StepFailure> {
        let names = parameters.words("field")?;
        if names.is_empty() {
            return Err(parameters.failed(
                "field",
                "No list to split is named.",
                "Name the field that holds the list.",
            ));
        }
        let lists = names.iter().map(|name| entries(fields::get(&item.json, name))).collect();
        let others = [("none", Others::None), ("all", Others::All), ("selected", Others::Selected)];
        let others = parameters.choice("other_fields", &others)?.unwrap_or(Others::None);
        let base = base(parameters, item, &names, others)?;
        let into = parameters.text("into")?.filter(|into| !into.is_empty());
        Ok(Self { names, lists, others, base, into })
    }

    fn length(&self) -> usize {
        self.lists.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// The new item of the entries at this place.
    fn item(&self, place: usize) -> Result<Config, StepFailure> {
        let mut json = self.base.clone();
        let is_one = self.names.len() == 1;
        for (name, list) in self.names.iter().zip(&self.lists) {
            let Some(entry) = list.get(place) else { continue };
            match (*entry, &self.into) {
                // One list of objects: its entries are the items.
                (Value::Object(entry), None) if is_one && matches!(self.others, Others::None) => json = entry.clone(),
                (entry, Some(into)) if is_one => fields::set(&mut json, into, entry.clone())?,
                (entry, _) => fields::set(&mut json, name, entry.clone())?,
            }
        }
        Ok(json)
    }
}

/// The fields that every new item has.
fn base(parameters: &Parameters<'_>, item: &Item, lists: &[String], others: Others) -> Result<Config, StepFailure> {
    let mut json = Config::new();
    match others {
        Others::None => {}
        Others::All => {
            let lists: HashSet<&str> = lists.iter().map(String::as_str).collect();
            let kept = item.json.iter().filter(|(name, _)| !lists.contains(name.as_str()));
            json.extend(kept.map(|(name, value)| (name.clone(), value.clone())));
            for nested in lists.into_iter().filter(|name| !item.json.contains_key(*name)) {
                fields::take(&mut json, nested);
            }
        }
        Others::Selected => {
            for name in parameters.words("keep")? {
                if let Some(value) = fields::get(&item.json, &name) {
                    fields::set(&mut json, &name, value.clone())?;
                }
            }
        }
    }
    Ok(json)
}

fn entries(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list.iter().collect(),
        Some(Value::Object(object)) => object.values().collect(),
        Some(other) => vec![other],
    }
}
