//! The loop that most nodes are: read each input page by page, evaluate the parameters, work on each item, put out what
//! it gives or say that it failed, and report how far it is. No node writes this loop again, and none tries anything again
//! by itself: a failed item is worked on again when the step says so.

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
            match result {
                Ok(puts) => put_all(step, puts, place)?,
                Err(failure) => step.fail(place, item.clone(), about(failure, place))?,
            }
        }
        pages.report(step, batch.items.len());
    }
    Ok(Outcome::Done)
}

/// As [`per_item`], for work that waits. The next item begins when the one before it is done; a failed one is worked on
/// again as the node's settings say.
///
/// # Errors
/// As [`per_item`].
pub async fn per_item_waiting(step: &mut dyn Step, work: &dyn ItemWork) -> Result<Outcome, StepFailure> {
    each_item(step, &AtOnce(work)).await
}

/// What became of work on one item: its own failure is inside, what ends the whole step is outside.
pub type Settled<T> = Result<Result<T, StepFailure>, StepFailure>;

/// One item to be worked on, and the step to put out to.
pub struct Turn<'w> {
    /// The step.
    pub step: &'w mut dyn Step,
    /// The configuration, evaluated for this item.
    pub parameters: &'w Parameters<'w>,
    /// The item.
    pub item: &'w Item,
    /// Its place in the input.
    pub place: ItemRef,
}

/// Work on one item that puts out what it finds while it finds it, for nodes that put out more than should be held at once.
pub trait EachItem: Send + Sync {
    /// Works on an item, and puts out what it gives.
    ///
    /// # Errors
    /// What ends the whole step; the item's own failure is inside.
    fn work<'w>(&'w self, turn: Turn<'w>) -> BoxFuture<'w, Settled<()>>;
}

/// Works on every item, one after the other, in order. What an item put out before it failed stays, and then it is not
/// worked on again.
///
/// # Errors
/// Those of the step, and the failure of an item when the node's failures end the run.
pub async fn each_item(step: &mut dyn Step, work: &dyn EachItem) -> Result<Outcome, StepFailure> {
    each_item_of(step, Inputs::default(), work).await
}

/// As [`each_item`], from where the inputs were read to.
///
/// # Errors
/// As [`each_item`].
pub async fn each_item_of(step: &mut dyn Step, inputs: Inputs, work: &dyn EachItem) -> Result<Outcome, StepFailure> {
    let mut pages = Pages { inputs, done: 0 };
    while let Some((batch, parameters)) = pages.next(step).await? {
        for (position, (item, parameters)) in batch.items.iter().zip(parameters).enumerate() {
            let place = batch.place(position);
            let result = match parameters {
                Ok(config) => until_settled(step, work, &Parameters::new(&config), item, place).await?,
                Err(failure) => Err(failure),
            };
            if let Err(failure) = result {
                step.fail(place, item.clone(), about(failure, place))?;
            }
            pages.report(step, 1);
        }
    }
    Ok(Outcome::Done)
}

/// Works on an item until it is done or is not to be tried again.
async fn until_settled(
    step: &mut dyn Step,
    work: &dyn EachItem,
    parameters: &Parameters<'_>,
    item: &Item,
    place: ItemRef,
) -> Settled<()> {
    let mut tries = 1;
    loop {
        let turn = Turn { step: &mut *step, parameters, item, place };
        let Err(failure) = work.work(turn).await? else { return Ok(Ok(())) };
        if !step.again(place, tries, &failure).await {
            return Ok(Err(failure));
        }
        tries += 1;
    }
}

/// Work that gives what it puts out when it is done.
struct AtOnce<'w>(&'w dyn ItemWork);

impl EachItem for AtOnce<'_> {
    fn work<'w>(&'w self, Turn { step, parameters, item, place }: Turn<'w>) -> BoxFuture<'w, Settled<()>> {
        Box::pin(async move {
            match self.0.work(Task { step, parameters, item, place }).await {
                Ok(puts) => put_all(step, puts, place).map(Ok),
                Err(failure) => Ok(Err(failure)),
            }
        })
    }
}

fn put_all(step: &mut dyn Step, puts: Puts, place: ItemRef) -> Result<(), StepFailure> {
    puts.into_iter().try_for_each(|(output, item)| step.put(output, item, &[place]))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::atomic::{AtomicU32, Ordering};

    use bridge_domain::{Error, ErrorCode};
    use serde_json::json;

    use super::*;
    use crate::testing::{TestStep, items};

    /// Fails at the second item the first times; before that it puts something out, or not.
    struct Failing {
        left: AtomicU32,
        puts_first: bool,
    }

    impl EachItem for Failing {
        fn work<'w>(&'w self, Turn { step, item, place, .. }: Turn<'w>) -> BoxFuture<'w, Settled<()>> {
            Box::pin(async move {
                let fails = place.index == 1 && self.left.load(Ordering::SeqCst) > 0;
                if !fails || self.puts_first {
                    step.put(0, item.clone(), &[place])?;
                }
                if fails {
                    self.left.fetch_sub(1, Ordering::SeqCst);
                    return Ok(Err(Error::new(ErrorCode::Interrupted, "It ended.", "").into()));
                }
                Ok(Ok(()))
            })
        }
    }

    #[tokio::test]
    async fn what_has_put_something_out_is_not_worked_on_again() {
        for (puts_first, left, again, failures) in [(false, 2, 2, 0), (true, 1, 0, 1), (false, 3, 2, 1)] {
            let mut step = TestStep::new(json!({}), items(json!([{ "n": 0 }, { "n": 1 }, { "n": 2 }])));
            (step.continues, step.tries) = (true, 3);
            each_item(&mut step, &Failing { left: left.into(), puts_first }).await.unwrap();
            assert_eq!((step.again.len(), step.failures.len()), (again, failures), "{puts_first} {left}");
            let places: Vec<u32> = step.puts.iter().map(|put| put.from[0].index).collect();
            assert_eq!(places.iter().filter(|place| **place == 1).count(), usize::from(puts_first || failures == 0));
        }
    }
}
