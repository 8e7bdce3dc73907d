//! The loop of nodes that put out more items than should be held at once: as `per_item`, but the work puts out itself.

use bridge_domain::{Item, ItemRef, Outcome, Step, StepFailure};
use futures_util::future::BoxFuture;

use super::blocking::Settled;
use crate::inputs::Inputs;
use crate::parameters::Parameters;
use crate::per_item::about;

/// Work on one item that puts out what it finds while it finds it.
pub trait EachItem: Send + Sync {
    /// Works on an item, and puts out what it gives.
    ///
    /// # Errors
    /// What ends the whole step; the item's own failure is inside.
    fn work<'w>(
        &'w self,
        step: &'w mut dyn Step,
        parameters: &'w Parameters<'w>,
        item: &'w Item,
        from: ItemRef,
    ) -> BoxFuture<'w, Settled<()>>;
}

/// Works on every item, one after the other, in order. What an item put out before it failed stays.
///
/// # Errors
/// Those of the step, and the failure of an item when the node's failures end the run.
pub async fn each_item(step: &mut dyn Step, work: &dyn EachItem) -> Result<Outcome, StepFailure> {
    let mut inputs = Inputs::default();
    let mut done = 0_u32;
    while let Some(batch) = inputs.next(step).await? {
        let configs = step.parameters(&batch).await?;
        for (position, (item, config)) in batch.items.iter().zip(configs).enumerate() {
            let from = batch.place(position);
            let result = match config {
                Ok(config) => work.work(step, &Parameters::new(&config), item, from).await?,
                Err(failure) => Err(failure),
            };
            if let Err(failure) = result {
                step.fail(from, item.clone(), about(failure, from))?;
            }
            done = done.saturating_add(1);
            step.progress(done);
        }
    }
    Ok(Outcome::Done)
}
