//! Reading the inputs of a step one after the other, for nodes that look at all items before they put any out.

use bridge_domain::{Batch, Config, Step, StepFailure};

/// Reads all inputs in the order of their edges, page by page. A node that is to work on the first item only gets
/// just that one.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The input that is being read.
    current: usize,
    /// Nothing more is to be read.
    ended: bool,
    /// Was read and not given yet.
    ahead: Option<Batch>,
}

impl Inputs {
    /// Whether there are further items, for nodes that need something only if there are.
    ///
    /// # Errors
    /// Those of [`Step::next`].
    pub async fn has_more(&mut self, step: &mut dyn Step) -> Result<bool, StepFailure> {
        self.ahead = self.next(step).await?;
        Ok(self.ahead.is_some())
    }

    /// The next items; none at the end of the last input.
    ///
    /// # Errors
    /// Those of [`Step::next`].
    pub async fn next(&mut self, step: &mut dyn Step) -> Result<Option<Batch>, StepFailure> {
        if let Some(batch) = self.ahead.take() {
            return Ok(Some(batch));
        }
        while !self.ended && self.current < step.inputs() {
            match step.next(self.current).await? {
                Some(batch) if batch.items.is_empty() => {}
                Some(mut batch) => {
                    if step.info().execute_once {
                        batch.items.truncate(1);
                        self.ended = true;
                    }
                    return Ok(Some(batch));
                }
                None => self.current += 1,
            }
        }
        Ok(None)
    }
}

/// The configuration of a node that has one for all its items: evaluated for the first item of `batch`, or with no
/// current item when there is none.
///
/// # Errors
/// What the evaluation says.
pub async fn shared_parameters(step: &dyn Step, batch: Option<&Batch>) -> Result<Config, StepFailure> {
    let first = batch.map_or_else(Batch::default, |batch| Batch {
        first: batch.first,
        items: batch.items.first().cloned().into_iter().collect(),
    });
    step.parameters(&first).await?.into_iter().next().unwrap_or_else(|| Ok(Config::new()))
}
