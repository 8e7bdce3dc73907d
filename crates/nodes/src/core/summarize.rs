//! Summarize: counts, sums and averages over all items or for each group of them.

use std::collections::{HashMap, HashSet};

use bridge_domain::{Config, Item, ItemRef, Outcome, Step, StepFailure};
use serde_json::{Number, Value, json};

use super::compare::{float, numbers};
use super::fields;
use super::node::Running;
use super::remove_duplicates::canonical;
use crate::inputs::{Inputs, shared_parameters};
use crate::parameters::{Parameters, excerpt, text_of};
use crate::per_item::about;

/// What can be worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Count,
    CountUnique,
    Sum,
    Average,
    Min,
    Max,
    First,
    Last,
    List,
    ListUnique,
    Join,
}

/// Words for [`Operation`].
const OPERATIONS: &[(&str, Operation)] = &[
    ("count", Operation::Count),
    ("count_unique", Operation::CountUnique),
    ("sum", Operation::Sum),
    ("average", Operation::Average),
    ("min", Operation::Min),
    ("max", Operation::Max),
    ("first", Operation::First),
    ("last", Operation::Last),
    ("list", Operation::List),
    ("list_unique", Operation::ListUnique),
    ("join", Operation::Join),
];

/// One thing to work out of each group.
struct Calculation {
    operation: Operation,
    /// The field; none for all items.
    field: Option<String>,
    /// Field for the result.
    into: String,
    separator: String,
    /// Path of the parameter, for failures.
    path: String,
}

/// What is known of one group so far.
#[derive(Default)]
struct Tally {
    count: u64,
    /// Exact while all values are whole.
    whole: Option<i128>,
    sum: f64,
    best: Option<Value>,
    values: Vec<Value>,
    seen: HashSet<String>,
}

/// A group of items.
struct Group {
    json: Config,
    from: Vec<ItemRef>,
    tallies: Vec<Tally>,
}

/// Works everything out in one pass.
pub fn summarize(step: &mut dyn Step) -> Running<'_> {
    Box::pin(async move {
        let mut inputs = Inputs::default();
        let Some(mut batch) = inputs.next(step).await? else { return Ok(Outcome::Done) };
        let config = shared_parameters(step, Some(&batch)).await?;
        let parameters = Parameters::new(&config);
        let by = parameters.words("group_by")?;
        let calculations = calculations(&parameters)?;
        let mut groups: Vec<Group> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        loop {
            for (position, item) in batch.items.iter().enumerate() {
                let place = batch.place(position);
                let values: Vec<Value> =
                    by.iter().map(|name| fields::get(&item.json, name).cloned().unwrap_or(Value::Null)).collect();
                let at = *known.entry(canonical(&Value::Array(values.clone()))).or_insert(groups.len());
                if at == groups.len() {
                    groups.push(group(&by, values, calculations.len())?);
                }
                if let Some(group) = groups.get_mut(at) {
                    group.from.push(place);
                    for (calculation, tally) in calculations.iter().zip(&mut group.tallies) {
                        calculation.add(tally, item).map_err(|failure| about(failure, place))?;
                    }
                }
            }
            let Some(next) = inputs.next(step).await? else { break };
            batch = next;
        }
        for mut group in groups {
            for (calculation, tally) in calculations.iter().zip(group.tallies) {
                fields::set(&mut group.json, &calculation.into, calculation.result(tally))?;
            }
            step.put(0, Item::from(group.json), &group.from)?;
        }
        Ok(Outcome::Done)
    })
}

fn group(by: &[String], values: Vec<Value>, tallies: usize) -> Result<Group, StepFailure> {
    let mut json = Config::new();
    for (name, value) in by.iter().zip(values) {
        fields::set(&mut json, name, value)?;
    }
    Ok(Group { json, from: Vec::new(), tallies: (0..tallies).map(|_| Tally::default()).collect() })
}

