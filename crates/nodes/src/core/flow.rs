//! No operation, and Stop and error.

use bridge_domain::{Outcome, Step, StepFailure};

use super::node::Running;
use crate::failure::failed;
use crate::inputs::{Inputs, shared_parameters};
use crate::parameters::Parameters;
use crate::per_item::{Puts, Task, about};

/// No operation: items go on as they are.
#[expect(clippy::unnecessary_wraps, reason = "the form of all work on an item")]
pub fn pass(task: Task<'_>) -> Result<Puts, StepFailure> {
    Ok(vec![(0, task.item.clone())])
}

/// Stop and error: the first item ends the run.
pub fn fail(step: &mut dyn Step) -> Running<'_> {
    Box::pin(async move {
        let Some(batch) = Inputs::default().next(step).await? else { return Ok(Outcome::Done) };
        let config = shared_parameters(step, Some(&batch)).await?;
        let message = Parameters::new(&config).text_or("message", "The workflow was stopped.")?;
        Err(about(
            failed(message, "The node that stopped the run says why; look at the item that reached it."),
            batch.place(0),
        ))
    })
}
