//! A batch as a person decides on it: each action with its problems, risks and dependencies, in words.

use std::collections::{BTreeSet, HashMap};

use bridge_domain::{Action, Decision, Definition, NodeId, ProposedAction};

use crate::Mode;
use crate::batch::{Batch, Outcome};
use crate::cycle::{self, Link};
use crate::describe::describe;
use crate::risk::{self, Known};
use crate::rules::Rules;

/// Removals that an edge is said to build on at most, nearest first. More would be a list nobody reads.
const MOST_REMOVALS: usize = 100;

/// Each action with everything a person needs to decide on it. Run [`crate::identify`] on the actions first.
///
/// Each is held against the definition with the earlier right ones applied; one with problems is left out, and the
/// later ones go on. The mode is [`Mode::Complete`].
#[must_use]
pub fn propose(definition: &Definition, actions: &[Action], rules: &Rules) -> Vec<ProposedAction> {
    let known = Known::of(definition, rules);
    let mut batch = Batch::new(definition, rules, Mode::Complete);
    let mut proposed = Vec::with_capacity(actions.len());
    for (index, action) in actions.iter().enumerate() {
        let description = describe(action, &batch.graph, rules);
        let risks = risk::of(action, &batch.graph, &known, rules);
        let Outcome { problems, depends_on } = batch.step(index, action);
        proposed.push(ProposedAction {
            index: number(index),
            action: action.clone(),
            problems,
            risks,
            depends_on: depends_on.into_iter().map(number).collect(),
            title: description.title,
            fields: description.fields,
            decision: Decision::Pending,
        });
    }
    for (index, problem) in batch.circles() {
        proposed[index].problems.push(problem);
    }
    for (index, removals) in made_room(&batch, definition) {
        let one: &mut ProposedAction = &mut proposed[index];
        let all: BTreeSet<u32> = one.depends_on.iter().copied().chain(removals.into_iter().map(number)).collect();
        one.depends_on = all.into_iter().collect();
    }
    proposed
}

/// These actions and all they depend on, directly or not, in order. Indexes that do not exist are left out.
#[must_use]
pub fn closure(proposed: &[ProposedAction], indexes: &[u32]) -> Vec<u32> {
    let by_index: HashMap<u32, &ProposedAction> = proposed.iter().map(|one| (one.index, one)).collect();
    let mut found = BTreeSet::new();
    let mut waiting: Vec<u32> = indexes.to_vec();
    while let Some(index) = waiting.pop() {
        if let Some(one) = by_index.get(&index)
            && found.insert(index)
        {
            waiting.extend(&one.depends_on);
        }
    }
    found.into_iter().collect()
}

/// Added edges that would close a circle had nothing been removed, with the removals they build on. Those may also come
/// later in the batch: an edge may be turned around by adding first and deleting then.
fn made_room(batch: &Batch<'_>, definition: &Definition) -> Vec<(usize, Vec<usize>)> {
    let removals = batch.ledger.removals();
    if removals.is_empty() {
        return Vec::new();
    }
    let before: HashMap<&NodeId, _> = definition.nodes.iter().map(|node| (&node.id, node)).collect();
    let allows_cycle = |id: &NodeId| {
        let node = batch.graph.node(id).or_else(|| before.get(id).copied());
        node.is_none_or(|node| batch.rules.allows_cycle(node))
    };
    let removed = removals.iter().map(|removal| (&removal.edge, removal.adder, Some(removal.remover)));
    let present = batch.graph.edges().map(|edge| (edge, batch.ledger.edge_adder(&edge.id), None));
    let mut numbers: HashMap<&NodeId, usize> = HashMap::new();
    let (mut links, mut actions) = (Vec::new(), Vec::new());
    for (edge, adder, remover) in removed.chain(present) {
        if allows_cycle(&edge.source) || allows_cycle(&edge.target) {
            continue;
        }
        let next = numbers.len();
        let source = *numbers.entry(&edge.source).or_insert(next);
        let next = numbers.len();
        let target = *numbers.entry(&edge.target).or_insert(next);
        links.push(Link { source, target, is_new: adder.is_some() });
        actions.push((adder, remover));
    }
    let closing = cycle::closing(numbers.len(), &links);
    if closing.is_empty() {
        return Vec::new();
    }
    let component = cycle::components(numbers.len(), &links);
    let mut removers: HashMap<usize, BTreeSet<usize>> = HashMap::new();
    for (link, (_, remover)) in links.iter().zip(&actions) {
        if let Some(remover) = remover
            && component[link.source] == component[link.target]
        {
            removers.entry(component[link.source]).or_default().insert(*remover);
        }
    }
    let builds_on = |index: usize| {
        let adder = actions[index].0?;
        let removers = removers.get(&component[links[index].source])?;
        let nearest = removers.range(..adder).rev().chain(removers.range(adder..)).take(MOST_REMOVALS);
        Some((adder, nearest.copied().collect()))
    };
    closing.into_iter().filter_map(builds_on).collect()
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
