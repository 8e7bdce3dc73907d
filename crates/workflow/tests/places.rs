//! Where added nodes stand, and what moves to make room for them.
//!
//! The cases are data, because the interface places the nodes a person puts on a connection by the same rules
//! (`ui/src/graph/room.ts`) and is held against the same file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::cast_precision_loss, missing_docs)]

mod notation;

use std::collections::{BTreeMap, BTreeSet};

use bridge_domain::{Action, Definition, NodeId, Position};
use bridge_workflow::{Mode, Rest, apply, apply_part, difference, identify, propose, summary};
use notation::{RULES, add, edge, node};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    stands: BTreeMap<String, (f64, f64)>,
    before: String,
    after: String,
    added: Vec<String>,
    places: BTreeMap<String, (f64, f64)>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("places.json")).unwrap()
}

fn edges(text: &str) -> Vec<(&str, &str)> {
    text.split_whitespace().map(|edge| edge.split_once('>').unwrap()).collect()
}

impl Case {
    fn definition(&self) -> Definition {
        let place = |(name, (x, y)): (&String, &(f64, f64))| {
            let mut node = node(name);
            node.position = Position { x: *x, y: *y };
            node
        };
        Definition {
            nodes: self.stands.iter().map(place).collect(),
            edges: edges(&self.before).into_iter().map(|(source, target)| edge(source, target)).collect(),
        }
    }

    fn actions(&self) -> Vec<Action> {
        let (before, after): (BTreeSet<_>, BTreeSet<_>) =
            (edges(&self.before).into_iter().collect(), edges(&self.after).into_iter().collect());
        let gone = self.stands.keys().filter(|name| !self.places.contains_key(*name));
        let mut actions: Vec<Action> = gone.map(|name| Action::DeleteNode { node_id: name.as_str().into() }).collect();
        let stays = |name: &str| self.places.contains_key(name.split(':').next().unwrap());
        for (source, target) in before.difference(&after).filter(|(source, target)| stays(source) && stays(target)) {
            let edge_id = Some(edge(source, target).id);
            actions.push(Action::DeleteEdge { edge_id, source: None, target: None, source_handle: None });
        }
        actions.extend(self.added.iter().map(|name| unplaced(name)));
        actions.extend(after.difference(&before).map(|(source, target)| connect(source, target)));
        actions
    }
}

fn unplaced(name: &str) -> Action {
    let mut action = add(name);
    let Action::AddNode { position, .. } = &mut action else { panic!() };
    *position = None;
    action
}

fn connect(source: &str, target: &str) -> Action {
    let bridge_domain::Edge { id, source, target, source_handle, target_handle } = edge(source, target);
    Action::AddEdge { id: Some(id), source, target, source_handle, target_handle }
}

fn places(definition: &Definition) -> BTreeMap<String, (f64, f64)> {
    definition.nodes.iter().map(|node| (node.id.to_string(), (node.position.x, node.position.y))).collect()
}

fn by_label(definition: &Definition) -> BTreeMap<String, (f64, f64)> {
    let place = |node: &bridge_domain::Node| (node.data.label.to_lowercase(), (node.position.x, node.position.y));
    definition.nodes.iter().map(place).collect()
}

#[test]
fn added_nodes_stand_where_they_belong() {
    for case in cases() {
        for mode in [Mode::Complete, Mode::Draft] {
            let before = case.definition();
            let actions = identify(&before, case.actions(), &RULES);
            let after =
                apply(&before, &actions, &RULES, mode).unwrap_or_else(|found| panic!("{}: {found:#?}", case.name));
            assert_eq!(by_label(&after), case.places, "{}", case.name);
        }
    }
}

/// A row of nodes, each connected to the next.
fn row(count: usize) -> Definition {
    let name = |index: usize| if index == 0 { "t".to_owned() } else { format!("a{index}") };
    let mut definition = Definition::default();
    for index in 0..count {
        let mut node = node(&name(index));
        node.position.x = f64::from(u32::try_from(index).unwrap()) * 300.0;
        definition.nodes.push(node);
        if index > 0 {
            definition.edges.push(edge(&name(index - 1), &name(index)));
        }
    }
    definition
}

