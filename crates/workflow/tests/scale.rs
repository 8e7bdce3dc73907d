//! Large graphs: time grows with the size, not with its square. Ratios only, since machines differ.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod notation;

use std::time::{Duration, Instant};

use bridge_domain::{Action, Definition, EdgeId, NodeId, Problem, ProblemCode};
use bridge_workflow::{MAX_EDGES, MAX_NODES, Mode, apply, difference, identify, propose, summary};
use notation::{RULES, add};

/// Sizes that are compared: small enough for a test without optimisation, large enough that a square would show.
const HALF: usize = 1_500;
const WHOLE: usize = 2 * HALF;

/// A batch that makes a graph of this many nodes, each with up to five edges to later ones.
fn batch(nodes: usize) -> Vec<Action> {
    let name = |index: usize| NodeId(format!("a{index}"));
    let mut actions: Vec<Action> = (0..nodes).map(|index| add(&format!("a{index}"))).collect();
    for source in 0..nodes {
        for step in [1, 2, 3, 5, 8].into_iter().filter(|step| source + step < nodes) {
            actions.push(Action::AddEdge {
                id: Some(EdgeId(format!("{source}+{step}"))),
                source: name(source),
                target: name(source + step),
                source_handle: None,
                target_handle: None,
            });
        }
    }
    actions
}

fn without_positions(mut actions: Vec<Action>) -> Vec<Action> {
    for action in &mut actions {
        if let Action::AddNode { position, id, label, .. } = action {
            *position = None;
            *id = id.take().map(|id| NodeId(format!("temporary {id}")));
            label.clear();
        }
        if let Action::AddEdge { source, target, .. } = action {
            *source = NodeId(format!("temporary {source}"));
            *target = NodeId(format!("temporary {target}"));
        }
    }
    actions
}

/// The best of three, which is what the work costs when nothing else gets in its way.
fn time(mut work: impl FnMut()) -> Duration {
    let once = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..3).map(|_| once(&mut work)).min().unwrap()
}

/// Twice the size takes about twice the time; a square would take four times as long.
fn assert_linear(what: &str, half: impl FnMut(), whole: impl FnMut()) {
    let (mut half, mut whole) = (half, whole);
    let mut ratios = Vec::new();
    for _ in 0..4 {
        let ratio = time(&mut whole).as_secs_f64() / time(&mut half).as_secs_f64().max(1e-6);
        if ratio <= 3.0 {
            return;
        }
        ratios.push(ratio);
    }
    panic!("{what}: twice the size took {ratios:.1?} times as long");
}

fn built(actions: &[Action]) -> Definition {
    apply(&Definition::default(), actions, &RULES, Mode::Complete).unwrap()
}

#[test]
fn w5_ten_thousand_nodes_and_fifty_thousand_edges_are_applied_in_linear_time() {
    let largest = built(&batch(MAX_NODES));
    assert_eq!((largest.nodes.len(), largest.edges.len()), (MAX_NODES, MAX_EDGES - 19));
    let (half, whole) = (batch(HALF), batch(WHOLE));
    assert_linear("apply", || drop(built(&half)), || drop(built(&whole)));
    let generate = |definition: &Definition| vec![Action::GenerateWorkflow { definition: definition.clone() }];
    let (half, whole) = (generate(&built(&half)), generate(&built(&whole)));
    assert_linear("generate", || drop(built(&half)), || drop(built(&whole)));
}

#[test]
fn w5_identifying_and_proposing_take_linear_time() {
    let (half, whole) = (without_positions(batch(HALF)), without_positions(batch(WHOLE)));
    let empty = Definition::default();
    let identified = |actions: &[Action]| identify(&empty, actions.to_vec(), &RULES);
    assert_linear("identify", || drop(identified(&half)), || drop(identified(&whole)));
    let (half, whole) = (identified(&half), identified(&whole));
    assert_eq!(built(&whole).nodes.len(), WHOLE);
    assert_linear("propose", || drop(propose(&empty, &half, &RULES)), || drop(propose(&empty, &whole, &RULES)));
}

