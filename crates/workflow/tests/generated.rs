//! A hundred thousand generated batches: all or nothing, whatever comes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod notation;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use bridge_domain::{Action, Definition, Edge, EdgeId, Node, NodeId, NodeType, Position};
use bridge_workflow::{Mode, apply, difference, identify, propose};
use notation::{RULES, graph, node, object, points_into};
use serde_json::json;

const BATCHES: u64 = 100_000;
const NAMES: &[&str] = &["t1", "t2", "i1", "i2", "l1", "a", "b", "c", "d", "h1", "s1", "u1"];
const HANDLES: &[Option<&str>] =
    &[None, None, None, Some("main"), Some("true"), Some("false"), Some("loop"), Some("nope")];

thread_local! {
    /// One schema per connector, as each is used with one action here.
    static SCHEMAS: RefCell<HashMap<String, jsonschema::Validator>> = RefCell::default();
}

/// A generator with a seed, so that a failure can be repeated (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    fn name(&mut self) -> NodeId {
        NodeId::from(*self.pick(NAMES))
    }

    fn edge(&mut self) -> Edge {
        Edge {
            id: EdgeId(format!("e{}", self.below(40))),
            source: self.name(),
            target: self.name(),
            source_handle: self.pick(HANDLES).map(str::to_owned),
            target_handle: (self.below(20) == 0).then(|| "nope".to_owned()),
        }
    }

    fn node(&mut self) -> Node {
        let mut node = node(self.name().as_str());
        match self.below(24) {
            0 => node.data.connector_id = "telepathy".to_owned(),
            1 => node.data.action_id = "no_such_action".to_owned(),
            2 => node.node_type = NodeType::Trigger,
            3 => drop(node.data.config.insert("unknown".to_owned(), json!(1))),
            4 => node.data.config.values_mut().for_each(|value| *value = json!([[1]])),
            5 => node.data.config.clear(),
            6 => node.id = NodeId::from(""),
            7 => node.position.x = f64::INFINITY,
            _ => {}
        }
        node
    }

    fn definition(&mut self) -> Definition {
        let nodes = (0..self.below(5)).map(|_| self.node()).collect();
        Definition { nodes, edges: (0..self.below(4)).map(|_| self.edge()).collect() }
    }

    fn action(&mut self) -> Action {
        match self.below(12) {
            0..=3 => {
                let Node { id, position, data, .. } = self.node();
                let bridge_domain::NodeData { label, connector_id, action_id, config, .. } = data;
                let id = (self.below(10) > 0).then_some(id);
                Action::AddNode { id, connector_id, action_id, label, position: Some(position), config, settings: None }
            }
            4..=6 => {
                let Edge { id, source, target, source_handle, target_handle } = self.edge();
                Action::AddEdge { id: Some(id), source, target, source_handle, target_handle }
            }
            7 => Action::UpdateNode {
                node_id: self.name(),
                label: (self.below(2) == 0).then(|| "New".to_owned()),
                config: (self.below(2) == 0).then(|| object(json!({ "fields": { "a": 1 } }))),
                position: None,
                settings: None,
            },
            8 => Action::DeleteNode { node_id: self.name() },
            9 => Action::DeleteEdge {
                edge_id: Some(EdgeId(format!("e{}", self.below(40)))),
                source: None,
                target: None,
                source_handle: None,
            },
            10 => {
                let Edge { source, target, source_handle, .. } = self.edge();
                Action::DeleteEdge { edge_id: None, source: Some(source), target: Some(target), source_handle }
            }
            _ => Action::GenerateWorkflow { definition: self.definition() },
        }
    }

    fn batch(&mut self) -> Vec<Action> {
        (0..=self.below(4)).map(|_| self.action()).collect()
    }
}

/// What every definition keeps to, checked from scratch and in another way than the code under test.
fn assert_sound(definition: &Definition) {
    let nodes: HashMap<&NodeId, &Node> = definition.nodes.iter().map(|node| (&node.id, node)).collect();
    assert_eq!(nodes.len(), definition.nodes.len(), "node identifiers are unique");
    let ids: HashSet<&EdgeId> = definition.edges.iter().map(|edge| &edge.id).collect();
    assert_eq!(ids.len(), definition.edges.len(), "edge identifiers are unique");
    for node in &definition.nodes {
        assert!(node.position.x.is_finite() && !node.id.as_str().is_empty());
        let Some(action) = RULES.action(&node.data.connector_id, &node.data.action_id) else {
            assert_eq!(node.data.connector_id, "from_a_newer_version");
            continue;
        };
        assert_eq!(node.node_type, action.node_type);
        SCHEMAS.with_borrow_mut(|schemas| {
            let compile = || jsonschema::draft202012::new(&action.parameters).unwrap();
            let schema = schemas.entry(node.data.connector_id.clone()).or_insert_with(compile);
            assert!(schema.is_valid(&json!(node.data.config)), "{:?}", node.data.config);
        });
    }
    let mut connections = HashSet::new();
    for edge in &definition.edges {
        let (source, target) = (nodes[&edge.source], nodes[&edge.target]);
        assert_ne!(edge.source, edge.target);
        assert_ne!(target.node_type, NodeType::Trigger);
        let outputs = RULES.action(&source.data.connector_id, &source.data.action_id).map(|action| &action.outputs);
        let handle = edge.source_handle.clone().or_else(|| Some(outputs?.first()?.id.clone()));
        if let Some(outputs) = outputs {
            assert!(outputs.iter().any(|port| Some(&port.id) == handle.as_ref()));
        }
        assert!(connections.insert((&edge.source, handle, &edge.target)), "no connection is there twice");
    }
    assert!(!has_circle(definition, &nodes), "{}", notation::text(definition));
}

