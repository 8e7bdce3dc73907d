//! A step as it begins: what its executor, the journal and those who watch are told of it.

use bridge_domain::{Entry, PageHash, RunId, StartedStep, StepDecision, StepInfo, StepStatus, StepSummary, Timestamp};
use sha2::{Digest, Sha256};

use super::{Job, Performance};
use crate::plan::PlanNode;
use crate::step::{counts, hashes};

impl Performance<'_> {
    pub(super) fn info(&self, job: &Job) -> StepInfo {
        let node = &self.node.node;
        StepInfo {
            run_id: self.context.run_id,
            workflow_id: self.context.program.workflow_id,
            node_id: node.id.clone(),
            label: node.data.label.clone(),
            connector_id: node.data.connector_id.clone(),
            action_id: node.data.action_id.clone(),
            attempt: job.attempt,
            idempotency_key: idempotency_key(self.context.run_id, node.id.as_str(), &job.ready.iteration),
            mode: self.context.mode,
            woken: job.woken,
            execute_once: node.data.settings.execute_once,
            now: self.context.ports().clock.now(),
        }
    }

    pub(super) fn announce(&self, job: &mut Job, harmless: bool) {
        self.announce_with(job, harmless, counts(&self.inputs));
    }

    /// Tells the journal and those who watch that a try begins.
    pub(super) fn announce_with(&self, job: &mut Job, harmless: bool, inputs: Vec<u32>) {
        let at = self.context.ports().clock.now();
        if std::mem::replace(&mut job.shown, true) {
            self.context.watch.step_changed(job.number, |step| {
                (step.status, step.attempts, step.waits_until) = (StepStatus::Running, job.attempt, None);
            });
        } else {
            self.context.watch.step_began(summary(self.node, job, inputs.clone(), at));
        }
        // A step that acts outside is in flight again once it has woken up, or is repeated.
        let again = (job.woken && !harmless) || job.decision == Some(StepDecision::Repeat);
        if !job.known || again {
            self.context.log.push(Entry::StepStarted(StartedStep {
                step: job.number,
                node_id: self.node.node.id.clone(),
                iteration: job.ready.iteration.clone(),
                attempt: job.attempt,
                harmless,
                inputs,
                input_pages: hashes(&self.inputs).map(Iterator::collect::<Vec<PageHash>>).collect(),
                at,
            }));
        }
        job.known = true;
    }
}

/// A step as it begins, for people.
pub(crate) fn summary(node: &PlanNode, job: &Job, inputs: Vec<u32>, at: Timestamp) -> StepSummary {
    StepSummary {
        step: job.number,
        node_id: node.node.id.clone(),
        iteration: job.ready.iteration.clone(),
        status: StepStatus::Running,
        attempts: job.attempt,
        started_at: at,
        duration_ms: None,
        inputs,
        outputs: Vec::new(),
        reused: false,
        waits_until: None,
        error: None,
        notice: None,
    }
}

/// The same for every try of a step, also after a restart.
fn idempotency_key(run: RunId, node: &str, iteration: &[u32]) -> String {
    let mut hash = Sha256::new();
    hash.update(run.0.as_bytes());
    hash.update(node);
    for round in iteration {
        hash.update([b'/']);
        hash.update(round.to_le_bytes());
    }
    let bytes: [u8; 32] = hash.finalize().into();
    bytes[..16].iter().fold(String::with_capacity(32), |mut text, byte| {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(half.into(), 16).unwrap_or('0'));
        }
        text
    })
}
