//! Finds loops: which nodes are reached only through the output `loop` of a loop node, and how each edge delivers.
//!
//! One pass in reverse postorder is exact: if a circle is left that does not close at a loop node from inside its body, the
//! plan is refused; otherwise every edge that the pass passed over leads from a body back to its loop node, and such an
//! edge changes no dominance.

use bridge_domain::{Problem, ProblemCode};

use super::build::problem;
use super::{LoopScope, MAX_NESTING, Plan, ROOT, Route};

/// Fills in scopes, routes and the edges of each node.
pub(super) fn find_scopes(plan: &mut Plan) -> Result<(), Vec<Problem>> {
    for (index, edge) in plan.edges.iter().enumerate() {
        plan.nodes[edge.source].outgoing.push(index);
    }
    open_scopes(plan);
    place_nodes(plan)?;
    route_edges(plan);
    refuse_circles(plan)?;
    list_members(plan);
    Ok(())
}

fn open_scopes(plan: &mut Plan) {
    plan.scopes.push(LoopScope::default());
    for (index, node) in plan.nodes.iter_mut().enumerate() {
        if node.node.data.connector_id == "loop" && node.node.data.action_id == "over_items" {
            node.opens = Some(plan.scopes.len());
            plan.scopes.push(LoopScope { loop_node: index, ..LoopScope::default() });
        }
    }
}

/// The scope of each node: the innermost that is common to all edges that lead to it.
fn place_nodes(plan: &mut Plan) -> Result<(), Vec<Problem>> {
    let mut scope: Vec<Option<usize>> = vec![None; plan.nodes.len()];
    scope[plan.trigger] = Some(ROOT);
    for node in reverse_postorder(plan) {
        let own = scope[node].unwrap_or(ROOT);
        plan.nodes[node].scope = own;
        if let Some(inner) = plan.nodes[node].opens {
            plan.scopes[inner].parent = own;
            plan.scopes[inner].depth = plan.scopes[own].depth + 1;
            if plan.scopes[inner].depth > MAX_NESTING {
                let message = format!("Loops may be nested {MAX_NESTING} deep; \"{}\" is deeper.", label(plan, node));
                return Err(vec![problem("nodes".to_owned(), ProblemCode::TooLarge, message)]);
            }
        }
        for edge in &plan.nodes[node].outgoing {
            let edge = &plan.edges[*edge];
            let leaves = leaves_from(plan, edge.source, edge.output);
            scope[edge.target] = Some(scope[edge.target].map_or(leaves, |known| common(plan, known, leaves)));
        }
    }
    Ok(())
}

/// The scope in which an output puts its items out.
fn leaves_from(plan: &Plan, node: usize, output: usize) -> usize {
    let node = &plan.nodes[node];
    match node.opens {
        Some(inner) if node.is_round_port(output) => inner,
        _ => node.scope,
    }
}

fn common(plan: &Plan, mut left: usize, mut right: usize) -> usize {
    while left != right {
        if plan.scopes[left].depth >= plan.scopes[right].depth {
            left = plan.scopes[left].parent;
        } else {
            right = plan.scopes[right].parent;
        }
    }
    left
}

fn reverse_postorder(plan: &Plan) -> Vec<usize> {
    let mut seen = vec![false; plan.nodes.len()];
    let mut order = Vec::with_capacity(plan.nodes.len());
    let mut calls = vec![(plan.trigger, 0)];
    seen[plan.trigger] = true;
    while let Some((node, position)) = calls.pop() {
        match plan.nodes[node].outgoing.get(position) {
            None => order.push(node),
            Some(edge) => {
                calls.push((node, position + 1));
                let target = plan.edges[*edge].target;
                if !std::mem::replace(&mut seen[target], true) {
                    calls.push((target, 0));
                }
            }
        }
    }
    order.reverse();
    order
}

fn route_edges(plan: &mut Plan) {
    for index in 0..plan.edges.len() {
        let edge = &plan.edges[index];
        let from = leaves_from(plan, edge.source, edge.output);
        let target = &plan.nodes[edge.target];
        let route = match target.opens {
            Some(inner) if plan.is_ancestor(inner, from) => Route::Back,
            _ if from == target.scope => Route::Direct,
            _ => Route::Collect,
        };
        plan.edges[index].route = route;
    }
}

/// Without the edges that come back to loops, no circle may be left.
fn refuse_circles(plan: &Plan) -> Result<(), Vec<Problem>> {
    let forward = |index: &&usize| plan.edges[**index].route != Route::Back;
    let mut waiting = vec![0_usize; plan.nodes.len()];
    for edge in plan.edges.iter().filter(|edge| edge.route != Route::Back) {
        waiting[edge.target] += 1;
    }
    let mut open: Vec<usize> = (0..plan.nodes.len()).filter(|node| waiting[*node] == 0).collect();
    while let Some(node) = open.pop() {
        for edge in plan.nodes[node].outgoing.iter().filter(forward) {
            let target = plan.edges[*edge].target;
            waiting[target] -= 1;
            if waiting[target] == 0 {
                open.push(target);
            }
        }
    }
    let Some(node) = (0..plan.nodes.len()).find(|node| waiting[*node] > 0) else { return Ok(()) };
    let message = format!(
        "\"{}\" is on or behind a circle. Only nodes that are reached through the output `loop` of a loop node alone may \
         lead back, and only to that loop node.",
        label(plan, node)
    );
    Err(vec![problem(format!("nodes.{}", plan.nodes[node].node.id), ProblemCode::Cycle, message)])
}

fn list_members(plan: &mut Plan) {
    for (index, node) in plan.nodes.iter().enumerate() {
        plan.scopes[node.scope].body.push(index);
    }
    for index in 0..plan.edges.len() {
        let (source, target, output, route) = {
            let edge = &plan.edges[index];
            (edge.source, edge.target, edge.output, edge.route)
        };
        let target_scope = plan.nodes[target].scope;
        match route {
            Route::Back => {
                if let Some(inner) = plan.nodes[target].opens {
                    plan.scopes[inner].back.push(index);
                }
                continue;
            }
            Route::Collect => {
                let mut left = leaves_from(plan, source, output);
                while plan.scopes[left].parent != target_scope {
                    left = plan.scopes[left].parent;
                }
                plan.scopes[left].released.push(index);
            }
            Route::Direct => {}
        }
        plan.scopes[target_scope].edges.push(index);
        plan.nodes[target].incoming.push(index);
    }
}

fn label(plan: &Plan, node: usize) -> &str {
    &plan.nodes[node].node.data.label
}
