//! Joins: whether a node can begin with what has arrived, still waits, or is not reached.

use std::sync::Arc;

use bridge_domain::Join;

use super::{Late, PageRef, Ready, Scheduler, Work};
use crate::plan::PlanEdge;

impl Scheduler {
    /// Decides by its join whether a node can begin, still waits, or is not reached.
    pub(super) fn look_at(&mut self, node: usize) {
        let state = &self.nodes[node];
        if state.fired || state.settled {
            return;
        }
        let (all_settled, has_items) = (state.open == 0, state.has_items);
        let plan = Arc::clone(&self.plan);
        let incoming = &plan.nodes[node].incoming;
        let brings = |edge: &usize| self.edges[*edge].settled && !self.edges[*edge].pages.is_empty();
        if !has_items {
            if all_settled {
                self.eliminate(node);
            }
            return;
        }
        match plan.nodes[node].join {
            Join::Active if all_settled => self.fire_with(node, |_| true),
            Join::All if all_settled => match incoming.iter().find(|edge| !brings(edge)) {
                None => self.fire_with(node, |_| true),
                Some(edge) => self.fire_with_work(node, |_| true, Work::Blocked { edge: *edge }),
            },
            Join::Active | Join::All => {}
            Join::Any | Join::First => self.look_at_race(node, &incoming.clone()),
        }
    }

    fn look_at_race(&mut self, node: usize, incoming: &[usize]) {
        let iteration = self.scopes[self.plan.nodes[node].scope].iteration.clone();
        if let Some(counts) = self.arrivals.get(&(node, iteration)).cloned() {
            let had = |slot: usize| counts.get(slot).is_some_and(|count| *count > 0);
            if (0..incoming.len()).all(|slot| !had(slot) || self.edges[incoming[slot]].settled) {
                self.fire_with(node, had);
            }
            return;
        }
        let winner = incoming.iter().position(|edge| self.edges[*edge].settled && !self.edges[*edge].pages.is_empty());
        match self.plan.nodes[node].join {
            Join::First => self.fire_with(node, |slot| Some(slot) == winner),
            _ => self.fire_with(node, |_| true),
        }
    }

    fn fire_with(&mut self, node: usize, takes: impl Fn(usize) -> bool) {
        self.fire_with_work(node, takes, Work::Node);
    }

    fn fire_with_work(&mut self, node: usize, takes: impl Fn(usize) -> bool, work: Work) {
        let plan = Arc::clone(&self.plan);
        let mut inputs = Vec::with_capacity(plan.nodes[node].incoming.len());
        for (slot, index) in plan.nodes[node].incoming.iter().enumerate() {
            let edge = &mut self.edges[*index];
            let pages = if edge.settled { std::mem::take(&mut edge.pages) } else { Vec::new() };
            if takes(slot) {
                inputs.push(pages);
            } else {
                self.drop_late(*index, &pages);
                inputs.push(Vec::new());
            }
        }
        self.fire(node, inputs, work);
    }

    pub(super) fn drop_late(&mut self, edge: usize, pages: &[PageRef]) {
        let items = pages.iter().map(|page| page.count).sum();
        if items > 0 {
            let PlanEdge { source, target: node, .. } = self.plan.edges[edge];
            let iteration = self.scopes[self.plan.nodes[node].scope].iteration.clone();
            self.late.push(Late { node, iteration, source, items });
        }
    }

    pub(super) fn fire(&mut self, node: usize, inputs: Vec<Vec<PageRef>>, work: Work) {
        self.nodes[node].fired = true;
        match (self.plan.nodes[node].opens, work) {
            (Some(scope), Work::Node) if !self.plan.nodes[node].node.data.settings.disabled => {
                let state = &mut self.scopes[scope];
                state.total = inputs.iter().flatten().map(|page| page.count).sum();
                (state.taken, state.inputs) = (0, inputs.into());
                state.returned.clear();
                self.start_round(scope, 0);
            }
            _ => {
                let iteration = self.scopes[self.plan.nodes[node].scope].iteration.clone();
                self.ready.push_back(Ready { node, iteration, inputs: inputs.into(), work });
            }
        }
    }

    /// A node that nothing arrives at brings nothing to others either.
    fn eliminate(&mut self, node: usize) {
        let plan = Arc::clone(&self.plan);
        self.put_out(node, &[], |plan, edge| !plan.nodes[node].is_round_port(edge.output));
        if let Some(scope) = plan.nodes[node].opens {
            self.release(scope);
        }
        self.settle_node(node);
    }
}
