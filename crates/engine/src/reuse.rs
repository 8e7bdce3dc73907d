//! Takes outcomes over from earlier runs instead of executing.

use bridge_domain::{Error, ErrorCode, OutputPages, Page, RecordedPage, StepKey, StepStatus};

use crate::context::{Reuse, RunContext};

/// What an earlier step under this key put out; none when the step is to be executed.
///
/// # Errors
/// Those of the journal. Pages that were dropped to make room are no error: the step is executed.
pub(crate) async fn find(
    context: &RunContext,
    node: usize,
    iteration: &[u32],
    key: StepKey,
) -> Result<Option<Vec<OutputPages>>, Error> {
    let outputs = match &context.reuse {
        Reuse::None => return Ok(None),
        Reuse::Run(steps) => {
            let place = (context.plan.nodes[node].node.id.clone(), iteration.to_vec(), key);
            steps.get(&place).map(|end| end.outputs.clone())
        }
        Reuse::Journal { anew } if anew[node] => None,
        Reuse::Journal { .. } => {
            let record = context.ports().journal.recorded(context.program.workflow_id, key).await?;
            record
                .and_then(|record| record.ended)
                .filter(|end| end.status == StepStatus::Success)
                .map(|end| end.outputs)
        }
    };
    let Some(outputs) = outputs else { return Ok(None) };
    match read_back(context, outputs).await {
        Ok(outputs) => Ok(Some(outputs)),
        Err(error) if error.code == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

async fn read_back(context: &RunContext, outputs: Vec<(String, Vec<RecordedPage>)>) -> Result<Vec<OutputPages>, Error> {
    let mut read = Vec::with_capacity(outputs.len());
    for (port, recorded) in outputs {
        let mut pages = Vec::with_capacity(recorded.len());
        for RecordedPage { hash, count, lineage } in recorded {
            pages.push(Page { text: context.pages.text(hash).await?, count, hash, lineage });
        }
        read.push(OutputPages { port, pages });
    }
    Ok(read)
}
