//! What can be said in an action, and what cannot.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod notation;

use bridge_domain::Action;
use bridge_workflow::{Mode, apply, identify, propose};
use notation::{RULES, graph};
use serde_json::{Value, json};

fn read(value: &Value) -> Option<Action> {
    serde_json::from_value(value.clone()).ok()
}

#[test]
fn a5_nothing_but_the_six_actions_can_be_said() {
    for kind in [
        "run",
        "run_workflow",
        "approve",
        "apply",
        "apply_proposal",
        "activate",
        "set_key",
        "get_credential",
        "save_settings",
        "AddNode",
        "ADD_NODE",
        "add_node ",
        "",
    ] {
        let action =
            json!({ "type": kind, "node_id": "a", "connector_id": "manual", "action_id": "start", "definition": {} });
        assert_eq!(read(&action), None, "{kind}");
    }
    assert_eq!(read(&json!({ "node_id": "a" })), None);
    assert_eq!(read(&json!([{ "type": "delete_node", "node_id": "a" }])), None);
    assert_eq!(read(&json!({ "type": ["delete_node"], "node_id": "a" })), None);
    for (kind, rest) in [
        ("add_node", json!({ "connector_id": "manual", "action_id": "start" })),
        ("update_node", json!({ "node_id": "a" })),
        ("delete_node", json!({ "node_id": "a" })),
        ("add_edge", json!({ "source": "a", "target": "b" })),
        ("delete_edge", json!({ "edge_id": "a" })),
        ("generate_workflow", json!({ "definition": { "nodes": [], "edges": [] } })),
    ] {
        let mut action = rest;
        action["type"] = json!(kind);
        assert!(read(&action).is_some(), "{kind}");
    }
}

#[test]
fn a5_fields_that_do_not_belong_have_no_effect() {
    let plain = json!({
        "type": "add_node", "temp_id": "x", "connector_id": "set", "action_id": "set_fields", "label": "Set",
    });
    let mut loaded = plain.clone();
    for key in ["approve", "approved", "run", "activate", "credential", "credentials", "decision", "risks", "is_active"]
    {
        loaded[key] = json!(true);
    }
    assert_eq!(read(&plain), read(&loaded));
    let stored = serde_json::to_value(read(&loaded)).unwrap();
    let allowed = ["type", "id", "connector_id", "action_id", "label", "position", "config"];
    for key in stored.as_object().unwrap().keys() {
        assert!(allowed.contains(&key.as_str()), "{key}");
    }
    let node = json!({
        "id": "n", "type": "action", "position": { "x": 0, "y": 0 }, "run": true, "credential": "stored-key",
        "data": { "label": "S", "connector_id": "set", "action_id": "set_fields", "config": { "fields": {} }, "approved": true },
    });
    let whole =
        json!({ "type": "generate_workflow", "definition": { "nodes": [node], "edges": [], "is_active": true } });
    let stored = serde_json::to_string(&read(&whole)).unwrap();
    for word in ["run", "credential", "approved", "is_active"] {
        assert!(!stored.contains(word), "{word}");
    }
}

#[test]
fn a5_a_configuration_cannot_reach_for_credentials_or_settings() {
    for (key, value) in [
        ("credential", json!("openai")),
        ("credential_id", json!("openai")),
        ("run", json!(true)),
        ("__proto__", json!({ "approved": true })),
        ("approved", json!(true)),
    ] {
        let action = json!({
            "type": "add_node", "connector_id": "slack", "action_id": "send_message", "config": { key: value },
        });
        let actions = identify(&graph(""), vec![read(&action).unwrap()], &RULES);
        let found = apply(&graph(""), &actions, &RULES, Mode::Complete).unwrap_err();
        assert_eq!(notation::problems(&found), format!("unknown_parameter at actions[0].config.{key}"));
    }
}

#[test]
fn a5_proposing_decides_nothing() {
    let actions = notation::batch("+s, t -> s");
    for one in propose(&graph("t"), &actions, &RULES) {
        assert_eq!(one.decision, bridge_domain::Decision::Pending);
    }
}

/// What a request may hold stays readable: nothing is guessed from types that do not fit.
#[test]
fn p8_wrong_types_and_deep_nesting_are_refused_without_a_panic() {
    for broken in [
        json!({ "type": "delete_node", "node_id": 5 }),
        json!({ "type": "delete_node", "node_id": null }),
        json!({ "type": "add_node", "connector_id": "set", "action_id": "set_fields", "config": [] }),
        json!({ "type": "add_node", "connector_id": "set", "action_id": "set_fields", "position": { "x": "0", "y": 0 } }),
        json!({ "type": "generate_workflow", "definition": { "nodes": {} } }),
        json!({ "type": "update_node", "node_id": "a", "label": 3 }),
    ] {
        assert_eq!(read(&broken), None, "{broken}");
    }
    let deep = format!(
        r#"{{"type":"update_node","node_id":"a","config":{{"fields":{}1{}}}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(serde_json::from_str::<Action>(&deep).is_err());
    let twice = r#"{"type":"delete_node","node_id":"a","node_id":"b"}"#;
    assert!(
        serde_json::from_str::<Action>(twice).is_err(),
        "a key given twice could be shown as one and applied as the other"
    );
}
