//! Sub-workflow: another workflow as one step of this one.

use bridge_domain::{Item, ItemRef, Outcome, Step, StepFailure, WorkflowId};
use serde_json::Value;

use super::node::Running;
use crate::inputs::{Inputs, shared_parameters};
use crate::parameters::{Parameters, excerpt};
use crate::per_item::about;

/// Runs the other workflow once with all items, or once for each.
pub fn execute(step: &mut dyn Step) -> Running<'_> {
    Box::pin(async move {
        let mut inputs = Inputs::default();
        let Some(mut batch) = inputs.next(step).await? else { return Ok(Outcome::Done) };
        let config = shared_parameters(step, Some(&batch)).await?;
        let parameters = Parameters::new(&config);
        let each = [("once_for_all_items", false), ("once_per_item", true)];
        let each = parameters.choice("run", &each)?.unwrap_or(false);
        let waits = parameters.boolean("wait_for_result")?.unwrap_or(true);
        let shared = workflow(&parameters);
        let (mut items, mut from) = (Vec::new(), Vec::new());
        let mut done = 0_u32;
        loop {
            // Evaluated anew for each item: an item may name the workflow it is for.
            let configs = if each { step.parameters(&batch).await? } else { Vec::new() };
            let mut configs = configs.into_iter();
            let places: Vec<_> = (0..batch.items.len()).map(|position| batch.place(position)).collect();
            for (item, place) in batch.items.into_iter().zip(places) {
                if each {
                    let target = configs.next().unwrap_or_else(|| Ok(config.clone()));
                    let target = target.and_then(|config| workflow(&Parameters::new(&config)));
                    call_for_one(step, target, item, place, waits).await?;
                    done = done.saturating_add(1);
                    step.progress(done);
                } else {
                    items.push(item);
                    from.push(place);
                }
            }
            let Some(next) = inputs.next(step).await? else { break };
            batch = next;
        }
        if !each {
            call(step, shared?, items, &from, waits).await?;
        }
        Ok(Outcome::Done)
    })
}

/// The workflow that a configuration names.
fn workflow(parameters: &Parameters<'_>) -> Result<WorkflowId, StepFailure> {
    let text = parameters.required_text("workflow_id")?;
    text.trim().parse().map_err(|_| {
        let message = format!("{} is not the identifier of a workflow.", excerpt(&Value::String(text)));
        parameters.failed("workflow_id", crate::failure::sentence(&message), "Choose the workflow from the list.")
    })
}

async fn call_for_one(
    step: &mut dyn Step,
    target: Result<WorkflowId, StepFailure>,
    item: Item,
    place: ItemRef,
    waits: bool,
) -> Result<(), StepFailure> {
    let result = match target {
        Ok(workflow) => step.call(workflow, vec![item.clone()], waits).await,
        Err(failure) => Err(failure),
    };
    match result {
        Ok(made) if waits => made.into_iter().try_for_each(|made| step.put(0, made, &[place])),
        Ok(_) => step.put(0, item, &[place]),
        Err(failure) => step.fail(place, item, about(failure, place)),
    }
}

/// One call with all items. Which of them a result came from is known only when there was one.
async fn call(
    step: &mut dyn Step,
    workflow: WorkflowId,
    items: Vec<Item>,
    from: &[ItemRef],
    waits: bool,
) -> Result<(), StepFailure> {
    if !waits {
        step.call(workflow, items.clone(), false).await?;
        return items.into_iter().zip(from).try_for_each(|(item, place)| step.put(0, item, &[*place]));
    }
    let made = step.call(workflow, items, true).await?;
    let from = if let [only] = from { vec![*only] } else { Vec::new() };
    made.into_iter().try_for_each(|item| step.put(0, item, &from))
}
