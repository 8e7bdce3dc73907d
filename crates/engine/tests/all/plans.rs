//! Plans: what is reached, what is in a loop, what is refused.

use std::time::{Duration, Instant};

use bridge_domain::*;
use bridge_engine::plan;

use super::world::*;

fn codes(definition: &Definition, trigger: &str) -> Vec<ProblemCode> {
    let problems = plan(definition, &catalog(), &NodeId::from(trigger)).err().unwrap_or_default();
    problems.into_iter().map(|problem| problem.code).collect()
}

#[test]
fn only_what_the_trigger_reaches_is_in_the_plan() {
    let definition = graph("manual -> a; b -> c; c -> a");
    assert_eq!(plan(&definition, &catalog(), &NodeId::from("manual")).unwrap().node_count(), 2);
}

#[test]
fn a_body_is_what_is_reached_through_the_loop_output_alone() {
    let definition = graph(
        "manual -> l:loop; l.loop -> a -> i:loop; i.loop -> b -> i; i.done -> c -> l; l.done -> d; manual -> x; a -> x",
    );
    let plan = plan(&definition, &catalog(), &NodeId::from("manual")).unwrap();
    let depth = |name: &str| plan.loops_around(&NodeId::from(name)).unwrap();
    let depths: Vec<usize> = ["l", "a", "i", "b", "c", "d", "x"].map(depth).to_vec();
    assert_eq!(depths, [0, 1, 1, 2, 1, 0, 0]);
}

#[test]
fn circles_that_do_not_run_through_a_loop_are_refused() {
    for text in [
        "manual -> a -> b -> a",
        "manual -> a -> a",
        "manual -> l:loop; l.loop -> a -> l; l.done -> b -> l",
        "manual -> a -> l:loop; l.loop -> a",
    ] {
        assert_eq!(codes(&graph(text), "manual"), [ProblemCode::Cycle], "{text}");
    }
}

#[test]
fn what_does_not_exist_is_named() {
    assert_eq!(codes(&graph("manual -> a"), "nobody"), [ProblemCode::UnknownNode]);
    assert_eq!(codes(&graph("manual -> a:unheard; a -> b:of"), "manual"), [ProblemCode::UnknownConnector; 2]);
    assert_eq!(codes(&graph("manual -> a; a.nowhere -> b"), "manual"), [ProblemCode::UnknownHandle]);
    let mut definition = graph("manual -> a");
    node(&mut definition, "a").action_id = "undo".to_owned();
    assert_eq!(codes(&definition, "manual"), [ProblemCode::UnknownAction]);
}

#[test]
fn loops_nest_up_to_a_cap() {
    let nested = |depth: usize| {
        let inner: String = (1..depth).map(|number| format!("; l{}.loop -> l{number}:loop", number - 1)).collect();
        graph(&format!("manual -> l0:loop{inner}"))
    };
    assert!(codes(&nested(16), "manual").is_empty());
    assert_eq!(codes(&nested(17), "manual"), [ProblemCode::TooLarge]);
}

#[test]
fn ten_thousand_nodes_are_planned_at_once() {
    let mut definition = Definition::default();
    let line = graph("manual -> n");
    definition.nodes.push(line.nodes[0].clone());
    for number in 1..10_000 {
        let id = NodeId(format!("n{number}"));
        definition.nodes.push(Node { id, ..line.nodes[1].clone() });
    }
    for step in [1, 2, 3, 100, 5_000] {
        for source in 0..10_000 - step {
            let id = EdgeId(format!("{step}-{source}"));
            let (source, target) = (definition.nodes[source].id.clone(), definition.nodes[source + step].id.clone());
            definition.edges.push(Edge { id, source, target, source_handle: None, target_handle: None });
        }
    }
    let began = Instant::now();
    assert_eq!(plan(&definition, &catalog(), &NodeId::from("manual")).unwrap().node_count(), 10_000);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}
