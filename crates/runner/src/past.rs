//! Trying an expression on data that is there. No node is executed.

use bridge_domain::{
    Batch, Config, ExpressionPreview, ExpressionProblem, PreviewRequest, Programs, Result, StepFailure,
};
use serde_json::Value;

use crate::{Runner, data};

/// Name of the one parameter that is evaluated.
const TEXT: &str = "text";

impl Runner {
    /// What a text gives as an expression, for one item of a node's data.
    ///
    /// # Errors
    /// `not_found` for a workflow that is gone; those of the store. What is wrong with the text is in the preview.
    pub async fn preview(&self, request: PreviewRequest) -> Result<ExpressionPreview> {
        let problems = self.inner.expressions.check(&request.text);
        if !problems.is_empty() {
            return Ok(ExpressionPreview { value: None, problems });
        }
        let program = self.inner.store.program(request.workflow_id, None).await?;
        let before = data::nodes_before(&program.definition, &request.node_id);
        let found = self.run_with_data(request.workflow_id, request.run_id, &request.node_id, &before).await?;
        let run = found.map(|detail| detail.run.id);
        let past = self.inner.engine.look_back(program, run, &request.node_id, request.item).await?;
        let config: Config = [(TEXT.to_owned(), Value::String(request.text))].into_iter().collect();
        let batch: &Batch = past.batch();
        let evaluated = self.inner.expressions.parameters(&config, batch, &past).await;
        Ok(match evaluated.and_then(|mut list| list.pop().unwrap_or_else(|| Ok(Config::new()))) {
            Ok(mut config) => ExpressionPreview { value: config.shift_remove(TEXT), problems: Vec::new() },
            Err(failure) => ExpressionPreview { value: None, problems: vec![problem(&failure)] },
        })
    }
}

fn problem(failure: &StepFailure) -> ExpressionProblem {
    let start = failure.position.unwrap_or(0);
    let message = [failure.error.message.as_str(), failure.error.hint.as_str()].join(" ");
    ExpressionProblem { message: message.trim().to_owned(), start, end: start + u32::from(failure.position.is_some()) }
}