/// Takes nodes away that nothing leads to, until none is left or only circles are.
fn has_circle(definition: &Definition, nodes: &HashMap<&NodeId, &Node>) -> bool {
    let is_loop = |id: &NodeId| {
        let data = &nodes[id].data;
        RULES.action(&data.connector_id, &data.action_id).is_none_or(|action| action.allows_cycle)
    };
    let mut left: HashSet<&NodeId> = nodes.keys().copied().filter(|id| !is_loop(id)).collect();
    loop {
        let reached: HashSet<&NodeId> =
            definition.edges.iter().filter(|edge| left.contains(&edge.source)).map(|edge| &edge.target).collect();
        let before = left.len();
        left.retain(|id| reached.contains(id));
        if left.len() == before {
            return before > 0;
        }
    }
}

#[test]
fn a1_generated_batches_are_applied_whole_or_not_at_all() {
    let start = graph("t1 -> a, a -> i1, i1:true -> b, l1:loop -> c, c -> l1, u1");
    let (mut applied, mut refused) = (0, 0);
    let mut definition = start.clone();
    for seed in 0..BATCHES {
        let mut random = Random(seed);
        let actions = random.batch();
        match apply(&definition, &actions, &RULES, Mode::Complete) {
            Ok(after) => {
                if seed % 10 == 0 {
                    assert_sound(&after);
                }
                applied += 1;
                definition = if after.nodes.len() > 3 { after } else { start.clone() };
            }
            Err(problems) => {
                assert!(!problems.is_empty());
                for problem in &problems {
                    assert!(points_into(&problem.path, &actions), "seed {seed}: {problem:?} of {actions:?}");
                }
                refused += 1;
            }
        }
    }
    assert!(applied > 5_000 && refused > 5_000, "{applied} applied, {refused} refused: both must be tried");
}

#[test]
fn a1_what_is_proposed_without_problems_can_be_applied() {
    let start = graph("t1 -> a, a -> i1, i1:true -> b, l1:loop -> c, c -> l1, u1");
    let mut tried = 0;
    for seed in 0..10_000 {
        let actions = Random(seed).batch();
        let proposed = propose(&start, &actions, &RULES);
        let right: Vec<Action> =
            proposed.iter().filter(|one| one.problems.is_empty()).map(|one| one.action.clone()).collect();
        let after =
            apply(&start, &right, &RULES, Mode::Complete).unwrap_or_else(|found| panic!("seed {seed}: {found:?}"));
        assert_eq!(
            right.len() == actions.len(),
            apply(&start, &actions, &RULES, Mode::Complete).is_ok(),
            "seed {seed}"
        );
        // Each action alone, with what it depends on, can be applied too.
        for one in proposed.iter().filter(|one| one.problems.is_empty()) {
            let part: Vec<Action> = bridge_workflow::closure(&proposed, &[one.index])
                .into_iter()
                .map(|index| proposed[index as usize].action.clone())
                .collect();
            let result = apply(&start, &part, &RULES, Mode::Complete);
            assert!(result.is_ok(), "seed {seed}, action {}: {result:?} of {actions:?}", one.index);
            tried += 1;
        }
        let step = difference(&start, &after);
        assert_eq!(step.is_empty(), start == after || same_but_for_order(&start, &after), "seed {seed}");
    }
    assert!(tried > 5_000, "{tried}");
}

fn same_but_for_order(one: &Definition, other: &Definition) -> bool {
    let sorted = |definition: &Definition| {
        let mut nodes: Vec<String> = definition.nodes.iter().map(|node| serde_json::to_string(node).unwrap()).collect();
        nodes.sort();
        let mut edges: Vec<String> = definition.edges.iter().map(|edge| serde_json::to_string(edge).unwrap()).collect();
        edges.sort();
        (nodes, edges)
    };
    sorted(one) == sorted(other)
}

#[test]
fn identifying_twice_changes_nothing_more() {
    let start = graph("t1 -> a, a -> i1, i1:true -> b");
    for seed in 0..5_000 {
        let mut actions = Random(seed).batch();
        for (index, action) in actions.iter_mut().enumerate() {
            if let Action::AddNode { position, label, .. } = action {
                *position = Some(Position::default()).filter(|_| index % 3 == 0);
                label.clear();
            }
        }
        let once = identify(&start, actions, &RULES);
        let twice = identify(&start, once.clone(), &RULES);
        assert_eq!(format!("{once:?}"), format!("{twice:?}"), "seed {seed}");
    }
}
