//! Data of other nodes and of the whole input that paths need: fetched once for a batch, then looked up for each item.

use std::collections::HashMap;

use bridge_domain::{Batch, Error, ErrorCode, InputSpan, Item, Scope};
use serde_json::Value;

use crate::path::{Reach, Root};
use crate::value::Found;
use crate::values;

/// Data for one batch that is not in it.
#[derive(Debug, Default)]
pub(crate) struct Lookup {
    fetched: HashMap<Key, Result<Items, Error>>,
}

/// What is fetched: several reaches share one fetch.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Paired(String),
    Output(String, usize),
    Input(InputSpan),
    Previous,
    Parameters(Option<String>),
}

#[derive(Debug)]
enum Items {
    Paired(Vec<Result<Item, Error>>),
    List(Vec<Item>),
    Value(Value),
}

impl Lookup {
    /// Fetches what these roots need.
    pub async fn fetch<'r>(roots: impl Iterator<Item = &'r Root>, batch: &Batch, scope: &dyn Scope) -> Self {
        let mut lookup = Self::default();
        for key in roots.filter_map(|root| Some(key(root)?.0)) {
            if lookup.fetched.contains_key(&key) {
                continue;
            }
            let items = match &key {
                Key::Paired(node) => scope.paired(node, batch).await.map(Items::Paired),
                Key::Output(node, output) => scope.items(node, *output).await.map(Items::List),
                Key::Previous => Ok(Items::Value(values::previous(scope.previous(batch).as_ref()))),
                Key::Parameters(node) => values::parameters_of(scope, batch, node.as_deref()).map(Items::Value),
                Key::Input(span) => scope.input(batch.place(0).input as usize, *span).await.map(Items::List),
            };
            lookup.fetched.insert(key, items);
        }
        lookup
    }

    /// What a root is for the item at this position of the batch; missing when it is none that is fetched.
    pub fn find(&self, root: &Root, position: usize) -> Result<Found<'_>, Error> {
        let Some((key, reach)) = key(root) else { return Ok(Found::Missing) };
        let items = match self.fetched.get(&key) {
            Some(Ok(items)) => items,
            Some(Err(error)) => return Err(error.clone()),
            None => return Ok(Found::Missing),
        };
        match (items, key) {
            (Items::Paired(items), Key::Paired(node)) => match items.get(position) {
                Some(item) => item.as_ref().map(Found::Item).map_err(Clone::clone),
                None => Err(no_item(&node)),
            },
            (Items::Paired(_), _) => Ok(Found::Missing),
            (Items::Value(value), _) => Ok(Found::Json(value)),
            (Items::List(items), _) => Ok(reached(reach, items)),
        }
    }
}

fn key(root: &Root) -> Option<(Key, Reach)> {
    match root {
        Root::Node(source) => {
            let node = source.node.clone();
            let key = match source.reach {
                Reach::Paired => Key::Paired(node),
                Reach::First(output) | Reach::Last(output) | Reach::All(output) => Key::Output(node, output),
            };
            Some((key, source.reach))
        }
        Root::Input(reach) => {
            let span = match reach {
                Reach::Paired => return None,
                Reach::First(_) => InputSpan::First,
                Reach::Last(_) => InputSpan::Last,
                Reach::All(_) => InputSpan::All,
            };
            Some((Key::Input(span), *reach))
        }
        Root::Previous => Some((Key::Previous, Reach::Paired)),
        Root::Parameters(node) => Some((Key::Parameters(node.clone()), Reach::Paired)),
        _ => None,
    }
}

/// These items, or one of them.
fn reached(reach: Reach, items: &[Item]) -> Found<'_> {
    match reach {
        Reach::All(_) => Found::Items(items),
        Reach::First(_) | Reach::Paired => items.first().map_or(Found::Missing, Found::Item),
        Reach::Last(_) => items.last().map_or(Found::Missing, Found::Item),
    }
}

fn no_item(node: &str) -> Error {
    Error::new(
        ErrorCode::Conflict,
        format!("There is no current item, so no item of “{node}” belongs to it."),
        format!("Use $('{node}').first() instead of .item."),
    )
}
