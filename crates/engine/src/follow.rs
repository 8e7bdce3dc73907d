//! Follows a recorded run as far as a node, by the plan of a program that may be newer than the run. Pure.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use bridge_domain::{Lineage, PageHash, RecordedPage, RunLog, StepRecord};

use crate::history::Past;
use crate::loops::recorded_inputs;
use crate::plan::Plan;
use crate::replay::{Known, Replay, by_port, references, stops};
use crate::schedule::{PageRef, Ready, Scheduler, Work};
use crate::step::hashes;

/// What arrived at a node, and the steps that had ended by then.
#[derive(Debug, Default)]
pub(crate) struct Arrived {
    /// The node, by its place in the plan.
    pub node: usize,
    pub iteration: Vec<u32>,
    pub inputs: Arc<[Vec<PageRef>]>,
    pub before: Vec<(u32, Past)>,
}

impl Arrived {
    /// How often the node had run by then.
    pub(crate) fn runs(&self) -> u32 {
        let runs = self.before.iter().filter(|(_, past)| past.node == self.node).count();
        u32::try_from(runs).unwrap_or(u32::MAX)
    }
}

/// What arrived at a node in the newest of its iterations; none when the run did not get there. A step without a recorded
/// outcome brings nothing, so that what lies behind a node that was added after the run is seen as far as it can be.
pub(crate) fn follow(plan: &Arc<Plan>, log: &RunLog, node: usize) -> Option<Arrived> {
    let origins = Origins::of(plan, log);
    let mut replay = Replay::of(plan, log);
    let mut scheduler = Scheduler::new(Arc::clone(plan), vec![true; plan.node_count()], replay.arrivals(plan));
    let mut missing: VecDeque<Ready> = VecDeque::new();
    let mut before: Vec<(u32, Past)> = Vec::new();
    let mut newest: Option<(Ready, usize)> = None;
    loop {
        let Some(ready) = scheduler.pop() else {
            let Some(ready) = missing.pop_front() else { break };
            scheduler.complete(ready.node, ready.work, Vec::new());
            continue;
        };
        if ready.node == node && ready.work != Work::Done {
            newest = Some((ready.clone(), before.len()));
        }
        match replay.take(ready.node, &ready.iteration) {
            Known::Ended(record, end) if !stops(plan, ready.node, &end) => {
                let outputs = by_port(plan, ready.node, &end.outputs);
                let pages = references(record.started.step, &outputs);
                let inputs = origins.inputs_of(&ready, &record);
                before.push((record.started.step, past(&ready, inputs, outputs)));
                scheduler.complete(ready.node, ready.work, pages);
            }
            Known::New if ready.node == plan.trigger => {
                let outputs = vec![log.run.input.iter().map(recorded).collect()];
                let pages = references(replay.next_number, &outputs);
                before.push((replay.next_number, past(&ready, Arc::default(), outputs)));
                scheduler.complete(ready.node, ready.work, pages);
            }
            _ => missing.push_back(ready),
        }
    }
    if let Some((ready, steps)) = newest {
        before.truncate(steps);
        return Some(Arrived { node, iteration: ready.iteration, inputs: ready.inputs, before });
    }
    let recorded = log.steps.iter().rfind(|record| record.started.node_id == plan.nodes[node].node.id)?;
    before.retain(|(step, _)| *step < recorded.started.step);
    let iteration = recorded.started.iteration.clone();
    Some(Arrived { node, iteration, inputs: origins.recorded(recorded), before })
}

fn past(ready: &Ready, inputs: Arc<[Vec<PageRef>]>, outputs: Vec<Vec<RecordedPage>>) -> Past {
    Past { node: ready.node, iteration: ready.iteration.clone(), inputs, outputs, behind: [0; 32] }
}

fn recorded(page: &bridge_domain::Page) -> RecordedPage {
    RecordedPage { hash: page.hash, count: page.count, lineage: Lineage::None }
}

/// Which steps put a page out, by its hash.
struct Origins(HashMap<PageHash, Vec<PageRef>>);

impl Origins {
    fn of(plan: &Plan, log: &RunLog) -> Self {
        let mut origins: HashMap<PageHash, Vec<PageRef>> = HashMap::new();
        for record in &log.steps {
            let Some(end) = &record.ended else { continue };
            let outputs = match plan.by_id.get(&record.started.node_id) {
                Some(node) => by_port(plan, *node, &end.outputs),
                None => end.outputs.iter().map(|(_, pages)| pages.clone()).collect(),
            };
            for page in references(record.started.step, &outputs).into_iter().flatten() {
                origins.entry(page.hash).or_default().push(page);
            }
        }
        Self(origins)
    }

    /// What a step was given: as the plan says, unless the journal says otherwise because the program has changed since.
    fn inputs_of(&self, ready: &Ready, record: &StepRecord) -> Arc<[Vec<PageRef>]> {
        let inputs = recorded_inputs(ready, &record.started.input_pages);
        let planned = hashes(&inputs).map(Iterator::collect::<Vec<PageHash>>);
        if planned.eq(record.started.input_pages.iter().cloned()) { inputs } else { self.recorded(record) }
    }

    /// The pages that the journal names, each from the newest step before that put it out.
    fn recorded(&self, record: &StepRecord) -> Arc<[Vec<PageRef>]> {
        let origin = |hash: &PageHash| {
            let pages = self.0.get(hash)?;
            let later = pages.partition_point(|page| page.step < record.started.step);
            pages.get(later.checked_sub(1)?).cloned()
        };
        record.started.input_pages.iter().map(|pages| pages.iter().filter_map(origin).collect()).collect()
    }
}
