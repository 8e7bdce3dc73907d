//! What the journal says of a run that goes on after the application ended: which steps have ended, which wait, and which
//! were in flight. Pure.

use std::collections::HashMap;

use bridge_domain::{Join, PortCount, RecordedPage, RunLog, StepDecision, StepEnd, StepRecord, StepStatus, Timestamp};

use crate::plan::Plan;
use crate::schedule::{Arrivals, PageRef};

/// The recorded steps of a run, by node and iteration.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    steps: HashMap<(usize, Vec<u32>), StepRecord>,
    /// What was said of steps.
    notices: HashMap<u32, String>,
    /// The number of the first step that is not recorded.
    pub next_number: u32,
}

/// What is known of a step that is ready.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "it lives for one return")]
pub(crate) enum Known {
    /// Nothing: it is new.
    New,
    /// It has ended.
    Ended(StepRecord, StepEnd),
    /// It goes on at this time.
    Waits(StepRecord, Timestamp),
    /// It was in flight and is executed again: it does no harm, or the user said so.
    Again(StepRecord),
    /// It was in flight, and the user decides.
    Unknown(StepRecord),
    /// The user has ended the run at it.
    Stopped(StepRecord),
}

impl Replay {
    pub(crate) fn of(plan: &Plan, log: &RunLog) -> Self {
        let mut replay = Self::default();
        for record in &log.steps {
            replay.next_number = replay.next_number.max(record.started.step + 1);
            if let Some(notice) = &record.notice {
                replay.notices.insert(record.started.step, notice.clone());
            }
            if let Some(node) = plan.by_id.get(&record.started.node_id) {
                replay.steps.insert((*node, record.started.iteration.clone()), record.clone());
            }
        }
        replay
    }

    /// What joins that do not wait for everything had got when they began.
    pub(crate) fn arrivals(&self, plan: &Plan) -> Arrivals {
        let races =
            self.steps.iter().filter(|((node, _), _)| matches!(plan.nodes[*node].join, Join::Any | Join::First));
        races.map(|(place, record)| (place.clone(), record.started.inputs.clone())).collect()
    }

    /// Whether this is the last thing that is recorded to have been said of a step. Anything else takes its place.
    pub(crate) fn has_said(&mut self, step: u32, notice: &str) -> bool {
        let has = self.notices.get(&step).is_some_and(|recorded| recorded == notice);
        if !has {
            self.notices.remove(&step);
        }
        has
    }

    pub(crate) fn take(&mut self, node: usize, iteration: &[u32]) -> Known {
        if self.steps.is_empty() {
            return Known::New;
        }
        let Some(mut record) = self.steps.remove(&(node, iteration.to_vec())) else { return Known::New };
        if let Some(end) = record.ended.take() {
            return Known::Ended(record, end);
        }
        match (record.decision, record.due_at) {
            (Some(StepDecision::Stop), _) => Known::Stopped(record),
            (Some(StepDecision::Repeat | StepDecision::Skip), _) => Known::Again(record),
            (None, Some(due_at)) => Known::Waits(record, due_at),
            (None, None) if record.started.harmless => Known::Again(record),
            (None, None) => Known::Unknown(record),
        }
    }
}

/// Whether a recorded step ended the run.
pub(crate) fn stops(plan: &Plan, node: usize, end: &StepEnd) -> bool {
    let passed_on = end.outputs.iter().any(|(_, pages)| !pages.is_empty());
    match end.status {
        StepStatus::Error => {
            let settings = &plan.nodes[node].node.data.settings;
            !passed_on && (settings.on_error == bridge_domain::OnError::Stop || plan.nodes[node].opens.is_some())
        }
        StepStatus::Canceled => true,
        _ => false,
    }
}

/// Outputs by the node's numbers.
pub(crate) fn by_port(plan: &Plan, node: usize, outputs: &[(String, Vec<RecordedPage>)]) -> Vec<Vec<RecordedPage>> {
    let ports = &plan.nodes[node].ports;
    let mut numbered = vec![Vec::new(); ports.len()];
    for (port, pages) in outputs {
        if let Some(place) = ports.iter().position(|name| name == port) {
            numbered[place].clone_from(pages);
        }
    }
    numbered
}

/// Items per output, for people.
pub(crate) fn counts(outputs: &[(String, Vec<RecordedPage>)]) -> Vec<PortCount> {
    let counted = outputs.iter().map(|(port, pages)| (port, pages.iter().map(|page| page.count).sum::<u32>()));
    counted.filter(|(_, items)| *items > 0).map(|(port, items)| PortCount { port: port.clone(), items }).collect()
}

/// Pages of a step as they travel.
pub(crate) fn references(step: u32, outputs: &[Vec<RecordedPage>]) -> Vec<Vec<PageRef>> {
    (0_u32..)
        .zip(outputs)
        .map(|(output, pages)| {
            let mut first = 0;
            let pages = pages.iter().map(|page| {
                let reference = PageRef { hash: page.hash, count: page.count, step, output, first };
                first += page.count;
                reference
            });
            pages.collect()
        })
        .collect()
}
