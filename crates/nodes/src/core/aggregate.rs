//! Aggregate: all items, or one field of each, in a list on a single item.

use bridge_domain::{Config, Item, Outcome, Step};
use serde_json::Value;

use super::fields;
use super::node::Running;
use crate::inputs::{Inputs, shared_parameters};
use crate::parameters::Parameters;

/// Collects. Without items there is nothing to put out.
pub fn collect(step: &mut dyn Step) -> Running<'_> {
    Box::pin(async move {
        let mut inputs = Inputs::default();
        let Some(mut batch) = inputs.next(step).await? else { return Ok(Outcome::Done) };
        let config = shared_parameters(step, Some(&batch)).await?;
        let parameters = Parameters::new(&config);
        let field = parameters.text("field")?.filter(|field| !field.is_empty());
        let into = parameters.text_or("into", "items")?;
        let keep_missing = parameters.boolean("keep_missing")?.unwrap_or(false);
        let (mut list, mut from) = (Vec::new(), Vec::new());
        loop {
            for (position, item) in batch.items.iter().enumerate() {
                let value = match &field {
                    None => Some(Value::Object(item.json.clone())),
                    Some(field) => fields::get(&item.json, field).filter(|value| !value.is_null()).cloned(),
                };
                from.push(batch.place(position));
                list.extend(value.or_else(|| keep_missing.then_some(Value::Null)));
            }
            step.progress(u32::try_from(from.len()).unwrap_or(u32::MAX));
            let Some(next) = inputs.next(step).await? else { break };
            batch = next;
        }
        let json = Config::from_iter([(into, Value::Array(list))]);
        step.put(0, Item::from(json), &from)?;
        Ok(Outcome::Done)
    })
}