/// Puts a node onto each of these connections.
fn inserts(definition: &Definition, at: impl Iterator<Item = usize>) -> Vec<Action> {
    at.flat_map(|place| {
        let bridge_domain::Edge { id, source, target, .. } = definition.edges[place].clone();
        let new = format!("n{place}");
        let cut = Action::DeleteEdge { edge_id: Some(id), source: None, target: None, source_handle: None };
        [cut, unplaced(&new), connect(source.as_str(), &new), connect(&new, target.as_str())]
    })
    .collect()
}

fn assert_nothing_overlaps(definition: &Definition) {
    let mut nodes: Vec<Position> = definition.nodes.iter().map(|node| node.position).collect();
    nodes.sort_by(|a, b| a.x.total_cmp(&b.x));
    for (place, one) in nodes.iter().enumerate() {
        for other in nodes[place + 1..].iter().take_while(|other| other.x - one.x < 232.0) {
            assert!((one.y - other.y).abs() >= 60.0, "{one:?} and {other:?}");
        }
    }
}

#[test]
fn ten_thousand_nodes_make_room_for_one_and_for_thousands() {
    let long = row(9_999);
    let after = apply(&long, &inserts(&long, [0].into_iter()), &RULES, Mode::Complete).unwrap();
    let moved = difference(&long, &after).nodes.len();
    assert_eq!(moved, 9_999, "the new one, and all but the first");
    assert_nothing_overlaps(&after);
    let half = row(5_000);
    let after = apply(&half, &inserts(&half, 0..4_999), &RULES, Mode::Complete).unwrap();
    assert_nothing_overlaps(&after);
    let farthest = after.nodes.iter().map(|node| node.position.x).fold(0.0, f64::max);
    assert!((farthest - 9_998.0 * 300.0).abs() < 1.0, "{farthest}");
}

#[test]
fn nothing_overlaps_and_nothing_jumps_in_any_graph() {
    // Rows of nodes on a grid with connections all over, ways back through loops, and new nodes on some of them.
    let mut random = 7_u64;
    let mut below = |most: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((random >> 33) % most).unwrap()
    };
    for round in 0..300 {
        let mut before = Definition::default();
        for index in 0..12 {
            let mut node = node(&format!("{}{index}", ["l", "a", "i"][below(3)]));
            let (column, row) = (index % 4, index / 4);
            node.position = Position { x: column as f64 * 300.0 + below(40) as f64, y: row as f64 * 110.0 };
            before.nodes.push(node);
        }
        for _ in 0..14 {
            let (source, target) = (below(12), below(12));
            let (source, target) = (before.nodes[source].id.to_string(), before.nodes[target].id.to_string());
            let free =
                !before.edges.iter().any(|edge| edge.source.as_str() == source && edge.target.as_str() == target);
            if source != target && free {
                before.edges.push(edge(&source, &target));
            }
        }
        let some: Vec<usize> = (0..before.edges.len()).filter(|_| below(3) == 0).collect();
        let actions = inserts(&before, some.into_iter());
        let Ok(after) = apply(&before, &actions, &RULES, Mode::Complete) else { continue };
        assert_nothing_overlaps(&after);
        assert_eq!(apply(&before, &actions, &RULES, Mode::Complete).unwrap(), after, "the same every time");
        let reached = reached(
            &after,
            actions.iter().filter_map(|action| match action {
                Action::AddNode { id: Some(id), .. } => Some(id.clone()),
                _ => None,
            }),
        );
        for node in &before.nodes {
            let now = after.node(&node.id).unwrap().position;
            let stays = now == node.position;
            assert!(stays || reached.contains(&node.id) && now.x > node.position.x, "round {round}: {}", node.id);
        }
    }
}

/// What these nodes lead to.
fn reached(definition: &Definition, from: impl Iterator<Item = NodeId>) -> BTreeSet<NodeId> {
    let mut waiting: Vec<NodeId> = from.collect();
    let mut reached = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        for edge in definition.edges.iter().filter(|edge| edge.source == id) {
            if reached.insert(edge.target.clone()) {
                waiting.push(edge.target.clone());
            }
        }
    }
    reached
}

