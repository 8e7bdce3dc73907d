//! What a run's steps put out, and where it came from: answers `$('Name')`. Holds no item, only pages by hash and lineage.

use std::collections::HashSet;
use std::sync::Arc;

use bridge_domain::{Error, ErrorCode, ItemRef, Lineage, PageHash, RecordedPage};

use crate::plan::Plan;
use crate::schedule::PageRef;

/// A step that has ended.
#[derive(Debug)]
pub(crate) struct Past {
    pub node: usize,
    pub iteration: Vec<u32>,
    pub inputs: Arc<[Vec<PageRef>]>,
    /// Per output of the node.
    pub outputs: Vec<Vec<RecordedPage>>,
    /// Hash of everything that led to it.
    pub behind: [u8; 32],
}

/// All steps that have ended.
#[derive(Debug, Default)]
pub(crate) struct History {
    steps: Vec<Option<Past>>,
    /// Steps of each node, in the order of ending.
    of_node: Vec<Vec<u32>>,
}

/// The place of an item among all that an output of a step put out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    pub step: u32,
    pub output: u32,
    pub index: u32,
}

/// Where a step's item came from, as far as `$('Name').item` asks.
pub(crate) enum Traced {
    One(Origin),
    None,
    Several(Origin, Origin),
}

impl History {
    pub(crate) fn new(nodes: usize) -> Self {
        Self { steps: Vec::new(), of_node: vec![Vec::new(); nodes] }
    }

    pub(crate) fn add(&mut self, step: u32, past: Past) {
        let place = step as usize;
        if self.steps.len() <= place {
            self.steps.resize_with(place + 1, || None);
        }
        self.of_node[past.node].push(step);
        self.steps[place] = Some(past);
    }

    pub(crate) fn step(&self, step: u32) -> Option<&Past> {
        self.steps.get(step as usize)?.as_ref()
    }

    /// How often a node has run.
    pub(crate) fn runs_of(&self, node: usize) -> u32 {
        u32::try_from(self.of_node[node].len()).unwrap_or(u32::MAX)
    }

    /// How often a step's node had run before it. Iterations follow each other, so the steps of a node are in order.
    pub(crate) fn runs_before(&self, node: usize, step: u32) -> u32 {
        u32::try_from(self.of_node[node].partition_point(|other| *other < step)).unwrap_or(u32::MAX)
    }

    /// Hashes of everything that led to these inputs, each step once.
    pub(crate) fn behind(&self, inputs: &[Vec<PageRef>]) -> Vec<[u8; 32]> {
        let mut steps: Vec<u32> = inputs.iter().flatten().map(|page| page.step).collect();
        steps.sort_unstable();
        steps.dedup();
        let mut behind: Vec<[u8; 32]> = steps.iter().filter_map(|step| Some(self.step(*step)?.behind)).collect();
        behind.sort_unstable();
        behind
    }

    /// Pages that a node put out by an output, as seen from an iteration: of the same rounds of the loops around both.
    pub(crate) fn pages(&self, node: usize, output: usize, iteration: &[u32]) -> Option<Vec<PageHash>> {
        let seen = self.of_node[node].iter().rev().filter_map(|step| self.step(*step));
        let mut steps: Vec<&Past> =
            seen.take_while(|past| past.iteration.iter().zip(iteration).all(|(theirs, ours)| theirs == ours)).collect();
        if steps.is_empty() {
            return None;
        }
        steps.reverse();
        let pages = steps.into_iter().filter_map(|past| past.outputs.get(output)).flatten();
        Some(pages.map(|page| page.hash).collect())
    }

    /// The page that holds an item, and its place in it.
    pub(crate) fn find(&self, origin: Origin) -> Option<(&RecordedPage, u32)> {
        let mut left = origin.index;
        for page in self.step(origin.step)?.outputs.get(origin.output as usize)? {
            if left < page.count {
                return Some((page, left));
            }
            left -= page.count;
        }
        None
    }

    /// Walks back from an item of a step's input to the items of a node that it came from.
    pub(crate) fn trace(&self, inputs: &[Vec<PageRef>], place: ItemRef, node: usize) -> Traced {
        let mut open: Vec<Origin> = arrived(inputs, place).into_iter().collect();
        let mut seen: HashSet<Origin> = HashSet::new();
        let mut found: Option<Origin> = None;
        while let Some(origin) = open.pop() {
            let Some(past) = self.step(origin.step) else { continue };
            if past.node == node {
                match found {
                    Some(other) if other != origin => return Traced::Several(other, origin),
                    _ => found = Some(origin),
                }
                continue;
            }
            for from in self.sources(origin) {
                let next = arrived(&past.inputs, from);
                open.extend(next.filter(|next| seen.insert(*next)));
            }
        }
        found.map_or(Traced::None, Traced::One)
    }

    fn sources(&self, origin: Origin) -> Vec<ItemRef> {
        let Some((page, place)) = self.find(origin) else { return Vec::new() };
        match &page.lineage {
            Lineage::None => Vec::new(),
            Lineage::Same(first) => vec![ItemRef { index: first.index.saturating_add(place), ..*first }],
            Lineage::Each(each) => each.get(place as usize).cloned().unwrap_or_default(),
        }
    }
}

/// Where an item of an input was put out.
pub(crate) fn arrived(inputs: &[Vec<PageRef>], place: ItemRef) -> Option<Origin> {
    let mut left = place.index;
    for page in inputs.get(place.input as usize)? {
        if left < page.count {
            return Some(Origin { step: page.step, output: page.output, index: page.first + left });
        }
        left -= page.count;
    }
    None
}

/// The node that a label stands for.
///
/// # Errors
/// `not_found` when there is none, `conflict` when there are several or the run does not reach it.
pub(crate) fn node_named(plan: &Plan, label: &str) -> Result<usize, Error> {
    let known = plan.labels.get(label).ok_or_else(|| {
        Error::new(
            ErrorCode::NotFound,
            format!("There is no node \"{label}\"."),
            "Look at the node's name; capital letters and spaces count.",
        )
    })?;
    if known.count > 1 {
        let message = format!("{} nodes are called \"{label}\".", known.count);
        return Err(Error::new(ErrorCode::Conflict, message, "Give each of them a name of its own."));
    }
    known.node.ok_or_else(|| not_run(label))
}

/// The node has put nothing out so far.
pub(crate) fn not_run(label: &str) -> Error {
    Error::new(
        ErrorCode::Conflict,
        format!("The node \"{label}\" has not run here."),
        "Refer to a node that always runs before this one.",
    )
}
