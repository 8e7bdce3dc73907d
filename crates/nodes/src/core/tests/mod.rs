//! Tests of the nodes in this folder: each node gets items and a configuration, and what it puts out is compared.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod branch;
mod data;
mod dates;
mod flow;
mod merge;
mod parameters;
mod scale;

use bridge_domain::{Executor, StepFailure};
use serde_json::Value;

use super::ALONE;
use crate::testing::{TestStep, items};

/// The executor of an action.
pub fn executor(connector: &str, action: &str) -> Box<dyn Executor> {
    let (_, _, make) = ALONE.iter().find(|(c, a, _)| *c == connector && *a == action).expect(action);
    make()
}

/// A step after a node ran in it.
pub async fn run(connector: &str, action: &str, config: Value, input: Value) -> Result<TestStep, StepFailure> {
    run_inputs(connector, action, config, vec![input]).await
}

/// As [`run`], with several inputs.
pub async fn run_inputs(
    connector: &str,
    action: &str,
    config: Value,
    inputs: Vec<Value>,
) -> Result<TestStep, StepFailure> {
    let mut step = TestStep::with_inputs(config, inputs.into_iter().map(items).collect());
    step.run(executor(connector, action).as_ref()).await?;
    Ok(step)
}

/// What the first output got, or the message of the failure.
pub async fn first(connector: &str, action: &str, config: Value, input: Value) -> Result<Vec<Value>, String> {
    run(connector, action, config, input).await.map(|step| step.output(0)).map_err(|failure| failure.error.message)
}
