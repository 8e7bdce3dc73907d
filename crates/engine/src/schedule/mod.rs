//! Which steps are ready: values in, values out. Knows neither time nor items, only where pages go.
//!
//! Iterations of a loop follow each other, so every node has one live step at most, and the state is one entry per node
//! and per edge, set back at the start of a round. What a step gets depends on outcomes alone and not on their order, with
//! the exception of the joins `any` and `first`; for those, the inputs that a journal names are waited for.

mod join;
mod rounds;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use bridge_domain::PageHash;

use crate::plan::{Plan, PlanEdge, ROOT, Route};

/// A page on its way, and where it was put out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRef {
    /// Its text's hash.
    pub hash: PageHash,
    /// Items in it.
    pub count: u32,
    /// The step that put it out.
    pub step: u32,
    /// By which of the node's outputs.
    pub output: u32,
    /// Place of its first item among all of that output.
    pub first: u32,
}

/// A step that can begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The node, by its place in the plan.
    pub node: usize,
    /// Iteration of each loop around it; for a round of a loop node, with the round itself.
    pub iteration: Vec<u32>,
    /// Pages per incoming edge; for a round of a loop node those of all rounds.
    pub inputs: Arc<[Vec<PageRef>]>,
    /// What there is to do.
    pub work: Work,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// What its node does.
    Node,
    /// A loop node puts out the items of its next round.
    Round {
        /// From 0.
        round: u32,
        /// Items of earlier rounds.
        taken: u32,
    },
    /// A loop node puts out everything that came back.
    Done,
    /// Its join cannot come about: this edge brought nothing.
    Blocked {
        /// Place of the edge in the plan.
        edge: usize,
    },
}

/// Items that a join did not wait for: it had begun with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// The join, by its place in the plan.
    pub node: usize,
    /// Iteration of each loop around it.
    pub iteration: Vec<u32>,
    /// The node that brought them.
    pub source: usize,
    /// How many.
    pub items: u32,
}

/// Items per input that a journalled step of a join had, by node and iteration.
pub type Arrivals = HashMap<(usize, Vec<u32>), Vec<u32>>;

#[derive(Debug, Clone, Default)]
struct NodeState {
    /// Incoming edges that can still bring something.
    open: usize,
    /// Whether one of those that have settled brought something.
    has_items: bool,
    fired: bool,
    settled: bool,
}

#[derive(Debug, Clone, Default)]
struct EdgeState {
    settled: bool,
    pages: Vec<PageRef>,
}

#[derive(Debug, Clone, Default)]
struct ScopeState {
    unsettled: usize,
    iteration: Vec<u32>,
    inputs: Arc<[Vec<PageRef>]>,
    total: u32,
    taken: u32,
    returned: Vec<PageRef>,
}

#[derive(Debug, Clone, Copy)]
enum Turn {
    Node(usize),
    RoundEnded(usize),
}

/// The state of a run between steps.
#[derive(Debug)]
pub struct Scheduler {
    plan: Arc<Plan>,
    included: Vec<bool>,
    arrivals: Arrivals,
    nodes: Vec<NodeState>,
    edges: Vec<EdgeState>,
    scopes: Vec<ScopeState>,
    ready: VecDeque<Ready>,
    turns: VecDeque<Turn>,
    late: Vec<Late>,
}

impl Scheduler {
    /// A run in which only the trigger is ready.
    #[must_use]
    pub fn new(plan: Arc<Plan>, included: Vec<bool>, arrivals: Arrivals) -> Self {
        let mut scheduler = Self {
            nodes: vec![NodeState::default(); plan.nodes.len()],
            edges: vec![EdgeState::default(); plan.edges.len()],
            scopes: vec![ScopeState::default(); plan.scopes.len()],
            included,
            arrivals,
            ready: VecDeque::new(),
            turns: VecDeque::new(),
            late: Vec::new(),
            plan,
        };
        scheduler.enter(ROOT, Vec::new());
        scheduler.fire(scheduler.plan.trigger, Vec::new(), Work::Node);
        scheduler
    }

    /// The next step that can begin, in a fixed order.
    pub fn pop(&mut self) -> Option<Ready> {
        self.ready.pop_front()
    }

    /// What came too late since the last call.
    pub fn take_late(&mut self) -> Vec<Late> {
        std::mem::take(&mut self.late)
    }

    /// Whether what a step puts out goes nowhere: it is the run's own output.
    #[must_use]
    pub fn is_last(&self, node: usize, work: Work) -> bool {
        let planned = &self.plan.nodes[node];
        let goes_on = |edge: &PlanEdge| !planned.is_round_port(edge.output) && self.included[edge.target];
        planned.scope == ROOT
            && !matches!(work, Work::Round { .. })
            && planned.opens.is_none_or(|scope| self.plan.scopes[scope].released.is_empty())
            && !planned.outgoing.iter().any(|edge| goes_on(&self.plan.edges[*edge]))
    }

    /// A step has ended and put out these pages, per output of its node.
    pub fn complete(&mut self, node: usize, work: Work, outputs: Vec<Vec<PageRef>>) {
        match (work, self.plan.nodes[node].opens) {
            (Work::Round { .. }, Some(scope)) => self.round_began(node, scope, outputs),
            _ => {
                self.put_out(node, &outputs, |plan, edge| !plan.nodes[node].is_round_port(edge.output));
                if let (Work::Node | Work::Blocked { .. }, Some(scope)) = (work, self.plan.nodes[node].opens) {
                    self.release(scope);
                }
                self.settle_node(node);
            }
        }
        self.take_turns();
    }

    fn put_out(&mut self, node: usize, outputs: &[Vec<PageRef>], leaves: impl Fn(&Plan, &PlanEdge) -> bool) {
        let plan = Arc::clone(&self.plan);
        for index in &plan.nodes[node].outgoing {
            let edge = &plan.edges[*index];
            if leaves(&plan, edge) {
                self.deliver(*index, outputs.get(edge.output).map_or(&[], Vec::as_slice));
            }
        }
    }

    fn deliver(&mut self, index: usize, pages: &[PageRef]) {
        self.edges[index].pages.extend_from_slice(pages);
        if self.plan.edges[index].route == Route::Direct {
            self.settle_edge(index);
        }
    }

    fn settle_edge(&mut self, index: usize) {
        let target = self.plan.edges[index].target;
        if !self.included[target] || std::mem::replace(&mut self.edges[index].settled, true) {
            return;
        }
        self.nodes[target].open -= 1;
        self.nodes[target].has_items |= !self.edges[index].pages.is_empty();
        if self.nodes[target].fired {
            let pages = std::mem::take(&mut self.edges[index].pages);
            self.drop_late(index, &pages);
        } else {
            self.turns.push_back(Turn::Node(target));
        }
    }

    fn settle_node(&mut self, node: usize) {
        if std::mem::replace(&mut self.nodes[node].settled, true) {
            return;
        }
        let scope = self.plan.nodes[node].scope;
        self.scopes[scope].unsettled -= 1;
        if self.scopes[scope].unsettled == 0 && scope != ROOT {
            self.turns.push_back(Turn::RoundEnded(scope));
        }
    }

    fn take_turns(&mut self) {
        while let Some(turn) = self.turns.pop_front() {
            match turn {
                Turn::Node(node) => self.look_at(node),
                Turn::RoundEnded(scope) => self.round_ended(scope),
            }
        }
    }
}