fn calculations(parameters: &Parameters<'_>) -> Result<Vec<Calculation>, StepFailure> {
    let mut calculations = Vec::new();
    for record in parameters.records("calculations")? {
        let operation = record.choice("operation", OPERATIONS)?.unwrap_or(Operation::Count);
        let field = record.text("field")?.filter(|field| !field.is_empty());
        if field.is_none() && operation != Operation::Count {
            record.required_text("field")?;
        }
        let word = record.text_or("operation", "count")?;
        let named = field.as_ref().map_or_else(|| word.clone(), |field| format!("{word}_{}", field.replace('.', "_")));
        calculations.push(Calculation {
            operation,
            into: record.text_or("into", &named)?,
            separator: record.text("separator")?.unwrap_or_else(|| ", ".to_owned()),
            path: record.path("field"),
            field,
        });
    }
    Ok(calculations)
}

impl Calculation {
    /// Takes an item into account.
    fn add(&self, tally: &mut Tally, item: &Item) -> Result<(), StepFailure> {
        let Some(field) = &self.field else {
            tally.count += 1;
            return Ok(());
        };
        let Some(value) = fields::get(&item.json, field).filter(|value| !value.is_null()) else { return Ok(()) };
        match self.operation {
            Operation::Count => {}
            Operation::CountUnique => {
                tally.seen.insert(canonical(value));
            }
            Operation::Sum | Operation::Average => self.sum(tally, value, field)?,
            Operation::Min => better(tally, value, std::cmp::Ordering::Less),
            Operation::Max => better(tally, value, std::cmp::Ordering::Greater),
            Operation::First => tally.best = tally.best.take().or_else(|| Some(value.clone())),
            Operation::Last => tally.best = Some(value.clone()),
            Operation::List | Operation::Join => tally.values.push(value.clone()),
            Operation::ListUnique => {
                if tally.seen.insert(canonical(value)) {
                    tally.values.push(value.clone());
                }
            }
        }
        tally.count += 1;
        Ok(())
    }

    fn sum(&self, tally: &mut Tally, value: &Value, field: &str) -> Result<(), StepFailure> {
        let number = float(value).ok_or_else(|| {
            crate::failure::failed_at(
                self.path.clone(),
                format!("The field `{field}` takes a number to add, and this is {}.", excerpt(value)),
                "Filter such items out, or make the field a number first.",
            )
        })?;
        let whole = value.as_i64().map(i128::from);
        tally.whole = match (tally.count, tally.whole, whole) {
            (0, _, whole) => whole,
            (_, Some(sum), Some(whole)) => Some(sum + whole),
            _ => None,
        };
        tally.sum += number;
        Ok(())
    }

    fn result(&self, tally: Tally) -> Value {
        match self.operation {
            Operation::Count => json!(tally.count),
            Operation::CountUnique => json!(tally.seen.len()),
            Operation::Sum => {
                tally.whole.and_then(|sum| i64::try_from(sum).ok()).map_or_else(|| number(tally.sum), Value::from)
            }
            #[expect(clippy::cast_precision_loss, reason = "fewer items than 2^53")]
            Operation::Average if tally.count > 0 => number(tally.sum / tally.count as f64),
            Operation::Average => Value::Null,
            Operation::Min | Operation::Max | Operation::First | Operation::Last => tally.best.unwrap_or(Value::Null),
            Operation::List | Operation::ListUnique => Value::Array(tally.values),
            Operation::Join => {
                let texts: Vec<String> = tally.values.iter().map(text_of).collect();
                Value::String(texts.join(&self.separator))
            }
        }
    }
}

/// Keeps the value that comes first, or last: numbers by size, anything else as text.
fn better(tally: &mut Tally, value: &Value, wanted: std::cmp::Ordering) {
    let order = |best: &Value| numbers(value, best).unwrap_or_else(|| text_of(value).cmp(&text_of(best)));
    if tally.best.as_ref().is_none_or(|best| order(best) == wanted) {
        tally.best = Some(value.clone());
    }
}

/// A number, whole where it is.
fn number(value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 53 bits")]
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}
