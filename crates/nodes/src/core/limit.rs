//! Limit: the first or the last items.

use std::collections::VecDeque;

use bridge_domain::{Outcome, Step};

use super::node::Running;
use crate::inputs::{Inputs, shared_parameters};
use crate::parameters::Parameters;

/// Passes on so many items at most. The first ones are passed on without reading the others.
pub fn limit(step: &mut dyn Step) -> Running<'_> {
    Box::pin(async move {
        let mut inputs = Inputs::default();
        let Some(mut batch) = inputs.next(step).await? else { return Ok(Outcome::Done) };
        let config = shared_parameters(step, Some(&batch)).await?;
        let parameters = Parameters::new(&config);
        let most = parameters.integer("max_items", 1..=1_000_000)?.unwrap_or(1);
        let most = usize::try_from(most).unwrap_or(1);
        let keeps_last = parameters.choice("keep", &[("first", false), ("last", true)])?.unwrap_or(false);
        let mut kept = VecDeque::new();
        let mut put = 0;
        loop {
            let places: Vec<_> = (0..batch.items.len()).map(|position| batch.place(position)).collect();
            for (item, place) in batch.items.into_iter().zip(places) {
                if keeps_last {
                    kept.push_back((item, place));
                    if kept.len() > most {
                        kept.pop_front();
                    }
                } else {
                    step.put(0, item, &[place])?;
                    put += 1;
                    if put == most {
                        return Ok(Outcome::Done);
                    }
                }
            }
            let Some(next) = inputs.next(step).await? else { break };
            batch = next;
        }
        kept.into_iter().try_for_each(|(item, place)| step.put(0, item, &[place]))?;
        Ok(Outcome::Done)
    })
}
