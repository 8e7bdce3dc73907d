//! The form of an answer: a schema every vendor takes, and actions read in every form models write them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod stage;

use bridge_assistant::{decode, schema};
use bridge_domain::Action;
use bridge_workflow::Rules;
use serde_json::{Value, json};

/// Every part of the schema keeps to what all vendors take.
fn assert_strict(schema: &Value, path: &str) {
    let object = schema.as_object().unwrap();
    for keyword in object.keys() {
        let known = ["type", "properties", "required", "additionalProperties", "items", "enum", "anyOf"];
        assert!(known.contains(&keyword.as_str()), "{keyword} at {path}");
    }
    if object.get("type") == Some(&json!("object")) {
        let names: Vec<&String> = object["properties"].as_object().unwrap().keys().collect();
        assert_eq!(json!(names), object["required"], "{path}: everything is required");
        assert_eq!(object["additionalProperties"], json!(false), "{path}");
    }
    for (name, inner) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
        assert_strict(inner, &format!("{path}.{name}"));
    }
    object.get("items").into_iter().for_each(|items| assert_strict(items, &format!("{path}[]")));
    for inner in object.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
        assert_strict(inner, &format!("{path}|"));
    }
}

#[test]
fn the_schema_is_in_the_strictest_subset_with_message_and_type_first() {
    let schema = schema::schema();
    assert_strict(&schema, "");
    let first = |schema: &Value| schema["properties"].as_object().unwrap().keys().next().unwrap().clone();
    assert_eq!(first(&schema), "message");
    let actions = schema["properties"]["actions"]["items"]["anyOf"].as_array().unwrap();
    assert_eq!(actions.len(), 6);
    assert!(actions.iter().all(|action| first(action) == "type"));
}

/// Anthropic refuses a schema with more than 16 of them, and one with more than 24 optional parameters.
#[test]
fn the_schema_has_few_values_of_several_types() {
    fn unions(schema: &Value) -> usize {
        let own = usize::from(schema.get("anyOf").is_some() || schema.get("type").is_some_and(Value::is_array));
        let inner: usize = match schema {
            Value::Object(fields) => fields.values().map(unions).sum(),
            Value::Array(list) => list.iter().map(unions).sum(),
            _ => 0,
        };
        own + inner
    }
    let count = unions(&schema::schema());
    assert!((1..=10).contains(&count), "{count}");
}

#[test]
fn what_is_empty_is_not_there() {
    let handles = json!({"source_handle": "", "target_handle": ""});
    let edge =
        decode(json!({"type": "add_edge", "source": "a", "target": "b", "source_handle": "", "target_handle": ""}));
    let Action::AddEdge { source_handle, target_handle, .. } = edge.unwrap() else { panic!() };
    assert_eq!((source_handle, target_handle), (None, None));
    let edge = decode(json!({"type": "delete_edge", "edge_id": "", "source": "a", "target": "b", "source_handle": ""}));
    assert_eq!(edge.unwrap(), decode(json!({"type": "delete_edge", "source": "a", "target": "b"})).unwrap());
    let node = json!({"type": "add_node", "id": "", "connector_id": "slack", "action_id": "send_message", "label": "",
        "position": null, "config": [], "settings": []});
    let Action::AddNode { id, settings, .. } = decode(node).unwrap() else { panic!() };
    assert_eq!((id, settings), (None, None));
    let change = json!({"type": "update_node", "node_id": "slack", "label": "", "config": [], "settings": []});
    assert_eq!(decode(change).unwrap(), decode(json!({"type": "update_node", "node_id": "slack"})).unwrap());
    let mut whole = json!({"type": "generate_workflow", "definition": stage::graph()});
    let written = decode(whole.clone()).unwrap();
    let edge = whole["definition"]["edges"][0].as_object_mut().unwrap();
    edge.extend(handles.as_object().unwrap().clone());
    assert_eq!(decode(whole).unwrap(), written);
}

fn decode(element: Value) -> std::result::Result<Action, String> {
    let rules = Rules::new(bridge_connectors::catalog());
    decode::Decoder::new(&rules, &stage::graph())
        .decode(4, element)
        .map_err(|problem| format!("{}: {}", problem.path, problem.message))
}

fn config(action: &Action) -> Value {
    match action {
        Action::AddNode { config, .. } => json!(config),
        Action::UpdateNode { config, .. } => json!(config),
        other => panic!("{other:?}"),
    }
}

#[test]
fn configuration_is_read_in_every_form_models_write_it() {
    let add = |config: Value| {
        decode(
            json!({"type": "add_node", "temp_id": 7, "id": null, "connector_id": "slack", "action_id": "list_messages",
            "label": "", "position": null, "config": config}),
        )
    };
    let wanted = json!({"channel": "#a", "limit": 5});
    for form in [
        json!({"channel": "#a", "limit": 5}),
        json!([{"name": "channel", "value": "#a"}, {"name": "limit", "value": 5}, {"name": "other", "value": null}]),
        json!([{"key": "channel", "value": "#a"}, {"key": "limit", "value": "5"}]),
        json!("{\"channel\": \"#a\", \"limit\": 5}"),
    ] {
        assert_eq!(config(&add(form).unwrap()), wanted);
    }
    let Action::AddNode { id, .. } = add(json!([])).unwrap() else { panic!() };
    assert_eq!(id.unwrap().as_str(), "7");
    // Lists and objects as JSON text, read by the parameter's type; null removes in a change.
    let conditions = json!({"type": "update_node", "node_id": "slack", "label": null,
        "config": [{"name": "text", "value": "[1]"}, {"name": "thread_timestamp", "value": null}]});
    assert_eq!(config(&decode(conditions).unwrap()), json!({"text": "[1]", "thread_timestamp": null}));
    for broken in [
        json!(5),
        json!({}),
        json!({"type": "reboot"}),
        json!({"type": "add_node"}),
        json!({"type": "delete_node", "node_id": {}}),
    ] {
        assert!(decode(broken.clone()).unwrap_err().starts_with("actions[4]"), "{broken}");
    }
}

#[test]
fn an_action_reads_back_as_it_was_written() {
    for action in [
        json!({"type": "update_node", "node_id": "slack", "settings": {"on_error": "continue", "retry": {"max_tries": 5, "wait_ms": 7}}}),
        json!({"type": "add_node", "id": "n", "connector_id": "slack", "action_id": "send_message", "label": "L", "config": {"channel": "#a", "text": "x"}}),
        json!({"type": "update_node", "node_id": "slack", "label": "x", "config": {"text": "y"}}),
        json!({"type": "delete_edge", "source": "hook", "target": "slack"}),
        json!({"type": "generate_workflow", "definition": stage::graph()}),
    ] {
        let action = stage::stored(action);
        assert_eq!(decode(decode::encode(&action)).unwrap(), action);
    }
}
