//! Code: the user's own JavaScript, run by whoever carries the step.

use std::time::Duration;

use bridge_domain::{Batch, CodeItems, CodeMode, ItemRef, Outcome, Step, StepFailure};

use super::node::Running;
use crate::inputs::Inputs;
use crate::parameters::Parameters;

/// Words for [`CodeMode`].
const MODES: &[(&str, CodeMode)] = &[("once_for_all_items", CodeMode::AllItems), ("once_per_item", CodeMode::EachItem)];

/// Runs the code. Its settings are read as they stand, because code is no expression.
pub fn run(step: &mut dyn Step) -> Running<'_> {
    Box::pin(async move {
        let config = step.config().clone();
        let parameters = Parameters::new(&config);
        let code = parameters.required_text("code")?;
        let mode = parameters.choice("run", MODES)?.unwrap_or(CodeMode::AllItems);
        let seconds = parameters.integer("timeout_seconds", 1..=300)?.unwrap_or(10);
        let timeout = Duration::from_secs(seconds.unsigned_abs());
        let mut inputs = Inputs::default();
        let mut whole = Batch::default();
        let mut places: Vec<ItemRef> = Vec::new();
        let mut done = 0_u32;
        while let Some(batch) = inputs.next(step).await? {
            let here = (0..batch.items.len()).map(|position| batch.place(position));
            if mode == CodeMode::EachItem {
                let here: Vec<_> = here.collect();
                let made = step.code(&code, mode, &batch, timeout).await?;
                put(step, made, &here)?;
                done = done.saturating_add(u32::try_from(here.len()).unwrap_or(u32::MAX));
                step.progress(done);
            } else {
                places.extend(here);
                whole.first = whole.first.or(batch.first);
                whole.items.extend(batch.items);
            }
        }
        if !whole.items.is_empty() {
            let made = step.code(&code, mode, &whole, timeout).await?;
            put(step, made, &places)?;
        }
        Ok(Outcome::Done)
    })
}

/// Puts out what the code made; it names the items each came from by their positions.
fn put(step: &mut dyn Step, mut made: CodeItems, places: &[ItemRef]) -> Result<(), StepFailure> {
    made.try_for_each(|made| {
        let (item, positions) = made?;
        let from: Vec<ItemRef> = positions.iter().filter_map(|position| places.get(*position).copied()).collect();
        step.put(0, item, &from)
    })
}
