//! Remove duplicates: the first of the items that have the same values.

use std::collections::HashSet;

use bridge_domain::{Config, Outcome, Step, StepFailure};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::fields;
use super::node::Running;
use crate::inputs::{Inputs, shared_parameters};
use crate::parameters::Parameters;

/// What two items must have in common.
#[derive(Clone, Copy)]
enum Compare {
    All,
    Selected,
    AllExcept,
}

/// Words for [`Compare`].
const COMPARE: &[(&str, Compare)] =
    &[("all_fields", Compare::All), ("selected_fields", Compare::Selected), ("all_fields_except", Compare::AllExcept)];

/// Passes each item on once. Of what was seen only hashes are kept.
pub fn remove(step: &mut dyn Step) -> Running<'_> {
    Box::pin(async move {
        let mut inputs = Inputs::default();
        let Some(mut batch) = inputs.next(step).await? else { return Ok(Outcome::Done) };
        let config = shared_parameters(step, Some(&batch)).await?;
        let (compare, names) = rule(&Parameters::new(&config))?;
        let mut seen: HashSet<[u8; 32]> = HashSet::new();
        let mut done = 0_u32;
        loop {
            let places: Vec<_> = (0..batch.items.len()).map(|position| batch.place(position)).collect();
            for (item, place) in batch.items.into_iter().zip(places) {
                if seen.insert(Sha256::digest(key(&item.json, compare, &names)).into()) {
                    step.put(0, item, &[place])?;
                }
                done = done.saturating_add(1);
            }
            step.progress(done);
            let Some(next) = inputs.next(step).await? else { return Ok(Outcome::Done) };
            batch = next;
        }
    })
}

fn rule(parameters: &Parameters<'_>) -> Result<(Compare, Vec<String>), StepFailure> {
    let compare = parameters.choice("compare", COMPARE)?.unwrap_or(Compare::All);
    let names = parameters.words("fields")?;
    if names.is_empty() && matches!(compare, Compare::Selected) {
        return Err(parameters.failed("fields", "No field to compare is named.", "Name one, or compare all fields."));
    }
    Ok((compare, names))
}

/// What items are compared by, as text.
fn key(json: &Config, compare: Compare, names: &[String]) -> String {
    match compare {
        Compare::All => canonical_object(json),
        Compare::Selected => {
            let values = names.iter().map(|name| fields::get(json, name).cloned().unwrap_or(Value::Null)).collect();
            canonical(&Value::Array(values))
        }
        Compare::AllExcept => {
            let mut rest = json.clone();
            for name in names {
                fields::take(&mut rest, name);
            }
            canonical_object(&rest)
        }
    }
}

/// A value as text that does not depend on the order of fields; `1` and `1.0` are the same.
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(object) => canonical_object(object),
        Value::Array(list) => format!("[{}]", list.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Number(number) => match number.as_f64() {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 53 bits")]
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => (float as i64).to_string(),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

fn canonical_object(object: &Config) -> String {
    let sorted: std::collections::BTreeMap<&String, &Value> = object.iter().collect();
    let fields: Vec<String> = sorted
        .into_iter()
        .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
        .collect();
    format!("{{{}}}", fields.join(","))
}
