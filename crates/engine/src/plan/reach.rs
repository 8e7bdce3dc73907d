//! Which nodes of a plan take part in a run, and which of them are executed anew.

use bridge_domain::{Error, NodeId, RunScope};

use super::Plan;
use super::build::reach;

/// How much of a plan a run covers, per node.
#[derive(Debug, Clone)]
pub struct Extent {
    /// Whether the node takes part.
    pub included: Vec<bool>,
    /// Whether it is executed even if the journal has its outcome.
    pub anew: Vec<bool>,
}

impl Extent {
    /// What a scope means for a plan.
    ///
    /// # Errors
    /// `not_found` when the trigger does not reach the node that the scope names.
    pub fn of(plan: &Plan, scope: &RunScope) -> Result<Self, Error> {
        let all = vec![true; plan.nodes.len()];
        match scope {
            RunScope::Whole => Ok(Self { included: all.clone(), anew: all }),
            RunScope::Retry { .. } => Ok(Self { included: all, anew: vec![false; plan.nodes.len()] }),
            RunScope::To { node_id } => {
                let node = index(plan, node_id)?;
                let mut anew = vec![false; plan.nodes.len()];
                anew[node] = true;
                Ok(Self { included: ancestors(plan, &[node]), anew })
            }
            RunScope::From { node_id } => {
                let mut anew = reach(&neighbours(plan, |source, target| (source, target)), index(plan, node_id)?);
                anew.truncate(plan.nodes.len());
                let followers: Vec<usize> = (0..anew.len()).filter(|node| anew[*node]).collect();
                Ok(Self { included: ancestors(plan, &followers), anew })
            }
        }
    }
}

fn index(plan: &Plan, node: &NodeId) -> Result<usize, Error> {
    plan.by_id.get(node).copied().ok_or_else(|| Error::not_found(format!("A way from the trigger to the node {node}")))
}

fn neighbours(plan: &Plan, ends: impl Fn(usize, usize) -> (usize, usize)) -> Vec<Vec<usize>> {
    let mut lists = vec![Vec::new(); plan.nodes.len() + 1];
    for edge in &plan.edges {
        let (from, to) = ends(edge.source, edge.target);
        lists[from].push(to);
    }
    lists
}

/// All from which one of these nodes is reached, themselves included.
fn ancestors(plan: &Plan, nodes: &[usize]) -> Vec<bool> {
    let mut lists = neighbours(plan, |source, target| (target, source));
    let start = plan.nodes.len();
    lists[start] = nodes.to_vec();
    let mut reached = reach(&lists, start);
    reached.truncate(start);
    reached
}