#[test]
fn places_of_an_assistant_hold_unless_they_cover_something() {
    let before = row(3);
    let place = |x: f64, y: f64| {
        let mut action = add("n");
        let Action::AddNode { position, .. } = &mut action else { panic!() };
        *position = Some(Position { x, y });
        [action, connect("t", "n"), connect("n", "a1")]
    };
    let put = |x: f64, y: f64, mode: Mode| places(&apply(&before, &place(x, y), &RULES, mode).unwrap());
    let beside = put(150.0, 200.0, Mode::Complete);
    assert_eq!((beside["n"], beside["a1"]), ((150.0, 200.0), (300.0, 0.0)), "what is free");
    let covering = put(310.0, 10.0, Mode::Complete);
    assert_eq!((covering["n"], covering["a1"]), ((300.0, 140.0), (600.0, 0.0)), "what is not");
    let by_hand = put(310.0, 10.0, Mode::Draft);
    assert_eq!((by_hand["n"], by_hand["a1"]), ((310.0, 10.0), (300.0, 0.0)), "the user's own");
}

#[test]
fn a_node_without_its_connections_stands_where_they_would_be() {
    let before = row(4);
    let all = inserts(&before, [1].into_iter());
    let part = |chosen: &[usize]| {
        let chosen: Vec<Action> = chosen.iter().map(|index| all[*index].clone()).collect();
        let rest = Rest { proposed: &all, ..Rest::default() };
        let after = apply_part(&before, &chosen, &rest, &RULES).unwrap();
        assert_nothing_overlaps(&after);
        places(&after)
    };
    let alone = part(&[1]);
    assert_eq!(alone["n1"], (600.0, 140.0), "beside what it is to follow");
    assert!(before.nodes.iter().all(|node| alone[node.id.as_str()].0 == node.position.x), "nothing else moves");
    assert_eq!(part(&[1, 2])["n1"], (600.0, 140.0));
    assert_eq!(part(&[1, 2, 3])["n1"], (600.0, 140.0), "the connection around it is still there");
    assert_eq!(part(&[0, 1, 2, 3])["n1"], (600.0, 0.0));
}

#[test]
fn what_only_moves_is_said_to_be_moved() {
    let before = row(4);
    let actions = inserts(&before, [1].into_iter());
    let titles: Vec<String> = propose(&before, &actions, &RULES).into_iter().map(|one| one.title).collect();
    assert_eq!(titles.len(), 4, "making room is not a step of its own: {titles:?}");
    let after = apply(&before, &actions, &RULES, Mode::Complete).unwrap();
    let said = summary(&before, &after, &difference(&before, &after));
    assert!(said.starts_with("Applied: added N1; connected") && said.ends_with("; moved 2 nodes."), "{said}");
}

#[test]
fn a_node_that_the_batch_moves_itself_stays_where_it_is_put() {
    let before = row(3);
    let mut actions = inserts(&before, [0].into_iter());
    let position = Some(Position { x: 900.0, y: 300.0 });
    actions.push(Action::UpdateNode { node_id: "a1".into(), label: None, config: None, position, settings: None });
    let after = places(&apply(&before, &actions, &RULES, Mode::Complete).unwrap());
    assert_eq!((after["a1"], after["a2"]), ((900.0, 300.0), (600.0, 0.0)));
}

#[test]
fn accepted_one_by_one_a_node_ends_where_it_would_have_stood() {
    let before = row(4);
    let all = inserts(&before, [1].into_iter());
    let whole = places(&apply(&before, &all, &RULES, Mode::Complete).unwrap());
    for order in [[0, 1, 2, 3], [1, 0, 2, 3], [1, 0, 3, 2], [1, 2, 3, 0]] {
        let mut now = before.clone();
        let mut left = all.clone();
        for index in order {
            let chosen = [all[index].clone()];
            let unmoved = now.nodes.iter().map(|node| node.id.clone()).filter(|id| id.as_str() == "n1").collect();
            now = apply_part(&now, &chosen, &Rest { proposed: &left, unmoved }, &RULES).unwrap();
            left.retain(|action| *action != chosen[0]);
            assert_nothing_overlaps(&now);
        }
        assert_eq!(places(&now), whole, "{order:?}");
    }
    // Where the user has put it since, it stays.
    let alone = apply_part(&before, &all[1..2], &Rest { proposed: &all, ..Rest::default() }, &RULES).unwrap();
    let after = apply_part(&alone, &[all[0].clone(), all[2].clone(), all[3].clone()], &Rest::default(), &RULES);
    assert_eq!(places(&after.unwrap())["n1"], places(&alone)["n1"]);
}
