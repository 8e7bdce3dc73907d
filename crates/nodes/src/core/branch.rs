//! If, Switch and Filter: where an item goes, by conditions.

use bridge_domain::{Step, StepFailure};

use super::compare::Comparer;
use super::dates::workflow_zone;
use super::node::Running;
use crate::parameters::Parameters;
use crate::per_item::per_item;

/// Rules of a Switch at most; the output behind them is for what fits none.
const MAX_RULES: usize = 4;

/// If: what fits leaves by the first output, all else by the second.
pub fn check(step: &mut dyn Step) -> Running<'_> {
    let mut comparer = Comparer::new(workflow_zone(step));
    Box::pin(per_item(step, move |task| {
        let output = usize::from(!fits(&mut comparer, task.parameters)?);
        Ok(vec![(output, task.item.clone())])
    }))
}

/// Filter: what does not fit is dropped.
pub fn keep(step: &mut dyn Step) -> Running<'_> {
    let mut comparer = Comparer::new(workflow_zone(step));
    Box::pin(per_item(step, move |task| {
        let keep = fits(&mut comparer, task.parameters)?;
        Ok(if keep { vec![(0, task.item.clone())] } else { Vec::new() })
    }))
}

/// Switch: each rule has its output.
pub fn route(step: &mut dyn Step) -> Running<'_> {
    let mut comparer = Comparer::new(workflow_zone(step));
    Box::pin(per_item(step, move |task| {
        let outputs = outputs(&mut comparer, task.parameters)?;
        Ok(outputs.into_iter().map(|output| (output, task.item.clone())).collect())
    }))
}

/// Whether all conditions hold, or any one of them.
fn fits(comparer: &mut Comparer, parameters: &Parameters<'_>) -> Result<bool, StepFailure> {
    comparer.set_ignore_case(parameters.boolean("ignore_case")?.unwrap_or(false));
    let any = parameters.choice("combine", &[("all", false), ("any", true)])?.unwrap_or(false);
    for condition in parameters.records("conditions")? {
        if comparer.holds(&condition)? == any {
            return Ok(any);
        }
    }
    Ok(!any)
}

/// The outputs an item leaves by.
fn outputs(comparer: &mut Comparer, parameters: &Parameters<'_>) -> Result<Vec<usize>, StepFailure> {
    comparer.set_ignore_case(parameters.boolean("ignore_case")?.unwrap_or(false));
    let all = parameters.choice("send_to", &[("first_match", false), ("all_matches", true)])?.unwrap_or(false);
    let mut outputs = Vec::new();
    for (place, rule) in parameters.records("rules")?.iter().take(MAX_RULES).enumerate() {
        if comparer.holds(rule)? {
            outputs.push(place);
            if !all {
                break;
            }
        }
    }
    if outputs.is_empty() {
        outputs.push(MAX_RULES);
    }
    Ok(outputs)
}
