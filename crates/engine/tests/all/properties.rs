//! Random graphs with random routing, loops and nodes that act outside: no item is lost or doubled, and a crash anywhere
//! changes nothing.

use std::collections::BTreeMap;

use bridge_domain::*;
use proptest::prelude::*;
use serde_json::json;

use super::resume::crash_everywhere;
use super::world::*;

/// What a node does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pass,
    Parity,
    Twice,
    None,
    Send,
    /// A loop of this batch size, with a body of one node that sends or doubles.
    Loop(u32, bool),
}

/// A node after the trigger: what it does, and from which earlier ones it gets items, by their first or other output.
type Planned = (Kind, Vec<(usize, bool)>);

fn kinds() -> impl Strategy<Value = Kind> {
    let looped = (1_u32..4, any::<bool>()).prop_map(|(size, sends)| Kind::Loop(size, sends));
    prop_oneof![Just(Kind::Pass), Just(Kind::Parity), Just(Kind::Twice), Just(Kind::None), Just(Kind::Send), looped]
}

fn graphs() -> impl Strategy<Value = Vec<Planned>> {
    let edges = |node: usize| prop::collection::vec((0..=node, any::<bool>()), 1..4);
    (1_usize..9).prop_flat_map(move |count| (0..count).map(|node| (kinds(), edges(node))).collect::<Vec<_>>())
}

/// Whether an edge leaves a loop from inside its body, to be delivered when the loop has ended.
fn leaves_a_loop(nodes: &[Planned], sources: &[(usize, bool)]) -> bool {
    sources.iter().any(|(source, other)| *other && *source > 0 && matches!(nodes[source - 1].0, Kind::Loop(..)))
}

fn build(nodes: &[Planned]) -> Definition {
    let (mut text, mut sizes) = (String::new(), Vec::new());
    let source_of = |source: usize, other: bool| match source.checked_sub(1).map(|place| nodes[place].0) {
        None => "manual".to_owned(),
        Some(Kind::Parity) => format!("n{source}.{}", if other { "odd" } else { "even" }),
        Some(Kind::Loop(..)) if other => format!("body{source}"),
        Some(Kind::Loop(..)) => format!("n{source}.done"),
        Some(_) => format!("n{source}"),
    };
    for (number, (kind, sources)) in (1..).zip(nodes) {
        let name = match kind {
            Kind::Pass => "pass",
            Kind::Parity => "parity",
            Kind::Twice => "twice",
            Kind::None => "none",
            Kind::Send => "send",
            Kind::Loop(..) => "loop",
        };
        for (source, other) in sources {
            text.push_str(&format!("{} -> n{number}:{name};", source_of(*source, *other)));
        }
        if leaves_a_loop(nodes, sources) {
            // Otherwise the node would belong to the body.
            text.push_str(&format!("manual -> n{number};"));
        }
        if let Kind::Loop(size, sends) = kind {
            let body = if *sends { "send" } else { "twice" };
            text.push_str(&format!("n{number}.loop -> body{number}:{body} -> n{number};"));
            sizes.push((number, *size));
        }
    }
    let mut definition = graph(&text);
    for (number, size) in sizes {
        set(&mut definition, &format!("n{number}"), json!({ "batch_size": size }));
    }
    definition
}

/// What each node must get, worked out without an engine; a loop stands for its body.
fn expected(nodes: &[Planned], input: &[i64]) -> BTreeMap<String, Vec<i64>> {
    let twice = |items: &[i64]| items.iter().flat_map(|n| [*n, *n]).collect::<Vec<i64>>();
    let mut outputs: Vec<[Vec<i64>; 2]> = vec![[input.to_vec(), input.to_vec()]];
    let mut arrived = BTreeMap::new();
    for (number, (kind, sources)) in (1..).zip(nodes) {
        let mut items = Vec::new();
        for (source, other) in sources {
            items.extend(&outputs[*source][usize::from(*other)]);
        }
        if leaves_a_loop(nodes, sources) {
            items.extend(input);
        }
        let (even, odd): (Vec<i64>, Vec<i64>) = items.iter().partition(|n| **n % 2 == 0);
        outputs.push(match kind {
            Kind::Pass | Kind::Send | Kind::Loop(_, true) => [items.clone(), items.clone()],
            Kind::Twice | Kind::Loop(_, false) => [twice(&items), twice(&items)],
            Kind::Parity => [even, odd],
            Kind::None => [Vec::new(), Vec::new()],
        });
        let name = if matches!(kind, Kind::Loop(..)) { format!("body{number}") } else { format!("n{number}") };
        if !items.is_empty() {
            arrived.insert(name, items);
        }
    }
    arrived
}

/// How often each node must run: once, and the body of a loop once for each batch.
fn rounds(nodes: &[Planned], arrived: &BTreeMap<String, Vec<i64>>) -> usize {
    let runs = arrived.iter().map(|(name, items)| {
        let number = name.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse::<usize>().unwrap();
        match nodes[number - 1].0 {
            Kind::Loop(size, _) => items.len().div_ceil(size as usize),
            _ => 1,
        }
    });
    runs.sum()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_item_is_lost_or_doubled(nodes in graphs(), items in 1_u32..5) {
        let (arrived, runs) = runtime().block_on(async {
            let world = World::new();
            let program = world.program(build(&nodes));
            let (_, summary) = world.run(&program, numbers(0, items)).await;
            assert_eq!(summary.status, RunStatus::Success, "{:?}", summary.error);
            let ran = std::mem::take(&mut *world.shared.ran.lock().unwrap());
            let runs = ran.len();
            let mut arrived: BTreeMap<String, Vec<i64>> = BTreeMap::new();
            for (label, items) in ran {
                arrived.entry(label).or_default().extend(items);
            }
            (arrived, runs)
        });
        let input: Vec<i64> = (0..i64::from(items)).collect();
        let expected = expected(&nodes, &input);
        prop_assert_eq!(runs, rounds(&nodes, &expected));
        prop_assert_eq!(arrived, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn d3_a_crash_at_every_step_boundary_changes_nothing(nodes in graphs(), items in 1_u32..4) {
        runtime().block_on(crash_everywhere(build(&nodes), items));
    }
}
