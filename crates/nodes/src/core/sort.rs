//! Sort: items in the order of their fields.

use std::cmp::Ordering;

use bridge_domain::{Item, ItemRef, Outcome, Step, StepFailure};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::compare::float;
use super::node::Running;
use super::{dates, fields};
use crate::inputs::{Inputs, shared_parameters};
use crate::parameters::{Parameters, boolean_of, excerpt, text_of};
use crate::per_item::about;

/// How values are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReadAs {
    Auto,
    Text,
    Natural,
    Number,
    Date,
}

/// Words for [`ReadAs`].
const READ_AS: &[(&str, ReadAs)] = &[
    ("auto", ReadAs::Auto),
    ("text", ReadAs::Text),
    ("natural", ReadAs::Natural),
    ("number", ReadAs::Number),
    ("date", ReadAs::Date),
];

/// One field to sort by.
struct Key {
    field: String,
    descending: bool,
    read_as: ReadAs,
    path: String,
}

/// What one item is sorted by in one field. Kinds are ordered as they stand here.
#[derive(Debug, Clone, PartialEq)]
enum Sortable {
    Truth(bool),
    Number(f64),
    Date(jiff::Timestamp),
    Text(String),
    Natural(String),
}

/// An item with what it is sorted by.
struct Row {
    keys: Vec<Option<Sortable>>,
    item: Item,
    place: ItemRef,
}

/// Reads all items, sorts them and puts them out. Items that are equal stay in their order.
pub fn sort(step: &mut dyn Step) -> Running<'_> {
    Box::pin(async move {
        let mut inputs = Inputs::default();
        let Some(mut batch) = inputs.next(step).await? else { return Ok(Outcome::Done) };
        let config = shared_parameters(step, Some(&batch)).await?;
        let parameters = Parameters::new(&config);
        let keys = keys(&parameters)?;
        let ignore_case = parameters.boolean("ignore_case")?.unwrap_or(true);
        let zone = dates::workflow_zone(step);
        let mut rows = Vec::new();
        loop {
            let places: Vec<_> = (0..batch.items.len()).map(|position| batch.place(position)).collect();
            for (item, place) in batch.items.into_iter().zip(places) {
                let values = keys.iter().map(|key| key.of(&item, ignore_case, &zone)).collect::<Result<_, _>>();
                rows.push(Row { keys: values.map_err(|failure| about(failure, place))?, item, place });
            }
            step.progress(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            let Some(next) = inputs.next(step).await? else { break };
            batch = next;
        }
        rows.sort_by(|one, other| order(&keys, &one.keys, &other.keys));
        rows.into_iter().try_for_each(|row| step.put(0, row.item, &[row.place]))?;
        Ok(Outcome::Done)
    })
}

fn keys(parameters: &Parameters<'_>) -> Result<Vec<Key>, StepFailure> {
    let mut keys = Vec::new();
    for record in parameters.records("by")? {
        keys.push(Key {
            field: record.required_text("field")?,
            descending: record.choice("direction", &[("ascending", false), ("descending", true)])?.unwrap_or(false),
            read_as: record.choice("compare_as", READ_AS)?.unwrap_or(ReadAs::Auto),
            path: record.path("field"),
        });
    }
    Ok(keys)
}

impl Key {
    /// What an item is sorted by in this field; none when it lacks it.
    fn of(&self, item: &Item, ignore_case: bool, zone: &TimeZone) -> Result<Option<Sortable>, StepFailure> {
        let Some(value) = fields::get(&item.json, &self.field).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        let text = || if ignore_case { text_of(value).to_lowercase() } else { text_of(value) };
        let sortable = match self.read_as {
            ReadAs::Text => Some(Sortable::Text(text())),
            ReadAs::Natural => Some(Sortable::Natural(text())),
            ReadAs::Number => float(value).map(Sortable::Number),
            ReadAs::Date => dates::read(value, zone).map(|date| Sortable::Date(date.timestamp())),
            ReadAs::Auto => Some(match value {
                Value::Bool(_) => Sortable::Truth(boolean_of(value).unwrap_or(false)),
                _ => float(value).map_or_else(|| Sortable::Text(text()), Sortable::Number),
            }),
        };
        sortable.map(Some).ok_or_else(|| {
            let kind = if self.read_as == ReadAs::Date { "a date" } else { "a number" };
            crate::failure::failed_at(
                self.path.clone(),
                format!("The field `{}` is sorted as {kind}, and this is {}.", self.field, excerpt(value)),
                "Choose another way to compare, or filter such items out first.",
            )
        })
    }
}

/// The order of two items: a missing value is last in either direction.
fn order(keys: &[Key], one: &[Option<Sortable>], other: &[Option<Sortable>]) -> Ordering {
    let orders = keys.iter().zip(one.iter().zip(other)).map(|(key, pair)| match pair {
        (Some(one), Some(other)) if key.descending => compare(other, one),
        (Some(one), Some(other)) => compare(one, other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    });
    orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn compare(one: &Sortable, other: &Sortable) -> Ordering {
    match (one, other) {
        (Sortable::Truth(one), Sortable::Truth(other)) => one.cmp(other),
        (Sortable::Number(one), Sortable::Number(other)) => one.total_cmp(other),
        (Sortable::Date(one), Sortable::Date(other)) => one.cmp(other),
        (Sortable::Text(one), Sortable::Text(other)) => one.cmp(other),
        (Sortable::Natural(one), Sortable::Natural(other)) => natural(one, other),
        _ => rank(one).cmp(&rank(other)),
    }
}

fn rank(value: &Sortable) -> u8 {
    match value {
        Sortable::Truth(_) => 0,
        Sortable::Number(_) => 1,
        Sortable::Date(_) => 2,
        Sortable::Text(_) | Sortable::Natural(_) => 3,
    }
}

/// `file 2` before `file 10`: runs of digits are compared as numbers of any length.
fn natural(one: &str, other: &str) -> Ordering {
    let (mut one_rest, mut other_rest) = (one, other);
    loop {
        let (Some(a), Some(b)) = (one_rest.chars().next(), other_rest.chars().next()) else {
            return one_rest.len().cmp(&other_rest.len()).then_with(|| one.cmp(other));
        };
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let (one_digits, one_behind) = digits(one_rest);
            let (other_digits, other_behind) = digits(other_rest);
            let order = one_digits.len().cmp(&other_digits.len()).then_with(|| one_digits.cmp(other_digits));
            if order.is_ne() {
                return order;
            }
            (one_rest, other_rest) = (one_behind, other_behind);
        } else if a != b {
            return a.cmp(&b);
        } else {
            (one_rest, other_rest) = (&one_rest[a.len_utf8()..], &other_rest[b.len_utf8()..]);
        }
    }
}

/// The digits a text begins with, without leading zeros, and what follows.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, behind) = text.split_at(end);
    (digits.trim_start_matches('0'), behind)
}
