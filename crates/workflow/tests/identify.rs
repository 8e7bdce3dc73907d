//! What is filled in for an author who left it out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod notation;

use std::collections::HashSet;

use bridge_domain::{Action, Definition, NodeType, Position};
use bridge_workflow::{Mode, apply, identify};
use notation::{RULES, graph, text};
use serde_json::{Value, json};

fn read(actions: Value) -> Vec<Action> {
    serde_json::from_value(actions).unwrap()
}

fn applied(before: &Definition, actions: Value) -> Definition {
    let actions = identify(before, read(actions), &RULES);
    assert_eq!(identify(before, actions.clone(), &RULES), actions, "doing it again changes nothing");
    apply(before, &actions, &RULES, Mode::Complete).unwrap_or_else(|found| panic!("{found:#?}"))
}

fn labels(definition: &Definition) -> Vec<&str> {
    definition.nodes.iter().map(|node| node.data.label.as_str()).collect()
}

#[test]
fn temporary_identifiers_are_replaced_in_all_later_actions() {
    let after = applied(
        &graph("t -> a"),
        json!([
            { "type": "add_node", "temp_id": "new", "connector_id": "if", "action_id": "check",
              "config": { "conditions": [{ "left": "={{ $json.a }}", "operator": "exists" }] } },
            { "type": "delete_edge", "source": "t", "target": "a" },
            { "type": "add_edge", "id": "e1", "source": "t", "target": "new", "source_handle": "" },
            { "type": "add_edge", "source": "new", "target": "a", "source_handle": "true" },
            { "type": "update_node", "node_id": "new", "label": "Only new ones" },
            { "type": "delete_edge", "edge_id": "e1" },
            { "type": "add_edge", "id": "e1", "source": "t", "target": "new" },
        ]),
    );
    let added = after.nodes.last().unwrap();
    assert_eq!(added.data.label, "Only new ones");
    assert!(added.id.as_str().len() == 36, "{}", added.id);
    assert_eq!(text(&after).replace(added.id.as_str(), "new"), "new:true -> a, t -> new");
}

#[test]
fn identifiers_of_the_definition_are_never_replaced() {
    let actions = identify(&graph("a -> b"), notation::batch("+a, a -> b, ~b"), &RULES);
    assert_eq!(actions[1..], notation::batch("a -> b, ~b"));
    let Action::AddNode { id, .. } = &actions[0] else { panic!() };
    assert_eq!(id.as_ref().unwrap().as_str(), "a", "taking one that is taken stays a mistake");
}

#[test]
fn a_generated_workflow_keeps_what_it_names_and_names_the_rest() {
    let before = graph("t -> a");
    let kept = serde_json::to_value(&before.nodes[0]).unwrap();
    let after = applied(
        &before,
        json!([
            { "type": "generate_workflow", "definition": {
                "nodes": [kept, { "id": "2", "type": "condition", "position": { "x": 0, "y": 0 },
                    "data": { "label": "", "connector_id": "slack", "action_id": "send_message" } }],
                "edges": [{ "id": "", "source": "t", "target": "2" }] } },
            { "type": "add_node", "temp_id": "3", "connector_id": "slack", "action_id": "send_message" },
            { "type": "add_edge", "source": "2", "target": "3" },
        ]),
    );
    assert_eq!(after.nodes[0], before.nodes[0]);
    assert_eq!(labels(&after), ["T", "Slack", "Slack 2"]);
    assert_eq!(after.nodes[1].node_type, NodeType::Action, "the connector decides");
    assert_eq!(after.edges[1].source, after.nodes[1].id);
    assert!(after.nodes.iter().skip(1).all(|node| node.id.as_str().len() == 36));
}

#[test]
fn defaults_of_required_parameters_are_filled_in_and_null_stands_for_absence() {
    let after = applied(
        &graph(""),
        json!([
            { "type": "add_node", "connector_id": "webhook", "action_id": "receive", "config": { "method": null } },
            { "type": "add_node", "connector_id": "slack", "action_id": "send_message", "config": { "text": "Hello" } },
            { "type": "add_node", "connector_id": "schedule", "action_id": "every" },
        ]),
    );
    assert_eq!(json!(after.nodes[0].data.config), json!({ "path": "incoming" }));
    assert_eq!(json!(after.nodes[1].data.config), json!({ "text": "Hello", "channel": "#general" }));
    assert_eq!(json!(after.nodes[2].data.config), json!({ "interval": 1, "unit": "hours" }));
    let actions = identify(
        &graph(""),
        read(json!([
            { "type": "add_node", "connector_id": "email", "action_id": "send" },
        ])),
        &RULES,
    );
    let found = apply(&graph(""), &actions, &RULES, Mode::Complete).unwrap_err();
    assert_eq!(notation::problems(&found), "missing at actions[0].config.to", "nobody can guess an address");
    assert!(apply(&graph(""), &actions, &RULES, Mode::Draft).is_ok());
}

