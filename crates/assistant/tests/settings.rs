//! How a node is run, as a model writes it: read tolerantly, and never who a node signs in as.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod stage;

use bridge_assistant::decode;
use bridge_domain::{Action, CredentialId, Join, NodeSettings, OnError, Retry};
use bridge_workflow::Rules;
use serde_json::{Value, json};

fn decode(element: Value) -> Result<Action, String> {
    let rules = Rules::new(bridge_connectors::catalog());
    decode::Decoder::new(&rules, &stage::graph())
        .decode(4, element)
        .map_err(|problem| format!("{}: {}", problem.path, problem.message))
}

fn settings(action: Action) -> Option<NodeSettings> {
    match action {
        Action::AddNode { settings, .. } | Action::UpdateNode { settings, .. } => settings.map(|settings| *settings),
        other => panic!("{other:?}"),
    }
}

fn update(settings: Value) -> Result<Option<NodeSettings>, String> {
    decode(json!({"type": "update_node", "node_id": "slack", "settings": settings})).map(self::settings)
}

#[test]
fn settings_are_read_in_every_form_models_write_them() {
    let wanted = NodeSettings {
        on_error: OnError::ErrorOutput,
        retry: Some(Retry { max_tries: 3, wait_ms: 2_000 }),
        timeout_seconds: Some(30),
        ..NodeSettings::default()
    };
    for form in [
        json!([{"name": "on_error", "value": "error_output"}, {"name": "retry_tries", "value": 3},
            {"name": "retry_wait_ms", "value": 2000}, {"name": "timeout_seconds", "value": 30},
            {"name": "disabled", "value": null}]),
        json!({"on_error": "error_output", "retry_tries": 3, "retry_wait_ms": 2000, "timeout_seconds": 30,
            "disabled": null, "execute_once": null, "always_output": false}),
        json!({"on_error": "error_output", "retry": {"max_tries": 3, "wait_ms": 2000}, "timeout_seconds": "30"}),
        json!(
            "{\"on_error\": \"error_output\", \"retry_tries\": \"3\", \"retry_wait_ms\": 2e3, \"timeout_seconds\": 30.0}"
        ),
    ] {
        assert_eq!(update(form.clone()), Ok(Some(wanted.clone())), "{form}");
    }
    assert_eq!(update(Value::Null), Ok(None));
    assert_eq!(update(json!([])), Ok(None));
    assert_eq!(update(json!({"retry_tries": 4})).unwrap().unwrap().retry, Some(Retry { max_tries: 4, wait_ms: 1_000 }));
    assert_eq!(update(json!({"retry_tries": 1, "timeout_seconds": 0})), Ok(Some(NodeSettings::default())));
    for (wrong, named) in [
        (json!(["retry_tries"]), "list of name and value"),
        (json!("now"), "list of name and value"),
        (json!({"on_error": "explode"}), "stop, continue or error_output"),
        (json!({"retry_tries": -1}), "settings.retry_tries"),
        (json!({"retry": {"wait_ms": "soon"}}), "settings.retry.wait_ms"),
        (json!({"timeout_seconds": 1.5}), "settings.timeout_seconds"),
        (json!({"disabled": "perhaps"}), "settings.disabled"),
    ] {
        let said = update(wrong.clone()).unwrap_err();
        assert!(said.starts_with("actions[4]: ") && said.contains(named), "{wrong}: {said}");
    }
}

#[test]
fn a5_a_model_cannot_set_who_a_node_signs_in_as_in_any_spelling() {
    let own = CredentialId::new();
    let mut definition = stage::graph();
    let before = NodeSettings {
        credential_id: Some(own),
        notes: "mine".to_owned(),
        join: Join::All,
        retry: Some(Retry { max_tries: 2, wait_ms: 5 }),
        ..NodeSettings::default()
    };
    definition.nodes.iter_mut().find(|node| node.id.as_str() == "slack").unwrap().data.settings = before.clone();
    let rules = Rules::new(bridge_connectors::catalog());
    let foreign = CredentialId::new().to_string();
    for name in ["credential_id", "credentialId", "credential", "credentials", "Credential_ID", "credential-id"] {
        let evil = json!({name: foreign, "notes": "theirs", "join": "first", "execute_once": true});
        for settings in [evil.clone(), json!(evil.to_string())] {
            let change = json!({"type": "update_node", "node_id": "slack", "settings": settings, name: foreign});
            let action = decode::Decoder::new(&rules, &definition).decode(0, change).unwrap();
            let kept = NodeSettings { execute_once: true, ..before.clone() };
            assert_eq!(self::settings(action.clone()), Some(kept), "{name}");
            let after =
                bridge_workflow::apply(&definition, &[action], &rules, bridge_workflow::Mode::Complete).unwrap();
            assert!(!after.to_json().unwrap().contains(&foreign));
            for kind in ["add_node", "generate_workflow"] {
                let node = json!({"label": "", "connector_id": "slack", "action_id": "list_messages",
                    "config": {"channel": "#a"}, "settings": settings, name: foreign});
                let new = if kind == "add_node" {
                    let mut new = node;
                    new["type"] = json!(kind);
                    new
                } else {
                    json!({"type": kind, "definition": {"edges": [], "nodes": [
                        {"id": "slack", "type": "action", "position": {"x": 0, "y": 0}, "data": node}]}})
                };
                let action = decode::Decoder::new(&rules, &definition).decode(0, new).unwrap();
                let written = serde_json::to_string(&action).unwrap();
                assert!(!written.contains(&foreign) && !written.contains("theirs"), "{kind} {name}: {written}");
                assert!(!written.contains(&own.to_string()), "another action is another node");
            }
        }
    }
}

#[test]
fn a_generated_node_that_stays_what_it_was_keeps_its_settings() {
    let mut definition = stage::graph();
    let credential = CredentialId::new();
    let slack = definition.nodes.iter_mut().find(|node| node.id.as_str() == "slack").unwrap();
    slack.data.settings.credential_id = Some(credential);
    let mut whole = decode::encode(&Action::GenerateWorkflow { definition: definition.clone() });
    assert!(!whole.to_string().contains(&credential.to_string()), "a model is never told it");
    whole["definition"]["nodes"][1]["data"]["settings"] = json!({"retry_tries": 3});
    let rules = Rules::new(bridge_connectors::catalog());
    let Action::GenerateWorkflow { definition: read } =
        decode::Decoder::new(&rules, &definition).decode(0, whole).unwrap()
    else {
        panic!()
    };
    let slack = read.nodes.iter().find(|node| node.id.as_str() == "slack").unwrap();
    assert_eq!(slack.data.settings.credential_id, Some(credential));
    assert_eq!(slack.data.settings.retry.unwrap().max_tries, 3);
}
