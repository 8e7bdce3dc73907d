//! A request to the assistant, with the model it names and the run it is about.

use bridge_assistant::{Ask, RunReport};
use bridge_domain::{ChatRequest, Result, RunContext, StepRef, WorkflowId};

use crate::core::Core;

/// Items that are looked at for a report on a run.
const LOOKED_AT: u32 = 50;

impl Core {
    /// A checked request with everything the assistant needs to ask the model it names.
    ///
    /// # Errors
    /// `invalid_input` with every broken field, what [`bridge_models::Models::connect`] refuses, and `not_found` for a run
    /// that is gone.
    pub async fn ask(&self, mut request: ChatRequest) -> Result<Ask> {
        bridge_assistant::check(&request, &bridge_models::Models::known())?;
        let settings = self.settings().get();
        let provider = request.llm_provider.take().unwrap_or_else(|| settings.default_provider.clone());
        let model_name = request.model.take().unwrap_or_else(|| self.models().model_name(&provider));
        let (model, secrets) = self.models().connect(&provider).await?;
        let run = match &request.run {
            Some(run) => Some(self.report(request.workflow_id, run).await?),
            None => None,
        };
        Ok(Ask {
            request,
            provider,
            model_name,
            model,
            context_tokens: settings.context_tokens,
            max_output_tokens: settings.max_output_tokens,
            price: bridge_providers::cost,
            run,
            secrets,
        })
    }

    async fn report(&self, workflow: WorkflowId, run: &RunContext) -> Result<RunReport> {
        let detail = self.runner().await?.detail(run.run_id).await;
        let detail = bridge_assistant::run_in_question(workflow, detail)?;
        let step = RunReport::step_of(&detail, run.step).map(|step| StepRef { run_id: run.run_id, step });
        // What was dropped to make room is not told; the failure still is.
        let items = match step {
            Some(step) => self.store().await?.step_input(step, 0, 0, LOOKED_AT).await.map(|page| page.items),
            None => Ok(Vec::new()),
        };
        Ok(RunReport::new(&detail, run.step, items.unwrap_or_default(), run.include_values))
    }
}