#[test]
fn blank_labels_become_unique_and_given_ones_stay() {
    let mut before = graph("a, b");
    before.nodes[0].data.label = "Slack".to_owned();
    before.nodes[1].data.label = "Slack 3".to_owned();
    let slack = |label: &str| json!({ "type": "add_node", "connector_id": "slack", "action_id": "send_message", "label": label });
    let after = applied(&before, json!([slack(""), slack(" \t"), slack("Slack"), slack("")]));
    assert_eq!(labels(&after)[2..], ["Slack 2", "Slack 4", "Slack", "Slack 5"]);
}

/// No two nodes cover each other, and every place is on the grid.
fn assert_laid_out(definition: &Definition) {
    let mut seen = HashSet::new();
    for node in &definition.nodes {
        let Position { x, y } = node.position;
        assert!(x % 20.0 == 0.0 && y % 20.0 == 0.0, "{x} {y}");
        assert!(seen.insert((x.to_bits(), y.to_bits())), "{x}, {y} is taken twice");
    }
    for (index, one) in definition.nodes.iter().enumerate().take(60) {
        for other in definition.nodes.iter().skip(index + 1).take(60) {
            let (x, y) = ((one.position.x - other.position.x).abs(), (one.position.y - other.position.y).abs());
            assert!(x >= 160.0 || y >= 60.0, "{} covers {}", one.id, other.id);
        }
    }
}

fn without_positions(text: &str) -> Vec<Action> {
    let mut actions = notation::batch(text);
    for action in &mut actions {
        if let Action::AddNode { position, .. } = action {
            *position = None;
        }
    }
    actions
}

#[test]
fn nodes_without_a_place_stand_beside_their_neighbours() {
    let before = graph("t");
    let actions = identify(&before, without_positions("+c, +b, +i, t -> i, i:true -> b, i:false -> c"), &RULES);
    let after = apply(&before, &actions, &RULES, Mode::Complete).unwrap();
    let at = |label: &str| after.nodes.iter().find(|node| node.data.label == label).unwrap().position;
    assert_eq!(at("I"), Position { x: 300.0, y: 0.0 });
    assert_eq!((at("C").x, at("B").x), (600.0, 600.0));
    assert_ne!(at("C").y, at("B").y);
    assert_laid_out(&after);
    // In front of what it leads to.
    let mut before = graph("a");
    before.nodes[0].position = Position { x: 101.0, y: 49.0 };
    let actions = identify(&before, without_positions("+t, t -> a"), &RULES);
    let after = apply(&before, &actions, &RULES, Mode::Complete).unwrap();
    assert_eq!(after.nodes[1].position, Position { x: -199.0, y: 49.0 });
    assert_eq!(after.nodes[0].position, before.nodes[0].position, "nothing else moves");
    // In the place of what was there.
    let actions = identify(&graph("t -> a"), without_positions("-a, +b, t -> b"), &RULES);
    assert!(apply(&graph("t -> a"), &actions, &RULES, Mode::Complete).is_ok());
}

#[test]
fn nodes_never_cover_each_other() {
    // A fan, a chain, loose nodes, a circle through a loop, and a generated graph with all nodes in one place.
    let fan: Vec<String> = (0..50).map(|index| format!("+a{index}, t -> a{index}")).collect();
    let chain: Vec<String> = (0..50).map(|index| format!("+a{index}, +b{index}, a{index} -> b{index}")).collect();
    for text in [fan.join(", "), chain.join(", "), "+l, +a, +b, l:loop -> a, a -> l, l:done -> b".to_owned()] {
        let actions = identify(&graph("t"), without_positions(&text), &RULES);
        assert_laid_out(&apply(&graph("t"), &actions, &RULES, Mode::Complete).unwrap());
    }
    let heap = graph("t -> a, a -> i, i:true -> b, i:false -> c, b -> d, c -> d");
    let actions = identify(&graph(""), vec![Action::GenerateWorkflow { definition: heap }], &RULES);
    let after = apply(&graph(""), &actions, &RULES, Mode::Complete).unwrap();
    assert_laid_out(&after);
    let x = |label: &str| after.nodes.iter().find(|node| node.data.label == label).unwrap().position.x;
    assert!(x("T") < x("A") && x("A") < x("I") && x("I") < x("B") && x("B") < x("D"), "left to right");
}

#[test]
fn places_that_were_given_stay() {
    let mut actions = notation::batch("+a, +b");
    for (action, place) in actions.iter_mut().zip([(7.5, 3.0), (9.0, 3.0)]) {
        let Action::AddNode { position, .. } = action else { panic!() };
        *position = Some(Position { x: place.0, y: place.1 });
    }
    let identified = identify(&graph(""), actions.clone(), &RULES);
    for (before, after) in actions.iter().zip(&identified) {
        let (Action::AddNode { position: was, .. }, Action::AddNode { position: is, .. }) = (before, after) else {
            panic!()
        };
        assert_eq!(was, is);
    }
}
