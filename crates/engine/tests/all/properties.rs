//! Random graphs with random routing: no item is lost or doubled, and a crash anywhere changes nothing.

use std::collections::BTreeMap;

use bridge_domain::*;
use proptest::prelude::*;

use super::resume::crash_everywhere;
use super::world::*;

/// Nodes after the trigger: what each does, and from which earlier ones it gets items.
fn graphs() -> impl Strategy<Value = Vec<(usize, Vec<(usize, bool)>)>> {
    let edges = |node: usize| prop::collection::vec((0..=node, any::<bool>()), 1..4);
    (1_usize..9).prop_flat_map(move |count| (0..count).map(|node| (0_usize..4, edges(node))).collect::<Vec<_>>())
}

fn build(nodes: &[(usize, Vec<(usize, bool)>)]) -> Definition {
    let name = |node: usize| if node == 0 { "manual".to_owned() } else { format!("n{node}") };
    let kind = |node: usize| ["pass", "parity", "twice", "none"][nodes[node - 1].0];
    let mut text = String::new();
    for (place, (_, sources)) in nodes.iter().enumerate() {
        for (source, odd) in sources {
            let is_parity = *source > 0 && kind(*source) == "parity";
            let port = if is_parity { if *odd { ".odd" } else { ".even" } } else { "" };
            text.push_str(&format!("{}{port} -> {}:{};", name(*source), name(place + 1), kind(place + 1)));
        }
    }
    graph(&text)
}

/// What each node must get, worked out without an engine.
fn expected(nodes: &[(usize, Vec<(usize, bool)>)], input: &[i64]) -> BTreeMap<String, Vec<i64>> {
    let mut outputs: Vec<[Vec<i64>; 2]> = vec![[input.to_vec(), Vec::new()]];
    let mut arrived = BTreeMap::new();
    for (place, (kind, sources)) in nodes.iter().enumerate() {
        let mut items = Vec::new();
        for (source, odd) in sources {
            let is_parity = *source > 0 && nodes[source - 1].0 == 1;
            items.extend(&outputs[*source][usize::from(is_parity && *odd)]);
        }
        let (even, odd): (Vec<i64>, Vec<i64>) = items.iter().partition(|n| **n % 2 == 0);
        outputs.push(match kind {
            0 => [items.clone(), Vec::new()],
            1 => [even, odd],
            2 => [items.iter().flat_map(|n| [*n, *n]).collect(), Vec::new()],
            _ => [Vec::new(), Vec::new()],
        });
        if !items.is_empty() {
            arrived.insert(format!("n{}", place + 1), items);
        }
    }
    arrived
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_item_is_lost_or_doubled(nodes in graphs(), items in 1_u32..5) {
        let arrived = runtime().block_on(async {
            let world = World::new();
            let program = world.program(build(&nodes));
            let (_, summary) = world.run(&program, numbers(0, items)).await;
            assert_eq!(summary.status, RunStatus::Success);
            let ran = std::mem::take(&mut *world.shared.ran.lock().unwrap());
            let count = ran.len();
            let arrived: BTreeMap<String, Vec<i64>> = ran.into_iter().collect();
            assert_eq!(arrived.len(), count, "no node runs twice");
            arrived
        });
        let input: Vec<i64> = (0..i64::from(items)).collect();
        prop_assert_eq!(arrived, expected(&nodes, &input));
    }

    #[test]
    fn d3_a_crash_at_every_step_boundary_changes_nothing(nodes in graphs(), items in 1_u32..4) {
        runtime().block_on(crash_everywhere(build(&nodes), items));
    }
}
