//! The loop that most nodes are: read each input page by page, evaluate the parameters, work on each item, put out what
//! it gives or say that it failed, and report how far it is. No node writes this loop again.

use bridge_domain::{Batch, Config, Item, ItemRef, Outcome, Step, StepFailure};
use futures_util::future::BoxFuture;

use crate::inputs::Inputs;
use crate::parameters::Parameters;

/// What work on one item puts out: number of the output and the item.
pub type Puts = Vec<(usize, Item)>;

/// One item to be worked on.
#[derive(Clone, Copy)]
pub struct Task<'w> {
    /// The step, for credentials, grants and what else it knows.
    pub step: &'w dyn Step,
    /// The configuration, evaluated for this item.
    pub parameters: &'w Parameters<'w>,
    /// The item.
    pub item: &'w Item,
    /// Its place in the input.
    pub place: ItemRef,
}

/// Work on one item that has to wait for something, such as a service's answer.
pub trait ItemWork: Send + Sync {
    /// Works on an item. What it puts out comes from this item.
    ///
    /// # Errors
    /// Why this item cannot be worked on: the node's settings decide whether the others are.
    fn work<'w>(&'w self, task: Task<'w>) -> BoxFuture<'w, Result<Puts, StepFailure>>;
}

/// Works on every item, one after the other, in order.
///
/// # Errors
/// Those of the step, and the failure of an item when the node's failures end the run.
pub async fn per_item(
    step: &mut dyn Step,
    mut work: impl FnMut(Task<'_>) -> Result<Puts, StepFailure> + Send,
) -> Result<Outcome, StepFailure> {
    let mut pages = Pages::default();
    while let Some((batch, parameters)) = pages.next(step).await? {
        for (position, (item, parameters)) in batch.items.iter().zip(parameters).enumerate() {
            let place = batch.place(position);
            let result = match parameters {
                Ok(config) => work(Task { step, parameters: &Parameters::new(&config), item, place }),
                Err(failure) => Err(failure),
            };
            settle(step, result, item, place)?;
        }
        pages.report(step, batch.items.len());
    }
    Ok(Outcome::Done)
}

/// As [`per_item`], for work that waits. The next item begins when the one before it is done.
///
/// # Errors
/// As [`per_item`].
pub async fn per_item_waiting(step: &mut dyn Step, work: &dyn ItemWork) -> Result<Outcome, StepFailure> {
    let mut pages = Pages::default();
    while let Some((batch, parameters)) = pages.next(step).await? {
        for (position, (item, parameters)) in batch.items.iter().zip(parameters).enumerate() {
            let place = batch.place(position);
            let result = match parameters {
                Ok(config) => {
                    let parameters = &Parameters::new(&config);
                    work.work(Task { step, parameters, item, place }).await
                }
                Err(failure) => Err(failure),
            };
            settle(step, result, item, place)?;
            pages.report(step, 1);
        }
    }
    Ok(Outcome::Done)
}

/// Passes on what work on an item gave.
fn settle(
    step: &mut dyn Step,
    result: Result<Puts, StepFailure>,
    item: &Item,
    place: ItemRef,
) -> Result<(), StepFailure> {
    match result {
        Ok(puts) => puts.into_iter().try_for_each(|(output, item)| step.put(output, item, &[place])),
        Err(failure) => step.fail(place, item.clone(), about(failure, place)),
    }
}

/// The failure, saying which item it concerns.
pub fn about(failure: StepFailure, place: ItemRef) -> StepFailure {
    StepFailure { item: failure.item.or(Some(place.index)), ..failure }
}

/// Pages with their evaluated configurations, and how many items are done.
#[derive(Default)]
struct Pages {
    inputs: Inputs,
    done: u32,
}

impl Pages {
    async fn next(
        &mut self,
        step: &mut dyn Step,
    ) -> Result<Option<(Batch, Vec<Result<Config, StepFailure>>)>, StepFailure> {
        let Some(batch) = self.inputs.next(step).await? else { return Ok(None) };
        let parameters = step.parameters(&batch).await?;
        Ok(Some((batch, parameters)))
    }

    fn report(&mut self, step: &mut dyn Step, items: usize) {
        self.done = self.done.saturating_add(u32::try_from(items).unwrap_or(u32::MAX));
        step.progress(self.done);
    }
}
