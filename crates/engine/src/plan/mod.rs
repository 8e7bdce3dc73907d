//! What a run follows: the part of a definition that its trigger reaches, with its loops found. A value, made by a pure
//! function; holds nothing of a run.

mod build;
mod part;
mod reach;
mod scopes;

use std::collections::HashMap;
use std::sync::Arc;

use bridge_domain::{EdgeId, Join, Node, NodeId};

pub use build::plan;
pub(crate) use part::plan_as_far_as;
pub use reach::Extent;

/// Loops in loops at most.
pub const MAX_NESTING: usize = 16;

/// The scope outside all loops.
pub(crate) const ROOT: usize = 0;

/// The output by which a failed item leaves, after those of the manifest.
pub const ERROR_PORT: &str = "error";

/// The reachable part of a definition, ready to be run.
#[derive(Debug, Default)]
pub struct Plan {
    pub(crate) nodes: Vec<PlanNode>,
    pub(crate) edges: Vec<PlanEdge>,
    /// The first is what lies outside all loops.
    pub(crate) scopes: Vec<LoopScope>,
    pub(crate) trigger: usize,
    pub(crate) labels: HashMap<String, Label>,
    pub(crate) by_id: HashMap<NodeId, usize>,
}

impl Plan {
    /// Nodes that the trigger reaches, itself included.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// How many loops are around a node; none for a node that is not reached.
    #[must_use]
    pub fn loops_around(&self, node: &NodeId) -> Option<usize> {
        self.by_id.get(node).map(|index| self.scopes[self.nodes[*index].scope].depth)
    }

    pub(crate) fn is_ancestor(&self, ancestor: usize, mut scope: usize) -> bool {
        while self.scopes[scope].depth > self.scopes[ancestor].depth {
            scope = self.scopes[scope].parent;
        }
        scope == ancestor
    }
}

/// A node of the plan.
#[derive(Debug)]
pub(crate) struct PlanNode {
    pub node: Arc<Node>,
    /// Identifiers of its outputs; the last is [`ERROR_PORT`].
    pub ports: Arc<[String]>,
    /// Edges that bring items, in definition order; those that come back to a loop are not among them.
    pub incoming: Vec<usize>,
    pub outgoing: Vec<usize>,
    /// The innermost loop around it.
    pub scope: usize,
    /// The loop that it is, by the number of its scope.
    pub opens: Option<usize>,
    pub join: Join,
    /// Of all that decides what it does, without its input.
    pub digest: [u8; 32],
    /// Whether its configuration may read what other nodes put out.
    pub reads_others: bool,
    /// Whether its configuration may read how other nodes are called or set up: then its digest is of them, too.
    pub reads_definition: bool,
}

impl PlanNode {
    /// Number of the output of the loop node that starts a round.
    pub fn is_round_port(&self, port: usize) -> bool {
        self.opens.is_some() && self.ports.get(port).is_some_and(|name| name == ROUND_PORT)
    }

    /// Number of the output `error`.
    pub fn error_port(&self) -> usize {
        self.ports.iter().position(|name| name == ERROR_PORT).unwrap_or(0)
    }
}

pub(crate) const ROUND_PORT: &str = "loop";
pub(crate) const DONE_PORT: &str = "done";

/// An edge of the plan.
#[derive(Debug)]
pub(crate) struct PlanEdge {
    pub id: EdgeId,
    pub source: usize,
    pub output: usize,
    pub target: usize,
    pub route: Route,
}

/// How an edge delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// When its source has ended.
    Direct,
    /// Once, when the outermost loop that it leaves has ended: everything, in the order of rounds.
    Collect,
    /// To the loop node: ends a round.
    Back,
}

/// A loop's body: what is reached only through the output `loop`. The first scope is no loop.
#[derive(Debug, Default)]
pub(crate) struct LoopScope {
    pub loop_node: usize,
    pub parent: usize,
    pub depth: usize,
    /// Nodes directly in it.
    pub body: Vec<usize>,
    /// Edges that deliver to nodes directly in it.
    pub edges: Vec<usize>,
    /// Edges that come back to its loop node.
    pub back: Vec<usize>,
    /// Edges that deliver when this loop has ended.
    pub released: Vec<usize>,
}

/// What a label stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Label {
    /// The node, when the trigger reaches it.
    pub node: Option<usize>,
    /// Nodes with this label.
    pub count: usize,
}
