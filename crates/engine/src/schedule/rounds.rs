//! Rounds of loops: how one begins, what it brings back, and what a loop delivers when it has ended.

use std::sync::Arc;

use super::{NodeState, PageRef, Ready, Scheduler, Turn, Work};

impl Scheduler {
    pub(super) fn round_began(&mut self, node: usize, scope: usize, outputs: Vec<Vec<PageRef>>) {
        let taken: u32 = outputs.iter().flatten().map(|page| page.count).sum();
        self.scopes[scope].taken = self.scopes[scope].taken.saturating_add(taken);
        if taken == 0 {
            self.scopes[scope].taken = self.scopes[scope].total;
        }
        self.put_out(node, &outputs, |plan, edge| plan.nodes[node].is_round_port(edge.output));
        if self.scopes[scope].unsettled == 0 {
            self.turns.push_back(Turn::RoundEnded(scope));
        }
    }

    /// Edges that leave a loop deliver now that it has ended.
    pub(super) fn release(&mut self, scope: usize) {
        let plan = Arc::clone(&self.plan);
        for edge in &plan.scopes[scope].released {
            self.settle_edge(*edge);
        }
    }

    pub(super) fn start_round(&mut self, scope: usize, round: u32) {
        let node = self.plan.scopes[scope].loop_node;
        let mut iteration = self.scopes[self.plan.nodes[node].scope].iteration.clone();
        iteration.push(round);
        self.enter(scope, iteration.clone());
        let state = &self.scopes[scope];
        let (inputs, taken) = (Arc::clone(&state.inputs), state.taken);
        self.ready.push_back(Ready { node, iteration, inputs, work: Work::Round { round, taken } });
    }

    /// Sets back everything directly in a scope.
    pub(super) fn enter(&mut self, scope: usize, iteration: Vec<u32>) {
        let plan = Arc::clone(&self.plan);
        let mut unsettled = 0;
        for node in &plan.scopes[scope].body {
            let included = self.included[*node];
            unsettled += usize::from(included);
            self.nodes[*node] =
                NodeState { open: plan.nodes[*node].incoming.len(), settled: !included, ..NodeState::default() };
        }
        for edge in &plan.scopes[scope].edges {
            self.edges[*edge].settled = false;
            self.edges[*edge].pages.clear();
        }
        self.scopes[scope].unsettled = unsettled;
        self.scopes[scope].iteration = iteration;
    }

    pub(super) fn round_ended(&mut self, scope: usize) {
        let plan = Arc::clone(&self.plan);
        for edge in &plan.scopes[scope].back {
            let pages = std::mem::take(&mut self.edges[*edge].pages);
            self.scopes[scope].returned.extend(pages);
        }
        let state = &mut self.scopes[scope];
        if state.taken < state.total {
            let round = state.iteration.last().map_or(0, |round| round + 1);
            return self.start_round(scope, round);
        }
        state.inputs = Arc::default();
        let inputs = vec![std::mem::take(&mut state.returned)].into();
        let node = plan.scopes[scope].loop_node;
        let iteration = self.scopes[plan.nodes[node].scope].iteration.clone();
        self.ready.push_back(Ready { node, iteration, inputs, work: Work::Done });
        self.release(scope);
    }
}
