//! Data of other nodes that paths need: fetched once for a batch, then looked up for each item.

use std::collections::HashMap;

use bridge_domain::{Batch, Error, ErrorCode, Item, Scope};

use crate::path::{Reach, Source};
use crate::value::Found;

/// Data of other nodes for one batch.
#[derive(Debug, Default)]
pub(crate) struct Lookup {
    fetched: HashMap<(String, Span), Result<Items, Error>>,
}

/// Which items are fetched: several reaches share one fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Span {
    Paired,
    Output(usize),
}

#[derive(Debug)]
enum Items {
    Paired(Vec<Result<Item, Error>>),
    Output(Vec<Item>),
}

impl Lookup {
    /// Fetches what these sources need.
    pub async fn fetch<'s>(sources: impl Iterator<Item = &'s Source>, batch: &Batch, scope: &dyn Scope) -> Self {
        let mut lookup = Self::default();
        for source in sources {
            let key = (source.node.clone(), span(source.reach));
            if lookup.fetched.contains_key(&key) {
                continue;
            }
            let items = match key.1 {
                Span::Paired => scope.paired(&source.node, batch).await.map(Items::Paired),
                Span::Output(output) => scope.items(&source.node, output).await.map(Items::Output),
            };
            lookup.fetched.insert(key, items);
        }
        lookup
    }

    /// What a source is for the item at this position of the batch.
    pub fn find(&self, source: &Source, position: usize) -> Result<Found<'_>, Error> {
        let fetched = self.fetched.get(&(source.node.clone(), span(source.reach)));
        let items = match fetched {
            Some(Ok(items)) => items,
            Some(Err(error)) => return Err(error.clone()),
            None => return Err(no_item(&source.node)),
        };
        match items {
            Items::Paired(items) => match items.get(position) {
                Some(item) => item.as_ref().map(Found::Item).map_err(Clone::clone),
                None => Err(no_item(&source.node)),
            },
            Items::Output(items) => Ok(reached(source.reach, items)),
        }
    }
}

/// These items, or one of them.
pub(crate) fn reached(reach: Reach, items: &[Item]) -> Found<'_> {
    match reach {
        Reach::All(_) => Found::Items(items),
        Reach::First(_) | Reach::Paired => items.first().map_or(Found::Missing, Found::Item),
        Reach::Last(_) => items.last().map_or(Found::Missing, Found::Item),
    }
}

fn span(reach: Reach) -> Span {
    match reach {
        Reach::Paired => Span::Paired,
        Reach::First(output) | Reach::Last(output) | Reach::All(output) => Span::Output(output),
    }
}

fn no_item(node: &str) -> Error {
    Error::new(
        ErrorCode::Conflict,
        format!("There is no current item, so no item of “{node}” belongs to it."),
        format!("Use $('{node}').first() instead of .item."),
    )
}