#[test]
fn w5_editing_and_comparing_take_linear_time() {
    let (half, whole) = (built(&batch(HALF)), built(&batch(WHOLE)));
    // Every other node goes, with its edges; every fourth edge is named by its ends.
    let edits = |definition: &Definition| -> Vec<Action> {
        let edges = definition.edges.iter().step_by(4).map(|edge| Action::DeleteEdge {
            edge_id: None,
            source: Some(edge.source.clone()),
            target: Some(edge.target.clone()),
            source_handle: None,
        });
        let nodes = definition.nodes.iter().step_by(2).map(|node| Action::DeleteNode { node_id: node.id.clone() });
        edges.chain(nodes).collect()
    };
    let work = |definition: &Definition| {
        let after = apply(definition, &edits(definition), &RULES, Mode::Complete).unwrap();
        assert_eq!(after.nodes.len(), definition.nodes.len() / 2);
        let change = difference(definition, &after);
        assert_eq!(change.removed_nodes.len(), definition.nodes.len() / 2);
        assert!(summary(definition, &after, &change).len() < 1000);
    };
    assert_linear("edit", || work(&half), || work(&whole));
}

/// One node with all edges: a hub must not be searched again and again.
#[test]
fn w5_a_hub_takes_linear_time() {
    let star = |nodes: usize| -> Vec<Action> {
        let mut actions = vec![add("hub")];
        for index in 0..nodes - 1 {
            let name = format!("a{index}");
            actions.push(add(&name));
            let edge = |source: &str, target: &str| notation::batch(&format!("{source} -> {target}")).remove(0);
            actions.push(edge("hub", &name));
            actions.extend(notation::batch(&format!("hub x {name}")));
            actions.push(edge("hub", &name));
        }
        without_positions(actions)
            .into_iter()
            .map(|action| match action {
                Action::DeleteEdge { source, target, .. } => Action::DeleteEdge {
                    edge_id: None,
                    source: source.map(|id| NodeId(format!("temporary {id}"))),
                    target: target.map(|id| NodeId(format!("temporary {id}"))),
                    source_handle: None,
                },
                other => other,
            })
            .collect()
    };
    let (half, whole) = (star(HALF), star(WHOLE));
    let empty = Definition::default();
    let work = |actions: &[Action]| {
        let actions = identify(&empty, actions.to_vec(), &RULES);
        assert_eq!(built(&actions).edges.len(), (actions.len() - 1) / 4);
    };
    assert_linear("hub", || work(&half), || work(&whole));
}

#[test]
fn a1_a_circle_in_a_large_graph_is_found_at_the_edge_that_closes_it() {
    let mut actions = batch(MAX_NODES);
    let last = actions.len();
    actions.extend(notation::batch(&format!("a{} -> a0", MAX_NODES - 1)));
    let found = apply(&Definition::default(), &actions, &RULES, Mode::Complete).unwrap_err();
    assert_eq!(notation::problems(&found), format!("cycle at actions[{last}]"));
}

/// Thousands of edges that each close a circle: all are named, in reasonable time.
#[test]
fn a1_thousands_of_circles_are_found_in_linear_time() {
    let tangle = |nodes: usize| {
        let mut actions = batch(nodes);
        actions.extend((1..nodes).step_by(2).flat_map(|index| notation::batch(&format!("a{index} -> a{}", index - 1))));
        actions
    };
    let work = |actions: &[Action], circles: usize| {
        let found = apply(&Definition::default(), actions, &RULES, Mode::Complete).unwrap_err();
        assert!(found.iter().all(|problem: &Problem| problem.code == ProblemCode::Cycle));
        assert_eq!(found.len(), circles);
    };
    let (half, whole) = (tangle(HALF), tangle(WHOLE));
    assert_linear("circles", || work(&half, HALF / 2), || work(&whole, WHOLE / 2));
}

#[test]
fn more_than_the_limits_is_refused() {
    let mut actions = batch(MAX_NODES);
    let at = actions.len();
    actions.push(add("b"));
    let found = apply(&Definition::default(), &actions, &RULES, Mode::Complete).unwrap_err();
    assert_eq!(notation::problems(&found), format!("too_large at actions[{at}]"));
    let mut definition = built(&batch(MAX_NODES));
    definition.nodes.push(notation::node("b"));
    let generate = [Action::GenerateWorkflow { definition }];
    let found = apply(&Definition::default(), &generate, &RULES, Mode::Complete).unwrap_err();
    assert_eq!(notation::problems(&found), "too_large at actions[0].definition.nodes");
}
